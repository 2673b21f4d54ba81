R"""("""
# SPDX-License-Identifier: BSL-1.0
# The daemon that forks workers, and what makes a forked child one. The first module of the package: it finds the others.
# docs/wire.md is the protocol. C++ includes each file as a raw string: hence its first and last line, and the '''.
from __future__ import annotations

import os
import sys

import _functools  # type: ignore[import-not-found]

functools = sys.modules.setdefault("functools", type(sys)("functools"))
if not hasattr(functools, "partial"):  # all that _pickle wants of it; the real module takes 2 ms
    functools.partial = _functools.partial  # type: ignore[attr-defined]
    import _pickle
    del sys.modules["functools"]
import _pickle
import _signal  # type: ignore[import-not-found]
import _socket
import fcntl
import gc
import marshal
import select
from _collections import deque  # type: ignore[import-not-found]
from _frozen_importlib import ModuleSpec
from _struct import Struct
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any, Iterable, NoReturn, Optional

    Child = Optional[tuple[int, ...]]  # in a forked child: its session, stdout, stderr and lifeline, and its seat

CONTROL = Struct("<BxxxIq")
SPAWN, KILL, READY, SPAWNED, EXITED, FAILED, LOADING = range(1, 8)

HIGH_FD = 10
TERMINAL = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGQUIT)  # what a terminal or a shell sends
IGNORED = {number for number in TERMINAL if _signal.getsignal(number) == _signal.SIG_IGN}  # by the host, as under nohup
HANDLED = (_signal.SIGCHLD, _signal.SIGTERM)  # by the daemon
DONTWAIT = _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL
FILES = "leat/python/leat/"  # of this package, as tracebacks name them


# ---- the package

package = b""  # as the host has handed it over
parts: dict[str, bytes] = {}  # of it, once somebody asks: the modules' sources by their names
codes: Optional[dict[str, bytes]] = globals().get("codes")  # all of them compiled, from the file that `write_codes` left
made: dict[str, ModuleType] = {__name__: sys.modules[__name__]}
taken: frozenset[str] = frozenset()  # modules that are loaded before the user's path is known


def read_texts(fd: int) -> dict[str, Any]:
    '''Takes in the package; gives the settings that stand behind it.'''
    global package
    package, _, settings = os.pread(fd, os.fstat(fd).st_size, 0).partition(b"\n# ==== settings\n")
    if Package not in sys.meta_path:
        sys.meta_path.insert(0, Package)
    return _pickle.loads(settings) if settings else {}


def texts() -> dict[str, bytes]:
    if not parts:
        parts["daemon"], *others = package.split(b"\n# ==== ")
        for text in others:
            name, _, body = text.partition(b"\n")
            parts[name.decode()] = body
    return parts


def compiled(name: str) -> CodeType:
    return marshal.loads(codes[name]) if codes else compile(texts()[name], f"{FILES}{name}.py", "exec", dont_inherit=True)


class Package:
    '''Finds the modules of this package, without any file.'''

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        package, _, module = name.partition(".")
        if package != "leat" or (module or "__init__") not in (codes or texts()):
            return None
        return ModuleSpec(name, Package, origin=f"{FILES}{module or '__init__'}.py", is_package=not module)  # type: ignore

    @staticmethod
    def create_module(spec: ModuleSpec) -> Optional[ModuleType]:
        return made.get(spec.name)  # where a function has taken it out of sys.modules

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        if made.get(module.__name__) is module:
            return
        name = module.__name__.partition(".")[2] or "__init__"
        module.__dict__["__builtins__"] = globals()["__builtins__"]  # a copy: what user code makes of them matters not here
        if name in ("__init__", "library"):
            exec(compiled(name), module.__dict__)
        else:
            from leat.library import standard
            with standard:
                exec(compiled(name), module.__dict__)
        made[module.__name__] = module


class ignoring:
    '''with ignoring(OSError): what may fail without consequence.'''

    def __init__(self, *kinds: type[BaseException]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, *_: Any) -> bool:
        return kind is not None and issubclass(kind, self.kinds)


# ---- processes

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


