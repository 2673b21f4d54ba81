#!/usr/bin/env python3
"""Compiles every header by itself, without a warning: tests/headers.py COMPILER [STANDARD [HEADER...]]
Each is compiled without the parts that are no templates, and each that has such parts also with them, as most users compile it."""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

INCLUDE = pathlib.Path(__file__).resolve().parent.parent / "include"
FLAGS = ["-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-x", "c++", "-I", str(INCLUDE)]


SEPARATE = ["-DLEAT_SEPARATE_COMPILATION"]


def ways(name):
    has_parts = ".ipp>" in (INCLUDE / name).read_text() or name in ("leat/leat.hpp", "leat/native.hpp", "leat/python.hpp")
    return [SEPARATE, []] if has_parts and name != "leat/src.hpp" else [SEPARATE]


def compiles(compiler, standard, name, separate):
    source = f"#include <{name}>\n#include <{name}>\nint main() {{}}\n"
    return subprocess.run([compiler, f"-std={standard}", *FLAGS, *separate, "-"], input=source, capture_output=True, text=True, timeout=300)


def main(compiler, standard="c++20", *names):
    names = names or sorted(p.relative_to(INCLUDE).as_posix() for p in INCLUDE.rglob("*.hpp"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        cases = [(name, way) for name in names for way in ways(name)]
        runs = list(pool.map(lambda case: compiles(compiler, standard, *case), cases))
    failed = [(" ".join([name, *way]), run) for (name, way), run in zip(cases, runs) if run.returncode]
    for name, run in failed:
        print(f"FAILED {name}\n" + "\n".join(run.stderr.splitlines()[:20]))
    print(f"{len(cases) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
