R"""("""
# SPDX-License-Identifier: BSL-1.0
# What functions count for the host. Updates go with the batch that they belong to, once it is done.
from __future__ import annotations

from _pickle import dumps
from _functools import reduce  # type: ignore[import-not-found]
from _operator import add
from _thread import allocate_lock

from leat.versions import versions_to_tell
from leat.printable import NotPlain
from leat.wires import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FOLD = 4096  # updates that a sum gathers before it adds them up

touched: list[Accumulator] = []


class Accumulator:
    '''A value of the host that functions add to, and only the host can read.'''

    def __init__(self, name: str, number: int, declared: str, sums: bool) -> None:
        self.name = name
        self._number, self._declared, self._sums = number, declared, sums
        self._updates: list[Any] = []
        self._lock = allocate_lock()

    def add(self, update: Any) -> None:
        if not self._updates:
            touched.append(self)
        self._updates.append(update)
        if self._sums and len(self._updates) >= FOLD:
            with self._lock:
                self._updates.append(reduce(add, self._take()))

    def __iadd__(self, update: Any) -> Accumulator:
        self.add(update)
        return self

    @property
    def value(self) -> Any:
        raise RuntimeError(f"the accumulator {self.name!r} cannot be read in a function: "
                           "what other tasks have added is not known here; read it in the host")

    def __repr__(self) -> str:
        return f"<accumulator {self.name!r} of {self._declared}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"the accumulator {self.name!r} stays in its worker; it cannot be pickled")

    def _take(self) -> list[Any]:
        taken = self._updates[:]
        del self._updates[:len(taken)]  # other threads may have added meanwhile
        return taken

    def _pickled(self) -> bytes:
        with self._lock:
            updates = self._take()
        if self._sums and len(updates) > 1:
            updates = [reduce(add, updates)]
        try:
            return bytes(wire("pickle", self._declared, True, {}).dumps(updates))
        except NotPlain as e:
            raise Refused(self.name, e.expected or self._declared, e.args[0], e.kind) from None


class Refused(Exception):
    '''Its arguments: an accumulator's name and type, what was added to it and cannot be sent, and a name for that's type.'''


def collected(opaque: bool = False) -> bytes:
    '''All updates since the last call, for the host; with opaque results it is told of versions, too.'''
    parts = list(versions_to_tell()) if opaque else []
    while touched:
        counts = touched.pop()
        if counts._updates:
            parts.append((counts._number, counts._pickled()))
    return dumps(parts, 5) if parts else b""


def marks() -> Any:
    return [(counts, counts._updates[:]) for counts in touched]


def take_back(marks: Any) -> None:
    '''Drops what was added since.'''
    discard()
    for counts, updates in marks:
        counts._updates[:] = updates
        touched.append(counts)


def discard() -> None:
    '''Drops what a batch that failed has left.'''
    while touched:
        touched.pop()._updates.clear()
#)"""
