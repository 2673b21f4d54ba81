R"""("""
# SPDX-License-Identifier: BSL-1.0
# The msgpack wire.
from __future__ import annotations

from leat.plain import Plain
from leat.report import NotPlain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Optional

    from leat.channel import Buffer


class Msgpack:
    def __init__(self, declared: str) -> None:
        import msgpack  # type: ignore[import-untyped, import-not-found, unused-ignore]
        self.plain, self.sets = Plain(declared), "set[" in declared
        self.unpackb, self.packer_type = msgpack.unpackb, msgpack.Packer
        self.arrays = "dict[tuple" not in declared.replace(" ", "")  # as lists; a key must come as a tuple
        self.convert = array_converter(declared, "list" if self.arrays else "tuple")
        self.packer: Any = None

    def loads(self, body: Buffer) -> list[Any]:
        values = self.unpackb(body, raw=False, strict_map_key=False, use_list=self.arrays)
        return self.convert(values) if self.convert else list(values)

    def dumps(self, values: list[Any]) -> Buffer:
        packer = self.packer or self.packer_type(use_bin_type=True, default=self.default)
        self.packer = None  # one that failed is dropped
        body: bytes = packer.pack(values)
        self.packer = packer
        return body

    def default(self, value: Any) -> Any:
        if self.sets and isinstance(value, (set, frozenset)):
            return list(value)
        plain = self.plain(value)
        if type(plain) is type(value):
            raise NotPlain(value)
        return plain


def array_converter(declared: str, delivered: str) -> Optional[Callable[[list[Any]], list[Any]]]:
    '''A function that makes tuples and sets of msgpack's arrays where the declared type has them; None: nothing to do.'''
    import _ast as t

    def convert(node: Any, value: str, depth: int) -> str:
        '''An expression for `value` converted; `value` itself where that is the same.'''
        if isinstance(node, t.BinOp):  # T | None
            inner = convert(node.left, value, depth)
            return inner if inner == value else f"(None if {value} is None else {inner})"
        if not isinstance(node, t.Subscript):
            return value
        kind: str = getattr(node.value, "id")
        arguments = node.slice.elts if isinstance(node.slice, t.Tuple) else [node.slice]
        item, other = f"v{depth}", f"w{depth}"
        if kind == "tuple":
            parts = [convert(argument, f"{value}[{i}]", depth + 1) for i, argument in enumerate(arguments)]
            if any(part != f"{value}[{i}]" for i, part in enumerate(parts)):
                return f"({', '.join(parts)},)"
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

    tree: Any = compile(declared, "", "eval", t.PyCF_ONLY_AST)
    body = convert(tree.body, "v", 0)
    return None if body == "v" else eval(f"lambda values: [{body} for v in values]")
#)"""
