R"""("""
# SPDX-License-Identifier: BSL-1.0
# Frames over the session socket.
from __future__ import annotations

import _socket
import os
import select
from _collections import deque  # type: ignore[import-not-found]
from time import perf_counter_ns as clock

from leat.frames import CANCEL, DATA, FORGET, FREE, HEADER, IN_BUFFER, NONE, OPEN, SKIP, BUFFER, VALUE
from leat.library import standard
from leat.printable import say
from leat.system import DONTWAIT, flush_stdio, ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn, Optional, Union

    from leat.shared_buffers import Loan, SharedBuffers

    Buffer = Union[bytes, memoryview]
    Frame = tuple[int, int, int, int, Union[memoryview, Loan]]  # kind, session, batch, count, body

CUT_OFF = 71  # exit code
FRAME_LIMIT = 1 << 40  # a longer claim is garbage
RECV_BYTES = 256 << 10
FIRST_BODY = 1 << 20
JOINED_BYTES = 16 << 10  # less is sent sooner in one piece
PIECES = 1024  # Linux takes no more at once
SHARED_BYTES = 64 << 10  # smaller results stand in their frames
ANCILLARY = _socket.CMSG_SPACE(64)
MANY = 100
WIPEONFORK = 18  # for madvise: a child of fork, whoever calls that, finds zeros


def protocol_error(text: str) -> NoReturn:
    flush_stdio()
    os.write(2, f"leat worker: protocol error: {text}\n".encode())
    os._exit(70)


def cut_off(error: OSError) -> NoReturn:
    flush_stdio()
    say(f"leat worker: a function has closed or replaced the descriptor of the connection to the host ({error.strerror}): "
        "os.close, os.closerange and os.dup2 must leave alone what they have not opened")
    os._exit(CUT_OFF)


