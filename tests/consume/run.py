#!/usr/bin/env python3
"""Proves the ways to use leat: installed (pkg-config, CMake), in a CMake project and as a Meson subproject, as headers alone and
with the parts that are no templates compiled once; by `g++ -I` alone, in two translation units, and with those parts in a source
file of the program. Takes the folder to build in; CXX names the compiler."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WORK = pathlib.Path(sys.argv[1]).resolve()
PREFIX = WORK / "prefix"
CXX = shlex.split(os.environ.get("CXX", "g++"))
FLAGS = [*CXX, "-std=c++20", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
PROGRAM = ["main.cpp", "twice.cpp"]
SAYS = "20 24\n"  # 4 + 16; 2 * (1 + 2 + 3 + 4) + 4
ALONE = "20\n"


def run(*command, **options):
    done = subprocess.run([str(c) for c in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300, **options)
    if done.returncode:
        raise AssertionError(f"{shlex.join(map(str, command))}\n{done.stdout}")
    return done.stdout


def says(program, expected=SAYS):
    answer = run(program)
    assert answer == expected, f"{program} printed {answer!r} instead of {expected!r}"


def sources(names, folder):
    """Copies, so that nothing of the project is found beside them."""
    folder = WORK / folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return [pathlib.Path(shutil.copy(HERE / name, folder)) for name in names]


def as_single(file):
    """What is to be built as `single`: where another case has built single.cpp with the same flags, a program that compiles faster."""
    file.rename(file.with_name("single.cpp"))


def objects(files, *flags):
    """Compiles each file for itself, at once."""
    jobs = [subprocess.Popen([*FLAGS, *flags, "-c", str(f), "-o", str(f) + ".o"]) for f in files]
    assert not any([job.wait(300) for job in jobs]), "does not compile: " + " ".join(f.name for f in files)
    return [str(f) + ".o" for f in files]


def installed():
    for folder in (WORK / "install", PREFIX):
        shutil.rmtree(folder, ignore_errors=True)
    run("meson", "setup", WORK / "install", ROOT, f"--prefix={PREFIX}")
    run("meson", "install", "-C", WORK / "install")
    here = {p.relative_to(ROOT / "include") for p in (ROOT / "include/leat").rglob("*.*") if p.suffix != ".pyc"}
    there = {p.relative_to(PREFIX / "include") for p in (PREFIX / "include/leat").rglob("*.*") if p.suffix != ".pyc"}
    assert here == there, f"not installed alike: {sorted(map(str, here ^ there))}"


def pkg_config():
    env = {**os.environ, "PKG_CONFIG_PATH": ":".join(str(p) for p in PREFIX.rglob("pkgconfig"))}
    for package, names, expected in (("leat", ["single.cpp"], ALONE), ("leat-compiled", PROGRAM, SAYS)):
        files = sources(names, package)
        cflags, libs = (run("pkg-config", flag, package, env=env).split() for flag in ("--cflags", "--libs"))
        run(*CXX, *objects(files, *cflags), *libs, "-o", files[0].with_suffix(""))
        says(files[0].with_suffix(""), expected)


def cmake_of(folder, single, *options):
    """A configured build folder; CMake has nothing to warn of."""
    files = sources([*PROGRAM, single, "CMakeLists.txt"], folder)
    as_single(files[0].parent / single)
    build = files[0].parent / "build"
    said = run("cmake", "-G", "Ninja", "-S", files[0].parent, "-B", build, *options, env={**os.environ, "CXX": CXX[-1]})
    assert "Warning" not in said, said
    return build


def cmake():
    build = cmake_of("cmake", "single.cpp", f"-DCMAKE_PREFIX_PATH={PREFIX}")
    run("cmake", "--build", build, "--parallel")
    says(build / "consumer")
    says(build / "single", ALONE)


def cmake_subdirectory():
    build = cmake_of("cmake-subdirectory", "native.cpp", f"-DLEAT_SOURCE={ROOT}")
    run("cmake", "--build", build, "--target", "single")
    says(build / "single", ALONE)


def meson_subproject():
    files = sources([*PROGRAM, "native.cpp", "meson.build"], "meson")
    as_single(files[0].parent / "native.cpp")
    (files[0].parent / "subprojects").mkdir()
    (files[0].parent / "subprojects/leat").mkdir()
    for name in ("meson.build", "meson_options.txt", "include"):
        (files[0].parent / "subprojects/leat" / name).symlink_to(ROOT / name)
    run("meson", "setup", files[0].parent / "build", files[0].parent, "-Ddebug=false")
    run("ninja", "-C", files[0].parent / "build")
    says(files[0].parent / "build/consumer")
    says(files[0].parent / "build/single", ALONE)


def include_path_only():
    files = sources(["native.cpp"], "plain")
    run(*CXX, *objects(files, "-I", str(ROOT / "include")), "-o", files[0].with_suffix(""))
    says(files[0].with_suffix(""), ALONE)


def native_needs_nothing_of_boost_msgpack_or_python():
    needs = run(*CXX, "-std=c++20", "-M", "-I", ROOT / "include", HERE / "native.cpp")
    found = re.findall(r"\S*/(?:boost|msgpack|python)\S*", needs)
    assert not found, f"leat/native.hpp includes {found[0]} and {len(found) - 1} more"


def two_units():
    files = sources(PROGRAM, "two")
    run(*CXX, *objects(files, "-I", str(ROOT / "include")), "-pthread", "-o", files[0].with_suffix(""))
    says(files[0].with_suffix(""))


def separate_compilation():
    files = sources([*PROGRAM, "parts.cpp"], "separate")
    parts = objects(files, "-I", str(ROOT / "include"), "-DLEAT_SEPARATE_COMPILATION")
    run(*CXX, *parts, "-pthread", "-o", files[0].with_suffix(""))
    says(files[0].with_suffix(""))


def main():
    passed = failed = skipped = 0
    for case, needs in [(installed, "core/config.hpp"), (pkg_config, "leat.hpp"), (cmake, "leat.hpp"),
                        (cmake_subdirectory, "leat.hpp"), (meson_subproject, "leat.hpp"),
                        (include_path_only, "native.hpp"), (native_needs_nothing_of_boost_msgpack_or_python, "native.hpp"),
                        (two_units, "leat.hpp"), (separate_compilation, "src.hpp")]:
        if not (ROOT / "include/leat" / needs).exists():
            print(f"note: {case.__name__} waits for leat/{needs}")
            skipped += 1
            continue
        try:
            case()
            passed += 1
        except (AssertionError, OSError, subprocess.TimeoutExpired) as e:
            failed += 1
            print(f"FAILED {case.__name__}: {e}")
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
