R"""("""
# SPDX-License-Identifier: BSL-1.0
# The wire of columns: one raw buffer a field. docs/inside/wire.md tells how they lie.
from __future__ import annotations

import sys
from _struct import Struct
from array import array
from types import SimpleNamespace

from leat.exact import exact, numbers
from leat.lookup import attribute
from leat.optionals import columns_shape, filled, present, with_nones
from leat.plain import CODES as NUMBERS
from leat.plain import WIDTHS, Plain, Shape, entries_of, fields, is_mapping, parse, shape_of
from leat.printable import NotPlain, qualified
from leat.shared_buffers import Loan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional, Union

    from leat.channel import Buffer

    Place = tuple[int, int]  # of a buffer: where it begins in the body, and its length

CODES = {**NUMBERS, "str": "s"}
HEAD, ENTRY = Struct("<4sIQ"), Struct("<QQQ")


def widths_dropped(shape: Shape) -> Shape:
    '''The shape in Python's own types, for what converts values to these.'''
    if shape.extents:
        plain = shape
    else:
        kind = shape.kind.rstrip("0123456789").replace("uint", "int") if shape.kind in CODES else shape.kind
        plain = Shape(kind, map(widths_dropped, shape.parts), shape.names, shape.ordered)
        plain.open = shape.open
    return Shape("union", [plain, Shape("None")]) if shape.nullable else plain


class Batch:
    '''What `map_batches` is given: arrays over the received memory.'''

    def __init__(self, argument: Any, count: int) -> None:
        self.argument, self.count = argument, count

    def __len__(self) -> int:
        return self.count


class Gathered:
    '''What `map_batches` has returned, where that is columns.'''

    def __init__(self, columns: list[Any]) -> None:
        self.columns = columns
        lengths = [len(column) for column in columns]
        if len(set(lengths)) != 1:
            raise ValueError(f"the columns that were returned differ in length: {lengths}")
        self.count = lengths[0]

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, part: slice) -> Gathered:
        return Gathered([column[part] for column in self.columns])


class Misfit:
    '''What `map_batches` has returned, where that is meant as columns and does not fit.'''

    def __init__(self, why: NotPlain) -> None:
        self.why = why

    def __len__(self) -> int:
        return 1


