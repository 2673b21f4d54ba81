R"""("""
# SPDX-License-Identifier: BSL-1.0
# A worker's life: sessions one after the other, until the host is gone.
from __future__ import annotations

import gc
import os
import sys

from leat import report
from leat.channel import OPEN, Channel, protocol_error
from leat.daemon import flush_stdio
from leat.functions import instances
from leat.session import Halt, Session, close_quietly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from leat.session import Job


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
            os.write(2, f"{report.safely(str, e.code)}\n".encode())
    except BaseException as e:
        code = 1
        os.write(2, b"leat worker: " + report.trace_text(e).encode())
    if "atexit" in sys.modules:
        sys.modules["atexit"]._run_exitfuncs()
    flush_stdio()
    os._exit(code & 0xFF)
#)"""
