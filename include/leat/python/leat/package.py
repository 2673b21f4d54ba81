R"""("""
# SPDX-License-Identifier: BSL-1.0
# The package itself: finds its modules, without any file, in what the host has handed over. What boot.py executes: the others
# are imported from here. C++ includes each file as a raw string: hence its first and last line, and the '''.
from __future__ import annotations

import os
import sys

import _imp  # type: ignore[import-not-found, unused-ignore]
import marshal
from _frozen_importlib import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any, Optional

fix: Any = getattr(_imp, "_fix_co_filename")
FUTURE = b"from __future__ import annotations"
FILES = "leat/python/leat/"  # of this package, as tracebacks name them

settings: dict[str, Any] = {}  # of the host's options
source = -1  # descriptor of what the host has handed over: a line of names and sizes, and what they name
parts: dict[str, Any] = {}  # the modules' sources, once somebody asks
kept: Any = globals().get("kept")  # the file that code_cache.py left,
codes: Optional[dict[str, int]] = globals().get("codes")  # and where in it each module begins
made: dict[str, ModuleType] = {__name__: sys.modules[__name__]}
taken: frozenset[str] = frozenset()  # modules that were loaded before the user's path was known


def begin(fd: int) -> list[str]:
    '''In a new interpreter: takes in what its descriptor `fd` hands over. Gives the whole path, of which the library's folders alone
    are left until the daemon is loaded.'''
    global source, settings
    source = fd
    if sys.path and sys.path[0] == "":
        del sys.path[0]  # before any import that a file in the current folder could shadow
    whole = sys.path[:]  # and those that PYTHONPATH names come after the daemon's own imports
    here, named = "", os.environ.get("PYTHONPATH", "")
    try:
        here = os.getcwd() if named else ""
    except OSError:  # it has been removed
        pass
    extra = {os.path.normpath(os.path.join(here, folder)) for folder in named.split(os.pathsep) if named}
    extra.discard(os.path.dirname(os.__file__))
    sys.path[:] = [p for p in whole if p not in extra or p.endswith("/lib-dynload") and p.startswith(sys.base_exec_prefix)]
    loads = pickle()
    start, (_, size, _, length, *_) = index()
    settings = loads(os.pread(fd, int(length), start + int(size))) if length != b"0" else {}
    if not codes:
        texts()
    sys.meta_path.insert(0, Package)
    return whole


def pickle() -> Any:
    import _functools  # type: ignore[import-not-found]
    functools = sys.modules.setdefault("functools", type(sys)("functools"))
    if not hasattr(functools, "partial"):  # all that _pickle wants of it; the real module takes 2 ms
        functools.partial = _functools.partial  # type: ignore[attr-defined]
        import _pickle
        del sys.modules["functools"]
    import _pickle
    return _pickle.loads


def index() -> tuple[int, list[bytes]]:
    '''Where the parts begin; the name and the size of each: this module, the settings, all other modules.'''
    line = os.pread(source, 4096, 0).partition(b"\n")[0]
    return len(line) + 1, line.split()


def texts() -> dict[str, Any]:
    if not parts:
        start, sizes = index()
        whole = memoryview(os.pread(source, os.fstat(source).st_size, 0))
        for name, size in zip(sizes[::2], map(int, sizes[1::2])):
            parts[name.decode()] = whole[start:start + size]
            start += size
        del parts["settings"]
    return parts


def compiled(name: str) -> CodeType:
    '''With postponed annotations, as this module has them: where each asks for them, it would import a module of the library.'''
    return compile(bytes(texts()[name]).replace(FUTURE, b"", 1), f"{FILES}{name}.py", "exec")


def execute(name: str, scope: dict[str, Any]) -> None:
    if codes:
        exec(marshal.loads(kept[codes[name]:]), scope)
    else:  # `compile` makes the types of syntax trees at its first call, which takes 0.6 ms; `exec` does not, and knows no file name
        def named() -> None:
            fix(sys._getframe(1).f_code, f"{FILES}{name}.py")
        scope["__named__"] = named
        exec(b"__named__();" + bytes(texts()[name]).replace(FUTURE, b"", 1), scope)
        del scope["__named__"]


def load(*names: str) -> None:
    '''Imports these, each behind those that it imports itself: what is compiled within another keeps the memory of both.'''
    for name in names:
        if name == "__init__":
            __import__("leat")
        else:
            __import__(f"leat.{name}")


class Package:
    '''Finds the modules of this package, without any file.'''

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        package, _, module = name.partition(".")
        if package != "leat" or (module or "__init__") not in (codes or parts):
            return None
        return ModuleSpec(name, Package, origin=f"{FILES}{module or '__init__'}.py", is_package=not module)  # type: ignore

    @staticmethod
    def create_module(spec: ModuleSpec) -> Optional[ModuleType]:
        return made.get(spec.name)  # where a function has taken it out of sys.modules

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        if made.get(module.__name__) is module:
            return
        name = module.__name__.partition(".")[2] or "__init__"
        module.__dict__["__builtins__"] = globals()["__builtins__"]  # a copy: what user code makes of them matters not here
        if not taken or name in ("__init__", "library"):
            execute(name, module.__dict__)
        else:
            from leat.library import standard
            with standard:
                execute(name, module.__dict__)
        made[module.__name__] = module
#)"""