class Columns:
    part_bytes, part_elements = 1000 << 10, 1000 << 10  # of results in one frame: what a buffer holds

    def __init__(self, declared: str) -> None:
        if sys.byteorder != "little":
            raise RuntimeError("the columns wire needs a little-endian machine")
        self.shape = columns_shape(shape_of(parse(declared)))
        self.plain = Plain(declared)
        self.plain.shape = widths_dropped(self.shape)
        self.declared = declared
        self.views = self.stacked = False  # arrays come as such; those of a batch as one where they can
        self.leaves: list[str] = []  # names of their types
        self.shapes: list[Shape] = []
        self.paths: list[str] = []  # where they stand in the type
        self.nullable: list[bool] = []
        self.flatten(self.shape, "")
        self.codes = [CODES[shape.kind] for shape in self.shapes]
        if any(shape.views or shape.kind.endswith("float16") for shape in self.shapes):
            from leat.tensors import prepare
            prepare(declared)
        self.classes: dict[str, Any] = {}

    def flatten(self, shape: Shape, path: str) -> None:
        if shape.kind in CODES:
            self.leaves.append(str(shape) if shape.extents else shape.kind)
            self.shapes.append(shape)
            self.paths.append(path)
            self.nullable.append(shape.nullable)
        for name, part in named_parts(shape):
            self.flatten(part, f"{path}.{name}" if path else name)

    def place(self, path: str) -> str:
        '''For messages.'''
        return f" in column {path if path.isdigit() else repr(path)} of {self.declared}" if path else ""

    def placed(self, error: NotPlain, leaf: str, path: str) -> NotPlain:
        '''The error with the name of the column that it is about.'''
        if not path:
            return error
        value = error.args[0]
        return NotPlain(value, error.kind or qualified(type(value)), (error.expected or leaf) + self.place(path))

    # ---- to Python

    def laid_out(self, view: memoryview) -> Iterator[tuple[Shape, str, list[Place], Optional[memoryview]]]:
        '''For each column its type, where its buffers stand, and what says which values are there, where some may be missing.'''
        entries = view[HEAD.size:HEAD.size + ENTRY.size * HEAD.unpack_from(view)[1]]
        places = iter([(start, length) for _, start, length in ENTRY.iter_unpack(entries)])
        for shape, code, nullable in zip(self.shapes, self.codes, self.nullable):
            own = [next(places) for _ in range(2 if differ(shape, code) else 1)]
            yield shape, code, own, cut(view, next(places)) if nullable else None

    def loads(self, body: Union[Buffer, Loan]) -> list[Any]:
        '''Plain elements.'''
        view = body.view if isinstance(body, Loan) else memoryview(body)
        columns: list[list[Any]] = []
        for shape, code, places, there in self.laid_out(view):
            if shape.extents:
                columns.append(self.elements(body, view, places, shape))
            else:
                buffers = [cut(view, place) for place in places]
                columns.append(texts(*buffers) if code == "s" else cast(buffers[0], code).tolist())
            if there is not None:
                columns[-1] = [v if t else None for v, t in zip(columns[-1], there)]
        return self.joined(iter(columns), self.shape)

    def joined(self, columns: Iterator[list[Any]], shape: Shape) -> list[Any]:
        if not shape.parts:
            return next(columns)
        rows = zip(*[self.joined(columns, part) for part in shape.parts])
        if shape.by_position:
            return list(rows)
        make = self.class_of(shape.instance) if shape.instance else dict
        return [make(**dict(zip(shape.names, row))) for row in rows]

    def class_of(self, name: str) -> Any:
        if name not in self.classes:
            module, _, dotted = name.partition(":")
            __import__(module)
            self.classes[name] = attribute(sys.modules[module], dotted, f"module {module!r}")
        return self.classes[name]

    def load_arrays(self) -> Callable[[Any], Batch]:
        '''A function that makes a batch's body the argument of `map_batches`.'''
        if self.codes.count("s") < len(self.codes):
            from leat.library import standard
            with standard:
                import numpy  # type: ignore[import-not-found, unused-ignore]  # noqa: F401
        return self.batch

    def batch(self, body: Union[Buffer, Loan]) -> Batch:
        view = body.view if isinstance(body, Loan) else memoryview(body).toreadonly()
        count: int = HEAD.unpack_from(view)[2]
        columns: list[Any] = []
        for shape, code, places, there in self.laid_out(view):
            if code == "s":
                column: Any = texts(*[cut(view, place) for place in places])
            elif shape.extents:
                column = self.tensors(body, view, places, shape)
                if self.stacked and there is None:
                    from leat.tensors import stacked
                    column = stacked(column)
            else:
                column = numbers_at(body, view, places[0], code)
            if there is not None and differ(shape, code):
                column = [v if t else None for v, t in zip(column, there)]
            elif there is not None:
                from leat.arrays import masked
                column = masked(column, there)
            columns.append(column)
        return Batch(self.grouped(iter(columns), self.shape), count)

    def tensors(self, body: Any, view: memoryview, places: list[Place], shape: Shape) -> Any:
        '''Arrays over the received memory: one for all, or a sequence of them.'''
        from leat import tensors
        values = numbers_at(body, view, places[-1], CODES[shape.kind])
        if None not in shape.extents:
            return tensors.stands_as(values, shape, HEAD.unpack_from(view)[2])
        return tensors.ragged(numbers_at(body, view, places[0], "q"), values, shape)

    def elements(self, body: Any, view: memoryview, places: list[Place], shape: Shape) -> list[Any]:
        '''The same for functions of elements: arrays where that is declared or asked for, otherwise lists and tuples.'''
        if self.views or shape.views:
            return list(self.tensors(body, view, places, shape))
        from leat import tensors
        *begins, values = [cut(view, place) for place in places]
        return tensors.listed(values, shape, *begins)

    def grouped(self, columns: Iterator[Any], shape: Shape) -> Any:
        if not shape.parts:
            return next(columns)
        parts = [self.grouped(columns, part) for part in shape.parts]
        if shape.by_position:
            return tuple(parts)
        named = dict(zip(shape.names, parts))
        if not shape.instance:
            return named
        return SimpleNamespace(**named)

    # ---- from Python

    def columns_of(self, result: Any) -> Union[Gathered, Misfit, None]:
        '''The columns of what `map_batches` has returned; None where that is no array, nor a group of them.'''
        columns: list[Any] = []
        if self.shape.kind in CODES and isinstance(result, (list, tuple)):
            return None
        try:
            if isinstance(result, (str, bytes, bytearray)):
                hint = "" if isinstance(result, str) else " (of bytes, numpy.frombuffer makes an array)"
                raise NotPlain(result, qualified(type(result)), f"columns or rows of {self.declared}{hint}")
            if not self.collect(result, self.shape, "", columns):
                return None
        except NotPlain as e:
            return Misfit(e)
        return Gathered(columns)

    def collect(self, result: Any, shape: Shape, path: str, into: list[Any]) -> bool:
        if shape.kind in CODES:
            if shape.extents:
                from leat.tensors import Ragged, array_in
                if not isinstance(result, (list, Ragged)):
                    found = array_in(result, str(shape))
                    if found is None:
                        return False
                    if not found.ndim:
                        raise NotPlain(result, f"{qualified(type(result))} of shape ()", f"{shape} in each row{self.place(path)}")
                    result = result if found.dtype.kind == "O" else found
            elif hasattr(result, "__array__"):
                if getattr(result, "ndim", 1) == 0:
                    raise NotPlain(result, f"{qualified(type(result))} with 0 dimensions",
                                   f"{shape.kind} array with 1 dimension{self.place(path)}")
            elif not isinstance(result, list):
                return False
            into.append(result)
            return True
        if isinstance(result, tuple) and shape.by_position:
            parts: Any = result
            certain = any(hasattr(part, "__array__") for part in parts)
        else:
            named = self.named_columns(result, shape)
            if named is None:
                return False
            certain = not path or any(isinstance(part, list) or hasattr(part, "__array__") for part in named.values())
            if named.keys() != set(shape.names):
                if not certain:
                    return False
                raise NotPlain(result, qualified(type(result)), self.fields_expected(named, shape, "column") + self.place(path))
            parts = [named[name] for name in shape.names]
        if len(parts) != len(shape.parts):
            if certain:
                raise NotPlain(result, f"{qualified(type(result))} of {len(parts)}", f"{len(shape.parts)} columns of {shape}")
            return False
        for (name, part_shape), part in zip(named_parts(shape), parts):
            inner = f"{path}.{name}" if path else name
            if isinstance(part, str) or not self.collect(part, part_shape, inner, into):
                if not certain:
                    return False
                raise NotPlain(part, qualified(type(part)), f"{part_shape} array or list{self.place(inner)}")
        return True

    def named_columns(self, result: Any, shape: Shape) -> Optional[dict[Any, Any]]:
        '''The columns of an object that has them by name.'''
        if not shape.names or hasattr(result, "__array__"):
            return None
        if is_mapping(result):
            return dict(entries_of(result))
        named = fields(result)
        if named is None and all(hasattr(result, name) for name in shape.names):
            named = {name: getattr(result, name) for name in shape.names}
        return named

    def fields_expected(self, found: Any, shape: Shape, what: str) -> str:
        missing = [name for name in shape.names if name not in found]
        if missing:
            return f"{shape} (its {what} {missing[0]!r} is missing)"
        return f"{shape} (it has no {what} {next(key for key in found if key not in shape.names)!r})"

    def dumps(self, values: Union[list[Any], Gathered, Misfit]) -> list[Any]:
        if isinstance(values, Misfit):
            raise values.why
        columns = values.columns if isinstance(values, Gathered) else self.split(values, self.shape)
        types: list[int] = []
        parts: list[Any] = []
        for column, shape, leaf, code, path, nullable in zip(columns, self.shapes, self.leaves, self.codes, self.paths,
                                                             self.nullable):
            try:
                if shape.extents:
                    from leat import tensors
                    made = tensors.optional_buffers(column, shape) if nullable else tensors.buffers(column, shape)
                else:
                    made = self.optional(column, leaf, code) if nullable else self.buffers(column, leaf, code)
            except NotPlain as e:
                raise self.placed(e, leaf, path) from None
            types += map(ord, ("st" if code == "s" else "v" + code if None in shape.extents else code) + "?" * nullable)
            parts += made
        at = HEAD.size + ENTRY.size * len(parts)
        head, body, pads = [HEAD.pack(b"col1", len(parts), len(values))], [], []
        for kind, part in zip(types, parts):
            pad = -at % 64
            pads.append(bytes(pad))
            at += pad
            head.append(ENTRY.pack(kind, at, part.nbytes))
            at += part.nbytes
        for pad_bytes, part in zip(pads, parts):
            body += [pad_bytes, *getattr(part, "parts", (part,))]
        return [b"".join(head) + body[0], *body[1:]]

    def buffers(self, column: Any, leaf: str, code: str) -> list[Any]:
        return self.text(column) if code == "s" else [numbers(column, leaf, code)]

    def optional(self, column: Any, leaf: str, code: str) -> list[Any]:
        try:
            there = present(column)
            return [*self.buffers(filled(column, there, code), leaf, code), there]
        except NotPlain:
            column = with_nones(column, code)
            there = present(column)
            return [*self.buffers(filled(column, there, code), leaf, code), there]

    def split(self, values: Any, shape: Shape) -> list[Any]:
        '''Rows as columns.'''
        if not shape.parts:
            return [values]
        count, kinds = len(shape.parts), set(map(type, values))
        columns: list[Any] = []
        if shape.by_position:
            if kinds - {tuple} or set(map(len, values)) - {count}:
                values = [self.row(v, shape, tuple) for v in values]
            columns = list(zip(*values)) or [()] * count
        else:
            if kinds - {dict} or any(v.keys() != set(shape.names) for v in values):
                values = [self.row(v, shape, dict) for v in values]
            columns = [[v[name] for v in values] for name in shape.names]
        return [leaf for column, part in zip(columns, shape.parts) for leaf in self.split(column, part)]

    def row(self, value: Any, shape: Shape, kind: Any) -> Any:
        row: Any = self.plain.convert(value, widths_dropped(shape))
        if type(row) is dict and kind is dict:
            row = {**{name: None for name, part in zip(shape.names, shape.parts) if part.nullable}, **row}
        fits: Any = type(row) is kind and (row.keys() == set(shape.names) if kind is dict else len(row) == len(shape.parts))
        if fits:
            return row
        if type(row) is dict and row.keys() != set(shape.names):
            raise NotPlain(value, qualified(type(value)), self.fields_expected(row, shape, "field"))
        raise NotPlain(value)

    def text(self, column: Any) -> list[Any]:
        from itertools import accumulate
        if hasattr(column, "__array__"):
            from leat.arrays import texts_in
            column = texts_in(column)
        values = exact(column, "s")
        whole = "".join(values)
        try:
            data = whole.encode()
        except UnicodeEncodeError:
            broken = next(v for v in values if not v.isascii() and v.encode("utf-8", "replace").decode() != v)
            raise NotPlain(broken, "str", "str without lone surrogates") from None
        sizes = map(len, values) if len(data) == len(whole) else [len(v.encode()) for v in values]
        return [memoryview(array("q", accumulate(sizes, initial=0))).cast("B"), memoryview(data)]


