R"""("""
# SPDX-License-Identifier: BSL-1.0
# Lists of values as a column of one type, without loss or not at all.
from __future__ import annotations

from _struct import pack, unpack
from array import array

from leat.plain import Plain, Shape
from leat.printable import NotPlain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

TYPES: dict[str, tuple[type, Shape]] = {"?": (bool, Shape("bool")), "f": (float, Shape("float")), "d": (float, Shape("float")),
                                        "e": (float, Shape("float")), "E": (float, Shape("float")), "s": (str, Shape("str"))}
INT = int, Shape("int")  # of all other codes
INFINITY = float("inf")
plain = Plain("object")


def exact(column: Any, code: str) -> Any:
    '''The column as values of just its type, which is named as `struct` does; `s` for text.'''
    wanted, shape = TYPES.get(code, INT)
    if not set(map(type, column)) - {wanted}:
        return column
    if hasattr(column, "tolist"):
        column = column.tolist()
    return [v if type(v) is wanted else converted(v, shape, wanted, code) for v in column]


def converted(value: Any, shape: Shape, wanted: type, code: str) -> Any:
    made = plain.convert(value, shape)
    if wanted is float and type(made) is int:
        try:
            real = float(made)
            if real == made and nearest(real, code) == made:
                return real
        except OverflowError:
            pass
    if type(made) is not wanted:
        raise NotPlain(value)
    return made


def numbers(column: Any, leaf: str, code: str) -> Any:
    '''The bytes of a column of numbers.'''
    if hasattr(column, "__array__"):
        from leat.arrays import fitting
        found = fitting(column, leaf, code)
        if found is not None:
            return found
    values = exact(column, code)
    if code == "?":
        return memoryview(bytes(values))
    try:
        made = array(code, values)
    except OverflowError:
        for v in values:
            try:
                array(code, [v])
            except OverflowError:
                raise NotPlain(v) from None
        raise
    if code == "f" and (INFINITY in made or -INFINITY in made or 0.0 in made):
        for v, single in zip(values, made):  # rounded to the nearest; none where that is infinite, or zero for what is not
            if single != v and (single == 0.0 or abs(single) == INFINITY):
                raise NotPlain(v)
    return memoryview(made).cast("B")


def nearest(value: float, code: str) -> float:
    '''Of the numbers of a type. Raises OverflowError where there is none.'''
    if code == "d":
        return value
    raw = pack("<e" if code == "e" else "<f", value)
    if code == "E":  # the upper half of a float of 32 bits
        raw = b"\0\0" + raw[2:]
    found: float = unpack("<e" if code == "e" else "<f", raw)[0]
    return found
#)"""
