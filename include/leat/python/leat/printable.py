R"""("""
# SPDX-License-Identifier: BSL-1.0
# Texts of what may lie about itself, and a way to say them.
from __future__ import annotations

import os

from leat.sources import aliases
from leat.system import ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable

TEXT_LIMIT = 64 << 10


class Refused(Exception):
    '''What the host asks for cannot be had; its text says why.'''


class NotPlain(Exception):
    '''Its argument has no plain counterpart on the wire.'''

    def __init__(self, value: Any, kind: str = "", expected: str = "") -> None:
        super().__init__(value)
        self.kind, self.expected = kind, expected  # where the type alone does not tell


def say(text: str) -> None:
    '''A line or several on stderr, whatever user code has made of sys.stderr.'''
    data = memoryview(f"{text.rstrip()}\n".encode("utf-8", "backslashreplace"))
    with ignoring(OSError):
        while data:
            data = data[os.write(2, data):]


def clean(text: str, limit: int = TEXT_LIMIT) -> str:
    if len(text) > limit:
        text = f"{text[:limit]!s}... ({len(text) - limit} more characters)" if limit > 1000 else str(text[:limit]) + "..."
    return str.encode(text, "utf-8", "backslashreplace").decode()


def safely(render: Callable[[Any], str], value: Any, limit: int = TEXT_LIMIT) -> str:
    try:
        return clean(render(value), limit)
    except BaseException:
        return f"<unprintable {qualified(type(value))} object>"


def qualified(kind: type) -> str:
    try:
        module = str(getattr(kind, "__module__", "builtins"))
        name = clean(str(getattr(kind, "__qualname__", kind.__name__)), 200)
    except BaseException:  # of a metaclass
        return clean(type.__repr__(kind), 200)
    return name if module == "builtins" else f"{aliases.get(module, module)}.{name}"
#)"""
