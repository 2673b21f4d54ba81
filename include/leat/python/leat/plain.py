R"""("""
# SPDX-License-Identifier: BSL-1.0
# What users naturally return, as plain values of a declared type.
from __future__ import annotations

import datetime as times

from leat.lenient import HOLDERS, absent, is_deque, taken
from leat.library import lookup
from leat.printable import NotPlain, qualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterable, Optional

ATOMS = frozenset({int, float, str, bytes, bool, type(None), complex, bytearray})
EXACT: dict[Any, Callable[[Any], Any]] = {  # what reads a subclass's value, whatever that overrides
    int: int.__pos__, float: float.__pos__, complex: complex.__pos__, str: str.__str__, bytes: bytes.__iter__,
    bytearray: bytearray.__iter__, dict: dict.items, tuple: tuple.__iter__, list: list.__iter__, set: set.__iter__,
    frozenset: frozenset.__iter__}
CODES = {"bool": "?", "int8": "b", "uint8": "B", "int16": "h", "uint16": "H", "int32": "i", "uint32": "I", "int64": "q",
         "uint64": "Q", "float16": "e", "bfloat16": "E", "float32": "f", "float64": "d"}  # of numbers with a width
WIDTHS = dict(zip("?bBhHeEiIfqQd", (1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 8, 8, 8)))  # in bytes, by these
CONTAINERS: dict[str, type] = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset, "dict": dict}
loaded = lookup("dataclasses", "enum")


class Shape:
    '''A declared type: a container with its parts, a struct with its fields, a union, or a scalar's name.'''

    def __init__(self, kind: str, parts: Iterable[Shape] = (), names: Iterable[str] = (), ordered: bool = False,
                 instance: str = "") -> None:
        self.kind, self.parts, self.names = kind, list(parts), list(names)
        self.ordered = ordered  # a struct that crosses as a tuple
        self.by_position = kind == "tuple" or ordered
        self.instance = instance  # the class that a struct comes as: "module:name"
        self.nullable = False  # of a column: values may be missing
        self.open = False  # a struct that ignores keys which are no fields
        self.extents: tuple[Optional[int], ...] = ()  # of an array of such numbers; None: each has its own
        self.views = False  # it always is an array of numpy

    def __str__(self) -> str:
        '''The annotation.'''
        if self.kind == "union":
            return " | ".join(map(str, self.parts))
        if self.extents:
            shown = ", ".join([":" if n is None else str(n) for n in self.extents])
            text = f"ndarray[{self.kind}, {shown}]" if self.views else f"{self.kind}[{shown}]"
            return text + " | None" if self.nullable else text
        if self.kind != "struct":
            text = f"{self.kind}[{', '.join(map(str, self.parts))}]" if self.parts else self.kind
            return text + " | None" if self.nullable else text
        text = ", ".join([f"{name!r}: {part}" for name, part in zip(self.names, self.parts)])
        text += ", ...: object" * self.open
        return f"tuple[{{{text}}}]" if self.ordered else f"{{{text}}}"

    def has(self, keys: Iterable[Any]) -> bool:
        '''Whether these are the struct's fields. Optional ones may be missing.'''
        given, names = set(keys), set(self.names)
        return (self.open or given <= names) and all(optional(part) for name, part in zip(self.names, self.parts)
                                                     if name not in given)


def optional(shape: Shape) -> bool:
    return shape.kind == "union" and shape.parts[-1].kind == "None"


ANY = Shape("object")


def shape_of(node: Any) -> Shape:
    '''The shape of an annotation's syntax tree.'''
    import _ast as t
    if isinstance(node, t.BinOp):
        left, right = shape_of(node.left), shape_of(node.right)
        return Shape("union", left.parts + [right] if left.kind == "union" else [left, right])
    if isinstance(node, t.Dict):
        names = [getattr(key, "value") for key in node.keys]
        struct = Shape("struct", [shape_of(part) for name, part in zip(names, node.values) if name is not ...],
                       [name for name in names if name is not ...])
        struct.open = ... in names
        return struct
    if not isinstance(node, t.Subscript):
        return Shape(getattr(node, "id", "") or getattr(node, "attr", "") or "None")
    kind: str = getattr(node.value, "id")
    arguments: list[Any] = node.slice.elts if isinstance(node.slice, t.Tuple) else [node.slice]
    if kind == "instance" or (kind == "tuple" and len(arguments) == 1 and isinstance(arguments[0], t.Dict)):
        struct = shape_of(arguments[-1])
        return Shape("struct", struct.parts, struct.names, kind == "tuple", getattr(arguments[0], "value", ""))
    if kind == "ndarray" or kind in CODES:
        array = shape_of(arguments[0]) if kind == "ndarray" else Shape(kind)
        array.views = kind == "ndarray"
        array.extents = tuple([getattr(n, "value", None) for n in arguments[array.views:]])
        return array
    return Shape(kind, map(shape_of, arguments))


