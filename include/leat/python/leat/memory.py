R"""("""
# SPDX-License-Identifier: BSL-1.0
# A worker's memory: the limit that it gets, and the daemon's watch over what it and its children hold.
from __future__ import annotations

import os
import resource
from time import monotonic

from leat.printable import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator

LOOK_SECONDS = 0.1


def pages(pid: int) -> tuple[int, int]:
    '''Bytes of a process's address space, and of those the resident ones.'''
    with open(f"/proc/{pid}/statm", "rb") as file:
        size, resident = file.read().split()[:2]
    page = os.sysconf("SC_PAGE_SIZE")
    return int(size) * page, int(resident) * page


def held_at_start(allowed: int) -> tuple[int, int]:
    size, resident = pages(os.getpid())
    if resident >= allowed:
        raise Refused(f"python_options.memory allows {allowed} bytes, and a worker holds {resident} at its start")
    return size, resident


def limit(allowed: int) -> None:
    '''Lets this process's address space grow by what it does not yet hold of the allowed bytes: beyond, MemoryError.'''
    import leat.failure  # noqa: F401  there may be no memory to load it later
    import leat.report  # noqa: F401
    size, resident = held_at_start(allowed)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = size + allowed - resident
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def family(pid: int) -> Iterator[int]:
    yield pid
    try:
        tasks = os.listdir(f"/proc/{pid}/task")
    except OSError:
        return
    for task in tasks:
        try:
            with open(f"/proc/{pid}/task/{task}/children", "rb") as file:
                children = file.read().split()
        except OSError:
            continue
        for child in children:
            yield from family(int(child))


class Watch:
    '''Finds the workers that hold too much together with their children.'''

    def __init__(self, allowed: int) -> None:
        held_at_start(allowed)
        self.allowed = allowed
        self.due = 0.0

    def over(self, workers: Iterable[int]) -> Iterator[tuple[int, str]]:
        if monotonic() < self.due:
            return
        for worker in workers:
            held = count = 0
            for pid in family(worker):
                try:
                    held += pages(pid)[1]
                    count += 1
                except (OSError, ValueError):
                    pass
            if held > self.allowed:
                children = f" and its {count - 1} children" if count > 1 else ""
                yield worker, f"it{children} held {held} bytes, and python_options.memory allows {self.allowed}"
        self.due = monotonic() + LOOK_SECONDS
#)"""
