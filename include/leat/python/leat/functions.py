R"""("""
# SPDX-License-Identifier: BSL-1.0
# The functions of a session: found, made and ready to be called.
from __future__ import annotations

import _functools  # type: ignore[import-not-found]
import builtins
import sys
from _pickle import loads

from leat.printable import qualified
from leat.sources import named_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Iterable, Optional

instances: dict[tuple[Any, ...], Any] = {}  # made once per worker


def imported(names: Iterable[str]) -> dict[str, Any]:
    '''The modules of python_options.imports by the names that functions know them by: "numpy", "os.path", "numpy as np".'''
    found: dict[str, Any] = {}
    for text in names:
        module, _, alias = text.partition(" as ")
        top = __import__(module)
        found[alias or module.partition(".")[0]] = sys.modules[module] if alias else top
    return found


def compiled(text: str, filename: str, flags: int = 0) -> Any:
    '''An expression, whose lines are joined as they are between parentheses.'''
    if "\n" in text:
        from leat.trees import joined
        return joined(text, filename, flags)
    return compile(text + "\n", filename, "eval", flags, dont_inherit=True)  # the newline puts carets right


def evaluated(text: str, filename: str, scope: dict[str, Any]) -> Any:
    '''What an expression stands for. The first call of `compile` in a process makes the types of syntax trees, which takes 0.6 ms;
    `eval` does not, and knows no file name: the code of a lambda gets it afterwards.'''
    if text.startswith("lambda") and "\n" not in text:
        try:
            function = eval(text, scope)
        except SyntaxError:
            pass  # it is told with the file's name, below
        else:
            if type(function) is type(evaluated):
                function.__code__ = renamed(function.__code__, filename)
            return function
    return eval(compiled(text, filename), scope)


def renamed(code: CodeType, filename: str) -> CodeType:
    constants = tuple([renamed(part, filename) if isinstance(part, type(code)) else part for part in code.co_consts])
    return code.replace(co_filename=filename, co_consts=constants)


def flags(function: Any) -> int:
    '''Of its code, where it has any.'''
    while isinstance(function, _functools.partial):
        function = function.func
    found: int = getattr(getattr(function, "__code__", None), "co_flags", 0)
    return found


def is_async(function: Any) -> bool:
    return bool(flags(function) & 0x380)


def generates(function: Any) -> bool:
    return bool((flags(function) | flags(getattr(function, "__call__", None))) & 0x20)


class Stage:
    '''One stage of a session: its function, ready to be called.'''

    def __init__(self, spec: dict[str, Any], index: int, imports: dict[str, Any]) -> None:
        self.index = index
        self.kind: str = spec["kind"]
        self.text: str = spec["text"]
        self.name: str = spec.get("name") or self.kind
        self.label = self.name.partition("(")[0]
        self.bind: dict[str, Any] = loads(spec["bind"]) if spec.get("bind") else {}
        self.uses = frozenset(filter(None, [spec.get("large"), *spec.get("values", {}).values()]))
        if self.uses:
            from leat import shared_values
            self.bind.update((name, shared_values.value(digest)) for name, digest in spec.get("values", {}).items())
        self.columns: str = spec.get("columns", "")  # what a function gets from the stages before it, as arrays
        self.arrays, self.stacked = "arrays" in spec, "stacked" in spec  # arrays come as such, those of a batch as one
        self.returns: str = spec.get("returns", "")  # what a function of batches gives to the stages after it, maybe as columns
        self.each: bool = spec.get("each", False)  # many arguments in one call, a result for each
        self.spread: bool = spec.get("spread", False)  # an element's items are the arguments
        self.accumulators: dict[str, Any] = {}
        if spec.get("accumulators"):
            from leat.accumulators import Accumulator
            self.accumulators = {name: Accumulator(*facts) for name, facts in spec["accumulators"].items()}
            self.bind.update(self.accumulators)
        form, path, source = spec["form"], spec.get("path", ""), spec.get("source", "")
        if form == "source" and spec.get("large"):
            source = shared_values.value(spec["large"])
        self.scope: Optional[dict[str, Any]] = None
        self.instance: Any = None  # of a stateful class: this session's own
        if form == "expression":
            self.scope = {"__name__": "leat", **imports, **self.bind, "__builtins__": builtins}
            filename = named_source(self.label, self.text.strip())
            function = evaluated(self.text.strip(), filename, self.scope)
            if self.bind:
                from leat.keywords import keywords
                self.bind = keywords(self, function)
        else:
            from leat import lookup
            if form == "module":
                function = lookup.of_module(self.text, imports)
            elif form == "pickled":
                code = shared_values.value(spec["large"]) if spec.get("large") else spec["code"]
                function = lookup.unpickled(code, spec.get("version", ""))
            else:
                function = lookup.attribute(lookup.source_module(path, source), self.text, path or "the source text")
        if isinstance(function, type) and any("__call__" in vars(base) for base in function.__mro__ if base is not type):
            key = form, self.text, path, spec.get("source"), spec.get("code"), spec.get("bind"), repr(
                spec.get("accumulators")), self.uses
            if spec.get("stateful"):
                self.instance = function(**self.bind)
            elif key not in instances:
                instances[key] = function(**self.bind)
            function = (instances[key] if self.instance is None else self.instance).__call__
            self.bind = {}
        if not callable(function):
            raise TypeError(f"{self.text!r} is not a function but an object of type {qualified(type(function))}")
        if self.kind == "filter" and generates(function):
            raise TypeError(f"{self.text!r} is a generator function, and a generator is always true; "
                            "return a bool, or use flat_map for what it yields")
        if is_async(function) or is_async(getattr(function, "__call__", None)):
            raise TypeError(f"{self.text!r} is an async function; a stage calls its function and cannot await it")
        if self.each:
            from leat.gathered import matching
            function = matching(function, self.name)
        self.function = function

    def call(self, argument: Any) -> Any:
        return self.function(argument, **self.bind)
#)"""
