R"""("""
# SPDX-License-Identifier: BSL-1.0
# What the daemon needs only where something is odd: what started it, and workers that are stopped.
from __future__ import annotations

import os
import sys
from time import monotonic

from leat.frames import FAILED
from leat.system import DONTWAIT, ignoring, kill

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from leat.daemon import Daemon


def not_the_hosts_child(daemon: Daemon) -> NoReturn:
    '''The host has gone, or something stands between, which is told to a host that lives.'''
    import _socket
    try:
        gone = not daemon.control.recv(1, _socket.MSG_PEEK | DONTWAIT)
    except BlockingIOError:
        gone = False
    except OSError:
        gone = True
    if not gone:
        between = f"process {os.getppid()}"
        with ignoring(OSError), open(f"/proc/{os.getppid()}/cmdline", "rb") as file:
            between += f" ({b' '.join(file.read().split(bytes(1))[:2]).decode(errors='replace')})"
        daemon.answer(FAILED, 0, 0, (
            f"the Python interpreter {sys.executable} was started by {between}, which waits for it; a script in the interpreter's "
            "place must become the interpreter: write exec before its last command").encode())
    daemon.end(host_lives=not gone)


class Stopped:
    '''Workers that are stopped, and when each is killed for that: a run that waits for one must end.'''

    def __init__(self, daemon: Daemon) -> None:
        self.daemon = daemon
        self.due: dict[int, float] = {}

    def changed(self, facts: Any) -> None:
        '''`facts` are of the first one, if there is one.'''
        kinds = os.WSTOPPED | os.WCONTINUED | os.WNOHANG
        facts = facts or os.waitid(os.P_ALL, 0, kinds)
        while facts:
            if facts.si_code == os.CLD_CONTINUED:
                self.due.pop(facts.si_pid, None)
            elif facts.si_pid in self.daemon.workers:
                self.due[facts.si_pid] = monotonic() + self.daemon.patience / 1000
            facts = os.waitid(os.P_ALL, 0, kinds)

    def end_overdue(self) -> None:
        for pid, due in list(self.due.items()):
            if pid not in self.daemon.workers:
                del self.due[pid]
            elif monotonic() >= due:
                del self.due[pid]
                self.daemon.causes[pid] = (f"it was stopped (SIGSTOP) for {self.daemon.patience} ms, as long as "
                                           "python_options.start_timeout allows")
                kill(pid, group=True)
#)"""
