R"""("""
# SPDX-License-Identifier: BSL-1.0
# Work that others may have: the host asks by a signal for what of a batch has not been begun, and sends that to idle workers.
# Loaded with the first batch that can be shared, or that was.
from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import sys

import leat
from leat.frames import DATA, DONE, SKIP
from leat.system import DONTWAIT, ignoring

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
        if session.job.spec.get("whole"):
            return
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
    frames = channel.frames
    while frames and frames[0][1] == session.number and (frames[0][0] == DATA or frames[0][0] == SKIP and len(frames) > 1):
        if frames[0][0] == SKIP:  # never without its batch, which may still be arriving
            frames.popleft()
        _, number, batch, _, _ = frames.popleft()
        channel.put(DONE, number, batch, 0, bytes(16))
    channel.flush()


with ignoring(ValueError):  # where this is no process's main thread
    if _signal.getsignal(_signal.SIGURG) in (_signal.SIG_DFL, _signal.SIG_IGN):  # else it is the function's own
        _signal.signal(_signal.SIGURG, hand_back)
        _signal.siginterrupt(_signal.SIGURG, False)  # what native code waits in is begun again, where the kernel can do that
#)"""
