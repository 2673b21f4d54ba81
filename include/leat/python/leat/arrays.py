R"""("""
# SPDX-License-Identifier: BSL-1.0
# Arrays that functions return, as columns of a declared type: without loss or not at all.
from __future__ import annotations

import numpy  # type: ignore[import-not-found, unused-ignore]

from leat.report import NotPlain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def refused(column: Any, leaf: str, why: str) -> NotPlain:
    return NotPlain(column, f"numpy.ndarray {why}", leaf)


def fitting(given: Any, leaf: str, code: str) -> Any:
    '''The bytes of the column, without a copy where it is one already; None: look at its values one by one.'''
    column = numpy.asanyarray(given)
    if column.ndim != 1:
        raise refused(column, f"{leaf} array with 1 dimension", f"with {column.ndim} dimensions")
    if isinstance(column, numpy.ma.MaskedArray):
        raise refused(column, leaf, "with masked values")
    kind, wanted = column.dtype.kind, numpy.dtype(code)
    if kind in "OUST":
        return None
    if column.dtype != wanted:
        column = converted(column, leaf, wanted)
    return numpy.ascontiguousarray(column).view(numpy.uint8).data if len(column) else memoryview(b"")


def texts_in(given: Any) -> Any:
    column = numpy.asanyarray(given)
    if column.ndim != 1 or column.dtype.kind not in "OUST":
        raise refused(column, "str", f"of {column.dtype}" if column.ndim == 1 else f"with {column.ndim} dimensions")
    return column.tolist()


def converted(column: Any, leaf: str, wanted: Any) -> Any:
    kind, goal, size = column.dtype.kind, wanted.kind, column.dtype.itemsize
    if kind in "iu" and goal in "iu":
        limits = numpy.iinfo(wanted)
        if len(column) and (int(column.min()) < limits.min or int(column.max()) > limits.max):
            low, high = int(column.min()), int(column.max())
            raise refused(column, leaf, f"with {low if low < limits.min else high}")
        return column.astype(wanted)
    if kind in "iu" and goal == "f":
        if len(column) and max(int(column.max()), -int(column.min())) > 1 << 53:
            for value in column.tolist():
                if int(float(value)) != value:
                    raise refused(column, leaf, f"with {value}")
        return column.astype(numpy.float64).astype(wanted)
    if kind == goal == "f" and size <= 8:
        with numpy.errstate(over="ignore"):
            made = column.astype(wanted)
        lost = numpy.isinf(made) & ~numpy.isinf(column)
        if lost.any():
            raise refused(column, leaf, f"with {column[lost][0]}")
        return made
    raise refused(column, leaf, f"of {column.dtype}")
#)"""
