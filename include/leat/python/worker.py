R"""("""
# SPDX-License-Identifier: BSL-1.0
# leat's Python side: the daemon that forks workers, and the worker that runs composed functions over batches.
# docs/wire.md is the protocol. C++ includes this file as a raw string: hence its first and last line, and the '''.
from __future__ import annotations

import os
import sys

if __name__ == "__leat__" and sys.path and sys.path[0] == "":
    del sys.path[0]  # before any import that a file in the current folder could shadow

import _functools

functools = sys.modules.setdefault("functools", type(sys)("functools"))
if not hasattr(functools, "partial"):  # all that _pickle wants of it; the real module takes 2 ms
    functools.partial = _functools.partial
    import _pickle
    del sys.modules["functools"]
import _pickle
import _signal
import _socket
import builtins
import fcntl
import gc
import select
from _collections import deque
from _io import BytesIO
from _struct import Struct
from itertools import chain, islice
from time import monotonic, perf_counter_ns as clock

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast
    from types import CodeType
    from typing import Any, Callable, Iterable, Iterator, NoReturn, Optional, Union

    Buffer = Union[bytes, memoryview]
    Child = Optional[tuple[int, ...]]  # in a forked child: its session, stdout, stderr and lifeline
    Chunks = Iterator[list]
    Cursor = Optional[tuple[int, Iterator]]  # where an iterator over a batch ends in that batch, the iterator
    Frame = tuple[int, int, int, int, memoryview]  # kind, session, batch, count, body

HEADER = Struct("<2sBBIQQQ")
CONTROL = Struct("<BxxxIq")
DONE_BODY = Struct("<QQ")
OPEN, DATA, END, CANCEL, DONE, ERROR, CLOSED = range(1, 8)
SPAWN, KILL, READY, SPAWNED, EXITED, FAILED = range(1, 7)
NONE = (1 << 64) - 1

FRAME_LIMIT = 1 << 40  # a longer claim is garbage
RECV_BYTES = 256 << 10
FIRST_BODY = 1 << 20
PART_ELEMENTS = 16_384
PART_BYTES = 128 << 10
FAST_NS, SLOW_NS, LOOK_NS = 5_000_000, 10_000_000, 200_000
TEXT_LIMIT = 64 << 10
JOBS_KEPT = 32
HIGH_FD = 10
HANDLED = (_signal.SIGCHLD, _signal.SIGTERM)  # by the daemon
DONTWAIT = _socket.MSG_DONTWAIT | _socket.MSG_NOSIGNAL
FILE, PART = "leat/python/worker.py", b"\n# ==== "
BOOT = f'''import os
exec(compile(os.pread(4,os.fstat(4).st_size,0).split({PART!r})[0],"{FILE}","exec"),{{"__name__":"__leat__","codes":None}})'''


# Compiling the whole file takes as long as starting Python. So it is compiled in three parts, each when it is first needed, and
# the bootstrap may bring all three compiled, from the file that `write_codes` left.
codes: Optional[list[CodeType]] = globals().get("codes")
compiled = 1


def compile_all(source: bytes, only: Optional[int] = None) -> list[CodeType]:
    line, out = 1, []
    for i, text in enumerate(source.split(PART)):
        if only is None or i == only:
            out.append(compile(b"\n" * (line - 1) + b"# " * (i > 0) + text, FILE, "exec"))
        line += text.count(b"\n") + 1
    return out


def compile_part() -> None:
    global compiled
    part, compiled = compiled, compiled + 1
    exec(codes[part] if codes else compile_all(source_text, part)[0], globals())


def write_codes(path: str) -> None:
    '''Leaves the compiled parts where the next start finds them: as Python does with modules, in a file of the user alone.'''
    import marshal
    with ignoring(OSError):
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        draft = f"{path}.{os.getpid()}"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, marshal.dumps(compile_all(source_text)))
        finally:
            os.close(fd)
        os.rename(draft, path)


class Later:
    '''Names of the last part, which most sessions never need.'''

    def __getattr__(self, name: str) -> Any:
        while name not in globals():
            compile_part()
        return globals()[name]


later = Later()


class Halt(BaseException):
    '''Nothing more of this session is wanted; passes through user code, so no Exception.'''


class ignoring:
    '''with ignoring(OSError): what may fail without consequence.'''

    def __init__(self, *kinds: type[BaseException]) -> None:
        self.kinds = kinds

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: Any, *_: Any) -> bool:
        return kind is not None and issubclass(kind, self.kinds)


class NotPlain(Exception):
    '''Its argument has no plain counterpart on the wire.'''


# ---- processes


def reset_signals() -> None:
    '''Undoes what the host had blocked or ignored; Python's own choices for SIGINT and SIGPIPE stay.'''
    kept = (_signal.SIGPIPE, _signal.SIGXFSZ, _signal.SIGKILL, _signal.SIGSTOP)
    for number in range(1, _signal.NSIG):
        if number not in kept and _signal.getsignal(number) not in (_signal.SIG_DFL, None):
            _signal.signal(number, _signal.SIG_DFL)
    _signal.signal(_signal.SIGINT, _signal.default_int_handler)
    _signal.pthread_sigmask(_signal.SIG_SETMASK, [])


def close_fds(kept: set[int]) -> None:
    numbers: Iterable[int] = range(1024)
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
        with ignoring(AttributeError, ValueError, OSError):
            stream.flush()


