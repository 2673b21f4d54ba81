R"""("""
# SPDX-License-Identifier: BSL-1.0
# The elements of a merged batch one by one, where it cannot be loaded as a whole: one that fails leaves the others.
from __future__ import annotations

import _pickle
from _io import BytesIO

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional, Union

    Buffer = Union[bytes, bytearray, memoryview]

SHARED = 128  # smaller numbers of the memo are of what records share
PROTO, TEXT, GLOBAL, GET, PUT, GET_LONG, PUT_LONG = 0x80, 0x8c, 0x93, ord("h"), ord("q"), ord("j"), ord("r")
FIXED = {ord("K"): 1, ord("M"): 2, ord("J"): 4, ord("G"): 8, GET: 1, PUT: 1, GET_LONG: 4, PUT_LONG: 4, PROTO: 1}
LINES = {**dict.fromkeys(b"ILFVS", 1), **dict.fromkeys(b"ci", 2)}
MARK, POP, POP_MARK, MAKE, FILL = ord("("), ord("0"), ord("1"), b"ltdio\x91", b"eu\x90"
GIVES = {**dict.fromkeys(b"N]})KMJGILFVScCUXBT2hj\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x96", 1), **dict.fromkeys(b"aRb\x81\x86\x93", -1),
         **dict.fromkeys(b"s\x87\x92", -2)}
COUNTED = {0x8a: 1, ord("C"): 1, ord("U"): 1, TEXT: 1, 0x8b: 4, ord("X"): 4, ord("B"): 4, ord("T"): 4, 0x8d: 8, 0x8e: 8, 0x96: 8}


class Source:
    '''What the unpickler reads from, one piece at a time.'''

    def __init__(self) -> None:
        self.piece = BytesIO()

    def read(self, n: int) -> bytes:
        return self.piece.read(n)

    def readline(self) -> bytes:
        return self.piece.readline()


def opcodes(piece: bytes) -> Iterator[tuple[int, int, int]]:
    '''Each opcode of a record, where it begins and where it ends.'''
    at = 0
    while at < len(piece):
        start, code = at, piece[at]
        at += 1 + FIXED.get(code, 0)
        for _ in range(LINES.get(code, 0)):
            at = piece.index(b"\n", at) + 1
        width = COUNTED.get(code, 0)
        if width:
            at += width + int.from_bytes(piece[at:at + width], "little")
        yield code, start, at


def pieces(body: Buffer, count: int) -> Iterator[bytes]:
    '''The records of a merged batch: each leaves one object on the stack, and none reaches below its own.'''
    records = bytes(body[4:-2])  # without PROTO, EMPTY_LIST, MARK and APPENDS, STOP
    marks: list[int] = []
    depth, ends = 0, {0: 0}
    for code, _, stop in opcodes(records):
        if code == MARK:
            marks.append(depth)
        elif code == POP and marks and marks[-1] == depth:
            marks.pop()
        elif code == POP:
            depth -= 1
        elif code == POP_MARK or code in FILL:
            depth = marks.pop()
        elif code in MAKE:
            depth = marks.pop() + 1
        else:
            depth += GIVES.get(code, 0)
        if not marks:
            ends[depth] = stop
    for i in range(count):
        yield records[ends[i]:ends[i + 1]]


def load_apart(body: Buffer, count: int) -> tuple[list[Any], dict[int, tuple[Exception, bytes]]]:
    '''The elements, and by number what those failed with that could not be loaded, with their opcodes; none where no single one did.'''
    try:
        loaded = list(one_by_one(body, count))
    except Exception:
        return [], {}
    return [element for element, _, _ in loaded], {i: (failure, piece) for i, (_, failure, piece) in enumerate(loaded) if failure}


def one_by_one(body: Buffer, count: int) -> Iterator[tuple[Any, Optional[Exception], bytes]]:
    '''Each element, what it failed with or None, and its opcodes.'''
    source = Source()
    unpickler = _pickle.Unpickler(source)  # its memo lives on from one piece to the next
    version = b"\x80\x05"
    lost: dict[int, Exception] = {}  # what was to be shared and failed

    def load(opcodes: bytes) -> Any:
        source.piece = BytesIO(version + opcodes + b".")
        return unpickler.load()

    for piece in pieces(body, count):
        element: Any = None
        failure: Optional[Exception] = None
        try:
            element = load(piece)
        except Exception as e:
            failure = e
        before: list[tuple[int, int, int]] = []
        for code, start, stop in opcodes(piece):
            before.append((code, start, stop))
            if code == PROTO:
                version = piece[start:stop]
            elif failure and code == GET and piece[start + 1] in lost:
                failure = lost[piece[start + 1]]
            elif failure and code == PUT and piece[start + 1] < SHARED and len(before) > 1:
                last, begin, _ = before[-2]
                try:  # later records recall it, however this one failed
                    load(piece[begin if last == TEXT else begin - 4:stop])
                except Exception as e:
                    lost[piece[start + 1]] = e
        yield element, failure, piece
#)"""
