R"""("""
# SPDX-License-Identifier: BSL-1.0
# The standard library for this package, whatever modules of the same names the user has.
from __future__ import annotations

import builtins
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

home = os.path.dirname(os.__file__)
names: frozenset[str] = frozenset(getattr(sys, "stdlib_module_names", ()))


def folders() -> list[str]:
    path = [folder for folder in sys.path if isinstance(folder, str)]  # as Python takes it
    return [home, *(folder for folder in path if folder.endswith("/lib-dynload") and folder.startswith(sys.base_exec_prefix))]


def all_names() -> frozenset[str]:
    global names
    if not names:  # Python 3.9
        found = [name for folder in folders() if os.path.isdir(folder) for name in os.listdir(folder)]
        names = frozenset([name.partition(".")[0] for name in found if name != "site-packages"])
    return names


def is_standard(module: Any) -> bool:
    '''One of CPython's own: built in, frozen, or of the library's folders.'''
    origin = getattr(getattr(module, "__spec__", None), "origin", None)
    return isinstance(origin, str) and (origin in ("built-in", "frozen") or origin.startswith(f"{home}/") or
                                        "/lib-dynload/" in origin)


class Standard:
    '''with standard: imports of the library's modules. What stands in their places meanwhile steps aside, and what the user has
    of the same names stays the user's to import.'''

    def __init__(self) -> None:
        self.depth = 0
        self.path: list[str] = []
        self.before: frozenset[str] = frozenset()
        self.aside: dict[str, Any] = {}
        self.own: dict[str, Any] = {}  # modules of the library whose names the user's have
        self.known: dict[str, Any] = {}

    def __enter__(self) -> None:
        if self.depth:
            self.depth += 1
            return
        mend()
        self.path = folders()
        heads = {name for name in all_names() & sys.modules.keys() if not is_standard(sys.modules[name])} - {"__main__"}
        self.depth = 1
        self.aside = {name: sys.modules.pop(name) for name in list(sys.modules) if heads and name.partition(".")[0] in heads}
        self.before = frozenset(sys.modules)
        sys.modules.update(self.own)
        sys.path[:0] = self.path

    def __exit__(self, *_: Any) -> None:
        self.depth -= 1
        if self.depth:
            return
        for folder in self.path:
            if folder in sys.path:
                sys.path.remove(folder)
        added = sys.modules.keys() - self.before - self.own.keys()
        heads = {name.partition(".")[0] for name in added} & all_names()
        shadowed = {name for name in heads if name in self.aside or in_front(name)}
        self.own.update((name, sys.modules[name]) for name in added if name.partition(".")[0] in shadowed)
        for name in self.own:
            if name not in self.before:
                sys.modules.pop(name, None)
        sys.modules.update(self.aside)
        self.aside = {}

    def loaded(self, name: str) -> Any:
        '''A module that has been imported, else None; where the library has one of this name, that.'''
        module = sys.modules.get(name)
        if module is None or self.known.get(name) is module:
            return module or self.own.get(name)
        if name in all_names() and not is_standard(module):
            return self.own.get(name)
        self.known[name] = module
        return module


def in_front(name: str) -> bool:
    '''Whether the user's path has a module of this name in front of the library's.'''
    path = sys.path[:sys.path.index(home)] if home in sys.path else sys.path
    path = [folder for folder in path if isinstance(folder, str) and not folder.endswith(".zip")]
    if not path:
        return False
    from _frozen_importlib_external import PathFinder
    return PathFinder.find_spec(name, path) is not None


ours: dict[str, Any] = {}  # what was loaded before any function of the user's ran


def remember() -> None:
    guard_imports()
    ours.update(sys.modules)


def mend() -> None:
    '''Puts back what a function has taken out of sys.modules, but for modules of its own, and out of the places of what finds
    modules.'''
    mend_finders()
    if not sys.modules.keys() >= ours.keys():
        for name, module in ours.items():
            sys.modules.setdefault(name, module)


finders: dict[str, list[Any]] = {}  # the library's and this package's, the hooks and the library's folders: as lists of sys
modules, plain_import = sys.modules, __import__


def guard_imports() -> None:
    '''From now on what this package imports is found, whatever functions make of the finders.'''
    if finders:
        return
    own = [f for f in sys.meta_path if str(getattr(f, "__module__", "")).startswith(("_frozen_importlib", "leat."))]
    finders.update(meta_path=own, path_hooks=sys.path_hooks[:], path=folders())
    builtins_of_ours: Any = globals()["__builtins__"]
    if builtins_of_ours is not vars(builtins):  # those of this package alone
        builtins_of_ours["__import__"] = guarded


def guarded(*what: Any, **more: Any) -> Any:
    try:
        found, whole = sys.meta_path, isinstance(sys.path, list) and sys.modules is modules
        for finder in finders["meta_path"]:
            whole = whole and finder in found
    except Exception:
        whole = False
    if not whole:
        mend()
    return plain_import(*what, **more)


def mend_finders() -> None:
    if not finders:
        return
    if not isinstance(getattr(sys, "modules", None), dict):
        sys.modules = modules
    if not callable(getattr(builtins, "__import__", None)):
        builtins.__import__ = plain_import
    for name, kept in finders.items():
        there = getattr(sys, name, None)
        if not isinstance(there, list):
            there = list(there) if isinstance(there, tuple) else []
            setattr(sys, name, there)
        if name != "path" or not there:
            there += [one for one in kept if not any(one is other for other in there)]


def checksum(text: str) -> int:
    with standard:  # rarely needed
        from binascii import crc32
    return crc32(text.encode("utf-8", "surrogatepass"))


standard = Standard()
loaded = standard.loaded


def lookup(*of_library: str) -> Any:
    '''`loaded`, or what is quicker where no module of the user's has one of these names.'''
    path = sys.path[:]
    del sys.path[:len(standard.path) if standard.depth else 0]
    try:
        return loaded if any(in_front(name) for name in of_library) else sys.modules.get
    finally:
        sys.path[:] = path
#)"""