class Daemon:
    '''Forks workers at the host's request and outlives neither the host nor any of their descendants.'''

    def __init__(self, control: int, source: int, settings: dict[str, str]) -> None:
        options = dict(entry.partition("=")[::2] for entry in settings.get("LEAT_WORKER", "").split(";"))
        self.fresh = options.get("start") == "spawn"
        self.host = int(options.get("pid") or os.getppid())
        self.code = "" if codes else options.get("code", "")
        self.source = source
        self.settings = settings
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
        _signal.signal(_signal.SIGINT, _signal.SIG_IGN)  # Ctrl-C is for the host to judge

        self.poller = select.poll()
        self.poller.register(self.wakeup, select.POLLIN)
        self.host_fd = pidfd(self.host)
        if self.host_fd >= 0:
            self.poller.register(self.host_fd, select.POLLIN)

    def run(self) -> Child:
        '''Serves the host. Returns in a forked child only.'''
        if os.getppid() != self.host:
            self.end()
        version = list(sys.version_info[:3])
        self.answer(READY, 0, os.getpid(), _pickle.dumps({"version": version, "executable": sys.executable}, 4))
        compile_part()
        import _ast  # noqa: F401  once for all workers

        while True:
            events = select.POLLIN | (select.POLLOUT if self.unsent else 0)
            self.poller.register(self.control, events)
            ready = dict(self.poller.poll(None if self.host_fd >= 0 and not self.code else 200))
            if not ready:
                self.keep_code()
            if self.host_fd in ready or os.getppid() != self.host:
                self.end()
            if self.wakeup in ready:
                if _signal.SIGTERM in os.read(self.wakeup, 4096):
                    self.end()
                self.reap()
            event = ready.get(self.control.fileno(), 0)
            if event & select.POLLOUT:
                self.send_unsent()
            if event & ~select.POLLOUT:
                child = self.serve()
                if child:
                    return child

    def keep_code(self) -> None:
        if self.code:
            write_codes(self.code)
            self.code = ""

    def serve(self) -> Child:
        try:
            data, ancillary, _, _ = self.control.recvmsg(
                4096, _socket.CMSG_SPACE(64), _socket.MSG_CMSG_CLOEXEC | DONTWAIT)
        except BlockingIOError:
            return None
        except ConnectionError:
            data, ancillary = b"", []
        fds = [int.from_bytes(raw[i:i + 4], sys.byteorder) for _, _, raw in ancillary for i in range(0, len(raw), 4)]
        if not data:
            self.keep_code()
            self.end()
        op, number, _ = CONTROL.unpack_from(data) if len(data) >= CONTROL.size else (0, 0, 0)
        if op == SPAWN:
            return self.spawn(number, fds)
        if op == KILL:
            for pid, (other, _) in self.workers.items():
                if other == number:
                    kill(pid, group=True)
        else:
            self.answer(FAILED, number, 22, f"unknown control operation {op}".encode())
        for fd in fds:
            os.close(fd)
        return None

    def spawn(self, number: int, fds: list[int]) -> Child:
        try:
            if len(fds) != 3:
                raise OSError(22, f"a worker needs 3 descriptors, {len(fds)} arrived")
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
                return tuple(fds[:4])
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
            except ChildProcessError:
                return
            if ended is None:
                return
            pid = ended.si_pid
            worker = self.workers.pop(pid, None)
            if worker:
                kill(pid, group=True)  # while the zombie still keeps the number from being used again
            status = os.waitpid(pid, 0)[1]
            if worker:
                os.close(worker[1])
                self.answer(EXITED, worker[0], status)
            self.kill_orphans()

    def kill_orphans(self) -> None:
        '''Kills what was adopted, unless it belongs to the group of a living worker.'''
        for pid in children():
            if pid not in self.workers:
                with ignoring(ProcessLookupError):
                    if os.getpgid(pid) not in self.workers:
                        kill(pid)

    def end(self) -> NoReturn:
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
        flush_stdio()
        os._exit(0)


def settle(session: int, out: int, err: int, lifeline: int, daemon: int, source: int) -> tuple[int, int]:
    '''Makes a forked child a worker: own group, own stdio, nothing else of the daemon's. Gives the lifted descriptors.'''
    with ignoring(OSError):
        os.setpgid(0, 0)
    _signal.set_wakeup_fd(-1)
    reset_signals()
    session, lifeline = lift(session), lift(lifeline)
    os.dup2(os.open("/dev/null", os.O_RDWR), 0)
    os.dup2(out, 1)
    os.dup2(err, 2)
    close_fds({0, 1, 2, session, lifeline, source})
    tie(lifeline, daemon)
    return session, lifeline


def tie(lifeline: int, daemon: int) -> None:
    '''The kernel kills this process when the daemon's end of the pipe closes, even while native code holds the GIL.'''
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, getattr(fcntl, "F_SETSIG", 10), _signal.SIGKILL)
    fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | fcntl.FASYNC)
    if os.getppid() != daemon:
        os._exit(1)


def execute_fresh(session: int, lifeline: int, source: int, settings: dict[str, str], daemon: int) -> NoReturn:
    '''Replaces the forked child by a new interpreter that inherits no import.'''
    for fd, target in (session, 3), (source, 4), (lifeline, 5):
        os.dup2(fd, target)
    code = settings.get("LEAT_WORKER", "").partition(";code=")[2]
    settings = {**settings, "LEAT_WORKER": f"start=worker;pid={daemon}" + (f";code={code}" if code else "")}
    boot = getattr(sys, "orig_argv", ["", "", BOOT])[2]
    try:
        os.execve(sys.executable, [sys.executable, "-c", boot], {**os.environ, **settings})
    except OSError as e:
        os.write(2, f"leat: cannot execute {sys.executable}: {e}\n".encode())
        os._exit(127)


