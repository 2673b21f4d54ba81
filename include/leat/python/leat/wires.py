R"""("""
# SPDX-License-Identifier: BSL-1.0
# How batches become bytes and come back.
from __future__ import annotations

import _pickle
import sys
from _io import BytesIO

from leat.functions import attribute
from leat.report import NotPlain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from leat.channel import Buffer


class PlainPickler(_pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        raise NotPlain(value)


class TypedPickle:
    '''Pickles of plain values only, without memo: C++ decodes them.'''

    def __init__(self, declared: str) -> None:
        self.declared = declared
        self.plain: Any = None  # made once something was not plain
        self.text = "str" in declared and "int" not in declared and "float" not in declared

    def dumps(self, values: list[Any]) -> Buffer:
        if self.plain is None:
            try:
                return self.dump(values)
            except NotPlain:
                from leat.plain import Plain
                self.plain = Plain(self.declared)
        return self.dump([self.plain(v) for v in values])

    def dump(self, values: list[Any]) -> Buffer:
        file = BytesIO()
        pickler = PlainPickler(file, 5)
        pickler.fast = True
        pickler.dump(values)
        body = file.getvalue()
        if self.text and b"\xed" in body:  # there may be a surrogate, which is no text in C++
            from leat.plain import check_text
            check_text(values)
        return body


class Pickle:
    loads = staticmethod(_pickle.loads)

    @staticmethod
    def dumps(values: list[Any], dumps: Callable[..., bytes] = _pickle.dumps) -> Buffer:
        return dumps(values, 5)


class Opaque:
    @staticmethod
    def loads(body: Buffer, loads: Callable[..., Any] = _pickle.loads) -> list[Any]:
        return [loads(record) for record in loads(body)]

    @staticmethod
    def dumps(values: list[Any], dumps: Callable[..., bytes] = _pickle.dumps) -> Buffer:
        return dumps([dumps(v, 5) for v in values], 5)


def wire(name: str, declared: str, typed: bool) -> Any:
    if name == "pickle":
        return TypedPickle(declared) if typed else Pickle
    if name == "opaque":
        return Opaque
    if name == "msgpack":
        from leat.msgpack import Msgpack
        return Msgpack(declared)
    module, colon, dotted = name.partition(":")
    if not colon:
        raise ValueError(f"unknown wire {name!r}")
    __import__(module)
    return attribute(sys.modules[module], dotted, f"module {module!r}")
#)"""
