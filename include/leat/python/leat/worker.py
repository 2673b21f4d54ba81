R"""("""
# SPDX-License-Identifier: BSL-1.0
# A worker's life: sessions one after the other, until the host is gone.
from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import atexit
import fcntl
import gc
import os
import sys

from leat.channel import Channel, protocol_error
from leat.frames import OPEN
from leat.library import mend
from leat.printable import safely, say
from leat.session import Session
from leat.system import close_fds, flush_stdio, ignoring, lift, reset_signals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, NoReturn, Optional

    from leat.job import Job


def serve(channel: Channel, refusal: Optional[BaseException] = None, kind_of: type[Session] = Session) -> None:
    '''Sessions one after the other, until the host is gone; or the refusal of the first one.'''
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
        mend()
        open_stdio()
        session = kind_of(channel, number, jobs)
        if refusal is not None:
            from leat.failure import refuse_start
            return refuse_start(session, refusal)
        session.run(body)


def settle(session: int, out: int, err: int, lifeline: int, daemon: int, source: int) -> tuple[int, int]:
    '''Makes a forked child a worker: own group, own stdio, nothing else of the daemon's. Gives the lifted descriptors.'''
    with ignoring(OSError):
        os.setpgid(0, 0)
    _signal.set_wakeup_fd(-1)
    reset_signals()
    processes = sys.modules.get("multiprocessing.process")
    if hasattr(processes, "_children"):
        processes._children = set()  # type: ignore[union-attr]  # of the daemon, which preloaded modules have started
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


def open_stdio(anew: bool = False) -> None:
    '''Opens the streams, or only those that user code has closed.'''
    for fd, name in (1, "stdout"), (2, "stderr"):
        stream = getattr(sys, name, None)
        if anew or stream is None or getattr(stream, "closed", False):
            try:
                stream = open(fd, "w", 1, "utf-8", "backslashreplace", closefd=False)
            except OSError:
                stream = open("/dev/null", "w", 1, "utf-8", "backslashreplace")
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def work(session: int, settings: dict[str, Any], index: int, fresh: bool, guard: Callable[[Channel], None]) -> NoReturn:
    '''A worker up to its end. `guard` sees to what functions fork.'''
    code = 1
    try:
        code = worked(session, settings, index, fresh, guard)
        atexit._run_exitfuncs()
        flush_stdio()
    finally:
        os._exit(code)


def worked(session: int, settings: dict[str, Any], index: int, fresh: bool, guard: Callable[[Channel], None]) -> int:
    '''All that a worker does; gives its exit code.'''
    open_stdio(anew=True)
    gc.set_threshold(20_000, 10, 10)  # several batches of small records
    gc.enable()
    code, begun = 0, False
    channel = Channel(session)  # until the end: its socket tells the host that this process lives
    try:
        try:
            kind_of = Session
            if "profile" in settings:
                from leat.profiling import Profiled as kind_of
            guard(channel)
            refusal = None
            if settings:
                from leat.environment import entered
                refusal = entered(settings, index, fresh, channel)
            begun = refusal is None
            serve(channel, refusal, kind_of)
        finally:
            channel.own()
            from leat.leaving import leave
            leave(settings if begun else {})
    except SystemExit as e:
        from leat.leaving import exited
        code = exited(e)
    except BaseException as e:
        code = 1
        from leat.report import headed
        say(f"leat worker: {headed(e)}")
    return code
#)"""
