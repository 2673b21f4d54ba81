R"""("""
# SPDX-License-Identifier: BSL-1.0
# What is taken though it is not what is declared: results that are no lists and hold the same, and what stands for no value.
from __future__ import annotations

from leat.library import lookup
from leat.printable import NotPlain, qualified, safely

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from leat.functions import Stage
    from leat.plain import Shape

loaded = lookup("collections")
KEYS: type = type({}.keys())
VALUES: type = type({}.values())
ITEMS: type = type({}.items())
GENERATOR = type(_ for _ in ())
HOLDERS = frozenset({range, KEYS, VALUES, ITEMS, GENERATOR})


def taken(value: Any, shape: Shape) -> Any:
    '''A list or tuple of what a range, a view of a dict, a deque or a generator holds, where one is declared; a set of a dict's
    keys. NotPlain for all else.'''
    kind, listed = type(value), shape.kind == "list" and bool(shape.parts)
    lasting = kind in HOLDERS and kind is not GENERATOR or isinstance(value, (KEYS, VALUES, ITEMS)) or is_deque(value)
    if shape.by_position and lasting and len(value) == len(shape.parts):
        return tuple(value)
    if lasting and (listed or shape.kind == "set" and isinstance(value, KEYS)):
        return list(value) if listed else set(value)
    if listed and kind is GENERATOR:
        try:
            return list(value)
        except Exception as e:
            raise NotPlain(value, qualified(kind), f"{shape} (the generator raised {qualified(type(e))}: {safely(str, e)})") from e
    raise NotPlain(value)


def is_deque(value: Any) -> bool:
    deque = getattr(loaded("collections"), "deque", None)
    return deque is not None and isinstance(value, deque)


def absent(value: Any) -> bool:
    '''Whether numpy or pandas says so that there is no value.'''
    return type(value).__name__ == "MaskedConstant" or value is getattr(loaded("pandas"), "NA", None)


def listing(stage: Stage, declared: str) -> Callable[..., Any]:
    '''A generator function that a map calls, as one that returns a list; refused where none is declared.'''
    function = stage.function
    if not declared.startswith("list["):
        raise TypeError(f"{stage.text!r} is a generator function, and a generator cannot be sent; "
                        "use flat_map for what it yields, or declare a list: map<std::vector<T>>")

    def listed(*given: Any, **named: Any) -> list[Any]:
        return [*function(*given, **named)]
    return listed
#)"""
