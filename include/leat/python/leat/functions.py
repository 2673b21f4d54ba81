R"""("""
# SPDX-License-Identifier: BSL-1.0
# The functions of a session: found, made and ready to be called or inlined.
from __future__ import annotations

import _functools  # type: ignore[import-not-found]
import builtins
import os
import sys
from _pickle import loads

from leat import report
from leat.library import checksum
from leat.sources import aliases, named_source, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    import _ast
    from typing import Any, Iterator, Optional

modules: dict[tuple[str, str], Any] = {}  # (path, source): module
folders: list[str] = []  # of source files; searched last
instances: dict[tuple[Any, ...], Any] = {}  # made once per worker


def attribute(holder: Any, dotted: str, where: str, module: str = "") -> Any:
    for name in dotted.split("."):
        try:
            holder = getattr(holder, name)
        except AttributeError:
            hint = report.lies(module) if module else ""
            raise AttributeError(f"{where} has no {dotted!r}" + (hint and f"; {hint}")) from None
    return holder


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
        return TypeError(f"the function of {self.stage} returned an object of type {report.qualified(kind)}, "
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
    return type(function) is type(attribute) and not (
        code.co_names or code.co_freevars or function.__defaults__ or function.__kwdefaults__ or
        any(isinstance(constant, type(code)) for constant in code.co_consts))


def unpickled(code: bytes, version: str) -> Any:
    '''A function that was pickled elsewhere. Code inside a pickle fits one version of Python only.'''
    ours = "%d.%d" % sys.version_info[:2]
    maker = f"Python {version}" if version else "a Python whose version was not given (pickled_function(bytes, \"3.x\"))"
    holds_code = any(sign in code for sign in (b"CodeType", b"_make_function", b"_create_code"))  # cloudpickle's, dill's
    if holds_code and not version:
        raise ValueError("the function's pickle holds code, which fits no other version of Python than the one that made it; say which "
                         f"one that was: pickled_function(bytes, \"3.x\"), and \"{ours}\" where it was this worker's")
    if holds_code and version.split(".")[:2] != ours.split("."):
        raise ValueError(f"the function was pickled by {maker} and this worker is Python {ours}: the code inside does not fit "
                         "another version; use the same version in both, or pickle a function of an importable module")
    try:
        return loads(code)
    except ModuleNotFoundError:
        raise
    except Exception as e:
        raise ValueError(f"the function cannot be unpickled by this worker, Python {ours}; it was pickled by {maker}") from e


class Stage:
    '''One stage of a session: its function, ready to be called or inlined.'''

    def __init__(self, spec: dict[str, Any], index: int, imports: dict[str, Any]) -> None:
        self.index = index
        self.kind: str = spec["kind"]
        self.text: str = spec["text"]
        self.name: str = spec.get("name") or self.kind
        self.label = self.name.partition("(")[0]
        self.bind: dict[str, Any] = loads(spec["bind"]) if spec.get("bind") else {}
        self.uses = frozenset(filter(None, [spec.get("large"), *spec.get("values", {}).values()]))
        if self.uses:
            from leat import kept
            self.bind.update((name, kept.value(digest)) for name, digest in spec.get("values", {}).items())
        self.columns: str = spec.get("columns", "")  # what a function of batches gets from the stages before it, as arrays
        self.returns: str = spec.get("returns", "")  # what a function of batches gives to the stages after it, maybe as columns
        self.spread: bool = spec.get("spread", False)  # an element's items are the arguments
        self.accumulators: dict[str, Any] = {}
        if spec.get("accumulators"):
            from leat.accumulators import Accumulator
            self.accumulators = {name: Accumulator(*facts) for name, facts in spec["accumulators"].items()}
            self.bind.update(self.accumulators)
        form, path, source = spec["form"], spec.get("path", ""), spec.get("source", "")
        if form == "source" and spec.get("large"):
            source = kept.value(spec["large"])
        self.scope: Optional[dict[str, Any]] = None
        self.instance: Any = None  # of a stateful class: this session's own
        if form == "expression":
            self.scope = {"__name__": "leat", **imports, **self.bind, "__builtins__": builtins}
            self.bind = {}
            filename = named_source(self.label, self.text.strip())
            code = compile(self.text.strip() + "\n", filename, "eval", dont_inherit=True)  # the newline puts carets right
            function = eval(code, self.scope)
        elif form == "module":
            module, _, name = self.text.partition(":")
            __import__(module)
            function = attribute(sys.modules[module], name, f"module {module!r}", module)
        elif form == "pickled":
            function = unpickled(kept.value(spec["large"]) if spec.get("large") else spec["code"], spec.get("version", ""))
        else:
            function = attribute(source_module(path, source), self.text, path or "the source text")
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
            raise TypeError(f"{self.text!r} is not a function but an object of type {report.qualified(type(function))}")
        if self.kind == "filter" and generates(function):
            raise TypeError(f"{self.text!r} is a generator function, and a generator is always true; "
                            "return a bool, or use flat_map for what it yields")
        if is_async(function) or is_async(getattr(function, "__call__", None)):
            raise TypeError(f"{self.text!r} is an async function; a stage calls its function and cannot await it")
        self.function = function

    def call(self, argument: Any) -> Any:
        return self.function(argument, **self.bind)

    def inlinable(self) -> Optional[_ast.Lambda]:
        '''A fresh tree of an expression lambda whose body may stand in another function; None: call it.'''
        if self.scope is None or self.spread:
            return None
        import _ast as t
        parsed: Any = compile(self.text.strip(), "", "eval", t.PyCF_ONLY_AST, dont_inherit=True)
        tree = parsed.body
        if not isinstance(tree, t.Lambda):
            return None
        a = tree.args
        if len(a.posonlyargs + a.args) != 1 or a.vararg or a.kwarg or a.kwonlyargs or a.defaults:
            return None
        own_frame = (t.Lambda, t.ListComp, t.SetComp, t.DictComp, t.GeneratorExp, t.NamedExpr, t.Yield, t.YieldFrom, t.Await)
        looks_at_frame = {"locals", "globals", "vars", "dir", "eval", "exec", "super", "__class__"}
        for node in walk(tree.body):
            if isinstance(node, own_frame) or isinstance(node, t.Name) and node.id in looks_at_frame:
                return None
        return tree


def walk(tree: Any) -> Iterator[Any]:
    from _ast import AST
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, AST)]


class Siblings:
    '''Finds modules beside a source file when nothing else has them.'''

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Any:
        if path is not None:
            return None
        from _frozen_importlib_external import PathFinder
        return PathFinder.find_spec(name, folders)


def source_module(path: str, text: str) -> Any:
    '''The module of a shipped file, executed once per worker and found by pickle under a name that all workers agree on.'''
    module = modules.get((path, text))
    if module is None:
        stem = os.path.basename(path).partition(".")[0] or "source"
        name = f"{stem}_{checksum(f'{path}:{text}'):08x}"
        filename = path or named_source("source", text)
        sources[filename] = text
        if path and os.path.dirname(path) not in folders:
            folders.append(os.path.dirname(path))
            if Siblings not in sys.meta_path:
                sys.meta_path.append(Siblings)
        module = type(sys)(name)
        module.__file__ = filename
        code = compile(text, filename, "exec", dont_inherit=True)
        aliases[name] = stem
        sys.modules[name] = module
        try:
            exec(code, module.__dict__)
        except BaseException:
            del sys.modules[name]
            raise
        modules[path, text] = module
    return module
#)"""
