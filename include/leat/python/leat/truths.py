R"""("""
# SPDX-License-Identifier: BSL-1.0
# What functions may return or raise, by their code: where a loop may do with less.
from __future__ import annotations

import _functools  # type: ignore[import-not-found]

from leat.printable import qualified

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def may_stop(function: Any) -> bool:
    '''Whether its code, or that of a function of its module that it calls, names what raises a StopIteration.'''
    seen: list[Any] = []
    found = [function]
    while found and len(seen) < 100:
        function = found.pop()
        while isinstance(function, _functools.partial):
            function = function.func
        codes: list[Any] = [getattr(function, "__code__", None)]
        if codes[0] is None or codes[0] in seen:
            continue
        seen += codes
        for code in codes:
            if not {"next", "__next__", "StopIteration"}.isdisjoint(code.co_names):
                return True
            codes += [constant for constant in code.co_consts if isinstance(constant, type(code))]
            globals_of = getattr(function, "__globals__", {})
            found += [globals_of[name] for name in code.co_names if name in globals_of]
    return False


class Truths(dict[int, type]):
    '''The types that the function of a filter has returned, by their ids, as a type need not be hashable. Refused is what is
    always true and hardly meant: what it would have to await, iterate or call.'''

    def __init__(self, stage: str) -> None:
        self.stage = stage

    def __call__(self, kind: type) -> bool:
        if not hasattr(kind, "__bool__") and not hasattr(kind, "__len__"):
            advice = {"__await__": "a stage cannot await it", "__anext__": "a stage cannot await it",
                      "__next__": "return a bool, or use flat_map for what it yields"}
            for name in advice:
                if hasattr(kind, name):
                    raise self.refused(kind, advice[name])
            if any(kind is called for called in CALLED):
                raise self.refused(kind, "call it")
        self[id(kind)] = kind
        return True

    def refused(self, kind: type, advice: str) -> TypeError:
        return TypeError(f"the function of {self.stage} returned an object of type {qualified(kind)}, "
                         f"which is always true: {advice}")


CALLED = {type(kind) for kind in (lambda: 0, len, str.join, "".__str__, Truths("").refused)}


def may_return(tree: Any) -> bool:
    '''Whether this expression may be what `Truths` refuses: operators make nothing of that kind.'''
    import _ast as t
    if isinstance(tree, t.BoolOp):
        return any(may_return(value) for value in tree.values)
    if isinstance(tree, t.IfExp):
        return may_return(tree.body) or may_return(tree.orelse)
    return not isinstance(tree, (t.Compare, t.UnaryOp, t.BinOp, t.Constant, t.JoinedStr, t.List, t.Tuple, t.Dict, t.Set))


def only_operates(function: Any) -> bool:
    '''Whether a function has nothing to return but what operators make of its arguments.'''
    code: Any = getattr(function, "__code__", None)
    return type(function) is type(may_stop) and not (
        code.co_names or code.co_freevars or function.__defaults__ or function.__kwdefaults__ or
        any(isinstance(constant, type(code)) for constant in code.co_consts))
#)"""
