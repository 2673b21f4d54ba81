#!/usr/bin/env python3
"""Holds docs/inside/design.md's tables of rooms and modules and checks what stands under include/leat against them: each #include, #define
and import. Also that each file of tests keeps its names in a namespace of its own, since several are compiled as one."""
import ast
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent / "include"
ROOMS = {  # room (a folder without its impl/), or a file that stands above its room: what it may include, and what that may
    "core": "",
    "kit": "core",
    "posix": "core",
    "source": "kit posix",
    "stage": "kit posix",
    "sink": "kit posix",
    "wire": "core",
    "wire/codec": "wire",
    "wire/pickle": "wire/codec",
    "wire/msgpack": "wire/codec",
    "wire/columns": "wire/codec",
    "wire/pickle.hpp": "wire/pickle",
    "wire/opaque.hpp": "wire/pickle",
    "wire/msgpack.hpp": "wire/msgpack",
    "wire/columns.hpp": "wire/columns",
    "wire/tensor.hpp": "wire/columns",
    "shuffle": "kit",
    "run/engine": "source stage sink shuffle",
    "run/source": "run/engine",
    "run/dataset": "run/engine",
    "run/operation": "run/source run/dataset",
    "run": "run/operation",
    "python/shared": "posix wire",
    "python/function": "kit wire/pickle python/shared",
    "python/environment": "python/function",
    "python/session": "python/environment",
    "python/exchange": "python/session",
    "python/call": "python/session",
    "python": "stage sink source python/exchange python/call",
    "native.hpp": "source stage sink",
    "python.hpp": "python",
    "leat.hpp": "native.hpp python.hpp run wire/columns",
    "src.hpp": "leat.hpp",
}
WORKERS = """
boot main
twins
worker profiling
session calls
leaving
job
daemon ends spawn trouble code_cache
batches segments composition truths sharing
environment archives requirements memory
functions accumulators gathered
keywords failure
wires own_wire msgpack columns optionals tensors exact plain lenient arrays apart
lookup report spread versions seeds trees
channel
handed
shared_values shared_buffers
printable sources package
library frames system __init__
"""  # the modules of python/leat: each imports from its own line and those below, and none in a circle
LOWER = {room: below.split() for room, below in ROOMS.items()}
THIRD = {  # what its includes look like: the files that may hold them
    r"(range|meta|concepts)/": r"stage/views\.hpp",
    r"msgpack": r"wire/msgpack(/\w+)?\.hpp",
    r"boost/process": r"posix/impl/process\.ipp",
    r"boost/(asio|system|version)": r"posix/impl/process\.ipp",
}
SETTINGS = {"posix/impl/process.ipp": ["BOOST_PROCESS_USE_STD_FS", "BOOST_POSIX_HAS_VFORK"]}  # what a third party's headers read
POSIX = r"(sys|netinet|arpa|linux)/\w+\.h|\w+\.h"
# Includes of their own, which the umbrellas leave out:
APART = {"stage/views.hpp", "stage/progress.hpp", "stage/impl/progress.ipp", "wire/msgpack.hpp", "wire/tensor.hpp", *(p.relative_to(ROOT / "leat").as_posix() for p in ROOT.glob("leat/wire/msgpack/*"))}
UMBRELLAS = ("leat.hpp", "native.hpp", "python.hpp", "src.hpp")


def main():
    files = sorted(p for p in (ROOT / "leat").rglob("*") if p.suffix in (".hpp", ".ipp"))
    names = {p.relative_to(ROOT / "leat").as_posix() for p in files}
    graph, wrong = {}, []
    for path in files:
        name = path.relative_to(ROOT / "leat").as_posix()
        text = path.read_text()
        faults, graph[name] = check(path, name, text)
        wrong += [f"leat/{name}: {fault}" for fault in faults]
    wrong += [f"leat/{a}: part of an include cycle" for a in sorted(graph) if a in reach({b: hpp(graph[b]) for b in graph}, a)]
    for umbrella, kept in (("leat.hpp", r".*\.hpp"), ("src.hpp", r".*\.ipp")):
        apart = {*UMBRELLAS, *APART}
        if umbrella in names:
            lost = {n for n in names - apart if re.fullmatch(kept, n)} - reach(graph, umbrella)
            wrong += [f"leat/{n}: not reached from leat/{umbrella}" for n in sorted(lost)]
    wrong += [f"leat/leat.hpp: reaches {n}, which is an include of its own" for n in APART & reach(graph, "leat.hpp")]
    modules, circles = check_workers()
    tests, loose = check_tests()
    wrong += circles + loose
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(files) + modules + tests - len({w.split(':')[0] for w in wrong})} passed, {len({w.split(':')[0] for w in wrong})} failed")
    return 1 if wrong or not files else 0


