R"""("""
# SPDX-License-Identifier: BSL-1.0
# What is rarely needed at a start: a worker in a new interpreter, and the compiled package in a file.
from __future__ import annotations

import os
import sys

from leat.daemon import close_fds, compiled, ignoring, lift, texts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn


def execute(session: int, lifeline: int, source: int, variables: dict[str, str], daemon: int, seat: int) -> NoReturn:
    '''Replaces the forked child by a new interpreter that inherits no import.'''
    for fd, target in (session, 3), (source, 4), (lifeline, 5):
        os.dup2(fd, target)
    code = variables.get("LEAT_WORKER", "").partition(";code=")[2]
    worker = f"start=worker;pid={daemon};seat={seat}" + (f";code={code}" if code else "")
    try:
        os.execve(sys.executable, [sys.executable, "-c", texts()["boot"].decode()],
                  {**os.environ, **variables, "LEAT_WORKER": worker})
    except OSError as e:
        os.write(2, f"leat: cannot execute {sys.executable}: {e}\n".encode())
        os._exit(127)


def begin(session: int, settings: dict[str, Any], options: str) -> NoReturn:
    '''What `execute` has made of the child.'''
    lifeline = lift(5)
    close_fds({0, 1, 2, session, lifeline})
    given = dict(entry.partition("=")[::2] for entry in options.split(";"))
    from leat.worker import tie, work
    tie(lifeline, int(given["pid"]))
    work(session, settings, int(given["seat"]), fresh=True)


def write_codes(path: str) -> None:
    '''Leaves the compiled parts where the next start finds them: as Python does with modules, in a file of the user alone. The
    draft has one name, and whoever has its lock writes it: what a killed one has left is written over.'''
    import _imp  # type: ignore[import-not-found, unused-ignore]
    import fcntl
    import marshal
    with ignoring(OSError):
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        draft = f"{path}.draft"
        fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            facts = os.fstat(fd)
            if facts.st_ino != os.lstat(draft).st_ino or not facts.st_mode & 0o100000 or facts.st_uid != os.geteuid():
                return
            codes = {name: marshal.dumps(compiled(name)) for name in texts()}  # each is read when it is imported
            body = marshal.dumps((os.path.basename(path), codes))
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
