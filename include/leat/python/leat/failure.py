R"""("""
# SPDX-License-Identifier: BSL-1.0
# What goes wrong in a session, told to the host.
from __future__ import annotations

from leat.frames import CLOSED, NONE
from leat.printable import NotPlain, Refused, qualified, safely
from leat.report import error_body, headed, unwrapped
from leat.system import ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from leat.functions import Stage
    from leat.segments import Cursor, Pass
    from leat.session import Session


def refuse_start(session: Session, error: BaseException) -> None:
    facts = {"type": "", "traceback": ""}
    if not isinstance(error, Refused):
        facts = {"traceback": f"the worker cannot begin: {headed(error)}"}
    session.put_error(error_body("start", -1, error, **facts), NONE)
    session.channel.put(CLOSED, session.number, NONE, 0)
    session.channel.flush()


def fail(session: Session, error: BaseException) -> None:
    '''Reports what has ended a session.'''
    error = unwrapped(error)
    stage, message, record, columns = 0, "", NONE, ""
    advice: dict[str, str] = {}
    if session.segment is not None:
        record = session.record()
        with ignoring(Exception):  # of what an exception says of itself
            found, message = session.segment.failed(error, session.cursor)
            stage, columns = found.index, found.columns
            if type(error) is NameError and found.scope is not None and str(error).split("'")[1] in found.text:
                advice["lies"] = 'an expression knows the modules of python_options.imports, and values given by .bind("name", value)'
    if type(error) is NotPlain and session.segment is not None:  # between two stages of a pass, as arrays
        value = error.args[0]
        at, given = session.segment.stages[0], not session.segment.returned
        facts = {"expected": error.expected or (columns if given else at.returns),
                 "python_type": error.kind or qualified(type(value)), "repr": safely(repr, value, 200)}
        return session.put_error(error_body("conversion", max(0, stage - given), error, traceback="", **facts), record)
    if issubclass(type(error), StopIteration):
        message = f"{safely(str, error)} (a function may not end the stream so)".lstrip()
    session.put_error(error_body("python", stage, error, message, **advice), record)


def refuse(session: Session, part: list[Any], start: int, error: BaseException) -> None:
    '''Reports the first value that the output wire cannot carry.'''
    culprit: Any = part
    index = NONE
    for i, value in enumerate(part if isinstance(part, list) else ()):
        try:
            session.job.dumps([value])
        except Exception as e:
            culprit, error = value, e
            if len(session.job.segments) == 1 and session.origin != NONE:
                index = session.origin + (start + i) * getattr(session.job.segments[0], "step", 0)
            break
    declared = session.job.declared if session.job.typed else "a value that can be pickled"
    facts, reason = {"expected": declared}, f": {qualified(type(error))}: {safely(str, error)}"
    if isinstance(error, NotPlain):
        culprit, reason = error.args[0], ""
        facts.update(type="TypeError", traceback="")
    elif isinstance(error, RecursionError) or "cyclic" in reason:
        reason = ", nested too deeply or cyclic"
    kind, shown = qualified(type(culprit)), safely(repr, culprit, 200)
    if isinstance(error, NotPlain) and error.kind:
        kind, declared = error.kind, error.expected
    facts.update(python_type=kind, repr=shown, expected=declared, reason=reason.lstrip(":, "))
    message = f"a value of type {kind} cannot be sent as {declared}{reason}: {shown}"
    session.put_error(error_body("conversion", len(session.job.stages) - 1, error, message, **facts), index)


def refuse_update(session: Session, name: str, declared: str, value: Any, kind: str) -> None:
    facts = {"expected": f"{declared} (for the accumulator {name!r})", "python_type": kind or qualified(type(value)),
             "repr": safely(repr, value, 200)}
    session.put_error(error_body("conversion", 0, NotPlain(value), f"a wrong value was added to {name!r}", **facts), NONE)


def refuse_record(session: Session, record: int) -> None:
    '''Reports an element that could not be loaded.'''
    failure, piece = session.broken[record]
    unread(session, failure, piece, "record", record)


def loaded_apart(session: Session, error: Exception, body: Any, count: int, skip: int, part: bool) -> Optional[list[Any]]:
    '''The elements of a batch that cannot be loaded as one, where each can be looked at by itself; None: it has been reported.'''
    if session.job.spec["in"] == "opaque":
        from leat.apart import load_apart
        xs, broken = load_apart(body, skip + count)
        xs, session.broken = xs[skip:], {i - skip: why for i, why in broken.items() if i >= skip}
        if session.broken or part and len(xs) == count:
            return xs
    unread(session, error, body, "batch", NONE)
    return None


def unread(session: Session, error: Exception, body: Any, what: str, record: int) -> None:
    '''Reports a batch, or an element, that cannot be loaded.'''
    from leat.versions import made_elsewhere, versions
    kind, elsewhere = qualified(type(error)), made_elsewhere(session.job.spec["in"], body)
    text = safely(str, error) + elsewhere
    facts = {"expected": f"a {what} that the worker can read", "python_type": f"{kind}:", "repr": text}
    if elsewhere:
        facts["versions"] = versions()  # the host knows those of other workers
    message = f"the worker cannot read the {what}: {kind}: {text}"
    session.put_error(error_body("conversion", 0, error, message, **facts), record)


def origin(loop: Pass, error: BaseException, cursor: Cursor) -> tuple[Stage, str]:
    '''The stage of a composed loop that an exception came from, and a better message if there is one.'''
    line, deepest, trace = loop.line_of[-1], False, error.__traceback__  # no frame of ours: what the last flat_map iterates
    while trace is not None:
        if trace.tb_frame.f_globals is loop.scope:
            line, deepest = trace.tb_lineno, trace.tb_next is None
        trace = trace.tb_next
    if line > loop.hidden:
        stage = loop.stages[(line - loop.hidden - 1) // 2]
        if deepest and isinstance(error, TypeError) and "not iterable" in str(error):
            return stage, f"the function of {stage.name} must return an iterable: {error}{not_awaited(str(error))}"
        return stage, ""
    stage = loop.stages[max(0, sum(first <= line for first in loop.line_of) - 1)]
    if stage.label == "py.starmap" and isinstance(error, TypeError):
        from leat.spread import misfit
        return stage, misfit(error, cursor if stage is loop.stages[0] else None)
    return stage, ""


def not_awaited(text: str) -> str:
    return "; a stage calls its function and cannot await it" if "coroutine" in text or "async_generator" in text else ""
#)"""
