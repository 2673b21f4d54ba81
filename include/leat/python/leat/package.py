R"""("""
# SPDX-License-Identifier: BSL-1.0
# The package itself: finds its modules, without any file, in what the host has handed over. What boot.py executes: the others
# are imported from here. C++ includes each file as a raw string: hence its first and last line, and the '''.
from __future__ import annotations

import os
import sys

import _functools  # type: ignore[import-not-found]

functools = sys.modules.setdefault("functools", type(sys)("functools"))
if not hasattr(functools, "partial"):  # all that _pickle wants of it; the real module takes 2 ms
    functools.partial = _functools.partial  # type: ignore[attr-defined]
    import _pickle
    del sys.modules["functools"]
import _pickle
import marshal
from _frozen_importlib import ModuleSpec

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, ModuleType
    from typing import Any, Optional

FILES = "leat/python/leat/"  # of this package, as tracebacks name them

package = b""  # as the host has handed it over
settings: dict[str, Any] = {}  # of the host's options
parts: dict[str, bytes] = {}  # of it, once somebody asks: the modules' sources by their names
codes: Optional[dict[str, bytes]] = globals().get("codes")  # all of them compiled, from the file that code_cache.py left
made: dict[str, ModuleType] = {__name__: sys.modules[__name__]}
taken: frozenset[str] = frozenset()  # modules that were loaded before the user's path was known


def read(fd: int) -> None:
    '''Takes in the package, and the settings that stand behind it.'''
    global package, settings
    package, _, pickled = os.pread(fd, os.fstat(fd).st_size, 0).partition(b"\n# ==== settings\n")
    settings = _pickle.loads(pickled) if pickled else {}
    if Package not in sys.meta_path:
        sys.meta_path.insert(0, Package)


def texts() -> dict[str, bytes]:
    if not parts:
        parts["package"], *others = package.split(b"\n# ==== ")
        for text in others:
            name, _, body = text.partition(b"\n")
            parts[name.decode()] = body
    return parts


def compiled(name: str) -> CodeType:
    return marshal.loads(codes[name]) if codes else compile(texts()[name], f"{FILES}{name}.py", "exec", dont_inherit=True)


class Package:
    '''Finds the modules of this package, without any file.'''

    @staticmethod
    def find_spec(name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        package, _, module = name.partition(".")
        if package != "leat" or (module or "__init__") not in (codes or texts()):
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
            exec(compiled(name), module.__dict__)
        else:
            from leat.library import standard
            with standard:
                exec(compiled(name), module.__dict__)
        made[module.__name__] = module
#)"""