class Daemon:
    '''Forks workers at the host's request and outlives neither the host nor any of their descendants.'''

    def __init__(self, control: int, source: int, variables: dict[str, str], settings: dict[str, Any]) -> None:
        options = dict(entry.partition("=")[::2] for entry in variables.get("LEAT_WORKER", "").split(";"))
        self.fresh = options.get("start") == "spawn"
        self.host = int(options.get("pid") or os.getppid())
        self.code = "" if codes else options.get("code", "")
        self.patience = int(options.get("patience") or 30_000)  # milliseconds that a worker may be stopped
        self.stopped: Any = None  # workers that are
        self.source = source
        self.variables = variables  # that a fresh worker needs, and user code does not see
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

    def run(self) -> Child:
        '''Serves the host. Returns in a forked child only.'''
        if os.getppid() != self.host:
            from leat.trouble import not_the_hosts_child
            not_the_hosts_child(self)
        version = list(sys.version_info[:3])
        self.answer(READY, 0, os.getpid(), _pickle.dumps({"version": version, "executable": sys.executable}, 4))
        import leat.library
        leat.library.load_worker()
        if self.settings:
            from leat.environment import prepared
            if not prepared(self):
                self.end(host_lives=True)
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
            from leat.fresh import write_codes
            write_codes(self.code)
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

    def spawn(self, number: int, seat: int, fds: list[int]) -> Child:
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
                return (*fds[:4], seat)
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
        while True:
            try:
                ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
                stopped = None if ended else os.waitid(os.P_ALL, 0, os.WSTOPPED | os.WNOHANG)
            except ChildProcessError:  # there is none, or all have ended since the first look: their signal follows
                return
            if ended is None:
                if stopped and not self.stopped:
                    from leat.trouble import Stopped
                    self.stopped = Stopped(self)
                if self.stopped:
                    self.stopped.changed(stopped)
                return
            pid = ended.si_pid
            worker = self.workers.pop(pid, None)
            self.helpers.discard(pid)
            if worker:
                kill(pid, group=True)  # while the zombie still keeps the number from being used again
            status = os.waitpid(pid, 0)[1]
            if worker:
                os.close(worker[1])
                cause = self.causes.pop(pid, "")
                self.answer(EXITED, worker[0], status, cause.encode() if status == _signal.SIGKILL else b"")
            self.kill_orphans()

    def kill_orphans(self) -> None:
        '''Kills what was adopted, unless it belongs to the group of a living worker.'''
        for pid in children():
            if pid not in self.workers and pid not in self.helpers:
                with ignoring(ProcessLookupError):
                    if os.getpgid(pid) not in self.workers:
                        kill(pid)

    def end(self, host_lives: bool = False) -> NoReturn:
        for pid in self.workers:
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
            select.select([self.wakeup], [], [], 0.005)
            with ignoring(BlockingIOError):
                os.read(self.wakeup, 4096)
        if "folder" in self.settings or "multiprocessing.process" in sys.modules:
            from leat.environment import remove_folders
            remove_folders("" if host_lives else self.settings.get("folder", ""))
        flush_stdio()
        os._exit(0)


def main() -> NoReturn:
    gc.disable()
    names = ("LEAT_WORKER", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")
    variables = {name: os.environ.pop(name) for name in names if name in os.environ}
    options = variables.get("LEAT_WORKER", "")
    try:
        while os.open("/dev/null", os.O_RDWR) < 3:
            pass
        control, source = lift(3), lift(4)
    except OSError as e:  # EINVAL: the limit is below the number that is asked for
        few = e.errno in (22, 24)
        text = f"the Python interpreter {sys.executable} cannot begin: {'too few open files are allowed' if few else e.strerror}"
        os.write(3, CONTROL.pack(FAILED, 0, 0) + (text + "; raise RLIMIT_NOFILE (ulimit -n)" * few).encode())
        os._exit(3)
    settings = read_texts(source)
    global taken
    taken = frozenset(sys.modules) | frozenset(sys.builtin_module_names)
    sys.path[:0] = settings.pop("path", ())
    if options.startswith("start=worker;"):
        from leat.fresh import begin
        begin(control, settings, options)
    close_fds({0, 1, 2, control, source})
    reset_signals()
    daemon = Daemon(control, source, variables, settings)
    pid = os.getpid()
    child = daemon.run()
    assert child is not None
    from leat.worker import settle, work
    daemon.control.detach()
    session, out, err, given_lifeline, seat = child
    session, lifeline = settle(session, out, err, given_lifeline, pid, source)
    if daemon.fresh:
        from leat.fresh import execute
        execute(session, lifeline, source, variables, pid, seat)
    os.close(source)
    work(session, settings, seat)
#)"""
