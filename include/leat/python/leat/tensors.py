R"""("""
# SPDX-License-Identifier: BSL-1.0
# Arrays of numbers that are elements, or parts of them: how they come, and what is taken for one.
from __future__ import annotations

from array import array
from itertools import accumulate, chain
from math import prod

from leat.exact import exact, numbers
from leat.lenient import absent, taken
from leat.library import lookup, standard
from leat.plain import CODES, WIDTHS, Plain, Shape, holds_array
from leat.printable import NotPlain, qualified, safely

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional, Sequence

loaded = lookup("numpy")
LISTS = Shape("list", [Shape("object")])
APART = 32 << 10  # bytes of a row from which on copying it twice takes longer than naming it


class Ragged:
    '''Arrays that differ in length, as a sequence. `values` has what they hold, one after the other, and array i reaches from
    `offsets[i]` to `offsets[i + 1]` of it. A function may return one, too: `Ragged(values, offsets)`.'''

    def __init__(self, values: Any, offsets: Any, shapes: Optional[list[tuple[int, ...]]] = None) -> None:
        self.values, self.offsets = values, offsets
        self.shapes = shapes  # of arrays of several free extents, whose values are flat

    def __len__(self) -> int:
        return max(0, len(self.offsets) - 1)

    def __iter__(self) -> Iterator[Any]:
        values, at = self.values, self.offsets.tolist() if hasattr(self.offsets, "tolist") else list(self.offsets)
        if self.shapes is None:
            return iter([values[a:b] for a, b in zip(at, at[1:])])
        return iter([values[a:b].reshape(shape) for a, b, shape in zip(at, at[1:], self.shapes)])

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            start, stop, step = index.indices(len(self))
            if step != 1:
                return [self[i] for i in range(start, stop, step)]
            shapes = None if self.shapes is None else self.shapes[start:stop]
            return Ragged(self.values, self.offsets[start:max(start, stop) + 1], shapes)
        place = range(len(self))[index]
        found = self.values[self.offsets[place]:self.offsets[place + 1]]
        return found if self.shapes is None else found.reshape(self.shapes[place])

    def __repr__(self) -> str:
        return f"Ragged({self.values!r}, {self.offsets!r})"


class Pieces:
    '''The bytes of a column in several pieces of memory.'''

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts
        self.nbytes: int = sum([part.nbytes for part in parts])


def numpy_itself() -> Any:
    found = loaded("numpy")
    if found is None:
        with standard:
            import numpy as found  # type: ignore[import-not-found, no-redef, unused-ignore]
    return found


def dtype(code: str) -> Any:
    from leat.arrays import dtype
    return dtype(code)


def prepare(declared: str) -> None:
    '''Imports what makes arrays of this type, so that it is missed before the first record.'''
    numpy_itself()
    if "bfloat16" in declared:
        dtype("E")


# ---- to Python

def stands_as(flat: Any, shape: Shape, count: int) -> Any:
    '''The arrays of a column whose extents are fixed, as one.'''
    return flat.reshape((count, *shape.extents))


