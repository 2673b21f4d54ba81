R"""("""
# SPDX-License-Identifier: BSL-1.0
# The texts that code in a worker was compiled from, for tracebacks.
from __future__ import annotations

from leat.library import loaded, standard

sources: dict[str, str] = {}  # file name in tracebacks: text
aliases: dict[str, str] = {}  # a source module's unique name: what users call it
folder = (lambda: 0).__code__.co_filename.rpartition("/")[0] + "/"  # of this package's own files
shown: dict[str, set[int]] = {}  # file name of composed code: the lines that users wrote


def is_ours(filename: str) -> bool:
    return filename.startswith(folder)


def named_source(label: str, text: str) -> str:
    '''A file name under which tracebacks find `text`.'''
    name, n = f"<leat {label}>", 1
    while sources.setdefault(name, text) != text:
        n += 1
        name = f"<leat {label} #{n}>"
    return name


def publish_sources() -> None:
    linecache = loaded("linecache")
    if linecache is None:
        with standard:
            import linecache
    for name, text in sources.items():
        linecache.cache[name] = len(text), None, f"{text}\n".splitlines(True), name
#)"""
