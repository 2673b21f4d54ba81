R"""("""
# SPDX-License-Identifier: BSL-1.0
# Measures the functions of sessions with cProfile; each worker keeps its sums in a file of the private folder.
from __future__ import annotations

import os

from leat.library import standard
from leat.session import Session
from leat.sources import is_ours

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

profiler: Any = None


class Profiled(Session):
    def drive(self) -> None:
        with standard:
            import cProfile
        global profiler
        profiler = profiler or cProfile.Profile()
        profiler.enable()
        super().drive()

    def release(self) -> None:
        super().release()
        if profiler is None:
            return
        profiler.disable()
        folder = f"{os.path.dirname(os.environ['LEAT_FILES'])}/profile"
        draft = f"{folder}/.{os.getpid()}"
        profiler.dump_stats(draft)
        os.rename(draft, f"{folder}/{os.getpid()}.prof")


def merged(target: str) -> str:
    '''The functions that took most time in all finished sessions, as text; all sums go to the target, if there is one.'''
    with standard:
        import io
        import pstats
    folder = f"{os.path.dirname(os.environ['LEAT_FILES'])}/profile"
    text = io.StringIO()
    files = [f"{folder}/{name}" for name in sorted(os.listdir(folder)) if not name.startswith(".")]
    if not files:
        return "no session has ended yet\n"
    stats: Any = pstats.Stats(*files, stream=text)
    for function, (*_, callers) in list(stats.stats.items()):
        waits = "_socket.socket" in function[2] or "select.poll" in function[2]
        if is_ours(function[0]) or waits and all(is_ours(caller[0]) for caller in callers):
            del stats.stats[function]
    stats.total_tt = sum(entry[2] for entry in stats.stats.values())
    if target:
        stats.dump_stats(target)
    stats.files = []  # which it would list
    stats.sort_stats("tottime").print_stats(20)
    return text.getvalue()
#)"""
