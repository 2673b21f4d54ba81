R"""("""
# SPDX-License-Identifier: BSL-1.0
# A session of single calls: each record is answered by itself, and one that fails is no end.
from __future__ import annotations

import _functools  # type: ignore[import-not-found]
import _socket
from time import perf_counter_ns as clock

from leat.channel import ANCILLARY, RECV_BYTES, cut_off, protocol_error
from leat.frames import DATA, DONE, DONE_BODY, END, HEADER
from leat.job import Halt
from leat.printable import safely

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from leat.channel import Channel, Frame
    from leat.session import Session

HELD_NS = 5_000_000  # for which answers wait for those that follow


def next_call(channel: Channel, session: int) -> Optional[Frame]:
    '''As `channel.next`, in fewer steps where a batch of this session comes whole and alone, as those of calls do.'''
    if channel.frames or channel.rest or channel.body is not None or channel.buffers or not channel.here[0]:
        return channel.next(session)
    try:
        data, rights, _, _ = channel.socket.recvmsg(RECV_BYTES, ANCILLARY, _socket.MSG_CMSG_CLOEXEC)
    except ConnectionError:
        data, rights = b"", []
    except OSError as e:
        cut_off(e)
    if len(data) >= 32 and not rights:
        magic, kind, flags, other, batch, count, length = HEADER.unpack_from(data)
        if kind == DATA and other == session and magic == b"lt" and not flags and len(data) - 32 == length:
            return kind, other, batch, count, memoryview(data)[32:]
    for _, _, raw in rights:
        channel.descriptors.extend(memoryview(raw).cast("i"))
    channel.gone = not data
    channel.split(data)
    return channel.next(session)


def answer(session: Session) -> None:
    '''Serves batches up to the end. A loop of its own, with as few steps as can be: what a call costs is the way there.'''
    channel, number = session.channel, session.number
    stage = session.job.stages[0]
    function = _functools.partial(stage.function, **stage.bind) if stage.bind else stage.function
    gathered: Any = None
    accumulators: Any = None
    if stage.each:
        from leat import gathered
        if session.job.counts:
            from leat import accumulators
    while True:
        frame = next_call(channel, number)
        if frame is None or channel.cancelled >= number:
            raise Halt
        kind, other, batch, count, body = frame
        if kind != DATA or other != number:
            if kind == END and other == number:
                return
            protocol_error(f"frame of kind {kind} for session {other} while {number} is open")
        start, session.batch = clock(), batch
        xs: Any = session.load(body, count)
        if gathered and hasattr(xs, "argument"):
            xs = gathered.Rows(xs.argument, count)
        del frame, body
        first = 0  # the record that the next answer is for
        while first < count:
            ys: list[Any] = []
            part = xs[first:] if first else xs
            if session.broken:
                part = xs[first:min([record for record in session.broken if record >= first], default=count)]
                if not part:
                    from leat import failure
                    failure.refuse_record(session, first)
                    first += 1
                    continue
            try:
                if gathered:
                    gathered.collect(function, part, ys, accumulators)
                else:
                    collect(function, stage.spread, part, ys)
            except (SystemExit, Halt):
                raise
            except BaseException as e:
                send(session, ys, first)
                first += len(ys) + 1
                message = ""
                if issubclass(type(e), StopIteration):
                    message = f"{safely(str, e)} (a function may not end the stream so)".lstrip()
                from leat.report import error_body
                told = error_body("python", 0, e, message)
                session.put_error(told, first - 1)
                while gathered and type(e) is gathered.Misfit and first < count:  # none can be told whose the results are
                    first += 1
                    session.put_error(told, first - 1)
            else:
                send(session, ys, first)
                first += len(ys)
            if first < count:
                session.look()
        if session.broken:
            session.broken = {}
        done = DONE_BODY.pack(count, clock() - start)
        channel.put(DONE, number, batch, count, done + session.collect())
        channel.flush()


def collect(function: Callable[..., Any], spread: bool, xs: list[Any], ys: list[Any]) -> None:
    '''Results of the first of these records: of all that do not take long.'''
    start = clock()
    for x in xs:
        ys.append(function(*x) if spread else function(x))
        if clock() - start > HELD_NS:
            return


def send(session: Session, ys: list[Any], first: int) -> None:
    if not ys:
        return
    try:
        body = session.job.dumps(ys)
    except Exception as e:
        if len(ys) == 1:
            session.origin = first
            from leat import failure
            failure.refuse(session, ys, 0, e)
            return
        for i, y in enumerate(ys):
            send(session, [y], first + i)
        return
    if type(body) is bytes:
        session.channel.put(DATA, session.number, session.batch, len(ys), body)
    else:
        session.channel.put_data(session.number, session.batch, len(ys), body)
#)"""
