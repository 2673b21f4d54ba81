R"""("""
# SPDX-License-Identifier: BSL-1.0
# How workers, and the daemon itself, end.
from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import select
import sys
from time import monotonic

from leat.frames import EXITED
from leat.system import children, flush_stdio, ignoring, kill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from leat.daemon import Daemon


def reap(daemon: Daemon) -> None:
    while True:
        try:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            stopped = None if ended else os.waitid(os.P_ALL, 0, os.WSTOPPED | os.WNOHANG)
        except ChildProcessError:  # there is none, or all have ended since the first look: their signal follows
            return
        if ended is None:
            if stopped and not daemon.stopped:
                from leat.trouble import Stopped
                daemon.stopped = Stopped(daemon)
            if daemon.stopped:
                daemon.stopped.changed(stopped)
            return
        pid = ended.si_pid
        worker = daemon.workers.pop(pid, None)
        daemon.helpers.discard(pid)
        if worker:
            kill(pid, group=True)  # while the zombie still keeps the number from being used again
        status = os.waitpid(pid, 0)[1]
        if worker:
            os.close(worker[1])
            cause = daemon.causes.pop(pid, "")
            daemon.answer(EXITED, worker[0], status, cause.encode() if status == _signal.SIGKILL else b"")
        kill_orphans(daemon)


def kill_orphans(daemon: Daemon) -> None:
    '''Kills what was adopted, unless it belongs to the group of a living worker.'''
    for pid in children():
        if pid not in daemon.workers and pid not in daemon.helpers:
            with ignoring(ProcessLookupError):
                if os.getpgid(pid) not in daemon.workers:
                    kill(pid)


def end(daemon: Daemon, host_lives: bool = False) -> NoReturn:
    for pid in daemon.workers:
        kill(pid, group=True)
    deadline = monotonic() + 5
    while monotonic() < deadline:
        for pid in children():
            kill(pid)
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            break
        select.select([daemon.wakeup], [], [], 0.005)
        with ignoring(BlockingIOError):
            os.read(daemon.wakeup, 4096)
    if "folder" in daemon.settings or "multiprocessing.process" in sys.modules:
        from leat.environment import remove_folders
        remove_folders("" if host_lives else daemon.settings.get("folder", ""))
    flush_stdio()
    os._exit(0)
#)"""
