R"""("""
# SPDX-License-Identifier: BSL-1.0
# Functions of many arguments that are called with one: what several callers gave goes in one call.
from __future__ import annotations

import sys

import leat
from leat.printable import NotPlain, qualified
from leat.wires import check_rows

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable


class Misfit(TypeError):
    '''What was returned cannot be told apart by callers.'''

    __module__, __qualname__ = "builtins", "TypeError"  # as it is told


class Rows:
    '''Some rows of what a function of arrays is given.'''

    def __init__(self, argument: Any, count: int) -> None:
        self.argument, self.count = argument, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, some: slice) -> Rows:
        start, stop, _ = some.indices(self.count)
        return Rows(cut(self.argument, some), stop - start)


def rows_in(xs: Any) -> int:
    if isinstance(xs, (tuple, dict)):  # of arrays
        return rows_in(next(iter(xs.values() if isinstance(xs, dict) else xs)))
    return len(xs)


def cut(argument: Any, some: slice) -> Any:
    if isinstance(argument, tuple):
        return type(argument)(*[cut(part, some) for part in argument]) if hasattr(argument, "_fields") else tuple(
            [cut(part, some) for part in argument])
    if isinstance(argument, dict):
        return {name: cut(part, some) for name, part in argument.items()}
    if type(argument).__name__ == "SimpleNamespace":  # of the fields of instances
        return type(argument)(**cut(vars(argument), some))
    return argument[some]


def rows_are_arrays(result: Any) -> bool:
    '''Whether the rows of an array can be sent as they are.'''
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(result) is numpy.ndarray and result.ndim > 1 and leat.serving.job.spec["out"] == "columns"


def matching(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    '''The function, held to return a result for each argument.'''
    def call(xs: Any, **bind: Any) -> list[Any]:
        argument, count = getattr(xs, "argument", xs), rows_in(xs)
        result = function(argument, **bind)
        many = f"one for each of the {count} arguments that it was given, in their order"
        if isinstance(result, (str, bytes, dict, set, frozenset)) or not (hasattr(result, "__iter__") or hasattr(result, "tolist")):
            raise Misfit(f"the function of {name} returned {qualified(type(result))!r} where a list of results was expected, {many}")
        if leat.serving.job.typed and hasattr(result, "tolist"):
            try:
                check_rows(result, leat.serving.job.declared)
            except NotPlain as e:
                raise Misfit(f"the function of {name} returned {e.kind} where {e.expected} was expected, {many}") from None
        ys = list(result) if rows_are_arrays(result) or not hasattr(result, "tolist") else result.tolist()
        if not isinstance(ys, list) or len(ys) != count:
            got = len(ys) if isinstance(ys, list) else 1
            raise Misfit(f"the function of {name} returned {got} result{'s' * (got != 1)} where {count} were expected, {many}")
        return ys
    return call


def collect(function: Callable[..., Any], xs: Any, ys: list[Any], accumulators: Any = None) -> None:
    '''The results of these arguments, up to the first that fails: where a call of several fails, its halves are tried, and what it
    has added to accumulators is taken back.'''
    marks = accumulators and accumulators.marks()
    try:
        ys += function(xs)
        return
    except Misfit:
        raise
    except Exception:
        if len(xs) == 1:
            raise
    if accumulators:
        accumulators.take_back(marks)
    middle = len(xs) // 2  # out of the handler, so that what fails next has no false cause
    collect(function, xs[:middle], ys, accumulators)
    collect(function, xs[middle:], ys, accumulators)
#)"""