def main() -> NoReturn:
    gc.disable()
    names = ("LEAT_WORKER", "LEAT_PATH", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")
    settings = {name: os.environ.pop(name) for name in names if name in os.environ}
    sys.path[:0] = [folder for folder in settings.get("LEAT_PATH", "").split(":") if folder]
    options = settings.get("LEAT_WORKER", "")
    while os.open("/dev/null", os.O_RDWR) < 3:
        pass
    control, source = lift(3), lift(4)
    global source_text
    source_text = os.pread(source, os.fstat(source).st_size, 0)
    if options.startswith("start=worker;"):
        compile_part()
        session, lifeline = control, lift(5)
        close_fds({0, 1, 2, session, lifeline})
        tie(lifeline, int(options.partition(";pid=")[2].partition(";")[0]))
        work(session)
    close_fds({0, 1, 2, control, source})
    reset_signals()
    daemon = Daemon(control, source, settings)
    pid = os.getpid()
    child = daemon.run()
    assert child is not None
    daemon.control.detach()
    session, lifeline = settle(*child, pid, source)
    if daemon.fresh:
        execute_fresh(session, lifeline, source, settings, pid)
    os.close(source)
    work(session)


if __name__ == "__leat__":
    main()

# ==== the worker


def protocol_error(text: str) -> NoReturn:
    flush_stdio()
    os.write(2, f"leat worker: protocol error: {text}\n".encode())
    os._exit(70)


class Channel:
    '''Frames over the session socket. Writing never blocks without reading, and a started frame is always finished.'''

    def __init__(self, fd: int) -> None:
        self.socket = _socket.socket(fileno=fd)
        self.socket.setblocking(True)
        self.poller = select.poll()
        self.poller.register(fd, select.POLLIN | select.POLLOUT)
        self.frames: deque[Frame] = deque()
        self.pending: list[Buffer] = []
        self.rest = b""
        self.body: Optional[bytearray] = None  # of a frame that has arrived in part
        self.free = memoryview(b"")
        self.closed = self.cancelled = 0  # highest session that has ended, that is to end
        self.gone = False
        self.looked = clock()
        self.waited = 0

    def next(self, session: int = NONE) -> Optional[Frame]:
        '''The next frame; None: the host is gone, or has cancelled the session.'''
        if not self.frames:
            start = clock()
            while not self.frames and not self.gone and self.cancelled < session:
                self.pull()
            self.waited += clock() - start
        return self.frames.popleft() if self.frames else None

    def pull(self, flags: int = 0) -> None:
        '''Takes in what has arrived; waits for it unless DONTWAIT is given.'''
        self.looked = clock()
        try:
            if self.body is None:
                data = self.socket.recv(RECV_BYTES, flags)
                size = len(data)
            else:
                size = self.socket.recv_into(self.free, 0, flags)
        except BlockingIOError:
            return
        except ConnectionError:
            size = 0
        if size == 0:
            self.gone = True
        elif self.body is None:
            self.split(self.rest + data if self.rest else data)
        else:
            self.fill(size)

    def split(self, data: bytes) -> None:
        view, start, size = memoryview(data), 0, len(data)
        while size - start >= 32:
            magic, kind, _, session, batch, count, length = HEADER.unpack_from(data, start)
            if magic != b"lt" or not OPEN <= kind <= CANCEL:
                protocol_error(f"not a frame for a worker: {data[start:start + 32].hex()}")
            if length > FRAME_LIMIT:
                protocol_error(f"a frame of {length} bytes")
            start += 32
            if start + length > size:
                arrived = size - start
                self.head, self.length, self.have = (kind, session, batch, count), length, arrived
                self.body = bytearray(min(length, max(FIRST_BODY, 2 * arrived)))
                self.body[:arrived] = view[start:]
                self.free = memoryview(self.body)[arrived:]
                self.rest = b""
                return
            self.accept(kind, session, batch, count, view[start:start + length])
            start += length
        self.rest = data[start:]

    def fill(self, size: int) -> None:
        '''Continues a frame's body, whose buffer grows with what has arrived, not by what was claimed.'''
        body: Any = self.body
        self.have += size
        if self.have == self.length:
            self.free.release()
            self.body = None
            self.accept(*self.head, memoryview(body))
        elif self.have == len(body):
            self.free.release()
            body += bytes(min(self.have, self.length - self.have))
            self.free = memoryview(body)[self.have:]
        else:
            self.free = self.free[size:]

    def accept(self, kind: int, session: int, batch: int, count: int, body: memoryview) -> None:
        if session <= self.closed:
            return
        if kind == CANCEL:
            self.cancelled = max(self.cancelled, session)
        else:
            self.frames.append((kind, session, batch, count, body))

    def put(self, kind: int, session: int, batch: int, count: int, body: Buffer = b"") -> None:
        self.pending.append(HEADER.pack(b"lt", kind, 0, session, batch, count, len(body)))
        if body:
            self.pending.append(body)

    def flush(self) -> None:
        '''Writes what is pending; takes in what arrives meanwhile.'''
        buffers, self.pending = self.pending, []
        while buffers and not self.gone:
            try:
                sent = self.socket.sendmsg(buffers, (), DONTWAIT)
            except BlockingIOError:
                start = clock()
                if self.poller.poll()[0][1] & ~select.POLLOUT:
                    self.pull(DONTWAIT)
                self.waited += clock() - start
                continue
            except ConnectionError:
                self.gone = True
                return
            while buffers and sent >= len(buffers[0]):
                sent -= len(buffers.pop(0))
            if sent:
                buffers[0] = memoryview(buffers[0])[sent:]


# ---- functions

sources: dict[str, str] = {}  # file name in tracebacks: text
modules: dict[tuple[str, str], Any] = {}  # (path, source): module
aliases: dict[str, str] = {}  # a source module's unique name: what users call it
folders: list[str] = []  # of source files; searched last
instances: dict[tuple, Any] = {}  # made once per worker


def named_source(label: str, text: str) -> str:
    '''A file name under which tracebacks find `text`.'''
    name, n = f"<leat {label}>", 1
    while sources.setdefault(name, text) != text:
        n += 1
        name = f"<leat {label} #{n}>"
    return name


def attribute(holder: Any, dotted: str, where: str) -> Any:
    for name in dotted.split("."):
        try:
            holder = getattr(holder, name)
        except AttributeError:
            raise AttributeError(f"{where} has no {dotted!r}") from None
    return holder


def is_async(function: Any) -> bool:
    while isinstance(function, _functools.partial):
        function = function.func
    return bool(getattr(getattr(function, "__code__", None), "co_flags", 0) & 0x380)


class Stage:
    '''One stage of a session: its function, ready to be called or inlined.'''

    def __init__(self, spec: dict[str, Any], index: int, imports: dict[str, Any]) -> None:
        self.index = index
        self.kind: str = spec["kind"]
        self.text: str = spec["text"]
        self.name: str = spec.get("name") or self.kind
        self.label = self.name.partition("(")[0]
        self.bind: dict[str, Any] = _pickle.loads(spec["bind"]) if spec.get("bind") else {}
        form, path, source = spec["form"], spec.get("path", ""), spec.get("source", "")
        self.scope: Optional[dict[str, Any]] = None
        self.instance: Any = None  # of a stateful class: this session's own
        if form == "expression":
            self.scope = {"__name__": "leat", **imports, **self.bind, "__builtins__": builtins}
            self.bind = {}
            filename = named_source(self.label, self.text.strip())
            code = compile(self.text.strip() + "\n", filename, "eval", dont_inherit=True)  # the newline puts carets right
            function = eval(code, self.scope)
        elif form == "module":
            module, _, name = self.text.partition(":")
            __import__(module)
            function = attribute(sys.modules[module], name, f"module {module!r}")
        else:
            function = attribute(later.source_module(path, source), self.text, path or "the source text")
        if isinstance(function, type) and any("__call__" in vars(base) for base in function.__mro__ if base is not type):
            key = form, self.text, path, source, spec.get("bind")
            if spec.get("stateful"):
                self.instance = function(**self.bind)
            elif key not in instances:
                instances[key] = function(**self.bind)
            function = (instances[key] if self.instance is None else self.instance).__call__
            self.bind = {}
        if not callable(function):
            raise TypeError(f"{self.text!r} is not a function but an object of type {later.qualified(type(function))}")
        if is_async(function) or is_async(getattr(function, "__call__", None)):
            raise TypeError(f"{self.text!r} is an async function; a stage calls its function and cannot await it")
        self.function = function

    def call(self, argument: Any) -> Any:
        return self.function(argument, **self.bind)

    def inlinable(self) -> Optional[_ast.Lambda]:
        '''A fresh tree of an expression lambda whose body may stand in another function; None: call it.'''
        if self.scope is None:
            return None
        import _ast as t
        tree = compile(self.text.strip(), "", "eval", t.PyCF_ONLY_AST, dont_inherit=True).body
        if not isinstance(tree, t.Lambda):
            return None
        a = tree.args
        if len(a.posonlyargs + a.args) != 1 or a.vararg or a.kwarg or a.kwonlyargs or a.defaults:
            return None
        own_frame = (t.Lambda, t.ListComp, t.SetComp, t.DictComp, t.GeneratorExp, t.NamedExpr, t.Yield, t.YieldFrom, t.Await)
        looks_at_frame = {"locals", "globals", "vars", "dir", "eval", "exec", "super", "__class__"}
        for node in walk(tree.body):
            if isinstance(node, own_frame) or isinstance(node, t.Name) and node.id in looks_at_frame:
                return None
        return tree


def walk(tree: Any) -> Iterator[Any]:
    from _ast import AST
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, AST)]


