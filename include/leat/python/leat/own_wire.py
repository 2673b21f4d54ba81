R"""("""
# SPDX-License-Identifier: BSL-1.0
# Wires of the user's.
from __future__ import annotations

import sys

from leat.lookup import attribute, source_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from leat.channel import Buffer


class UserWire:
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


def users_wire(name: str, modules: dict[str, tuple[str, str]]) -> UserWire:
    module, colon, dotted = name.partition(":")
    if not colon:
        raise ValueError(f"unknown wire {name!r}")
    if module in modules:
        found = attribute(source_module(*modules[module]), dotted, f"the wire's module {module!r}")
    else:
        __import__(module)
        found = attribute(sys.modules[module], dotted, f"module {module!r}", module)
    if not (callable(getattr(found, "loads", None)) and callable(getattr(found, "dumps", None))):
        raise TypeError(f"the wire {name!r} needs functions loads(bytes) -> list and dumps(list) -> bytes")
    return UserWire(name, found)
#)"""
