R"""("""
# SPDX-License-Identifier: BSL-1.0
# What names and pickles stand for: modules that are shipped or there, and what they hold.
from __future__ import annotations

import os
import sys
from _pickle import loads

from leat.library import checksum
from leat.sources import aliases, named_source, sources

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

modules: dict[tuple[str, str], Any] = {}  # (path, source): module
folders: list[str] = []  # of source files; searched last


def attribute(holder: Any, dotted: str, where: str, module: str = "") -> Any:
    for name in dotted.split("."):
        try:
            holder = getattr(holder, name)
        except AttributeError:
            hint = ""
            if module:
                from leat.report import lies
                hint = lies(module)
            raise AttributeError(f"{where} has no {dotted!r}" + (hint and f"; {hint}")) from None
    return holder


def of_module(text: str, imports: dict[str, Any]) -> Any:
    '''Of "module:name"; python_options.imports may have given the module another name.'''
    module, _, name = text.partition(":")
    if module not in imports:
        try:
            __import__(module)
        except ModuleNotFoundError as e:
            advice = written(e, module, name)
            if not advice:
                raise
            raise ImportError(f"{e}; {advice}") from None
    return attribute(imports.get(module) or sys.modules[module], name, f"module {module!r}", module)


def written(error: ModuleNotFoundError, module: str, name: str) -> str:
    '''How what is meant by "model.py:f" or "datetime.datetime:now" is written; else empty.'''
    missing = str(error.name)
    if module != missing and not module.startswith(f"{missing}."):
        return ""  # what the module itself imports
    if module.endswith(".py"):
        return f'for a function of a file, write its name and the file: "{name}", leat::source_file("{module}")'
    head, _, rest = module.rpartition(".")
    while head and head not in sys.modules:
        head, _, more = head.rpartition(".")
        rest = f"{more}.{rest}"
    try:
        attribute(sys.modules.get(head), f"{rest}.{name}", "")
    except Exception:
        return ""
    return f"write {head}:{rest}.{name}"


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
        if os.path.dirname(path) and os.path.dirname(path) not in folders:
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