# ---- segments: what a session runs


class Pace:
    '''How many elements to take in one step: doubles while a step is quick, shrinks when it is slow.'''

    def __init__(self) -> None:
        self.size = 1

    def adapt(self, taken: int, ns: int) -> None:
        if ns > SLOW_NS:
            self.size = max(1, min(self.size, taken) * SLOW_NS // ns)
        elif ns < FAST_NS and taken >= self.size:
            self.size = min(2 * self.size, PART_ELEMENTS)


class Segment:
    '''Turns an iterator of lists into another; the last list of a batch is announced by `final`.'''

    final = False
    whole = False  # a function of whole batches follows: cut nothing

    def __init__(self, stages: list[Stage]) -> None:
        self.stages = stages
        self.pace = Pace()

    def drain(self, session: Session, iterator: Iterator, cursor: Cursor = None) -> Chunks:
        '''Cuts what an iterator yields into lists; closes it at the end.'''
        self.final = False
        try:
            while not self.final:
                session.enter(self, cursor)
                before = session.record()
                size, start = PART_ELEMENTS if self.whole else min(self.pace.size, session.job.limit), clock()
                taken = list(islice(iterator, size))
                self.pace.adapt(len(taken), clock() - start)
                self.final = len(taken) < size
                session.origin = before if before == session.record() else NONE
                yield taken
        finally:
            if hasattr(iterator, "close"):
                iterator.close()

    def failed(self, error: BaseException) -> tuple[Stage, str]:
        '''The stage an exception came from, and a better message if there is one.'''
        return self.stages[0], ""


class Pass(Segment):
    '''Consecutive map, filter and flat_map stages composed into one comprehension, inlined where that is safe.'''

    def __init__(self, stages: list[Stage]) -> None:
        super().__init__(stages)
        self.flat = any(stage.kind == "flat_map" for stage in stages)
        self.step = int(all(stage.kind == "map" for stage in stages))  # 1: result i comes from record i
        trees = [stage.inlinable() for stage in stages]
        texts = [stage.text.strip().splitlines() if tree else [""] for stage, tree in zip(stages, trees)]
        lines = [text for lines in texts for text in lines]
        self.line_of = [sum(map(len, texts[:i])) + 1 for i in range(len(stages))]
        self.shown = {line for line, text in enumerate(lines, 1) if text}  # the rest is composition, hidden in tracebacks
        self.hidden = len(lines) + 1
        self.scope: dict[str, Any] = {"__builtins__": builtins, "iterate ": iter, "chain ": chain.from_iterable}
        self.filename = named_source(" | ".join(dict.fromkeys(stage.label for stage in stages)), "\n".join(lines))
        passes[self.filename] = self
        self.run = self.called(stages[0]) if self.step and len(stages) == 1 and not trees[0] else self.compose(trees)

    def called(self, stage: Stage) -> Callable[[Iterator], list]:
        '''One called map: the fastest loop there is, which a StopIteration would end silently. So results are counted.'''
        function = functools.partial(stage.function, **stage.bind) if stage.bind else stage.function

        def run(it: Iterator) -> list:
            start = it.__length_hint__()
            ys = list(map(function, it))
            if len(ys) < start:
                raise StopIteration
            return ys
        return run

    def compose(self, trees: list[Any]) -> Callable[[Iterator], Any]:
        '''Names hold a space, dot or leading digit: no user text can spell them, so nothing clashes.'''
        import _ast as t

        def at(line: int) -> dict[str, int]:
            return {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}

        def name(text: str, line: int, context: Any = t.Load()) -> Any:
            return t.Name(text, context, **at(line))

        def clause(target: str, iterable: Any) -> Any:
            return t.comprehension(name(target, self.hidden, t.Store()), iterable, [], 0)

        def called(i: int, argument: str, line: int) -> Any:
            stage = self.stages[i]
            self.scope[f"{i}."] = stage.function
            self.scope.update((f"{i}.{key}", value) for key, value in stage.bind.items())
            keywords = [t.keyword(key, name(f"{i}.{key}", line), **at(line)) for key in stage.bind]
            return t.Call(name(f"{i}.", line), [name(argument, line)], keywords, **at(line))

        def inlined(i: int, argument: str, line: int) -> Any:
            parameter, = trees[i].args.posonlyargs + trees[i].args.args
            outer = self.stages[i].scope or {}
            for node in walk(trees[i].body):
                if isinstance(node, t.Name):
                    if node.id == parameter.arg:
                        node.id = argument
                    elif node.id in outer:
                        self.scope[f"{i}.{node.id}"] = outer[node.id]
                        node.id = f"{i}.{node.id}"
                if hasattr(node, "lineno"):
                    node.lineno += line - 1
                    node.end_lineno += line - 1
            return trees[i].body

        value, element, layer = "0", None, self.hidden
        clauses = [clause("0", name("input ", self.hidden))]
        for i, stage in enumerate(self.stages):
            if stage.kind == "flat_map":
                if layer != self.hidden:  # one generator for each flat_map: the line of a failing loop then says which
                    inner, value = t.GeneratorExp(name(value, layer), clauses, **at(layer)), f"{i}'"
                    clauses = [clause(value, inner)]
                layer = self.hidden + 1 + 2 * i  # its iter() is on the line after
            element = (inlined if trees[i] else called)(i, value, self.line_of[i])
            if stage.kind == "filter":
                clauses[-1].ifs.append(element)
                element = None
            elif stage.kind == "flat_map" or i + 1 < len(self.stages):
                if stage.kind == "map":
                    iterable = t.List([element], t.Load(), **at(self.line_of[i]))
                else:
                    iterable = t.Call(name("iterate ", layer + 1), [element], [], **at(layer + 1))
                if i + 1 < len(self.stages):
                    value, element = str(i + 1), None
                    clauses.append(clause(value, iterable))
                else:
                    element = iterable
        body: Any = (t.GeneratorExp if self.flat else t.ListComp)(element or name(value, layer), clauses, **at(layer))
        if self.stages[-1].kind == "flat_map":  # the last loop in C: a third faster, and the generator keeps StopIteration loud
            body = t.Call(name("chain ", layer), [body], [], **at(layer))
        parameters = t.arguments([], [t.arg("input ", **at(layer))], None, [], [], None, [])
        tree: Any = t.Expression(t.Lambda(parameters, body, **at(layer)))
        return eval(as_lambda(compile(tree, self.filename, "eval", dont_inherit=True)), self.scope)

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for xs in upstream:
            if self.flat:
                it = iter(xs)
                yield from self.drain(session, self.run(it), (len(xs), it))
                continue
            start, count = 0, len(xs)
            while start < count:
                size = count if self.whole else min(self.pace.size, session.job.limit)
                it, taken = iter(xs if size >= count and not start else xs[start:start + size]), min(size, count - start)
                session.origin = start if self.step else NONE
                start += taken
                self.final = start == count
                if self.final:
                    xs = []  # freed as soon as it is consumed: the results then reuse warm memory
                session.enter(self, (start, it))
                before = clock()
                ys = self.run(it)
                self.pace.adapt(taken, clock() - before)
                yield ys

    def failed(self, error: BaseException) -> tuple[Stage, str]:
        line, deepest, trace = self.line_of[-1], False, error.__traceback__  # no frame of ours: what the last flat_map iterates
        while trace is not None:
            if trace.tb_frame.f_globals is self.scope:
                line, deepest = trace.tb_lineno, trace.tb_next is None
            trace = trace.tb_next
        if line > self.hidden:
            stage = self.stages[(line - self.hidden - 1) // 2]
            if deepest and isinstance(error, TypeError) and "not iterable" in str(error):
                return stage, f"the function of {stage.name} must return an iterable: {error}"
            return stage, ""
        return self.stages[max(0, sum(first <= line for first in self.line_of) - 1)], ""


passes: dict[str, Pass] = {}  # by file name


def as_lambda(code: CodeType) -> CodeType:
    '''Tracebacks call the composition what the user wrote.'''
    constants = tuple(as_lambda(c) if isinstance(c, type(code)) else c for c in code.co_consts)
    return code.replace(co_consts=constants, co_name="<lambda>")


def iterate(stage: Stage, result: Any) -> Iterator:
    if hasattr(result, "__iter__") or hasattr(result, "__getitem__"):
        return iter(result)
    kind = later.qualified(type(result))
    raise TypeError(f"the function of {stage.name} must return an iterable: {kind!r} object is not iterable")


class Batches(Segment):
    '''A function of a whole batch, given as a list.'''

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for xs in upstream:
            session.enter(self)
            session.origin = NONE
            result = self.stages[0].call(xs)
            if session.job.typed and hasattr(result, "tolist"):
                result = result.tolist()
            if type(result) is list:
                self.final = True
                yield result
            else:
                yield from self.drain(session, iterate(self.stages[0], result))


class Partition(Segment):
    '''A function of an iterator over all that the session receives.'''

    def elements(self, session: Session, upstream: Chunks) -> Iterator:
        for xs in upstream:
            it = iter(xs)
            session.enter(self, (len(xs), it))
            yield from it
        session.enter(self)

    def results(self, session: Session, upstream: Chunks) -> Iterator:
        session.enter(self)
        return iterate(self.stages[0], self.stages[0].call(self.elements(session, upstream)))

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for y in self.results(session, upstream):
            yield [y]


SEGMENTS: dict[str, type[Segment]] = {
    "map": Pass, "filter": Pass, "flat_map": Pass, "map_batches": Batches, "map_partitions": Partition}

# ---- wires


class PlainPickler(_pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        raise NotPlain(value)


class TypedPickle:
    '''Pickles of plain values only, without memo: C++ decodes them.'''

    def __init__(self, declared: str) -> None:
        self.declared = declared
        self.plain: Any = None  # made once something was not plain
        self.text = "str" in declared and "int" not in declared and "float" not in declared

    def dumps(self, values: list) -> Buffer:
        if self.plain is None:
            try:
                return self.dump(values)
            except NotPlain:
                self.plain = later.Plain(self.declared)
        return self.dump([self.plain(v) for v in values])

    def dump(self, values: list) -> Buffer:
        file = BytesIO()
        pickler = PlainPickler(file, 5)
        pickler.fast = True
        pickler.dump(values)
        body = file.getvalue()
        if self.text and b"\xed" in body:  # there may be a surrogate, which is no text in C++
            later.check_text(values)
        return body


class Pickle:
    loads = staticmethod(_pickle.loads)

    @staticmethod
    def dumps(values: list, dumps: Callable = _pickle.dumps) -> Buffer:
        return dumps(values, 5)


class Opaque:
    @staticmethod
    def loads(body: Buffer, loads: Callable = _pickle.loads) -> list:
        return [loads(record) for record in loads(body)]

    @staticmethod
    def dumps(values: list, dumps: Callable = _pickle.dumps) -> Buffer:
        return dumps([dumps(v, 5) for v in values], 5)


def wire(name: str, declared: str, typed: bool) -> Any:
    if name == "pickle":
        return TypedPickle(declared) if typed else Pickle
    if name == "opaque":
        return Opaque
    if name == "msgpack":
        return later.Msgpack(declared)
    module, colon, dotted = name.partition(":")
    if not colon:
        raise ValueError(f"unknown wire {name!r}")
    __import__(module)
    return attribute(sys.modules[module], dotted, f"module {module!r}")


# ---- sessions


def once(holder: list) -> Iterator:
    yield holder.pop()  # and keeps nothing of it


class Job:
    '''What sessions that open alike have in common: functions, composed segments, wires and their pace.'''

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.stages: list[Stage] = []
        self.segments: list[Segment] = []
        self.limit = 16  # elements a part, by the bytes of the last
        self.declared: str = spec.get("out_type") or "object"
        self.typed = spec["out"] != "opaque" and self.declared != "object"

    def load(self) -> None:
        imports = {name.partition(".")[0]: __import__(name) for name in self.spec.get("imports", ())}
        for index, stage in enumerate(self.spec["stages"]):
            self.stages.append(Stage(stage, index, imports))
        groups: list[tuple[type[Segment], list[Stage]]] = []
        for stage in self.stages:
            kind = SEGMENTS[stage.kind]
            if kind is Pass and groups and groups[-1][0] is Pass:
                groups[-1][1].append(stage)
            else:
                groups.append((kind, [stage]))
        self.segments = [kind(stages) for kind, stages in groups]
        for segment, following in zip(self.segments, self.segments[1:]):
            segment.whole = isinstance(following, Batches)
        self.loads = wire(self.spec["in"], self.spec.get("in_type") or "object", False).loads
        self.dumps = wire(self.spec["out"], self.declared, self.typed).dumps
        self.pulls = max((i + 1 for i, segment in enumerate(self.segments) if isinstance(segment, Partition)), default=0)
        if "linecache" in sys.modules:
            later.publish_sources()

    def pushed(self, session: Session, xs: list) -> Chunks:
        '''One list through what follows the last map_partitions.'''
        chunks = once([xs])
        for segment in self.segments[self.pulls:]:
            chunks = segment.chunks(session, chunks)
        return chunks

    def pulled(self, session: Session, batches: Chunks) -> Iterator:
        '''What the last map_partitions yields.'''
        for segment in self.segments[:self.pulls - 1]:
            batches = segment.chunks(session, batches)
        return self.segments[self.pulls - 1].results(session, batches)

    def measure(self, count: int, size: int) -> None:
        fitting = max(1, PART_BYTES * count // max(size, 1))
        self.limit = min(fitting, max(self.limit, 8 * count), PART_ELEMENTS)


class Session:
    '''One conversation: from open to closed.'''

    def __init__(self, channel: Channel, number: int, jobs: dict[str, Job]) -> None:
        self.channel = channel
        self.number = number
        self.jobs = jobs
        self.batch = self.origin = NONE
        self.segment: Optional[Segment] = None
        self.cursor: Cursor = None
        self.yielded = self.started = self.waited = 0
        self.out: list = []  # yielded by map_partitions, not yet sent
        self.open_iterators: list[Any] = []
        self.instances: list[Any] = []  # of stateful classes
        self.over = False

    def run(self, body: Buffer) -> None:
        try:
            self.check()
            if self.start(_pickle.loads(body)):
                self.drive()
        except SystemExit:
            raise
        except Halt:
            pass
        except BaseException as e:
            self.fail(later.unwrapped(e))
        self.release()
        self.channel.closed = self.number
        self.channel.put(CLOSED, self.number, NONE, 0)
        self.channel.flush()

    def start(self, spec: dict[str, Any]) -> bool:
        '''Finds or makes the job; False: its error has been put.'''
        partition, seed, _ = [spec.pop(name, 0) for name in ("partition", "seed", "attempt")]
        key = repr(spec)
        job = self.jobs.get(key) or Job(spec)
        try:
            if key not in self.jobs:
                job.load()
                self.instances = [stage.instance for stage in job.stages if stage.instance is not None]
                if not self.instances:
                    self.jobs[key] = job
                if len(self.jobs) > JOBS_KEPT:
                    del self.jobs[next(iter(self.jobs))]
        except SystemExit:
            raise
        except BaseException as e:
            stage = max(0, min(len(job.stages), len(spec["stages"]) - 1))
            self.put_error(later.error_body("start", stage, e), NONE)
            return False
        self.job = job
        if "random" in sys.modules or "numpy" in sys.modules:
            later.seed_generators(f"{seed}:{partition}:{[stage.name for stage in job.stages]}")
        return True

    def drive(self) -> None:
        job, batches = self.job, self.batches()
        if not job.pulls:
            single = len(job.segments) == 1
            for xs in batches:
                chunks = job.pushed(self, xs)
                del xs
                self.open_iterators = [chunks]
                for ys in chunks:
                    self.emit(ys)
                    del ys
                    if not (single and job.segments[0].final):
                        self.look()
            return
        results = job.pulled(self, batches)
        self.open_iterators.append(results)
        last = job.segments[job.pulls - 1]
        for first in results:
            size = PART_ELEMENTS if last.whole else min(last.pace.size, job.limit)
            start, waited = clock(), self.channel.waited
            self.out.append(first)
            self.out.extend(islice(results, size - 1))  # visible to `batches`, which may send and clear it midway
            last.pace.adapt(size, clock() - start - (self.channel.waited - waited))
            self.deliver()
            self.look()
        for _ in batches:
            pass

    def batches(self) -> Chunks:
        '''The batches received. Each is done when the next one is asked for.'''
        channel = self.channel
        while True:
            if clock() - channel.looked > LOOK_NS:
                channel.pull(DONTWAIT)
            self.check()
            frame = channel.next(self.number)
            self.check()
            if frame is None:
                raise Halt
            kind, session, batch, count, body = frame
            if session != self.number or kind == OPEN:
                protocol_error(f"frame of kind {kind} for session {session} while {self.number} is open")
            if kind == END:
                return
            self.batch, self.started, self.waited = batch, clock(), channel.waited
            del frame
            yield self.load(body, count)
            self.deliver()
            spent = clock() - self.started - (channel.waited - self.waited)
            channel.put(DONE, self.number, batch, count, DONE_BODY.pack(self.yielded, spent))
            channel.flush()
            self.yielded = 0

    def load(self, body: Buffer, count: int) -> list:
        try:
            xs = self.job.loads(body)
            if len(xs) == count:
                return xs
            raise ValueError(f"{len(xs)} elements arrived where {count} were announced")
        except Exception as e:
            message = f"the worker cannot read the batch: {later.qualified(type(e))}: {later.safely(str, e)}"
            self.put_error(later.error_body("conversion", 0, e, message), NONE)
            raise Halt from None

    def deliver(self) -> None:
        '''Sends what map_partitions has yielded so far.'''
        if self.out:
            ys = self.out[:]
            self.out.clear()
            for zs in self.job.pushed(self, ys):
                self.emit(zs)

    def emit(self, ys: list) -> None:
        start = 0
        while start < len(ys):
            if start:
                self.look()
            part = ys[start:start + self.job.limit] if start or len(ys) > self.job.limit else ys
            try:
                body = self.job.dumps(part)
            except Exception as e:
                self.refuse(part, start, e)
                raise Halt from None
            self.channel.put(DATA, self.number, 0 if self.batch == NONE else self.batch, len(part), body)
            self.job.measure(len(part), len(body))
            self.yielded += len(part)
            start += len(part)

    def look(self) -> None:
        '''Sends what is pending and looks whether the host still wants more.'''
        self.channel.flush()
        if clock() - self.channel.looked > LOOK_NS:
            self.channel.pull(DONTWAIT)
        self.check()

    def check(self) -> None:
        if self.over or self.channel.gone or self.channel.cancelled >= self.number:
            raise Halt

    def enter(self, segment: Segment, cursor: Cursor = None) -> None:
        self.segment, self.cursor = segment, cursor

    def record(self) -> int:
        '''Index of the record in work, from the position of the iterator over the batch.'''
        if self.cursor is None or self.segment is not self.job.segments[0]:
            return NONE
        end, it = self.cursor
        return max(0, end - it.__length_hint__() - 1)

    def fail(self, error: BaseException) -> None:
        stage, message, record = 0, "", NONE
        if self.segment is not None:
            found, message = self.segment.failed(error)
            stage, record = found.index, self.record()
        if isinstance(error, StopIteration):
            message = f"{later.safely(str, error)} (a function may not end the stream so)".lstrip()
        self.put_error(later.error_body("python", stage, error, message), record)

    def refuse(self, part: list, start: int, error: BaseException) -> None:
        '''Reports the first value that the output wire cannot carry.'''
        culprit: Any = part
        index = NONE
        for i, value in enumerate(part):
            try:
                self.job.dumps([value])
            except Exception as e:
                culprit, error = value, e
                if len(self.job.segments) == 1 and self.origin != NONE:
                    index = self.origin + (start + i) * getattr(self.job.segments[0], "step", 0)
                break
        declared = self.job.declared if self.job.typed else "a value that can be pickled"
        facts, reason = {"expected": declared}, f": {later.qualified(type(error))}: {later.safely(str, error)}"
        if isinstance(error, NotPlain):
            culprit, reason = error.args[0], ""
            facts.update(type="TypeError", traceback="")
        elif isinstance(error, RecursionError) or "cyclic" in reason:
            reason = ", nested too deeply or cyclic"
        kind, shown = later.qualified(type(culprit)), later.safely(repr, culprit, 200)
        facts.update(python_type=kind, repr=shown)
        message = f"a value of type {kind} cannot be sent as {declared}{reason}: {shown}"
        self.put_error(later.error_body("conversion", len(self.job.stages) - 1, error, message, **facts), index)

    def put_error(self, body: bytes, record: int) -> None:
        self.over = True
        self.channel.put(ERROR, self.number, self.batch, record, body)

    def release(self) -> None:
        '''Closes the user's generators; what they raise then has no one left to go to but stderr.'''
        self.over = True
        while self.open_iterators:
            close_quietly(self.open_iterators.pop())
        while self.instances:
            close_quietly(self.instances.pop())


def serve(channel: Channel) -> None:
    '''Sessions one after the other, until the host is gone.'''
    jobs: dict[str, Job] = {}
    while True:
        frame = channel.next()
        if frame is None:
            return
        kind, number, _, _, body = frame
        if number <= channel.closed:
            continue
        if kind != OPEN:
            protocol_error(f"frame of kind {kind} for session {number}, which is not open")
        open_stdio()
        Session(channel, number, jobs).run(body)


def close_quietly(thing: Any) -> None:
    try:
        if hasattr(thing, "close"):
            thing.close()
    except Halt:
        pass
    except BaseException as e:
        sys.stderr.write(later.trace_text(e))


def open_stdio(anew: bool = False) -> None:
    '''Opens the streams, or only those that user code has closed.'''
    for fd, name in (1, "stdout"), (2, "stderr"):
        stream = getattr(sys, name)
        if anew or stream is None or stream.closed:
            try:
                stream = open(fd, "w", 1, "utf-8", "backslashreplace", closefd=False)
            except OSError:
                stream = open("/dev/null", "w", 1, "utf-8", "backslashreplace")
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def work(session: int) -> NoReturn:
    open_stdio(anew=True)
    gc.set_threshold(20_000, 10, 10)  # several batches of small records
    gc.enable()
    code = 0
    try:
        try:
            serve(Channel(session))
        finally:
            for instance in instances.values():
                close_quietly(instance)
    except SystemExit as e:
        code = e.code if isinstance(e.code, int) else int(e.code is not None)
        if code and not isinstance(e.code, int):
            os.write(2, f"{later.safely(str, e.code)}\n".encode())
    except BaseException as e:
        code = 1
        os.write(2, b"leat worker: " + later.trace_text(e).encode())
    if "atexit" in sys.modules:
        sys.modules["atexit"]._run_exitfuncs()
    flush_stdio()
    os._exit(code & 0xFF)

# ==== what few sessions need


ATOMS = frozenset({int, float, str, bytes, bool, type(None)})
EXACT: dict[Any, Callable[[Any], Any]] = {  # what reads a subclass's value, whatever that overrides
    int: int.__pos__, float: float.__pos__, str: str.__str__, bytes: bytes.__iter__, dict: dict.items,
    tuple: tuple.__iter__, list: list.__iter__, set: set.__iter__, frozenset: frozenset.__iter__}
HERE = reset_signals.__code__.co_filename


class Siblings:
    '''Finds modules beside a source file when nothing else has them.'''

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if path is not None:
            return None
        from _frozen_importlib_external import PathFinder
        return PathFinder.find_spec(name, folders)


def publish_sources() -> None:
    import linecache
    for name, text in sources.items():
        linecache.cache[name] = len(text), None, text.splitlines(True), name


def source_module(path: str, text: str) -> Any:
    '''The module of a shipped file, executed once per worker and found by pickle under a name that all workers agree on.'''
    module = modules.get((path, text))
    if module is None:
        from binascii import crc32
        stem = os.path.basename(path).partition(".")[0] or "source"
        name = f"{stem}_{crc32(f'{path}:{text}'.encode('utf-8', 'surrogatepass')):08x}"
        filename = path or named_source("source", text)
        sources[filename] = text
        if path and os.path.dirname(path) not in folders:
            folders.append(os.path.dirname(path))
            if Siblings not in sys.meta_path:
                sys.meta_path.append(Siblings)
        module = type(sys)(name)
        module.__file__ = filename
        code = compile(text, filename, "exec", dont_inherit=True)
        aliases[name] = stem
        sys.modules[name] = module
        try:
            exec(code, module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
        modules[path, text] = module
    return module


class Plain:
    '''Turns what users naturally return into the plain builtin values of a declared type, without loss or not at all.'''

    def __init__(self, declared: str) -> None:
        self.lists = "list[" in declared
        self.tuples = "tuple[" in declared

    def __call__(self, value: Any) -> Any:
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is dict:
            return {self(k): self(v) for k, v in value.items()}
        if kind in EXACT:
            return kind([self(v) for v in value])
        loaded = sys.modules.get
        enum, numpy, dataclasses = loaded("enum"), loaded("numpy"), loaded("dataclasses")
        if enum and isinstance(value, enum.Enum):
            return self(value.value)
        if numpy and isinstance(value, (numpy.generic, numpy.ndarray)) and (self.lists or not value.ndim):
            item = value.tolist()  # of a scalar, too
            if type(item) in ATOMS or value.ndim:
                return self(item)
        for base, exact in EXACT.items():
            if isinstance(value, base):
                return self(base(exact(value)))
        if isinstance(value, (bytearray, memoryview)):
            return bytes(value)
        if dataclasses and self.tuples and dataclasses.is_dataclass(value) and not isinstance(value, type):
            return tuple([self(getattr(value, field.name)) for field in dataclasses.fields(value)])
        raise NotPlain(value)


def check_text(value: Any) -> None:
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        check_text(list(value.items()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for v in value:
            check_text(v)


class Msgpack:
    def __init__(self, declared: str) -> None:
        import msgpack
        self.plain, self.sets = Plain(declared), "set[" in declared
        self.unpackb, self.packer_type = msgpack.unpackb, msgpack.Packer
        self.arrays = "dict[tuple" not in declared.replace(" ", "")  # as lists; a key must come as a tuple
        self.convert = array_converter(declared, "list" if self.arrays else "tuple")
        self.packer: Any = None

    def loads(self, body: Buffer) -> list:
        values = self.unpackb(body, raw=False, strict_map_key=False, use_list=self.arrays)
        return self.convert(values) if self.convert else list(values)

    def dumps(self, values: list) -> Buffer:
        packer = self.packer or self.packer_type(use_bin_type=True, default=self.default)
        self.packer = None  # one that failed is dropped
        body = packer.pack(values)
        self.packer = packer
        return body

    def default(self, value: Any) -> Any:
        if self.sets and isinstance(value, (set, frozenset)):
            return list(value)
        plain = self.plain(value)
        if type(plain) is type(value):
            raise NotPlain(value)
        return plain


def array_converter(declared: str, delivered: str) -> Optional[Callable[[list], list]]:
    '''A function that makes tuples and sets of msgpack's arrays where the declared type has them; None: nothing to do.'''
    import _ast as t

    def convert(node: Any, value: str, depth: int) -> str:
        '''An expression for `value` converted; `value` itself where that is the same.'''
        if isinstance(node, t.BinOp):  # T | None
            inner = convert(node.left, value, depth)
            return inner if inner == value else f"(None if {value} is None else {inner})"
        if not isinstance(node, t.Subscript):
            return value
        kind = node.value.id
        arguments = node.slice.elts if isinstance(node.slice, t.Tuple) else [node.slice]
        item, other = f"v{depth}", f"w{depth}"
        if kind == "tuple":
            parts = [convert(argument, f"{value}[{i}]", depth + 1) for i, argument in enumerate(arguments)]
            if any(part != f"{value}[{i}]" for i, part in enumerate(parts)):
                return f"({', '.join(parts)},)"
        elif kind == "dict":
            key, content = convert(arguments[0], item, depth + 1), convert(arguments[1], other, depth + 1)
            if (key, content) == (item, other):
                return value
            return f"{{{key}: {content} for {item}, {other} in {value}.items()}}"
        else:
            part = convert(arguments[0], item, depth + 1)
            if part != item:
                return f"{kind}([{part} for {item} in {value}])"
        return value if kind == delivered else f"{kind}({value})"

    body = convert(compile(declared, "", "eval", t.PyCF_ONLY_AST).body, "v", 0)
    return None if body == "v" else eval(f"lambda values: [{body} for v in values]")


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    if len(text) > limit:
        text = str(text[:limit]) + "..."
    return str.encode(text, "utf-8", "backslashreplace").decode()


def safely(render: Callable[[Any], str], value: Any, limit: int = TEXT_LIMIT) -> str:
    try:
        return clean(render(value), limit)
    except BaseException:
        return f"<unprintable {qualified(type(value))} object>"


def qualified(kind: type) -> str:
    module = str(getattr(kind, "__module__", "builtins"))
    name = clean(str(getattr(kind, "__qualname__", kind.__name__)), 200)
    return name if module == "builtins" else f"{aliases.get(module, module)}.{name}"


def unwrapped(error: BaseException) -> BaseException:
    '''The StopIteration that a generator of ours, not the user's, has turned into a RuntimeError.'''
    cause, trace = error.__cause__, error.__traceback__
    if type(error) is RuntimeError and isinstance(cause, StopIteration) and trace is not None:
        while trace.tb_next is not None:
            trace = trace.tb_next
        if trace.tb_frame.f_code.co_filename in passes or trace.tb_frame.f_code.co_filename == HERE:
            return cause
    return error


def trace_text(error: BaseException) -> str:
    '''The traceback from the user's first frame on, without the chain.'''
    import traceback
    publish_sources()
    chain = error.__cause__, error.__context__, error.__suppress_context__
    error.__cause__ = error.__context__ = None
    try:
        report = traceback.TracebackException(type(error), error, error.__traceback__)
        frames = [frame for frame in report.stack if frame.filename != HERE and (
            frame.filename not in passes or frame.lineno in passes[frame.filename].shown)]
        report.stack[:] = frames
        if getattr(report, "exceptions", None):  # a group
            return clean("".join(report.format(chain=False)))
        head = ["Traceback (most recent call last):\n", *report.stack.format()] if frames else []
        return clean("".join(head)) + clean("".join(report.format_exception_only()))
    except Exception:
        return f"{qualified(type(error))}: {safely(str, error)}\n"
    finally:
        error.__cause__, error.__context__, error.__suppress_context__ = chain


def describe(error: BaseException) -> dict[str, str]:
    return {"type": qualified(type(error)), "message": safely(str, error), "traceback": trace_text(error)}


def causes(error: BaseException) -> list[dict[str, str]]:
    found, seen = [], {id(error)}
    while len(found) < 20:
        cause = error.__cause__
        if cause is None and not error.__suppress_context__:
            cause = error.__context__
        if cause is None or id(cause) in seen:
            break
        seen.add(id(cause))
        found.append(describe(cause))
        error = cause
    return found


def error_body(kind: str, stage: int, error: BaseException, message: str = "", **more: Any) -> bytes:
    missing = str(error.name).partition(".")[0] if isinstance(error, ModuleNotFoundError) and error.name else ""
    facts = {"kind": kind, "stage": stage, **describe(error), "causes": causes(error), "expected": "", "python_type": "",
             "repr": "", "missing": "" if sys.modules.get(missing) else clean(missing), **more}
    if message:
        facts["message"] = clean(message)
    return _pickle.dumps(facts, 4)


def seed_generators(text: str) -> None:
    from binascii import crc32
    seed = crc32(text.encode("utf-8", "surrogatepass"))
    if "random" in sys.modules:
        sys.modules["random"].seed(seed)
    if "numpy" in sys.modules:
        import numpy.random
        numpy.random.seed(seed)
#)"""
