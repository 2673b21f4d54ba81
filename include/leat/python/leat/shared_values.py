R"""("""
# SPDX-License-Identifier: BSL-1.0
# Large values, which the host sends once: each is a memory file, mapped and loaded when it is first asked for.
from __future__ import annotations

import os
from _pickle import loads

from leat.library import standard

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DIGEST_SIZE = 32

files: dict[str, tuple[str, int]] = {}  # digest: kind and descriptor of a value that nobody has asked for yet
values: dict[str, Any] = {}
forgotten: set[str] = set()  # for sessions to drop what they keep of them


def arrived(text: str, fd: int) -> None:
    digest, kind = text[:DIGEST_SIZE], text[DIGEST_SIZE:]
    if digest in files or digest in values:
        os.close(fd)
    else:
        files[digest] = kind, fd
    forgotten.discard(digest)


def forget(text: str) -> None:
    for at in range(0, len(text), DIGEST_SIZE):
        digest = text[at:at + DIGEST_SIZE]
        forgotten.add(digest)
        values.pop(digest, None)
        if digest in files:
            os.close(files.pop(digest)[1])


def value(digest: str) -> Any:
    if digest not in values:
        kind, fd = files[digest]
        values[digest] = load(kind, fd)
        del files[digest]
        os.close(fd)
    return values[digest]


def load(kind: str, fd: int) -> Any:
    with standard:
        import mmap
    size = os.fstat(fd).st_size
    memory: Any = mmap.mmap(fd, size, mmap.MAP_PRIVATE, mmap.PROT_READ) if size else b""
    if kind.startswith("array"):
        return array(memory, kind[-1])
    with memoryview(memory) as view:
        made = loads(view) if kind == "pickle" else bytes(view)
    if size:
        memory.close()
    return made.decode() if kind == "text" else made


def array(memory: Any, code: str) -> Any:
    '''The numbers where they are: an array of numpy, or a memoryview where there is no numpy.'''
    try:
        with standard:
            import numpy  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        return memoryview(memory).cast(code)  # type: ignore[call-overload, unused-ignore]
    return numpy.frombuffer(memory, numpy.dtype(code))
#)"""
