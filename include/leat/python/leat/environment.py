R"""("""
# SPDX-License-Identifier: BSL-1.0
# What the host's options ask of the daemon and of its workers: the settings' dict of docs/inside/wire.md.
from __future__ import annotations

import os
import sys

from leat.frames import ERROR, FAILED, LOADING, NONE
from leat.library import guard_imports, remember
from leat.printable import Refused
from leat.system import children, ignoring, kill, pidfd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Optional

    from leat.channel import Channel
    from leat.daemon import Daemon

    Settings = dict[str, Any]


def prepare(daemon: Daemon) -> None:
    '''In the daemon: does all that is done once for the workers, or ends with what is wrong.'''
    def loading(what: str) -> None:
        daemon.answer(LOADING, 0, 0, what.encode("utf-8", "backslashreplace"))
    try:
        daemon.watch = prepared(daemon.settings, daemon.host, daemon.fresh, daemon.control.close, loading)
        daemon.helpers = set(children())  # that preloaded modules have started: for all workers, and they end with the daemon
    except (Refused, OSError) as e:
        text = (str(e) if isinstance(e, Refused) else f"the environment could not be prepared: {e}").encode(
            "utf-8", "backslashreplace")
        daemon.answer(FAILED, 0, 0, text if len(text) < 16000 else text[:4000] + b"\n...\n" + text[-11000:])
        daemon.end(host_lives=True)


def prepared(settings: Settings, host: int, fresh: bool, forget_host: Callable[[], None], loading: Callable[[str], None]) -> Any:
    '''Does all that is done once for the workers; says what is loading meanwhile. Gives the watch over memory, if one is asked for.
    What cannot be had is a Refused.'''
    with Guard(host, settings.get("folder", "")):
        place(settings)
        if "requirements" in settings:
            from leat.requirements import check
            check(settings["requirements"])
        if not fresh and "preload" in settings:
            os.register_at_fork(after_in_child=forget_host)  # or it would hold the daemon's end
            for name in settings["preload"]:
                loading(preloading(name))
                load(name)
                refuse_threads(name)
            loading("")
            remember()
    if "memory" not in settings:
        return None
    from leat.memory import Watch
    return Watch(settings["memory"])


def place(settings: Settings) -> None:
    '''The working folder, and what is shipped, in front of sys.path.'''
    folder = settings.get("folder", "")
    if folder:
        files, unpacked = f"{folder}/files", f"{folder}/archives"
        names = settings.get("archives", ())
        if names:
            from leat.archives import unpack
            for name in names:
                unpack(folder, name)
        sys.path[:0] = [files, *(f"{unpacked}/{name}" for name in names)]
        os.environ.update(LEAT_FILES=files, LEAT_ARCHIVES=unpacked)
    if "working_folder" in settings:
        try:
            os.chdir(settings["working_folder"])
        except OSError as e:
            raise Refused(f"python_options.working_folder: {settings['working_folder']}: {e.strerror}") from None


def preloading(name: str) -> str:
    return f"python_options.preload: importing {name!r}"


def begin(channel: Channel, what: str) -> None:
    '''Tells the host what it is that this process may end in before its first session; of no session, as nothing else is.'''
    channel.put(ERROR, 0, NONE, 0, what.encode("utf-8", "backslashreplace"))
    channel.flush()


def load(name: str) -> None:
    process, error = os.getpid(), None
    guard_imports()
    try:
        __import__(name)
    except BaseException as e:
        error = e
    if os.getpid() != process:
        os._exit(0)  # a child that the module has forked, and that came back
    if error is not None:
        refuse(name, error)


def refuse(name: str, e: BaseException) -> NoReturn:
    from leat import report
    hint = report.lies(e.name) if isinstance(e, ModuleNotFoundError) and e.name else ""
    if hint:
        raise Refused(f"python_options.preload: importing {name!r} failed: {type(e).__name__}: {e}; {hint}") from None
    lost = e.name.partition(".")[0] if isinstance(e, ModuleNotFoundError) and e.name else ""
    if lost and not sys.modules.get(lost):
        raise Refused(
            f"python_options.preload: the interpreter {sys.executable} lacks the package {lost!r} "
            f"({type(e).__name__}: {e}); install it: {sys.executable} -m pip install {report.PACKAGES.get(lost, lost)}, or name "
            "another interpreter in LEAT_PYTHON or python_options.interpreter") from None
    raise Refused(f"python_options.preload: importing {name!r} failed: {report.headed(e)}") from None


