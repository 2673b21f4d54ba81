R"""("""
# SPDX-License-Identifier: BSL-1.0
# A process of this package from its first step: the daemon, the workers that it forks, or a worker in an interpreter of its own.
# The only module that knows them all.
from __future__ import annotations

import os
import sys

from leat import package
from leat.daemon import Daemon
from leat.frames import CONTROL, FAILED
from leat.library import remember, standard
from leat.system import close_fds, flush_stdio, lift, reset_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from leat.channel import Channel


def main() -> NoReturn:
    names = ("LEAT_WORKER", "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_")
    variables = {name: os.environ.pop(name) for name in names if name in os.environ}
    options = dict(entry.partition("=")[::2] for entry in variables.get("LEAT_WORKER", "").split(";"))
    try:
        while os.open("/dev/null", os.O_RDWR) < 3:
            pass
        control, source = lift(3), lift(4)
        package.source = source
    except OSError as e:  # EINVAL: the limit is below the number that is asked for
        few = e.errno in (22, 24)
        text = f"the Python interpreter {sys.executable} cannot begin: {'too few open files are allowed' if few else e.strerror}"
        os.write(3, CONTROL.pack(FAILED, 0, 0) + (text + "; raise RLIMIT_NOFILE (ulimit -n)" * few).encode())
        os._exit(3)
    package.taken = frozenset(sys.modules) | frozenset(sys.builtin_module_names)
    settings = package.settings
    sys.path[:0] = settings.pop("path", ())
    if options.get("start") == "worker":
        lifeline = lift(5)
        close_fds({0, 1, 2, control, lifeline})
        load_worker()
        from leat.worker import tie
        tie(lifeline, int(options["pid"]))
        begin(control, settings, int(options["index"]), fresh=True)
    close_fds({0, 1, 2, control, source})
    reset_signals()
    daemon = Daemon(control, options, settings, "" if package.codes else options.get("code", ""))
    pid = os.getpid()
    child = daemon.run(load_worker)
    assert child is not None
    daemon.control.detach()
    session, out, err, given_lifeline, index = child
    from leat.worker import settle
    session, lifeline = settle(session, out, err, given_lifeline, pid, source)
    if daemon.fresh:
        from leat.spawn import execute
        execute(session, lifeline, source, variables, pid, index)
    os.close(source)
    begin(session, settings, index)


def load_worker() -> None:
    with standard:  # once for all that it imports
        package.load("sources", "printable", "channel", "functions", "segments", "wires", "job", "session", "worker")
    remember()


def begin(session: int, settings: dict[str, Any], index: int, fresh: bool = False) -> NoReturn:
    '''What is left of this process's life: a worker's.'''
    from leat.worker import work
    work(session, settings, index, fresh, guard)


def guard(channel: Channel) -> None:
    '''Watches what functions fork; what this takes is loaded at the first time.'''
    twins: Any = None

    def before() -> None:
        nonlocal twins
        from leat import twins
        if channel.buffers:
            channel.buffers.forking()
        flush_stdio()

    def in_parent() -> None:
        twins.forked(sys._getframe(1))

    def in_child() -> None:
        twins.born(channel, sys._getframe(1))
    os.register_at_fork(before=before, after_in_parent=in_parent, after_in_child=in_child)
#)"""