def parse(declared: str) -> Any:
    from _ast import PyCF_ONLY_AST
    tree: Any = compile(declared, "", "eval", PyCF_ONLY_AST)
    return tree.body


class Plain:
    '''Turns what users naturally return into plain values of a declared type, without loss or not at all. What does not fit
    that type is left to C++, which says where it stands.'''

    def __init__(self, declared: str) -> None:
        self.shape = shape_of(parse(declared))
        self.arrays = "list" in declared or "tuple" in declared
        self.tuples = "tuple[" in declared
        self.cell: Callable[[Any, Shape], Any] = as_it_is  # makes what is declared as an array

    def __call__(self, value: Any) -> Any:
        return self.convert(value, self.shape)

    def convert(self, value: Any, shape: Shape) -> Any:
        kind = type(value)
        if kind in ATOMS:
            return value
        if shape.kind == "union":
            if kind not in EXACT and any(part.kind == "None" for part in shape.parts) and absent(value):
                return None
            shape = next((part for part in shape.parts if suits(value, part)), ANY)
        if shape.extents:
            return self.cell(value, shape)
        if kind is dict:
            return self.entries(value.items(), shape)
        if kind in EXACT:
            items = self.items(value, shape)
            made = kind(items)
            if len(made) != len(items):
                raise merged(value, items, "items", shape)
            return items if shape.kind == "list" and shape.parts else made
        if kind in HOLDERS:
            return self.convert(taken(value, shape), shape)
        enum, numpy, dataclasses = map(loaded, ("enum", "numpy", "dataclasses"))
        if enum and isinstance(value, enum.Enum):
            return self.convert(value.value, shape)
        if isinstance(value, (times.date, times.timedelta)):
            return exact_time(value)
        named = fields(value)
        if named is None and shape.kind in ("dict", "struct") and is_mapping(value):
            return self.entries(entries_of(value), shape)
        if shape.kind == "struct":
            if named is None and not isinstance(value, type) and all(hasattr(value, name) for name in shape.names):
                named = {name: getattr(value, name) for name in shape.names}
            if named is not None:
                return self.entries(named.items(), shape)
        if numpy and isinstance(value, (numpy.generic, numpy.ndarray)):
            return self.numeric(value, shape)
        for base, exact in EXACT.items():
            if isinstance(value, base):
                return self.convert(base(exact(value)), shape)
        if isinstance(value, memoryview):
            return bytes(value)
        if dataclasses and named is not None:
            if shape.kind == "dict":
                return self.entries(named.items(), shape)
            if shape.kind == "tuple" or shape.kind == "object" and self.tuples:
                return tuple(self.items(list(named.values()), shape))
            if shape.kind == "list" and not shape.parts:
                return self.items(list(named.values()), shape)
        if shape.kind == "float":
            return exact_float(value)
        if kind.__module__ == "array" and self.arrays:
            return value.tolist()
        return self.convert(taken(value, shape), shape)

    def items(self, values: Any, shape: Shape) -> list[Any]:
        if shape.by_position and len(values) == len(shape.parts):
            return [self.convert(v, part) for v, part in zip(values, shape.parts)]
        item = shape.parts[0] if shape.parts and shape.kind in ("list", "set", "frozenset") else ANY
        return [self.convert(v, item) for v in values]

    def entries(self, pairs: Any, shape: Shape) -> Any:
        '''A dict of these, whose keys must stay different.'''
        if shape.kind == "struct":
            parts = dict(zip(shape.names, shape.parts))
            if shape.open:
                pairs = [(k, v) for k, v in pairs if isinstance(k, str) and str.__str__(k) in parts]
            made = {self.convert(k, ANY): self.convert(v, parts.get(k, ANY)) for k, v in pairs}
            if shape.ordered and shape.has(made) and len(made) == len(pairs):
                return tuple([made.get(name) for name in shape.names])
            key = ANY
        else:
            key, content = shape.parts if shape.kind == "dict" and shape.parts else (ANY, ANY)
            made = {self.convert(k, key): self.convert(v, content) for k, v in pairs}
        if len(made) != len(pairs):
            raise merged([k for k, _ in pairs], [self.convert(k, key) for k, _ in pairs], "keys", shape)
        return made

    def numeric(self, value: Any, shape: Shape) -> Any:
        '''Of numpy's scalars and arrays.'''
        count = value.ndim
        if count == 0:
            if type(value).__name__ == "MaskedConstant":
                return None  # as in the list of a masked array
            item = value.item()
            if value.dtype.kind in "Mm":
                return exact_numpy_time(value, item)
            if type(item) in ATOMS:
                return item
            if value.dtype.kind == "O" and item is not value:
                return self.convert(item, shape)
            raise NotPlain(value)
        if count > 1 or shape.parts and shape.parts[0].parts:
            check_dimensions(value, shape, self.shape)
        if shape.by_position:
            return tuple(self.items(list(value), shape))
        if self.arrays and shape.kind in ("list", "object"):
            return self.items(value.tolist() if count == 1 and value.dtype.kind in "biufcUS" else list(value), shape)
        raise NotPlain(value)