def refuse_threads(name: str) -> None:
    '''One that has ended may still be listed for a moment.'''
    from time import sleep
    for _ in range(50):
        threads = len(os.listdir("/proc/self/task")) - 1
        if not threads:
            return
        sleep(0.002)
    raise Refused(f"python_options.preload: importing {name!r} has started {threads} thread{'s' * (threads > 1)}, which a fork "
                  "leaves behind; set python_options.start to leat::start_method::spawn, which imports it in each worker, or "
                  "leave it out of preload")


class Guard:
    '''While the daemon is busy with user code and hears nothing, a child of it ends it with the host.'''

    def __init__(self, host: int, folder: str) -> None:
        self.host = host
        self.folder = folder

    def __enter__(self) -> None:
        import select
        ends, self.busy = os.pipe()
        daemon = os.getpid()
        self.child = os.fork()
        if self.child:
            os.close(ends)
            return
        os.close(self.busy)
        poller, watched = select.poll(), pidfd(self.host)
        for fd in ends, watched:
            if fd >= 0:
                poller.register(fd, select.POLLIN)
        while True:
            ready = dict(poller.poll(None if watched >= 0 else 200))
            if ends in ready:
                os._exit(0)
            if ready or not os.path.exists(f"/proc/{self.host}"):
                kill(daemon)
                remove(self.folder)
                os._exit(0)

    def __exit__(self, *_: Any) -> None:
        kill(self.child)  # which a child of user code's that holds the pipe cannot keep
        os.close(self.busy)
        with ignoring(ChildProcessError):
            os.waitpid(self.child, 0)


def enter(settings: Settings, index: int, fresh: bool, channel: Channel) -> None:
    '''In a worker, before its first session.'''
    if "umask" in settings:
        os.umask(settings["umask"])
    if "nice" in settings:
        os.nice(settings["nice"])
    for name, values in settings.get("worker_variables", ()):
        os.environ[name] = values[index % len(values)]
    if fresh:
        for name in settings.get("preload", ()):
            begin(channel, preloading(name))
            load(name)
        begin(channel, "")
    if "memory" in settings:
        from leat.memory import limit
        limit(settings["memory"])
    call(settings, "init")


def entered(settings: dict[str, Any], index: int, fresh: bool, channel: Channel) -> Optional[BaseException]:
    '''Meets the host's options; gives what went wrong.'''
    try:
        if fresh:
            place(settings)
        enter(settings, index, fresh, channel)
    except SystemExit:
        raise
    except BaseException as e:
        return e
    return None


def leave(settings: Settings) -> None:
    '''In a worker that ends by itself.'''
    try:
        call(settings, "exit")
    except Exception as e:
        from leat.printable import say
        from leat.report import headed
        say(f"python_options.exit failed: {headed(e)}")


def call(settings: Settings, hook: str) -> None:
    if hook in settings:
        from leat.functions import Stage, imported
        stage = Stage(settings[hook], 0, imported(settings["imports"]))
        stage.function(**stage.bind)


def remove_folders(private: str) -> None:
    '''The private folder, and the one that a preloaded module has made with multiprocessing.'''
    remove(private)
    with ignoring(Exception):
        remove(sys.modules["multiprocessing.process"].current_process()._config.get("tempdir"))


def remove(folder: str) -> None:
    if not folder:
        return
    for parent, folders, files in os.walk(folder, topdown=False):
        for name in files:
            with ignoring(OSError):
                os.unlink(f"{parent}/{name}")
        for name in folders:
            with ignoring(OSError):
                (os.unlink if os.path.islink(f"{parent}/{name}") else os.rmdir)(f"{parent}/{name}")
    with ignoring(OSError):
        os.rmdir(folder)
#)"""
