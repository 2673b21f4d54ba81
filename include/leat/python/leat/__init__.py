R"""("""
# SPDX-License-Identifier: BSL-1.0
# What user code may import in a worker: where it runs, the host's log, and what it counts.
from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from leat.accumulators import Accumulator

__all__ = ["Context", "accumulator", "context", "log"]

serving: Any = None  # the session, while there is one; `session` is a module


class Context:
    '''Where a function runs. `partition` and `attempt` count from 0; `partition` is None over a plain range.'''

    __slots__ = ("stage", "partition", "attempt", "seed")

    def __init__(self, stage: str, partition: Optional[int], attempt: int, seed: int) -> None:
        self.stage = stage
        self.partition = partition
        self.attempt = attempt
        self.seed = seed

    def __repr__(self) -> str:
        return f"Context({self.stage!r}, {self.partition!r}, {self.attempt!r}, {self.seed!r})"

    def log(self, text: str, level: str = "info") -> None:
        log(text, level)


def current(what: str) -> Any:
    if serving is None:
        raise RuntimeError(f"{what} is there only while a worker runs functions of a pipeline")
    return serving


def context() -> Context:
    '''The context of what runs now. Its stage names all functions that run in the same pass.'''
    found: Context = current("leat.context()").context
    return found


def log(text: str, level: str = "info") -> None:
    '''A line for the host's log, tagged with this worker. A level of "warning" puts it into the last lines of stderr, too,
    which the host shows when a worker dies.'''
    import os
    streams = {"info": 1, "warning": 2}
    if level not in streams:
        raise ValueError(f"the level of a log line is 'info' or 'warning', not {level!r}")
    current("leat.log()")
    data = memoryview(f"{text}\n".encode("utf-8", "backslashreplace"))
    while data:
        data = data[os.write(streams[level], data):]


def accumulator(name: str) -> Accumulator:
    '''The accumulator that is bound to a function of this pass under this name.'''
    found = current("leat.accumulator()").accumulators()
    if name not in found:
        raise LookupError(f"no accumulator {name!r} is bound to a function of this pass; there are {sorted(found)}")
    counts: Accumulator = found[name]
    return counts
#)"""
