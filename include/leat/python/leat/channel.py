R"""("""
# SPDX-License-Identifier: BSL-1.0
# Frames over the session socket, as docs/wire.md describes them.
from __future__ import annotations

import _socket
import os
import select
from _collections import deque  # type: ignore[import-not-found]
from _struct import Struct
from time import perf_counter_ns as clock

from leat.daemon import DONTWAIT, flush_stdio

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, Optional, Union

    Buffer = Union[bytes, memoryview]
    Frame = tuple[int, int, int, int, memoryview]  # kind, session, batch, count, body

HEADER = Struct("<2sBBIQQQ")
OPEN, DATA, END, CANCEL, DONE, ERROR, CLOSED = range(1, 8)
NONE = (1 << 64) - 1
FRAME_LIMIT = 1 << 40  # a longer claim is garbage
RECV_BYTES = 256 << 10
FIRST_BODY = 1 << 20


def protocol_error(text: str) -> NoReturn:
    flush_stdio()
    os.write(2, f"leat worker: protocol error: {text}\n".encode())
    os._exit(70)


class Channel:
    '''Frames over the session socket. Writing never blocks without reading, and a started frame is always finished.'''

    def __init__(self, fd: int) -> None:
        self.socket = _socket.socket(fileno=fd)
        self.socket.setblocking(True)
        self.poller = select.poll()
        self.poller.register(fd, select.POLLIN | select.POLLOUT)
        self.frames: deque[Frame] = deque()
        self.pending: list[Buffer] = []
        self.rest = b""
        self.body: Optional[bytearray] = None  # of a frame that has arrived in part
        self.free = memoryview(b"")
        self.closed = self.cancelled = 0  # highest session that has ended, that is to end
        self.gone = False
        self.looked = clock()
        self.waited = 0

    def next(self, session: int = NONE) -> Optional[Frame]:
        '''The next frame; None: the host is gone, or has cancelled the session.'''
        if not self.frames:
            start = clock()
            while not self.frames and not self.gone and self.cancelled < session:
                self.pull()
            self.waited += clock() - start
        return self.frames.popleft() if self.frames else None

    def pull(self, flags: int = 0) -> None:
        '''Takes in what has arrived; waits for it unless DONTWAIT is given.'''
        self.looked = clock()
        try:
            if self.body is None:
                data = self.socket.recv(RECV_BYTES, flags)
                size = len(data)
            else:
                size = self.socket.recv_into(self.free, 0, flags)
        except BlockingIOError:
            return
        except ConnectionError:
            size = 0
        if size == 0:
            self.gone = True
        elif self.body is None:
            self.split(self.rest + data if self.rest else data)
        else:
            self.fill(size)

    def split(self, data: bytes) -> None:
        view, start, size = memoryview(data), 0, len(data)
        while size - start >= 32:
            magic, kind, _, session, batch, count, length = HEADER.unpack_from(data, start)
            if magic != b"lt" or not OPEN <= kind <= CANCEL:
                protocol_error(f"not a frame for a worker: {data[start:start + 32].hex()}")
            if length > FRAME_LIMIT:
                protocol_error(f"a frame of {length} bytes")
            start += 32
            if start + length > size:
                arrived = size - start
                self.head, self.length, self.have = (kind, session, batch, count), length, arrived
                self.body = bytearray(min(length, max(FIRST_BODY, 2 * arrived)))
                self.body[:arrived] = view[start:]
                self.free = memoryview(self.body)[arrived:]
                self.rest = b""
                return
            self.accept(kind, session, batch, count, view[start:start + length])
            start += length
        self.rest = data[start:]

    def fill(self, size: int) -> None:
        '''Continues a frame's body, whose buffer grows with what has arrived, not by what was claimed.'''
        body: Any = self.body
        self.have += size
        if self.have == self.length:
            self.free.release()
            self.body = None
            self.accept(*self.head, memoryview(body))
        elif self.have == len(body):
            self.free.release()
            body += bytes(min(self.have, self.length - self.have))
            self.free = memoryview(body)[self.have:]
        else:
            self.free = self.free[size:]

    def accept(self, kind: int, session: int, batch: int, count: int, body: memoryview) -> None:
        if session <= self.closed:
            return
        if kind == CANCEL:
            self.cancelled = max(self.cancelled, session)
        else:
            self.frames.append((kind, session, batch, count, body))

    def put(self, kind: int, session: int, batch: int, count: int, body: Buffer = b"") -> None:
        self.pending.append(HEADER.pack(b"lt", kind, 0, session, batch, count, len(body)))
        if body:
            self.pending.append(body)

    def flush(self) -> None:
        '''Writes what is pending; takes in what arrives meanwhile.'''
        buffers, self.pending = self.pending, []
        while buffers and not self.gone:
            try:
                sent = self.socket.sendmsg(buffers, (), DONTWAIT)
            except BlockingIOError:
                start = clock()
                if self.poller.poll()[0][1] & ~select.POLLOUT:
                    self.pull(DONTWAIT)
                self.waited += clock() - start
                continue
            except ConnectionError:
                self.gone = True
                return
            while buffers and sent >= len(buffers[0]):
                sent -= len(buffers.pop(0))
            if sent:
                buffers[0] = memoryview(buffers[0])[sent:]
#)"""