class Here:
    '''Its first item is true in this process and in no child. It asks for the number of the process, and where it is asked often,
    it gives its channel a page that the kernel wipes in children: that costs a start more and a look a ninth.'''

    def __init__(self, channel: Channel) -> None:
        self.pid = os.getpid()
        self.channel = channel
        self.looks = 0

    def __getitem__(self, _: int) -> bool:
        here = os.getpid() == self.pid
        self.looks += 1
        if self.looks == MANY and here:
            with standard:
                import mmap
            with ignoring(OSError, ValueError):  # a kernel that cannot wipe it
                page = mmap.mmap(-1, mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                page.madvise(WIPEONFORK)
                page[0] = 1
                self.channel.here = page
        return here


class Channel:
    '''Frames over the session socket. Writing never blocks without reading, and a started frame is always finished.'''

    mark = 0  # on all that is put: FORKED once a function has

    def __init__(self, fd: int) -> None:
        self.here: Any = Here(self)
        self.socket = _socket.socket(fileno=fd)
        self.socket.setblocking(True)
        self.poller = select.poll()
        self.poller.register(fd, select.POLLIN | select.POLLOUT)
        self.frames: deque[Frame] = deque()
        self.pending: list[Buffer] = []
        self.descriptors: deque[int] = deque()  # that have come; each belongs to a frame, in order
        self.buffers: Optional[SharedBuffers] = None
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
                if self.buffers and self.buffers.freed:
                    self.flush()
                self.pull()
            self.waited += clock() - start
        return self.frames.popleft() if self.frames else None

    def own(self) -> None:
        '''Ends a child that native code of a function's has forked and that has come back. Of os.fork, leat.twins knows.'''
        if not self.here[0]:
            os._exit(0)

    def pull(self, flags: int = 0) -> None:
        '''Takes in what has arrived; waits for it unless DONTWAIT is given.'''
        self.own()
        self.looked = clock()
        try:
            if self.body is None:
                data, rights, _, _ = self.socket.recvmsg(RECV_BYTES, ANCILLARY, flags | _socket.MSG_CMSG_CLOEXEC)
                size = len(data)
                for _, _, raw in rights:
                    self.descriptors.extend(memoryview(raw).cast("i"))
            else:
                size = self.socket.recv_into(self.free, 0, flags)
        except BlockingIOError:
            return
        except ConnectionError:
            size = 0
        except OSError as e:
            cut_off(e)
        if size == 0:
            self.gone = True
        elif self.body is None:
            self.split(self.rest + data if self.rest else data)
        else:
            self.fill(size)

    def split(self, data: bytes) -> None:
        view, start, size = memoryview(data), 0, len(data)
        while size - start >= 32:
            magic, kind, flags, session, batch, count, length = HEADER.unpack_from(data, start)
            if magic != b"lt" or not (OPEN <= kind <= CANCEL or kind in (BUFFER, FREE, VALUE, FORGET, SKIP)):
                protocol_error(f"not a frame for a worker: {data[start:start + 32].hex()}")
            if length > FRAME_LIMIT:
                protocol_error(f"a frame of {length} bytes")
            start += 32
            if start + length > size:
                arrived = size - start
                self.head, self.length, self.have = (kind, flags, session, batch, count), length, arrived
                self.body = bytearray(min(length, max(FIRST_BODY, 2 * arrived)))
                self.body[:arrived] = view[start:]
                self.free = memoryview(self.body)[arrived:]
                self.rest = b""
                return
            self.accept(kind, flags, session, batch, count, view[start:start + length])
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

    def accept(self, kind: int, flags: int, session: int, batch: int, count: int, body: memoryview) -> None:
        if kind in (VALUE, FORGET, BUFFER, FREE):
            from leat.handed import take
            if not take(self, kind, flags, batch, count, body):
                what = "value" if kind == VALUE else "buffer"
                protocol_error(f"a {what} came without its descriptor; the limit of open files may be too low")
        elif kind == CANCEL:
            self.cancelled = max(self.cancelled, session)
        else:
            found = self.buffers.loan(body) if flags and self.buffers else None if flags else body
            if found is None:
                protocol_error(f"a body in a buffer that is not there: {body.hex()}")
            if session > self.closed:  # what is dropped gives its buffer back, too
                self.frames.append((kind, session, batch, count, found))

    def put(self, kind: int, session: int, batch: int, count: int, body: Buffer = b"") -> None:
        self.pending.append(HEADER.pack(b"lt", kind, self.mark, session, batch, count, len(body)))
        if body:
            self.pending.append(body)

    def put_data(self, session: int, batch: int, count: int, body: Union[Buffer, list[Buffer]]) -> int:
        '''Results, in a buffer where they are large and one is idle. Gives their size.'''
        parts = body if isinstance(body, list) else [body]
        size = sum([memoryview(part).nbytes for part in parts])
        where = self.buffers.fill(parts, size) if size >= SHARED_BYTES and self.buffers else None
        flags, length = (IN_BUFFER, len(where)) if where else (0, size)
        self.pending.append(HEADER.pack(b"lt", DATA, flags | self.mark, session, batch, count, length))
        self.pending += [where] if where else [part for part in parts if len(part)]
        return size

    def flush(self) -> None:
        '''Writes what is pending; takes in what arrives meanwhile.'''
        if not self.here[0]:
            self.own()
        buffers, self.pending = self.pending, []
        while self.buffers and self.buffers.freed:
            buffers.insert(0, HEADER.pack(b"lt", FREE, 0, 0, self.buffers.freed.popleft(), 0, 0))
        if 1 < len(buffers) <= 4 and sum(map(len, buffers)) < JOINED_BYTES:
            buffers = [b"".join(buffers)]
        while buffers and not self.gone:
            try:
                sent = self.socket.sendmsg(buffers[:PIECES], (), DONTWAIT)
            except BlockingIOError:
                start = clock()
                if self.poller.poll()[0][1] & ~select.POLLOUT:
                    self.pull(DONTWAIT)
                self.waited += clock() - start
                continue
            except ConnectionError:
                self.gone = True
                return
            except OSError as e:
                cut_off(e)
            while buffers and sent >= len(buffers[0]):
                sent -= len(buffers.pop(0))
            if sent:
                buffers[0] = memoryview(buffers[0])[sent:]
#)"""
