R"""("""
# SPDX-License-Identifier: BSL-1.0
# The msgpack wire.
from __future__ import annotations

import datetime as times
import sys
from _struct import pack, unpack

from leat.lookup import attribute
from leat.library import standard
from leat.printable import NotPlain
from leat.plain import Plain, exact_time, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from leat.channel import Buffer

BIG, COMPLEX, LOCAL, DATE, SPAN, ARRAY = range(100, 106)  # extensions of ours


class Msgpack:
    def __init__(self, declared: str) -> None:
        with standard:
            import msgpack  # type: ignore[import-untyped, import-not-found, unused-ignore]
        self.declared = declared
        self.plain: Any = None  # made once something was not plain
        if "ndarray[" in declared:
            from leat.tensors import plain_of
            self.plain = plain_of(declared)
        self.sets, self.structs = "set[" in declared, "{" in declared
        self.unpackb, self.packer_type, self.module = msgpack.unpackb, msgpack.Packer, msgpack
        tree = parse(declared)
        self.arrays = not array_keys(tree)  # as lists; a key must come as a tuple
        self.convert = array_converter(tree, "list" if self.arrays else "tuple")
        self.packer: Any = None

    def loads(self, body: Buffer) -> list[Any]:
        values = self.unpackb(body, raw=False, strict_map_key=False, use_list=self.arrays, timestamp=3, ext_hook=self.extension)
        return self.convert(values) if self.convert else list(values)

    def dumps(self, values: list[Any]) -> Buffer:
        if self.plain is None:
            try:
                return self.pack(values)
            except NotPlain:
                self.plain = Plain(self.declared)
        return self.pack([self.plain(v) for v in values])

    def pack(self, values: list[Any]) -> Buffer:
        packer = self.packer or self.packer_type(use_bin_type=True, default=self.default, strict_types=self.structs)
        self.packer = None  # one that failed is dropped
        body: bytes = packer.pack(values)
        self.packer = packer
        return body

    def default(self, value: Any) -> Any:
        kind, extension = type(value), self.module.ExtType
        if kind is tuple:
            return list(value)
        if self.sets and kind in (set, frozenset):
            return list(value)
        if kind is int:
            return extension(BIG, value.to_bytes(value.bit_length() // 8 + 1, "little", signed=True))
        if kind is complex:
            return extension(COMPLEX, pack(">dd", value.real, value.imag))
        if kind not in (times.datetime, times.date, times.timedelta):
            raise NotPlain(value)
        if kind is times.timedelta:
            return extension(SPAN, pack(">qq", value.days, value.seconds * 1000000 + value.microseconds))
        if kind is times.date:
            return extension(DATE, pack(">q", value.toordinal() - 719163))
        value = exact_time(value)
        aware = value.tzinfo is not None
        since = value - times.datetime(1970, 1, 1, tzinfo=times.timezone.utc if aware else None)
        seconds = since.days * 86400 + since.seconds
        if aware:
            return self.module.Timestamp(seconds, since.microseconds * 1000)
        return extension(LOCAL, pack(">q", seconds * 1000000 + since.microseconds))

    def extension(self, code: int, data: bytes) -> Any:
        if code == BIG:
            return int.from_bytes(data, "little", signed=True)
        if code == COMPLEX:
            return complex(*unpack(">dd", data))
        if code == LOCAL:
            return times.datetime(1970, 1, 1) + times.timedelta(microseconds=unpack(">q", data)[0])
        if code == DATE:
            return times.date.fromordinal(unpack(">q", data)[0] + 719163)
        if code == SPAN:
            days, micros = unpack(">qq", data)
            return times.timedelta(days, 0, micros)
        if code == ARRAY:
            from leat.tensors import unpacked
            return unpacked(data)
        return self.module.ExtType(code, data)


def array_keys(node: Any) -> bool:
    '''Whether some dict has keys that travel as arrays.'''
    import _ast as t
    if isinstance(node, t.Subscript) and getattr(node.value, "id", "") == "dict":
        key: Any = getattr(node.slice, "elts")[0]
        if any(isinstance(part, t.Subscript) for part in walk(key)):
            return True
    return any(array_keys(part) for part in children(node))


def children(node: Any) -> list[Any]:
    found: list[Any] = []
    for name in node._fields:
        part = getattr(node, name)
        found += [p for p in (part if isinstance(part, list) else [part]) if hasattr(p, "_fields")]
    return found


def walk(node: Any) -> list[Any]:
    return [node] + [inner for part in children(node) for inner in walk(part)]


def array_converter(tree: Any, delivered: str) -> Optional[Callable[[list[Any]], list[Any]]]:
    '''A function that makes tuples, sets and instances of msgpack's arrays and maps where the declared type has them; None:
    nothing to do.'''
    import _ast as t
    classes: dict[str, Any] = {}

    def convert(node: Any, value: str, depth: int) -> str:
        '''An expression for `value` converted; `value` itself where that is the same.'''
        if isinstance(node, t.BinOp):
            return union(alternatives(node), value, depth)
        if isinstance(node, t.Dict):
            return struct(node, value, depth)
        if not isinstance(node, t.Subscript):
            return f"bytearray({value})" if getattr(node, "id", "") == "bytearray" else value
        kind: str = getattr(node.value, "id")
        arguments: list[Any] = node.slice.elts if isinstance(node.slice, t.Tuple) else [node.slice]
        if kind == "ndarray":  # an extension
            return value
        item, other = f"v{depth}", f"w{depth}"
        if kind == "instance":
            name = f"c{len(classes)}"
            module, _, dotted = arguments[0].value.partition(":")
            __import__(module)
            classes[name] = attribute(sys.modules[module], dotted, f"module {module!r}")
            return f"{name}(**{struct(arguments[1], value, depth)})"
        if kind == "tuple":
            ordered = len(arguments) == 1 and isinstance(arguments[0], t.Dict)
            parts: list[Any] = arguments[0].values if ordered else arguments
            made = [convert(part, f"{value}[{i}]", depth + 1) for i, part in enumerate(parts)]
            if any(part != f"{value}[{i}]" for i, part in enumerate(made)):
                return f"({', '.join(made)},)"
        elif kind == "dict":
            key, content = convert(arguments[0], item, depth + 1), convert(arguments[1], other, depth + 1)
            if (key, content) == (item, other):
                return value
            return f"{{{key}: {content} for {item}, {other} in {value}.items()}}"
        else:
            part = convert(arguments[0], item, depth + 1)
            if part != item:
                return f"{kind}([{part} for {item} in {value}])"
        return value if kind == delivered else f"{kind}({value})"

    def struct(node: Any, value: str, depth: int) -> str:
        names = [key.value for key in node.keys if key.value is not ...]  # that one says that others are ignored
        parts = [convert(part, f"{value}[{name!r}]", depth + 1) for name, part in zip(names, node.values)]
        if all(part == f"{value}[{name!r}]" for name, part in zip(names, parts)):
            return value
        return "{" + ", ".join(f"{name!r}: {part}" for name, part in zip(names, parts)) + "}"

    def alternatives(node: Any) -> list[Any]:
        return [*alternatives(node.left), node.right] if isinstance(node, t.BinOp) else [node]

    def union(nodes: list[Any], value: str, depth: int) -> str:
        expression, changed = value, False
        for node in sorted(nodes, key=lambda n: names_of(n) is not None):  # the most special come to stand in front
            part = convert(node, value, depth)
            names, changed = names_of(node), changed or part != value
            if names is not None:
                same = f"type({value}) is dict and {value}.keys() == {set(names) or 'set()'}"
                expression = f"({part} if {same} else {expression})"
            elif part != value:
                kind = getattr(getattr(node, "value", node), "id", "")
                arrives = {"dict": "dict", "bytearray": "bytes"}.get(kind, delivered)
                expression = f"({part} if type({value}) is {arrives} else {expression})"
        return expression if changed else value

    def names_of(node: Any) -> Optional[list[str]]:
        '''The fields of what arrives as a map with known keys.'''
        if isinstance(node, t.Subscript) and getattr(node.value, "id", "") == "instance":
            node = getattr(node.slice, "elts")[1]
        return [key.value for key in node.keys if key.value is not ...] if isinstance(node, t.Dict) else None  # type: ignore

    body = convert(tree, "v", 0)
    return None if body == "v" else eval(f"lambda values: [{body} for v in values]", classes)
#)"""
