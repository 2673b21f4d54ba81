R"""("""
# SPDX-License-Identifier: BSL-1.0
# What the daemon and its workers ask of the operating system.
from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import _socket
import fcntl
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterable

HIGH_FD = 10
TERMINAL = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT)  # what a terminal or a shell sends
IGNORED = {number for number in TERMINAL if _signal.getsignal(number) == _signal.SIG_IGN}  # by the host, as under nohup
DONTWAIT = _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL


class ignoring:
    '''with ignoring(OSError): what may fail without consequence.'''

    def __init__(self, *kinds: type[BaseException]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, *_: Any) -> bool:
        return kind is not None and issubclass(kind, self.kinds)


def reset_signals() -> None:
    '''Undoes what the host had blocked or ignored, but for what a terminal sends; SIGINT and SIGPIPE stay as Python has them.'''
    kept = (_signal.SIGPIPE, _signal.SIGXFSZ, _signal.SIGKILL, _signal.SIGSTOP)
    for number in range(1, _signal.NSIG):
        if number not in kept and _signal.getsignal(number) not in (_signal.SIG_DFL, None):
            _signal.signal(number, _signal.SIG_DFL)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    for number in IGNORED:
        _signal.signal(number, _signal.SIG_IGN)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, [])


def close_fds(kept: set[int]) -> None:
    numbers: Iterable[int] = range(min(os.sysconf("SC_OPEN_MAX"), 1 << 16))
    with ignoring(OSError):
        numbers = [int(name) for name in os.listdir("/proc/self/fd")]
    for fd in numbers:
        if fd not in kept:
            with ignoring(OSError):
                os.close(fd)


def lift(fd: int) -> int:
    '''A close-on-exec duplicate above what user code opens or closes by number.'''
    return fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, HIGH_FD)


def children() -> list[int]:
    '''This process's children, adopted ones and zombies included.'''
    found: list[int] = []
    with ignoring(OSError):
        for task in os.listdir("/proc/self/task"):
            with open(f"/proc/self/task/{task}/children", "rb") as file:
                found += map(int, file.read().split())
        return found
    with ignoring(OSError):
        for name in filter(str.isdigit, os.listdir("/proc")):  # a kernel without those files
            with ignoring(OSError), open(f"/proc/{name}/stat", "rb") as file:
                if int(file.read().rpartition(b")")[2].split()[1]) == os.getpid():
                    found.append(int(name))
    return found


def kill(pid: int, group: bool = False) -> None:
    with ignoring(ProcessLookupError, PermissionError):
        (os.killpg if group else os.kill)(pid, _signal.SIGKILL)


def pidfd(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except (AttributeError, OSError):
        return -1


def flush_stdio() -> None:
    for stream in (sys.stdout, sys.stderr):
        with ignoring(Exception):
            stream.flush()
#)"""