def dimensions(shape: Shape) -> Optional[int]:
    '''Of an array that holds a value of this type; None where that is not certain.'''
    if shape.extents:
        return len(shape.extents)
    if shape.kind == "union":
        parts = [part for part in shape.parts if part.kind != "None"]
        return dimensions(parts[0]) if len(parts) == 1 else None
    if shape.kind != "list" and not shape.by_position:
        return None if shape.kind in ("object", "struct", *CONTAINERS) else 0
    found = set(map(dimensions, shape.parts))
    inner = found.pop() if len(found) == 1 else None
    return None if inner is None else inner + 1


def check_dimensions(array: Any, shape: Shape, whole: Optional[Shape] = None, rows: int = 0) -> None:
    '''Refuses an array that has too many of them, or too few where its items are no objects. `rows`: a value in each.'''
    inner = dimensions(shape)
    wanted = (inner or 0) + rows
    if inner is None or array.ndim in (0, wanted) or not wanted or not len(array):
        return
    if array.ndim < wanted and getattr(getattr(array, "dtype", None), "kind", "") in ("O", "V"):
        return
    count, goal = [f"with {n} dimension{'s' * (n != 1)}" for n in (array.ndim, wanted)]
    inside = f" in {whole}" if whole and whole is not shape and (whole.kind != "union" or shape not in whole.parts) else ""
    each = " in each row" if rows else ""
    raise NotPlain(array, f"{qualified(type(array))} {count}", f"{shape}{each} (an array {goal}){inside}")


def merged(values: Iterable[Any], made: list[Any], what: str, shape: Shape) -> NotPlain:
    '''Of keys or items that become the same, such as an Enum's member and its value: the first that does.'''
    seen: set[Any] = set()
    for value, plain in zip(values, made):
        if plain in seen:
            break
        seen.add(plain)
    kind = "dict" if what == "keys" else "set"
    declared = shape if shape.kind in (kind, "struct", "frozenset") else kind
    return NotPlain(value, qualified(type(value)), f"{what} that stay different in {declared} (another one becomes the same)")


def as_it_is(value: Any, shape: Shape) -> Any:
    return value


def holds_array(value: Any) -> bool:
    return any([hasattr(value, name) for name in ("__array__", "__array_interface__", "__dlpack__")])


def is_mapping(value: Any) -> bool:
    '''A mapping that is no dict, such as frozendict.'''
    abc: Any = loaded("_collections_abc")
    return bool(abc) and not isinstance(value, dict) and isinstance(value, abc.Mapping)


def entries_of(mapping: Any) -> list[tuple[Any, Any]]:
    return [(key, mapping[key]) for key in mapping]