def ragged(places: Any, values: Any, shape: Shape) -> Ragged:
    free = shape.extents.count(None)
    if free == 1 and shape.extents[0] is None:
        inner = shape.extents[1:]
        if not inner:
            return Ragged(values, places)
        return Ragged(values.reshape((-1, *inner)), places // known(shape))
    table = places.reshape((-1, 1 if free == 1 else 1 + free))
    offsets = table[:, 0]
    sizes = table[:-1, 1:].tolist() if free > 1 else [
        [n // known(shape)] for n in (offsets[1:] - offsets[:-1]).tolist()]
    return Ragged(values, offsets, [filled_in(shape, found) for found in sizes])


def known(shape: Shape) -> int:
    '''The elements that all but the free extents have together.'''
    return prod([e for e in shape.extents if e is not None])


def filled_in(shape: Shape, found: list[int]) -> tuple[int, ...]:
    rest = iter(found)
    return tuple([next(rest) if e is None else e for e in shape.extents])


def stacked(column: Any) -> Any:
    '''One array of arrays that have the same shape.'''
    if not isinstance(column, Ragged) or not len(column):
        return column
    count, at = len(column), column.offsets
    if column.shapes is not None:
        same = column.shapes.count(column.shapes[0]) == count
        inner: tuple[int, ...] = column.shapes[0]
    else:
        size = int(at[1]) - int(at[0])
        same = bool((at[1:] - at[:-1] == size).all())
        inner = (size, *column.values.shape[1:])
    return column.values[int(at[0]):int(at[-1])].reshape((count, *inner)) if same else column


def listed(values: Any, shape: Shape, places: Any = None) -> list[Any]:
    '''The same without numpy: tuples where the extent is fixed, lists where it is not.'''
    extents, flat = shape.extents, plainly(values, CODES[shape.kind])
    for extent in reversed(extents if places is None else extents[1:]):
        flat = list(zip(*[iter(flat)] * (extent or 1)))
    if places is None:
        return flat
    inner, at = known(shape), places.cast("q").tolist()
    return [flat[a // inner:b // inner] for a, b in zip(at, at[1:])]


def plainly(values: memoryview, code: str) -> list[Any]:
    if code not in "eE":
        return values.cast(code).tolist()  # type: ignore[call-overload, no-any-return]
    found: list[Any] = numpy_itself().frombuffer(values, dtype(code)).astype("f4").tolist()
    return found


def unpacked(data: bytes) -> Any:
    '''An array of msgpack's extension.'''
    extents = [int.from_bytes(data[at:at + 8], "little") for at in range(2, 2 + 8 * data[1], 8)]
    return numpy_itself().ndarray(extents, dtype(chr(data[0])), data[2 + 8 * data[1]:])


# ---- from Python

def array_in(value: Any, expected: str) -> Any:
    '''The array that a value is or that it holds, without a copy where it can be; None: it is none.'''
    numpy, kind = loaded("numpy"), type(value)
    if numpy and isinstance(value, numpy.ndarray):
        return value if kind is numpy.ndarray or isinstance(value, numpy.ma.MaskedArray) else value.view(numpy.ndarray)
    if kind in (list, tuple) or not holds_array(value):
        return None
    try:
        if not hasattr(value, "__array__") and not hasattr(value, "__array_interface__"):
            return numpy_itself().from_dlpack(value)
        found = numpy_itself().asarray(value)
        gaps = found.dtype.kind != "O" and missing_within(value)  # numpy made NaN of them
    except Exception as e:
        why = f"{qualified(kind)}, of which numpy can make no array ({qualified(type(e))}: {safely(str, e, 200)})"
        raise NotPlain(value, why, expected) from None
    if gaps:
        raise NotPlain(value, f"{qualified(kind)} with missing values", expected)
    return found


def missing_within(given: Any) -> bool:
    '''Whether values are missing in a column or a table of another package, also in its rows.'''
    from leat.arrays import missing
    if hasattr(given, "dtypes"):  # of tables, and of no column
        if hasattr(given, "columns") and hasattr(given, "isna"):
            return any([missing(given.iloc[:, i]) for i in range(given.shape[1])])
        if hasattr(given, "iter_columns"):
            return any([missing(column) for column in given.iter_columns()])
    return missing(given) or hasattr(given, "arr") and hasattr(given, "explode") and getattr(
        given.dtype, "shape", None) is not None and missing(given.explode())


def rows_in(holder: Any, found: Any) -> list[Any]:
    '''The rows of an array of objects: as its holder has them, where numpy would hide that values are missing in them.'''
    if not hasattr(holder, "null_count") or getattr(getattr(holder, "values", None), "null_count", 1) == 0:
        return list(found)
    return (holder.to_pylist if hasattr(holder, "to_pylist") else holder.to_list)()  # type: ignore[no-any-return]


def fits(found: Sequence[int], extents: Sequence[Optional[int]]) -> bool:
    return len(found) == len(extents) and all([e is None or e == n for n, e in zip(found, extents)])


def misshapen(value: Any, found: Any, shape: Shape) -> NotPlain:
    return NotPlain(value, f"{qualified(type(value))} of shape {tuple(found)}", str(shape))


def contents(found: Any, shape: Shape) -> Any:
    '''The bytes of an array's elements, the last index first.'''
    from leat.arrays import fitting
    name = str(shape)
    made: Any = fitting(found.reshape(-1), name, CODES[shape.kind])
    return contents_of_list(found.reshape(-1).tolist(), shape) if made is None else made


def contents_of_list(values: Sequence[Any], shape: Shape) -> Any:
    code = CODES[shape.kind]
    if code in "eE":
        return contents(numpy_itself().asarray(exact(values, code), "d"), shape)
    return numbers(values, shape.kind, code)


def flattened(value: Any, shape: Shape, depth: int, into: list[Any]) -> tuple[int, ...]:
    '''Appends the numbers of nested lists, and gives their extents.'''
    rank = len(shape.extents) - depth
    found = array_in(value, str(shape))
    if found is not None and found.ndim == rank:
        into += found.reshape(-1).tolist()
        return tuple(found.shape)
    if isinstance(value, array):
        value = value.tolist()
    if not isinstance(value, (list, tuple)) and rank:
        try:
            value = taken(value, LISTS)
        except NotPlain as e:
            raise NotPlain(e.args[0], e.kind, e.expected.replace(str(LISTS), str(shape)) or str(shape)) from e.__cause__
    if rank == 0:
        raise NotPlain(value, "", f"number in {shape}")
    if rank == 1:
        into += value
        return (len(value),)
    inner = {flattened(item, shape, depth + 1, into) for item in value}
    if len(inner) > 1:
        raise NotPlain(value, f"{qualified(type(value))} of rows that differ in length", str(shape))
    fixed = [e or 0 for e in shape.extents[depth + 1:]]
    return (len(value), *(inner.pop() if inner else fixed))


def one(value: Any, shape: Shape) -> tuple[Any, tuple[int, ...]]:
    '''The bytes of one array, and its extents.'''
    found = array_in(value, str(shape))
    if found is not None and found.dtype.kind != "O":
        if not fits(found.shape, shape.extents):
            raise misshapen(value, found.shape, shape)
        return contents(found, shape), tuple(found.shape)
    flat: list[Any] = []
    extents = flattened(value, shape, 0, flat)
    if not fits(extents, shape.extents):
        raise misshapen(value, extents, shape)
    return contents_of_list(flat, shape), extents


def cell(value: Any, shape: Shape) -> tuple[bytes, tuple[int, ...]]:
    '''One array as C++ reads it in pickles and msgpack.'''
    raw, extents = one(value, shape)
    return bytes(raw), extents


def plain_of(declared: str) -> Plain:
    prepare(declared)
    plain = Plain(declared)
    plain.cell = cell
    return plain


def buffers(column: Any, shape: Shape) -> list[Any]:
    '''The buffers of a column: an array of one dimension more, a `Ragged`, or a list with an array, or lists, for each row.'''
    fixed = None not in shape.extents
    if isinstance(column, Ragged):
        found = cut(column, shape)
        if found is not None:
            return found
        column = list(column)
    whole = None if isinstance(column, (list, tuple)) else array_in(column, str(shape))
    if whole is not None and whole.ndim == 1 and whole.dtype.kind == "O":
        column, whole = rows_in(column, whole), None
    if whole is not None:
        if not fits(whole.shape[1:], shape.extents) or not whole.ndim:
            rows = ", ".join(["n", *(":" if e is None else str(e) for e in shape.extents)])
            raise NotPlain(column, f"{qualified(type(column))} of shape {tuple(whole.shape)}",
                           f"{shape} in each row (an array of shape ({rows}))")
        raw = contents(whole, shape)
        return [raw] if fixed else [places([tuple(whole.shape[1:])] * len(whole), shape), raw]
    together = arrays_together(column, shape)
    if together is None:
        together = lists_together(column, shape)
    if together is None:
        parts = [one(value, shape) for value in column]
        together = b"".join([raw for raw, _ in parts]), [extents for _, extents in parts]
    raw, extents = together
    raw = raw if isinstance(raw, Pieces) else memoryview(raw)
    return [raw] if fixed else [places(extents, shape), raw]


def places(extents: list[tuple[int, ...]], shape: Shape) -> memoryview:
    '''Where each row begins and the last one ends, with their free extents where these are several.'''
    ends = accumulate(map(prod, extents), initial=0)
    if shape.extents.count(None) == 1:
        return memoryview(array("q", ends)).cast("B")
    free = [i for i, e in enumerate(shape.extents) if e is None]
    rows = [(at, *[found[i] for i in free]) for at, found in zip(ends, [*extents, (0,) * len(shape.extents)])]
    return memoryview(array("q", chain.from_iterable(rows))).cast("B")


def arrays_together(column: Sequence[Any], shape: Shape) -> Optional[tuple[Any, list[tuple[int, ...]]]]:
    '''The bytes and extents of rows that are arrays of one type.'''
    if not column or array_in(column[0], name := str(shape)) is None:
        return None
    numpy = numpy_itself()
    plain = set(map(type, column)) == {numpy.ndarray}
    rows = column if plain else [array_in(v, name) for v in column]
    kind = rows[0].dtype
    if any([row is None or row.dtype is not kind and row.dtype != kind for row in rows]):
        return None
    extents = [row.shape for row in rows]
    different = set(extents)
    if not all([fits(found, shape.extents) for found in different]) or kind.kind == "O":
        return None  # row by row, to tell which
    if plain and rows[0].nbytes >= APART and kind == dtype(CODES[shape.kind]) and kind.kind != "b":
        return Pieces([numpy.ascontiguousarray(row).reshape(-1).view(numpy.uint8).data for row in rows]), extents
    concatenate = numpy.concatenate if plain or not any([hasattr(row, "mask") for row in rows]) else numpy.ma.concatenate
    if len({found[1:] for found in different}) > 1:
        rows = [row.reshape(-1) for row in rows]
    return contents(concatenate(rows), shape), extents


def lists_together(column: Sequence[Any], shape: Shape) -> Optional[tuple[Any, list[tuple[int, ...]]]]:
    '''Those of rows that are lists of numbers.'''
    if len(shape.extents) > 1 or not column or not {type(v) for v in column} <= {list, tuple}:
        return None
    extents: list[tuple[int, ...]] = [(len(v),) for v in column]
    if not all([fits(found, shape.extents) for found in set(extents)]):
        return None
    return contents_of_list(list(chain.from_iterable(column)), shape), extents


def cut(column: Ragged, shape: Shape) -> Optional[list[Any]]:
    '''The buffers of what a function returns ready-made; None: it is not quite so.'''
    values, at = array_in(column.values, str(shape)), array_in(column.offsets, "offsets")
    if at is None and isinstance(column.offsets, (list, tuple, array)):
        at = numpy_itself().asarray(column.offsets)
    held = len(column.values if values is None else values)
    if at is not None and (
            at.ndim != 1 or at.dtype.kind not in "iu" or not len(at) or (at[1:] < at[:-1]).any() or at[0] < 0 or at[-1] > held):
        raise NotPlain(column, f"{qualified(type(column))} whose offsets do not rise from 0 to {held}", str(shape))
    if None in shape.extents[1:] or shape.extents[0] is not None or values is None or at is None or column.shapes is not None:
        return None
    if not fits(values.shape[1:], shape.extents[1:]):
        raise misshapen(values, values.shape, shape)
    ends = numpy_itself().ascontiguousarray(at.astype("i8") - int(at[0])) * known(shape)
    return [ends.view("u1").data, contents(values[int(at[0]):int(at[-1])], shape)]


# ---- those that may be missing

def optional_buffers(column: Any, shape: Shape) -> list[Any]:
    '''The same with a byte for each row that says whether there is one.'''
    numpy = loaded("numpy")
    if numpy and isinstance(column, numpy.ma.MaskedArray) and column.dtype.kind != "O":
        gone = numpy.ma.getmaskarray(column).reshape((len(column), prod(column.shape[1:])))
        if (gone.any(axis=1) != gone.all(axis=1)).any():
            raise NotPlain(column, "numpy.ma.MaskedArray with masks on parts of rows", str(shape))
        there = ~gone.all(axis=1) if gone.shape[1] else ~gone.any(axis=1)
        column = column.filled(0)
        made = buffers(column, shape)
    elif (rows := rows_or_none(column, shape)) is not None:
        column = rows
        there = [v is not None for v in column]
        if all(there):
            made = buffers(column, shape)
        else:
            nothing = tuple([e or 0 for e in shape.extents])
            empty = bytes(prod(nothing) * WIDTHS[CODES[shape.kind]]), nothing
            parts = [empty if v is None else one(v, shape) for v in column]
            raw = memoryview(b"".join([part for part, _ in parts]))
            made = [raw] if None not in shape.extents else [places([extents for _, extents in parts], shape), raw]
    else:
        made = buffers(column, shape)
        there = [True] * len(column)
    return [*made, memoryview(bytes(map(int, there)))]


def rows_or_none(column: Any, shape: Shape) -> Optional[list[Any]]:
    '''The rows of a list or of an array of objects, with None for what else says that there is no value.'''
    if isinstance(column, Ragged):
        return None
    if not isinstance(column, (list, tuple)):
        found = array_in(column, str(shape))
        if found is None or found.ndim != 1 or found.dtype.kind != "O":
            return None
        if hasattr(column, "isna"):
            from leat.arrays import objects_in
            return objects_in(column, "v")  # type: ignore[no-any-return]
        column = found.tolist() if isinstance(column, numpy_itself().ndarray) else rows_in(column, found)
    usual: set[type] = {list, tuple, type(None), getattr(loaded("numpy"), "ndarray", list)}
    return [None if type(v) not in usual and absent(v) else v for v in column] if set(map(type, column)) - usual else list(column)
#)"""