def named_parts(shape: Shape) -> list[tuple[str, Shape]]:
    '''The parts of a type with their names, or their numbers.'''
    return list(zip(shape.names or map(str, range(len(shape.parts))), shape.parts))


def differ(shape: Shape, code: str) -> bool:
    '''Whether rows differ in length: a buffer says where each begins, and they are no single array.'''
    return code == "s" or None in shape.extents


def cut(view: memoryview, place: Place) -> memoryview:
    start, length = place
    return view[start:start + length]


def numbers_at(body: Any, view: memoryview, place: Place, code: str) -> Any:
    '''An array over received memory.'''
    start, length = place
    kind = "H" if code == "E" else code
    if isinstance(body, Loan):
        found = body.array(start, kind, length // WIDTHS[kind])
    else:
        import numpy
        found = numpy.frombuffer(cut(view, place), kind)
        found = found if found.flags.aligned else found.copy()
        found.flags.writeable = False  # whichever it is
    if kind is not code:
        from leat.tensors import dtype
        found = found.view(dtype(code))
    return found


def cast(buffer: Any, code: str) -> Any:
    return buffer.cast(code)


def texts(places: memoryview, data: memoryview) -> list[str]:
    at = places.cast("q").tolist()
    raw = bytes(data)
    if raw.isascii():
        whole = raw.decode()
        return [whole[a:b] for a, b in zip(at, at[1:])]
    return [raw[a:b].decode() for a, b in zip(at, at[1:])]
#)"""