def suits(value: Any, part: Shape) -> bool:
    '''Whether this part of a union is the one for a value that is no atom.'''
    if part.extents:
        return isinstance(value, (list, tuple)) or holds_array(value)
    if part.kind in ("dict", "struct") and is_mapping(value):
        return part.kind == "dict" or part.has(value)
    if part.kind == "struct":
        named = fields(value)
        if named is None:
            return not isinstance(value, tuple(EXACT)) and all(hasattr(value, name) for name in part.names)
        return part.has(named)
    builtin: Any = CONTAINERS.get(part.kind)
    if builtin:
        if isinstance(value, builtin):
            return part.kind != "tuple" or not part.parts or len(value) == len(part.parts)
        numpy = loaded("numpy")
        if numpy and isinstance(value, numpy.ndarray) and value.ndim and part.kind in ("list", "tuple"):
            return part.kind == "list" or len(value) == len(part.parts)
        if type(value) in HOLDERS or is_deque(value):
            return part.kind == "list"
        return part.kind == "tuple" and fields(value) is not None
    return part.kind == "float" and type(value).__module__ in ("decimal", "fractions")


def fields(value: Any) -> Optional[dict[Any, Any]]:
    '''The values of an object whose fields have names: a named tuple, a dataclass, a dict or a record of numpy's.'''
    kind = type(value)
    if isinstance(value, dict):
        return dict(dict.items(value))
    if isinstance(value, tuple):
        names = getattr(kind, "_fields", None)
        return dict(zip(names, tuple.__iter__(value))) if isinstance(names, tuple) else None
    dataclasses, numpy = loaded("dataclasses"), loaded("numpy")
    if dataclasses and dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if numpy and isinstance(value, numpy.void) and value.dtype.names:
        return {name: value[name] for name in value.dtype.names}
    return None


def exact_float(value: Any) -> float:
    '''A Decimal or Fraction as the float that is equal to it.'''
    for module, name in ("decimal", "Decimal"), ("fractions", "Fraction"):
        kind = getattr(loaded(module), name, None)
        if kind and isinstance(value, kind):
            try:
                made = float(value)
                if made == value and kind(made) == value:
                    return made
            except (OverflowError, ValueError):
                pass
    raise NotPlain(value)


def exact_time(value: Any) -> Any:
    '''A datetime, date or timedelta of exactly that type; a datetime with a zone of another kind in UTC.'''
    kind = type(value)
    try:
        if getattr(value, "nanosecond", 0) or getattr(value, "nanoseconds", 0):
            raise NotPlain(value)
        if isinstance(value, times.timedelta):
            return value if kind is times.timedelta else times.timedelta(value.days, value.seconds, value.microseconds)
        if not isinstance(value, times.datetime):
            return value if kind is times.date else times.date(value.year, value.month, value.day)
        if kind is not times.datetime:
            value = times.datetime(value.year, value.month, value.day, value.hour, value.minute, value.second,
                                   value.microsecond, value.tzinfo, fold=value.fold)
        if value.tzinfo is None and value.fold:
            raise NotPlain(value, qualified(kind), "datetime.datetime with fold=0 (a std::chrono::local_time has no fold; "
                           "a zone makes it an instant)")
        if value.tzinfo is None or type(value.tzinfo) is times.timezone:
            return value
        return value.astimezone(times.timezone.utc) if value.utcoffset() is not None else exact_time(value.replace(tzinfo=None))
    except (OverflowError, TypeError, ValueError):
        raise NotPlain(value) from None


def exact_numpy_time(value: Any, item: Any) -> Any:
    if type(item) is int:  # finer than microseconds, or too far away
        micros = value.astype(f"{value.dtype.kind}8[us]")
        item = micros.item() if micros.astype(value.dtype) == value else None
    if item is None or type(item) is int:
        raise NotPlain(value)
    return item


def reduced(value: Any) -> Any:
    '''For a pickler's reducer_override: lets dates pass, and their classes, in the forms that C++ reads.'''
    classes = times.datetime, times.date, times.timedelta, times.timezone
    kind = type(value)
    if kind is type and value in classes or kind in classes[1:]:
        return NotImplemented
    if kind is times.datetime:
        exact = exact_time(value)
        return NotImplemented if exact is value else exact.__reduce_ex__(5)
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
