R"""("""
# SPDX-License-Identifier: BSL-1.0
# What users naturally return, as plain values of a declared type.
from __future__ import annotations

import sys

from leat.report import NotPlain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

ATOMS = frozenset({int, float, str, bytes, bool, type(None)})
EXACT: dict[Any, Callable[[Any], Any]] = {  # what reads a subclass's value, whatever that overrides
    int: int.__pos__, float: float.__pos__, str: str.__str__, bytes: bytes.__iter__, dict: dict.items,
    tuple: tuple.__iter__, list: list.__iter__, set: set.__iter__, frozenset: frozenset.__iter__}


class Plain:
    '''Turns what users naturally return into the plain builtin values of a declared type, without loss or not at all.'''

    def __init__(self, declared: str) -> None:
        self.lists = "list[" in declared
        self.tuples = "tuple[" in declared

    def __call__(self, value: Any) -> Any:
        kind = type(value)
        if kind in ATOMS:
            return value
        if kind is dict:
            return {self(k): self(v) for k, v in value.items()}
        if kind in EXACT:
            return kind([self(v) for v in value])
        loaded = sys.modules.get
        enum, numpy, dataclasses = loaded("enum"), loaded("numpy"), loaded("dataclasses")
        if enum and isinstance(value, enum.Enum):
            return self(value.value)
        if numpy and isinstance(value, (numpy.generic, numpy.ndarray)) and (self.lists or not value.ndim):
            item = value.tolist()  # of a scalar, too
            if type(item) in ATOMS or value.ndim:
                return self(item)
        for base, exact in EXACT.items():
            if isinstance(value, base):
                return self(base(exact(value)))
        if isinstance(value, (bytearray, memoryview)):
            return bytes(value)
        if dataclasses and self.tuples and dataclasses.is_dataclass(value) and not isinstance(value, type):
            return tuple([self(getattr(value, field.name)) for field in dataclasses.fields(value)])
        raise NotPlain(value)


def check_text(value: Any) -> None:
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        check_text(list(value.items()))
    elif isinstance(value, (list, tuple, set, frozenset)):
        for v in value:
            check_text(v)
#)"""
