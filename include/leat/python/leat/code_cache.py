R"""("""
# SPDX-License-Identifier: BSL-1.0
# The compiled package in a file, for the next start.
from __future__ import annotations

import _imp  # type: ignore[import-not-found, unused-ignore]
import fcntl
import marshal
import os

from leat.package import compiled, texts
from leat.system import ignoring


def write(path: str) -> None:
    '''Leaves the compiled parts where the next start finds them: as Python does with modules, in a file of the user alone. The
    draft has one name, and whoever has its lock writes it: what a killed one has left is written over.'''
    with ignoring(OSError):
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        draft = f"{path}.draft"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            facts = os.fstat(fd)
            if facts.st_ino != os.lstat(draft).st_ino or not facts.st_mode & 0o100000 or facts.st_uid != os.geteuid():
                return
            codes: list[bytes] = []
            places: dict[str, int] = {}  # from the file's end: each is read when it is imported, and where it stands
            for name in texts():
                codes.insert(0, marshal.dumps(compiled(name)))
                places[name] = -sum(map(len, codes))
            body = b"".join([marshal.dumps((os.path.basename(path), places)), *codes])
            data = memoryview(_imp.source_hash(8, body) + body)
            try:
                os.fchmod(fd, 0o600)
                os.ftruncate(fd, 0)
                while data:
                    data = data[os.write(fd, data):]
                os.rename(draft, path)
            except OSError:  # there is no room, or a folder stands in its place
                os.unlink(draft)
        finally:
            os.close(fd)
#)"""
