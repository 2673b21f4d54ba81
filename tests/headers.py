#!/usr/bin/env python3
"""Compiles every header by itself, without a warning: tests/headers.py COMPILER [STANDARD [HEADER...]]
Each is compiled without the parts that are no templates, and each that has such parts also with them, as most users compile it.
Clang reads some headers compiled beforehand, each only for headers that include it, so that nothing stands before a header that it does not
include itself. What fails so is compiled once more without: clang 14 has faults with them."""
import concurrent.futures
import functools
import os
import pathlib
import re
import subprocess
import sys
import tempfile

INCLUDE = pathlib.Path(__file__).resolve().parent.parent / "include"
FLAGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-I", str(INCLUDE)]
SEPARATE = ("-DLEAT_SEPARATE_COMPILATION",)


def ways(name):
    has_parts = ".ipp>" in (INCLUDE / name).read_text() or name in ("leat/leat.hpp", "leat/native.hpp", "leat/python.hpp")
    return [SEPARATE, ()] if has_parts and name != "leat/src.hpp" else [SEPARATE]


@functools.cache
def includes(name):
    return re.findall(r"^ *#include <([^>]+)>", (INCLUDE / name).read_text(), re.M) if (INCLUDE / name).exists() else []


@functools.cache
def closure(name, way):
    """All that a header includes."""
    found, rest = set(), [name]
    while rest:
        includer = rest.pop()
        new = {i for i in includes(includer) if way != SEPARATE or not i.endswith(".ipp") or includer == "leat/src.hpp"} - found
        found |= new
        rest += new
    return found


def bases(cases):
    """For each of these headers the one of them to read compiled beforehand, or None: the few that save most of what all include."""
    chosen, picked = dict.fromkeys(cases), set()
    saved = lambda case: len(closure(*case)) if case else 0
    users = {(name, way): [(n, w) for n, w in cases if w == way and name in closure(n, w) and n not in closure(name, way)] for name, way in cases}
    while rest := set(cases) - picked:
        gainers = {c: [u for u in users[c] if u not in picked and saved(c) > saved(chosen[u])] for c in rest}
        gains = {c: sum(saved(c) - saved(chosen[u]) for u in gainers[c]) - saved(chosen[c]) for c in sorted(rest)}
        best = max(gains, key=gains.get)
        if gains[best] < saved(best) + 20:
            break
        picked.add(best)
        chosen.update(dict.fromkeys(gainers[best], best))
        chosen[best] = None
    return chosen


def compiles(command, name, way, folder, base, beforehand):
    """What the compiler says where it refuses the header."""
    stem = f"{folder}/{name.replace('/', '.')}{len(way)}"
    pathlib.Path(stem).write_text(f"#include <{name}>\n#include <{name}>\n")
    output = ["-x", "c++-header", "-o", stem + ".pch", stem] if beforehand else ["-fsyntax-only", "-x", "c++", stem]
    for under in ([["-include-pch", f"{folder}/{base[0].replace('/', '.')}{len(way)}.pch"]] if base else []) + [[]]:
        run = subprocess.run([*command, *way, *under, *output], capture_output=True, text=True, timeout=300)
        if not run.returncode:
            return ""
    return run.stderr or "failed"


def main(compiler, standard="c++20", *names):
    names = names or sorted(p.relative_to(INCLUDE).as_posix() for p in INCLUDE.rglob("*.hpp"))
    cases = [(name, way) for name in names for way in ways(name)]
    under = bases(cases) if "clang" in compiler else dict.fromkeys(cases)
    first = {base for base in under.values() if base}
    command = [compiler, f"-std={standard}", *FLAGS]
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        outputs = {}
        for some in (first, set(cases) - first):
            outputs |= zip(some, pool.map(lambda case: compiles(command, *case, folder, under[case], case in first), some))
    failed = 0
    for (name, way), output in sorted(outputs.items()):
        if output:
            failed += 1
            print(" ".join(["FAILED", name, *way]) + "\n" + "\n".join(output.splitlines()[:20]))
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
