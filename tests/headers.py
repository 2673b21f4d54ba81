#!/usr/bin/env python3
"""Compiles every header by itself, without a warning: tests/headers.py COMPILER"""
import concurrent.futures
import os
import pathlib
import subprocess
import sys

INCLUDE = pathlib.Path(__file__).resolve().parent.parent / "include"
FLAGS = ["-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-x", "c++", "-I", str(INCLUDE)]


def compiles(compiler, name):
    separate = ["-DLEAT_SEPARATE_COMPILATION"] if name == "leat/src.hpp" else []
    source = f"#include <{name}>\n#include <{name}>\nint main() {{}}\n"
    return subprocess.run([compiler, *FLAGS, *separate, "-"], input=source, capture_output=True, text=True, timeout=300)


def main(compiler):
    names = sorted(p.relative_to(INCLUDE).as_posix() for p in INCLUDE.rglob("*.hpp"))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(lambda name: compiles(compiler, name), names))
    failed = [(name, run) for name, run in zip(names, runs) if run.returncode]
    for name, run in failed:
        print(f"FAILED {name}\n" + "\n".join(run.stderr.splitlines()[:20]))
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or not names else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
