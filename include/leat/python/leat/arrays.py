R"""("""
# SPDX-License-Identifier: BSL-1.0
# Arrays that functions return, as columns of a declared type: without loss or not at all.
from __future__ import annotations

import numpy  # type: ignore[import-not-found, unused-ignore]

from leat.printable import NotPlain, qualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def refused(column: Any, leaf: str, why: str) -> NotPlain:
    kind = "numpy.ndarray" if isinstance(column, numpy.ndarray) else qualified(type(column))
    return NotPlain(column, f"{kind} {why}", leaf)


def missing(given: Any) -> bool:
    '''Whether values are missing, of which numpy would make NaN: in columns of polars, pyarrow or pandas' own types.'''
    count = getattr(given, "null_count", None)
    if count is not None:
        return bool(count() if callable(count) else count)
    if isinstance(given, numpy.ndarray) or isinstance(getattr(given, "dtype", None), numpy.dtype):
        return False
    return bool(numpy.any(given.isna())) if hasattr(given, "isna") else False


def masked(column: Any, there: Any) -> Any:
    '''The numbers of a batch with those masked that are missing.'''
    gone = (numpy.frombuffer(there, numpy.uint8) == 0).reshape((-1,) + (1,) * (column.ndim - 1))
    return numpy.ma.array(column, mask=numpy.broadcast_to(gone, column.shape), copy=False)


def present_in(given: Any) -> Any:
    '''Which values are there, a byte each: all but those that are masked, None, or missing in a column of polars, pyarrow or
    pandas' own types. NaN is a value.'''
    if hasattr(given, "null_count"):
        there = numpy.asarray(given.is_valid() if hasattr(given, "is_valid") else given.is_not_null())
    elif missing(given):
        there = ~numpy.asarray(given.isna(), bool)
    else:
        column = numpy.asanyarray(given)
        there = ~numpy.ma.getmaskarray(column)
        if column.dtype.kind == "O":
            there &= [v is not None for v in column.tolist()]
    return numpy.ascontiguousarray(there, numpy.uint8).data


def filled_in(given: Any, something: Any) -> Any:
    '''The column with something in the place of what is missing.'''
    try:
        made = given.fill_null(something) if hasattr(given, "null_count") else given.fillna(something) if missing(given) else None
    except Exception:  # its type has no such value
        made = given
    if made is None:
        column = numpy.asanyarray(given)
        if isinstance(column, numpy.ma.MaskedArray) and column.dtype.kind != "O":
            return column.filled(something)
        return [something if v is None else v for v in column.tolist()] if column.dtype.kind == "O" else column
    return refilled(given, something) if missing(made) else made


def refilled(given: Any, something: Any) -> Any:
    '''The same for columns whose type holds but what it names: pandas' categories, enums of polars.'''
    if hasattr(given, "null_count"):
        values = given.to_list() if hasattr(given, "to_list") else given.to_pylist()
        return [something if v is None else v for v in values]
    given = getattr(given, "cat", given)
    if hasattr(given, "categories"):  # where none is, any will do
        return numpy.asarray(given.categories)[numpy.asarray(given.codes)]
    return [something if gone else v for v, gone in zip(numpy.asarray(given, object), numpy.asarray(given.isna(), bool))]


def objects_in(given: Any, code: str) -> Any:
    '''The values of a column of Python objects, with None for what pandas takes for missing in them; other columns as they are.
    Among floats NaN is a value.'''
    column = numpy.asanyarray(given)
    if column.dtype.kind != "O" or column.ndim != 1:
        return given
    if code in "fd" or not hasattr(given, "isna"):
        return column.tolist()
    return [None if gone else v for v, gone in zip(column.tolist(), numpy.asarray(given.isna(), bool))]


def array_of(given: Any, leaf: str) -> Any:
    '''The column as an array without masks.'''
    if missing(given):
        raise refused(given, leaf, "with missing values")
    column = numpy.asanyarray(given)
    if column.ndim != 1:
        raise refused(column, f"{leaf} array with 1 dimension", f"with {column.ndim} dimensions")
    if isinstance(column, numpy.ma.MaskedArray):
        if numpy.ma.is_masked(column):
            raise refused(column, leaf, "with masked values")
        column = column.data
    return column


def dtype(code: str) -> Any:
    if code != "E":
        return numpy.dtype(code)
    import ml_dtypes  # type: ignore[import-not-found, unused-ignore]
    return numpy.dtype(ml_dtypes.bfloat16)


def fitting(given: Any, leaf: str, code: str) -> Any:
    '''The bytes of the column, without a copy where it is one already; None: look at its values one by one.'''
    column, wanted = array_of(given, leaf), dtype(code)
    if not len(column):  # of whatever type
        return memoryview(b"")
    if column.dtype.name == "bfloat16" and column.dtype != wanted:
        column = column.astype(numpy.float32)
    if column.dtype != wanted and (column.dtype.kind in "OUST" or column.dtype.isbuiltin == 2):  # of another package
        return None
    if column.dtype != wanted:
        column = converted(column, leaf, wanted)
    elif code == "?" and column.view(numpy.uint8).max() > 1:  # a view of other bytes, which are all true
        column = column.view(numpy.uint8) != 0
    return numpy.ascontiguousarray(column).view(numpy.uint8).data


def texts_in(given: Any) -> Any:
    column = array_of(given, "str")
    if len(column) and column.dtype.kind not in "OUST":
        raise refused(column, "str", f"of {column.dtype}")
    return column.tolist() if len(column) else []


def converted(column: Any, leaf: str, wanted: Any) -> Any:
    kind, goal, size = column.dtype.kind, "f" if wanted.name == "bfloat16" else wanted.kind, column.dtype.itemsize
    if kind in "iu" and goal in "iu":
        limits = numpy.iinfo(wanted)
        if int(column.min()) < limits.min or int(column.max()) > limits.max:
            low, high = int(column.min()), int(column.max())
            raise refused(column, leaf, f"with {low if low < limits.min else high}")
        return column.astype(wanted)
    if kind in "iu" and goal == "f":
        with numpy.errstate(over="ignore"):
            made = column.astype(wanted)
        if max(int(column.max()), -int(column.min())) > 1 << {"bfloat16": 8, "float16": 11, "float32": 24}.get(wanted.name, 53):
            for value, nearest in zip(column.tolist(), made.astype(numpy.float64).tolist()):
                if nearest != value:
                    raise refused(column, leaf, f"with {value}")
        return made
    if kind == goal == "f" and size <= 8:
        with numpy.errstate(over="ignore", under="ignore"):
            made = column.astype(wanted)
        if size > wanted.itemsize:  # rounded to the nearest; none where that is infinite, or zero for what is not
            ends = (made == 0) | numpy.isinf(made)
            if ends.any() and (lost := column[ends][made[ends] != column[ends]]).size:
                raise refused(column, leaf, f"with {lost[0]}")
        return made
    raise refused(column, leaf, f"of {column.dtype}")
#)"""
