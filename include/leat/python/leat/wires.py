R"""("""
# SPDX-License-Identifier: BSL-1.0
# How batches become bytes and come back.
from __future__ import annotations

import _pickle
import sys
from _io import BytesIO

from leat.functions import attribute
from leat.report import NotPlain, error_body, qualified, safely

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

    from leat.channel import Buffer


class PlainPickler(_pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if type(value) is complex or value is complex:
            return NotImplemented
        from leat.plain import reduced
        return reduced(value)


class TypedPickle:
    '''Pickles of plain values only, without memo: C++ decodes them.'''

    def __init__(self, declared: str) -> None:
        self.declared = declared
        self.plain: Any = None  # made once something was not plain
        self.fast = True
        self.text = "str" in declared and "int" not in declared and "float" not in declared

    def dumps(self, values: list[Any]) -> Buffer:
        if self.plain is None:
            try:
                return self.dump(values)
            except NotPlain:
                from leat.plain import Plain
                self.plain = Plain(self.declared)
        return self.dump([self.plain(v) for v in values])

    def dump(self, values: list[Any]) -> Buffer:
        file = BytesIO()
        try:
            pickler = PlainPickler(file, 5)
            pickler.fast = self.fast
            pickler.dump(values)
        except (KeyError, ValueError) as e:  # CPython's fast mode loses count at the 50th frozenset
            if not self.fast or not isinstance(e, KeyError) and "frozenset" not in str(e):
                raise
            self.fast = False
            return self.dump(values)
        body = file.getvalue()
        if self.text and b"\xed" in body:  # there may be a surrogate, which is no text in C++
            from leat.plain import check_text
            check_text(values)
        return body


class Pickle:
    loads = staticmethod(_pickle.loads)

    @staticmethod
    def dumps(values: list[Any], dumps: Callable[..., bytes] = _pickle.dumps) -> Buffer:
        return dumps(values, 5)


class Opaque:
    loads = staticmethod(_pickle.loads)

    @staticmethod
    def dumps(values: list[Any], dumps: Callable[..., bytes] = _pickle.dumps) -> Buffer:
        return dumps([dumps(v, 5) for v in values], 5)


def unread(error: Exception, body: Any, what: str, wire_name: str) -> bytes:
    '''The report of a batch, or record, that cannot be loaded.'''
    kind, elsewhere = qualified(type(error)), made_elsewhere(wire_name, body)
    text = safely(str, error) + elsewhere
    facts = {"expected": f"a {what} that the worker can read", "python_type": f"{kind}:", "repr": text}
    if elsewhere:
        facts["versions"] = versions()  # the host knows those of other workers
    return error_body("conversion", 0, error, f"the worker cannot read the {what}: {kind}: {text}", **facts)


def made_elsewhere(wire_name: str, body: Any) -> str:
    '''Of a batch that cannot be loaded: the packages whose objects it holds, whose versions may differ from here.'''
    data, told = bytes(body) if wire_name == "opaque" else b"", []
    for name, sign, made_by in (("numpy", b"numpy._core", "numpy 2 or newer"), ("numpy", b"numpy.core", "numpy 1"),
                                ("pandas", b"pandas", "pandas")):
        if sign in data:
            told.append(f"it holds objects of {made_by}, and this worker has {installed(name)}")
    advice = "; use the same versions in both interpreters, or declare plain results"
    return "; " + "; ".join(told) + advice if told else ""


def versions() -> str:
    '''Of the packages whose objects other versions may not load.'''
    return ", ".join([installed(name) for name in ("numpy", "pandas") if name in sys.modules])


told = [""]  # to the host


def versions_to_tell() -> tuple[()] | tuple[tuple[int, bytes]]:
    '''An update for the host, which has number 0, where it has not been told these.'''
    if "numpy" not in sys.modules or versions() == told[0]:
        return ()
    told[0] = versions()
    return ((0, told[0].encode()),)


def installed(package: str) -> str:
    try:
        return f"{package} {getattr(__import__(package), '__version__', 'of an unknown version')}"
    except ImportError:
        return f"no {package}"


class Nothing:
    '''Results that nobody wants.'''

    @staticmethod
    def dumps(values: list[Any]) -> Buffer:
        return b""


class Own:
    '''A wire of the user's.'''

    def __init__(self, name: str, found: Any) -> None:
        self.name, self.found = name, found

    def loads(self, body: Buffer) -> list[Any]:
        return list(self.found.loads(bytes(body)))

    def dumps(self, values: list[Any]) -> Buffer:
        body: Any = self.found.dumps(values)
        if not isinstance(body, (bytes, bytearray, memoryview)):
            raise TypeError(f"dumps of the wire {self.name!r} must return bytes, not {type(body).__name__}")
        return bytes(body)


def wire(name: str, declared: str, typed: bool, modules: dict[str, tuple[str, str]]) -> Any:
    if name == "pickle":
        return TypedPickle(declared) if typed else Pickle
    if name == "opaque":
        return Opaque
    if name == "none":
        return Nothing
    if name == "msgpack":
        from leat.msgpack import Msgpack
        return Msgpack(declared)
    if name == "columns":
        from leat.columns import Columns
        return Columns(declared)
    module, colon, dotted = name.partition(":")
    if not colon:
        raise ValueError(f"unknown wire {name!r}")
    if module in modules:
        from leat.functions import source_module
        found = attribute(source_module(*modules[module]), dotted, f"the wire's module {module!r}")
    else:
        __import__(module)
        found = attribute(sys.modules[module], dotted, f"module {module!r}", module)
    if not (callable(getattr(found, "loads", None)) and callable(getattr(found, "dumps", None))):
        raise TypeError(f"the wire {name!r} needs functions loads(bytes) -> list and dumps(list) -> bytes")
    return Own(name, found)
#)"""
