R"""("""
# SPDX-License-Identifier: BSL-1.0
# What comes with a descriptor beside the frames: shared buffers and shared values.
from __future__ import annotations

from leat import shared_values
from leat.frames import FOR_RESULTS, FORGET, FREE, VALUE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leat.channel import Channel


def take(channel: Channel, kind: int, flags: int, number: int, size: int, body: memoryview) -> bool:
    '''False: its descriptor has not come.'''
    if kind == FORGET:
        shared_values.forget(str(body, "ascii"))
        return True
    if kind != VALUE and channel.buffers is None:
        from leat.shared_buffers import SharedBuffers
        channel.buffers = SharedBuffers()
    if kind == FREE and channel.buffers:
        channel.buffers.idle.append(number)
    elif not channel.descriptors:
        return False
    elif kind == VALUE:
        shared_values.arrived(str(body, "ascii"), channel.descriptors.popleft())
    elif channel.buffers:
        channel.buffers.arrived(number, size, bool(flags & FOR_RESULTS), channel.descriptors.popleft())
    return True
#)"""
