R"""("""
# SPDX-License-Identifier: BSL-1.0
# The frames of a session and the control datagrams of the daemon, as docs/inside/wire.md describes them.
from __future__ import annotations

from _struct import Struct

CONTROL = Struct("<BxxxIq")
SPAWN, KILL, READY, SPAWNED, EXITED, FAILED, LOADING = range(1, 8)

HEADER = Struct("<2sBBIQQQ")
OPEN, DATA, END, CANCEL, DONE, ERROR, CLOSED, BUFFER, FREE = range(1, 10)
IN_BUFFER, FOR_RESULTS, FORKED = 1, 2, 4  # flags
VALUE, FORGET, SKIP = 16, 17, 22
NONE = (1 << 64) - 1

DONE_BODY = Struct("<QQ")  # results, nanoseconds
#)"""
