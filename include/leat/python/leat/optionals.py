R"""("""
# SPDX-License-Identifier: BSL-1.0
# Columns whose values may be missing: beside the values stands which are there.
from __future__ import annotations

from leat.lenient import absent
from leat.plain import ATOMS, Shape

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def columns_shape(shape: Shape) -> Shape:
    '''The declared type, whose optionals are columns with missing values.'''
    if shape.kind == "union":
        shape = shape.parts[0]
        shape.nullable = True
    shape.parts = list(map(columns_shape, shape.parts))
    return shape


def present(column: Any) -> memoryview:
    '''Which values are there, a byte each.'''
    if hasattr(column, "__array__"):
        from leat.arrays import present_in
        found: memoryview = present_in(column)
        return found
    return memoryview(bytes([v is not None for v in column]))


def filled(column: Any, there: memoryview, code: str) -> Any:
    '''The column with something in the place of what is missing.'''
    something: Any = {"?": False, "s": "", "f": 0.0, "d": 0.0}.get(code, 0)
    if b"\0" not in bytes(there):
        return column
    if b"\1" not in bytes(there):  # of whatever type
        return [something] * len(there)
    if hasattr(column, "__array__"):
        from leat.arrays import filled_in
        return filled_in(column, something)
    return [something if v is None else v for v in column]


def with_nones(column: Any, code: str) -> Any:
    '''A column that did not fit, with None for what else packages write where a value is missing.'''
    if hasattr(column, "__array__"):
        from leat.arrays import objects_in
        column = objects_in(column, code)
    if not isinstance(column, (list, tuple)):
        return column
    unusual = set(map(type, column)) - ATOMS
    return [None if type(v) in unusual and absent(v) or code == "s" and type(v) is float and v != v else v for v in column]
#)"""
