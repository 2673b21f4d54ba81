R"""("""
# SPDX-License-Identifier: BSL-1.0
# Memory that the host sees, too: large bodies stand there instead of in their frames.
from __future__ import annotations

import mmap
import os
from _collections import deque  # type: ignore[import-not-found]
from _struct import Struct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

TYPES = {"?": "|b1", "b": "|i1", "B": "|u1", "h": "<i2", "H": "<u2", "i": "<i4", "I": "<u4", "q": "<i8", "Q": "<u8",
         "e": "<f2", "f": "<f4", "d": "<f8"}  # as __array_interface__ names them
WHERE = Struct("<QQ")  # buffer, length


class SharedBuffers:
    def __init__(self) -> None:
        self.elements: dict[int, mmap.mmap] = {}  # the host fills these
        self.addresses: dict[int, int] = {}  # of them, for numpy
        self.results: dict[int, mmap.mmap] = {}  # this process fills these
        self.idle: list[int] = []  # of the results: the host has read them
        self.freed: deque[int] = deque()  # of the elements: nothing here looks at them any more
        self.lent: set[int] = set()  # of the elements: something here does
        self.seen_elsewhere: set[int] = set()  # of these: a child that a function has forked may

    def arrived(self, number: int, size: int, results: bool, fd: int) -> None:
        '''Takes the descriptor, which the mapping does not need.'''
        if results:
            self.results[number] = mmap.mmap(fd, size)
            self.idle.append(number)
        else:
            self.elements[number] = mmap.mmap(fd, size, access=mmap.ACCESS_READ)
        os.close(fd)

    def loan(self, where: Any) -> Optional[Loan]:
        '''The body that a frame tells of; None: there is no such place.'''
        number, length = WHERE.unpack(where) if len(where) == WHERE.size else (-1, 0)
        memory = self.elements.get(number)
        if memory is None or length > len(memory):
            return None
        self.lent.add(number)
        return Loan(self, number, memoryview(memory)[:length])

    def forking(self) -> None:
        '''What is lent now is never given back: nobody tells when a child no longer looks at it.'''
        self.seen_elsewhere |= self.lent

    def fill(self, parts: list[Any], size: int) -> Optional[bytes]:
        '''Puts a result where the host sees it and gives what tells of it; None: there is no room now.'''
        if not self.idle or size > len(self.results[self.idle[-1]]):
            return None
        number, at = self.idle.pop(), 0
        memory = self.results[number]
        for part in parts:
            length = memoryview(part).nbytes
            memory[at:at + length] = part
            at += length
        return WHERE.pack(number, size)


class Loan:
    '''A body in a buffer. The buffer is the host's again when this object has gone.'''

    def __init__(self, buffers: SharedBuffers, number: int, view: memoryview) -> None:
        self.buffers, self.number, self.view = buffers, number, view

    def array(self, start: int, code: str, count: int) -> Any:
        import numpy  # type: ignore[import-not-found, unused-ignore]
        address = self.buffers.addresses.get(self.number)
        if address is None:
            memory = numpy.frombuffer(self.buffers.elements[self.number], numpy.uint8)
            address = self.buffers.addresses[self.number] = memory.__array_interface__["data"][0]
        return numpy.asarray(Region(self, address + start, TYPES[code], count))

    def __del__(self) -> None:
        self.buffers.lent.discard(self.number)
        if self.number not in self.buffers.seen_elsewhere:
            self.buffers.freed.append(self.number)


class Region:
    '''Numbers in a loan, for numpy: an array keeps what has this attribute, hence the buffer. A memoryview would not do: it can
    be released while arrays still look at its memory.'''

    def __init__(self, loan: Loan, address: int, kind: str, count: int) -> None:
        self.loan = loan
        self.__array_interface__ = {"shape": (count,), "typestr": kind, "data": (address, True), "version": 3}
#)"""
