R"""("""
# SPDX-License-Identifier: BSL-1.0
# The daemon: forks workers at the host's request. docs/inside/wire.md is the protocol.
from __future__ import annotations

import _pickle
import _signal  # type: ignore[import-not-found]
import _socket
import gc
import os
import select
import sys
from _collections import deque  # type: ignore[import-not-found]

from leat.frames import CONTROL, FAILED, KILL, READY, SPAWN, SPAWNED
from leat.system import DONTWAIT, TERMINAL, flush_stdio, ignoring, kill, pidfd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Optional

    Child = Optional[tuple[int, ...]]  # in a forked child: its session, stdout, stderr and lifeline, and its index

HANDLED = (_signal.SIGCHLD, _signal.SIGTERM)  # by the daemon


class Daemon:
    '''Forks workers at the host's request and outlives neither the host nor any of their descendants.'''

    def __init__(self, control: int, options: dict[str, str], settings: dict[str, Any], code: str) -> None:
        self.fresh = options.get("start") == "spawn"
        self.host = int(options.get("pid") or os.getppid())
        self.code = code  # where to leave the package's compiled code
        self.patience = int(options.get("patience") or 30_000)  # milliseconds that a worker may be stopped
        self.stopped: Any = None  # workers that are
        self.settings = settings
        self.watch: Any = None  # over memory
        self.helpers: set[int] = set()  # pids of what preloaded modules have started
        self.causes: dict[int, str] = {}  # of those that it has killed: why
        self.control = _socket.socket(fileno=control)
        self.control.setblocking(False)
        self.unsent: deque[tuple[bytes, int]] = deque()
        self.workers: dict[int, tuple[int, int]] = {}  # pid: worker number, write end of its lifeline

        self.wakeup, wakeup = os.pipe()
        os.set_blocking(self.wakeup, False)
        os.set_blocking(wakeup, False)
        _signal.set_wakeup_fd(wakeup)
        for number in HANDLED:
            _signal.signal(number, lambda *_: None)  # their numbers arrive through the wakeup pipe
        for number in TERMINAL:
            _signal.signal(number, _signal.SIG_IGN)  # Ctrl-C and its like are for the host to judge

        self.poller = select.poll()
        self.poller.register(self.wakeup, select.POLLIN)
        self.host_fd = pidfd(self.host)
        if self.host_fd >= 0:
            self.poller.register(self.host_fd, select.POLLIN)

    def run(self, load: Callable[[], None]) -> Child:
        '''Serves the host; `load` imports what all workers need. Returns in a forked child only.'''
        if os.getppid() != self.host:
            from leat.trouble import not_the_hosts_child
            not_the_hosts_child(self)
        version = list(sys.version_info[:3])
        self.answer(READY, 0, os.getpid(), _pickle.dumps({"version": version, "executable": sys.executable}, 4))
        load()
        if self.settings:
            from leat.environment import prepare
            prepare(self)
        patience = None if self.host_fd >= 0 else 200
        if self.watch:
            patience = 50

        while True:
            events = select.POLLIN | (select.POLLOUT if self.unsent else 0)
            self.poller.register(self.control, events)
            ready = dict(self.poller.poll(patience or (200 if self.code or self.stopped and self.stopped.due else None)))
            if not ready:
                self.keep_code()
            if self.host_fd in ready or os.getppid() != self.host:
                self.end()
            if self.wakeup in ready:
                if _signal.SIGTERM in os.read(self.wakeup, 4096):
                    self.end(host_lives=True)
                self.reap()
            if self.watch:
                for pid, self.causes[pid] in self.watch.over(list(self.workers)):
                    kill(pid, group=True)
            if self.stopped:
                self.stopped.end_overdue()
            event = ready.get(self.control.fileno(), 0)
            if event & select.POLLOUT:
                self.send_unsent()
            if event & ~select.POLLOUT:
                child = self.serve()
                if child:
                    return child

    def keep_code(self) -> None:
        if self.code:
            from leat.code_cache import write
            write(self.code)
            self.code = ""

    def serve(self) -> Child:
        try:
            data, ancillary, _, _ = self.control.recvmsg(4096, _socket.CMSG_SPACE(64), _socket.MSG_CMSG_CLOEXEC | DONTWAIT)
        except BlockingIOError:
            return None
        except ConnectionError:
            data, ancillary = b"", []
        fds = [int.from_bytes(raw[i:i + 4], sys.byteorder) for _, _, raw in ancillary for i in range(0, len(raw), 4)]
        if not data:
            self.keep_code()
            self.end()
        op, number, value = CONTROL.unpack_from(data) if len(data) >= CONTROL.size else (0, 0, 0)
        if op == SPAWN:
            return self.spawn(number, value, fds)
        if op == KILL:
            for pid in [pid for pid, (other, _) in self.workers.items() if other == number]:
                kill(pid, group=True)
        else:
            self.answer(FAILED, number, 22, f"unknown control operation {op}".encode())
        for fd in fds:
            os.close(fd)
        return None

    def spawn(self, number: int, index: int, fds: list[int]) -> Child:
        try:
            if len(fds) != 3:
                raise OSError(22, f"a worker needs 3 descriptors, {len(fds)} arrived")
            if self.workers:
                import _ast  # noqa: F401  once for the others
            flush_stdio()
            gc.freeze()
            fds += os.pipe()
            _signal.pthread_sigmask(_signal.SIG_BLOCK, HANDLED)  # in a child until `settle` has reset the handlers
            pid = -1
            try:
                pid = os.fork()
            finally:
                if pid != 0:
                    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, HANDLED)
            if pid == 0:
                return (*fds[:4], index)
        except OSError as e:
            self.answer(FAILED, number, e.errno or 0, (e.strerror or str(e)).encode())
        else:
            with ignoring(OSError):
                os.setpgid(pid, pid)  # here too, so that a kill finds the group
            self.workers[pid] = number, fds.pop()
            self.answer(SPAWNED, number, pid, fd=pidfd(pid))
        for fd in fds:
            os.close(fd)
        return None

    def answer(self, op: int, number: int, value: int, body: bytes = b"", fd: int = -1) -> None:
        self.unsent.append((CONTROL.pack(op, number, value) + body, fd))
        self.send_unsent()

    def send_unsent(self) -> None:
        while self.unsent:
            data, fd = self.unsent[0]
            rights = [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, fd.to_bytes(4, sys.byteorder))] if fd >= 0 else []
            try:
                self.control.sendmsg([data], rights, DONTWAIT)
            except BlockingIOError:
                return
            except OSError:
                pass  # the host is going; poll will say so
            self.unsent.popleft()
            if fd >= 0:
                os.close(fd)

    def reap(self) -> None:
        from leat.ends import reap
        reap(self)

    def end(self, host_lives: bool = False) -> NoReturn:
        from leat.ends import end
        end(self, host_lives)
#)"""
