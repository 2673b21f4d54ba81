R"""("""
# SPDX-License-Identifier: BSL-1.0
# How batches become bytes and come back.
from __future__ import annotations

import _pickle
from _io import BytesIO

from leat.printable import NotPlain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from leat.channel import Buffer


class PlainPickler(_pickle.Pickler):
    reduced: Any = None  # loaded once something is no builtin

    def reducer_override(self, value: Any) -> Any:
        if type(value) is complex or value is complex:
            return NotImplemented
        if self.reduced is None:
            from leat.plain import reduced
            PlainPickler.reduced = staticmethod(reduced)
        return self.reduced(value)


class TypedPickle:
    '''Pickles of plain values only, without memo: C++ decodes them.'''

    def __init__(self, declared: str) -> None:
        self.declared = declared
        self.plain: Any = None  # made once something was not plain
        if "ndarray[" in declared:
            from leat.tensors import plain_of
            self.plain = plain_of(declared)
        self.fast = True
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
        try:
            pickler = PlainPickler(file, 5)
            pickler.fast = self.fast
            pickler.dump(values)
        except (KeyError, ValueError) as e:  # CPython's fast mode loses count at the 50th frozenset
            if not self.fast or not isinstance(e, KeyError) and "frozenset" not in str(e):
                raise
            self.fast = False
            return self.dump(values)
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
    loads = staticmethod(_pickle.loads)

    @staticmethod
    def dumps(values: list[Any], dumps: Callable[..., bytes] = _pickle.dumps) -> Buffer:
        return dumps([dumps(v, 5) for v in values], 5)


class NoResults:
    '''Results that nobody wants.'''

    @staticmethod
    def dumps(values: list[Any]) -> Buffer:
        return b""


def wire(name: str, declared: str, typed: bool, modules: dict[str, tuple[str, str]]) -> Any:
    if name == "pickle":
        return TypedPickle(declared) if typed else Pickle
    if name == "opaque":
        return Opaque
    if name == "none":
        return NoResults
    if name == "msgpack":
        from leat.msgpack import Msgpack
        return Msgpack(declared)
    if name == "columns":
        from leat.columns import Columns
        return Columns(declared)
    from leat.own_wire import users_wire
    return users_wire(name, modules)


def check_rows(result: Any, declared: str) -> None:
    '''Refuses an array whose rows are no results of the declared type by their dimensions.'''
    if getattr(result, "ndim", 1) > 1 or "[" in declared and hasattr(result, "ndim"):
        from leat.plain import check_dimensions, parse, shape_of
        check_dimensions(result, shape_of(parse(declared)), rows=1)
#)"""
