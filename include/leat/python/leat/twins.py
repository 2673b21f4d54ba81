R"""("""
# SPDX-License-Identifier: BSL-1.0
# Functions that fork: what their children may not do. A child that comes back to this package, its twin, ends there: results,
# frames, open instances and exit handlers are its parent's alone.
from __future__ import annotations

import atexit
import os
import sys
from opcode import opmap

from leat import calls, environment, failure, functions, leaving, printable, report, segments, session, worker
from leat.channel import Channel
from leat.frames import FORKED
from leat.sources import folder, is_ours, shown
from leat.system import flush_stdio, ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any, NoReturn

WATCHED = 100_000  # events in a child, which it does not feel
GIVES = [opmap.get(name, -1) for name in ("RETURN_VALUE", "RETURN_CONST", "YIELD_VALUE")]
AFTER = opmap["YIELD_VALUE"], opmap.get("RESUME", -1)  # Python 3.13 stands behind a yield
BEFORE = opmap.get("YIELD_FROM", -1)  # and 3.10 in front of this
HOMES = {f"{folder}{name}.py" for name in ("batches", "calls", "environment", "functions", "job", "leaving", "lookup", "segments",
                                          "session", "worker")}
KEEPERS = ("popen_fork", "subprocess")  # modules of the standard library, and their kin, whose children never come back
BORDERS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (Channel, ("next", "pull", "put", "put_data", "flush")),
    (session.Session, ("run", "start", "drive", "enter", "look", "check", "record", "load", "emit", "deliver", "collect",
                       "release")),
    (failure, ("fail", "refuse", "refuse_record", "refuse_start", "refuse_update", "loaded_apart", "unread")),
    (segments.Pace, ("adapt",)),
    (functions.Stage, ("__init__",)),
    (calls, ("clock", "next_call", "send")),
    (environment, ("call", "leave")),
    (leaving, ("close_quietly", "drop_forgotten", "leave")),
    (worker, ("serve",)))


def keeps(frame: FrameType) -> bool:
    return str(frame.f_globals.get("__name__")).rpartition(".")[2] in KEEPERS


def forked(caller: FrameType) -> None:
    if not keeps(caller):
        Channel.mark = FORKED


def born(channel: Channel, caller: FrameType) -> None:
    '''In the child, before any code of the user's goes on.'''
    with ignoring(OSError):
        channel.socket.close()
    atexit._clear()
    for holder, names in BORDERS:
        for name in names:
            setattr(holder, name, leave)
    here = sys.modules["leat"].serving
    with ignoring(AttributeError, TypeError):
        here.cursor[1].__setstate__(sys.maxsize)  # the loop over the batch ends after this element
    if not keeps(caller):
        watch(caller, here)


def watch(caller: FrameType, here: Any) -> None:
    '''Ends the child as soon as a function of the user's returns or yields something to this package.'''
    frame, home, below, left = caller, -1, False, WATCHED

    def stage_at(line: int) -> int:
        return sum(first <= line for first in here.segment.line_of)

    def look(frame: FrameType, event: str, value: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            sys.setprofile(None)
        file, back = frame.f_code.co_filename, frame.f_back
        if event == "return":
            if back is not None and not is_ours(file) and is_border(back) and (value is not None or gives(frame)):
                leave()
        elif home >= 0:  # in an inlined stage; a later one of the same loop is called
            where = frame if event == "c_call" else back if event == "call" else None
            if where is not None and where.f_code.co_filename in shown and stage_at(where.f_lineno) != home:
                leave()

    while frame is not None:
        file = frame.f_code.co_filename
        if file in shown and home < 0 and frame.f_lineno in shown[file] and hasattr(here.segment, "line_of"):
            home = stage_at(frame.f_lineno)
        below = below or file in HOMES
        frame = frame.f_back  # type: ignore[assignment]
    if below:  # else it is in a thread of the user's own
        sys.setprofile(look)


def gives(frame: FrameType) -> bool:
    '''Whether the None that leaves a function is its result, not the sign of an exception.'''
    code, at = frame.f_code.co_code, frame.f_lasti
    if at < 0:
        return False
    return code[at] in GIVES or (code[at - 2], code[at]) == AFTER or at + 2 < len(code) and code[at + 2] == BEFORE


def is_border(frame: FrameType) -> bool:
    file = frame.f_code.co_filename
    return file in HOMES or file in shown and frame.f_lineno not in shown[file]


def leave(*_: Any, **__: Any) -> NoReturn:
    sys.setprofile(None)
    error, code = sys.exc_info()[1], 0
    if isinstance(error, SystemExit):
        code = leaving.exit_code(error)
    elif isinstance(error, Exception):
        code = 1
        printable.say(f"leat worker: in a child that a function has forked: {report.headed(error)}")
    flush_stdio()
    os._exit(code)
#)"""
