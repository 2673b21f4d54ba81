R"""("""
# SPDX-License-Identifier: BSL-1.0
# A worker in a new interpreter.
from __future__ import annotations

import os
import sys

from leat.package import texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def execute(session: int, lifeline: int, source: int, variables: dict[str, str], daemon: int, index: int) -> NoReturn:
    '''Replaces the forked child by a new interpreter that inherits no import.'''
    for fd, target in (session, 3), (source, 4), (lifeline, 5):
        os.dup2(fd, target)
    code = variables.get("LEAT_WORKER", "").partition(";code=")[2]
    worker = f"start=worker;pid={daemon};index={index}" + (f";code={code}" if code else "")
    try:
        os.execve(sys.executable, [sys.executable, "-c", bytes(texts()["boot"]).decode()],
                  {**os.environ, **variables, "LEAT_WORKER": worker})
    except OSError as e:
        os.write(2, f"leat: cannot execute {sys.executable}: {e}\n".encode())
        os._exit(127)
#)"""
