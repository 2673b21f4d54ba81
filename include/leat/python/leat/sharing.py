R"""("""
# SPDX-License-Identifier: BSL-1.0
# Work that others may have: the host asks by a signal for what of a batch has not been begun, and sends that to idle workers.
# Loaded with the first batch that can be shared, or that was.
from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import sys

import leat
from leat.channel import DATA, DONE, SKIP
from leat.daemon import DONTWAIT, ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from leat.session import Session


def hand_back(*_: Any) -> None:
    '''Lets the loop over the batch end after the element in work. Runs between any two steps of the session or of a function.'''
    with ignoring(Exception):  # such as that the session is only just beginning; it would be the user's otherwise
        session: Any = leat.serving
        if session.isolate or session.instances or session.job.pulls or session.broken or session.source is not None:
            return
        session.asked = True
        if session.segment is not session.job.segments[0]:
            return
        end, it = session.cursor
        left = it.__length_hint__()
        it.__setstate__(sys.maxsize)
        if left:
            session.left, session.consumed = left, end - left


def give_queued(session: Session) -> None:
    '''Hands back the batches that have arrived behind the one just done.'''
    session.asked, channel = False, session.channel
    if not channel.frames:
        channel.pull(DONTWAIT)
    while channel.frames and channel.frames[0][0] in (DATA, SKIP) and channel.frames[0][1] == session.number:
        kind, number, batch, _, _ = channel.frames.popleft()
        if kind == DATA:
            channel.put(DONE, number, batch, 0, bytes(16))
    channel.flush()


with ignoring(ValueError):  # where this is no process's main thread
    _signal.signal(_signal.SIGURG, hand_back)
    _signal.siginterrupt(_signal.SIGURG, False)  # native code need not expect it
#)"""