def check_workers():
    """What is wrong with the imports of the workers' package; those that only a type checker sees do not count."""
    folder = ROOT / "leat/python/leat"
    line_of = {module: number for number, line in enumerate(WORKERS.strip().splitlines()) for module in line.split()}
    graph = {path.stem: imports_of(path, folder) for path in sorted(folder.glob("*.py"))}
    wrong = [f"leat/python/leat/{name}.py: not in the list of modules" for name in sorted(graph.keys() - line_of.keys())]
    wrong += [f"leat/python/leat/{name}.py: in the list of modules, and not there" for name in sorted(line_of.keys() - graph.keys())]
    wrong += [f"leat/python/leat/{a}.py: may not import {b}" for a in graph for b in sorted(graph[a])
              if line_of.get(a, 0) > line_of.get(b, 99)]
    wrong += [f"leat/python/leat/{name}.py: part of an import circle" for name in graph if name in reach(graph, name)]
    listed = dict(re.findall(r'\{"(\w+)", (\w+)_py\}', (ROOT / "leat/python/environment/impl/package.ipp").read_text()))
    wrong += [f"leat/python/leat/{name}.py: package.ipp does not list it" for name in graph if listed.get(name) != name.strip("_")]
    return len(graph), wrong


def check_tests():
    """The files of tests that have names outside of a namespace which is called like the file; what users specialize may stand outside."""
    folder = ROOT.parent / "tests"
    texts = {path.relative_to(folder): path.read_text() for path in sorted(folder.glob("*/**/*.cpp"))}
    texts = {path: text for path, text in texts.items() if "TEST_CASE" in text}
    wrong = []
    for path, text in texts.items():
        own = "_".join(path.with_suffix("").parts)
        outside = re.sub(rf"^namespace {own} {{\n.*?^}}  // namespace {own}$", "", text, flags=re.M | re.S)
        outside = re.sub(r"^(#(.*\\\n)*.*|//.*)\n", "", outside, flags=re.M)
        loose = [part for part in outside.strip("\n").split("\n\n") if part and not re.match(r"\n*(template <>\n|template <.*>\nstruct leat::|namespace msgpack {\n)", part)]
        wrong += [f"tests/{path}: outside of namespace {own}: {part.strip().splitlines()[0]}" for part in loose[:1]]
    return len(texts), wrong


def imports_of(path, folder):
    found = set()

    def visit(node):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            return
        names = []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{a.name}" for a in node.names] if node.module == "leat" else [node.module]
        elif isinstance(node, ast.Import):
            names = [a.name for a in node.names]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "__import__" and isinstance(node.args[0], ast.Constant):
            names = [node.args[0].value]
        for name in names:
            package, _, module = name.partition(".")
            if package == "leat":
                found.add(module if (folder / f"{module}.py").exists() else "__init__")
        for child in ast.iter_child_nodes(node):
            visit(child)

    visit(ast.parse("\n".join(path.read_text().splitlines()[1:-1])))  # without the raw string's delimiters
    return found


def check(path, name, text):
    """What is wrong with one file, and which files of ours it includes."""
    faults, ours = [], set()
    room = room_of(name)
    if room not in ROOMS:
        return [f"no room is called {room}"], ours
    below = {room, *reach(LOWER, name if name in ROOMS else room)}
    for quote, target in re.findall(r'^\s*#\s*include\s*([<"])([^>"]+)', text, re.M):
        if quote == '"':
            target = (path.parent / target).resolve().relative_to(ROOT).as_posix()
        if target.endswith(".py"):  # the text of the workers' package
            continue
        if target.startswith("leat/"):
            target = target.removeprefix("leat/")
            ours.add(target)
            there = room_of(target)
            implementation = ".ipp" in (name[-4:], target[-4:]) and pathlib.Path(name).stem == pathlib.Path(target).stem
            if not {there, *reach(LOWER, target)} <= below:
                faults.append(f"{room} may not include {there} ({target})")
            elif there == room and room in ("source", "stage", "sink") and not implementation:
                faults.append(f"includes its own kind ({target})")
        else:
            homes = [home for what, home in THIRD.items() if re.match(what, target)]
            if homes and not any(re.fullmatch(home, name) for home in homes):
                faults.append(f"<{target}> belongs to {homes[0]}")
            elif not homes and re.search(r"[/.]", target) and not re.fullmatch(POSIX, target):
                faults.append(f"<{target}> is third party that the design does not name")
    guard = re.sub(r"[/.]", "_", "leat/" + name).upper()
    if not text.startswith("// SPDX-License-Identifier: BSL-1.0\n"):
        faults.append("line 1 is not the licence tag")
    if name.endswith(".hpp") and f"#ifndef {guard}\n#define {guard}\n" not in text:
        faults.append(f"no include guard {guard}")
    for macro in re.findall(r"^\s*#\s*define\s+(\w+)", text, re.M):
        if macro not in [guard, *SETTINGS.get(name, [])] and (name != "core/config.hpp" or not macro.startswith("LEAT_")):
            faults.append(f"defines {macro}; macros stand in core/config.hpp and begin with LEAT_")
    return faults, ours


def room_of(name):
    """The folder of a file, or what it is in the table where it stands above its folder."""
    folder = name.removesuffix("/" + name.split("/")[-1]).removesuffix("/impl")
    return name if folder == name else folder


def hpp(names):
    """Without implementation files, which include their header and are included by it."""
    return {n for n in names if n.endswith(".hpp")}


def reach(graph, start):
    """All that `start` includes, directly or not."""
    seen, todo = set(), [start]
    while todo:
        for n in graph.get(todo.pop(), ()):
            if n not in seen:
                seen.add(n)
                todo.append(n)
    return seen


if __name__ == "__main__":
    sys.exit(main())
