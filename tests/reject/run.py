#!/usr/bin/env python3
"""Compiles each tests/reject/*.cpp with each compiler given, which must refuse it. The file's lines `// expect: TEXT` must all
stand in what the compiler says, the first of them in its first error, which must be a sentence of ours ("leat: ..."); or it has
a line `// deleted: TEXT` for what stands beside a deleted function. Where it has a line `// errors: 1` nothing may follow. Every
sentence in a static_assert of the library must be met by one of these files, and lead to a paragraph of docs/errors.md."""
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
FLAGS = ["-std=c++20", "-fsyntax-only", "-DLEAT_SEPARATE_COMPILATION", "-fdiagnostics-color=never", "-I", str(ROOT / "include")]


def first_include(path):
    return (re.findall(r"#include <(leat/[^>]+)>", path.read_text()) + [""])[0]


def precompile(compiler, header, folder):
    """Flags with which a file that begins with this header reads it compiled beforehand."""
    target = folder / compiler / header
    target.parent.mkdir(parents=True, exist_ok=True)
    flags = [flag for flag in FLAGS if flag != "-fsyntax-only"]
    out = f"{target}.pch" if "clang" in compiler else f"{target}.gch"
    subprocess.run([compiler, *flags, "-x", "c++-header", str(ROOT / "include" / header), "-o", out], check=True, timeout=300)
    return ["-include-pch", out] if "clang" in compiler else ["-I", str(folder / compiler)]


def check(compiler, path, flags):
    """What is wrong, all that the compiler said, and its first error."""
    expected = re.findall(r"^// expect: (.+?)\s*$", path.read_text(), re.M)
    deleted = re.findall(r"^// deleted: (.+?)\s*$", path.read_text(), re.M)
    if not expected and not deleted:
        return "has no line `// expect: TEXT`", "", ""
    run = subprocess.run([compiler, *flags, *FLAGS, str(path)], capture_output=True, text=True, timeout=300)
    if run.returncode == 0:
        return "compiles", "", ""
    errors = re.findall(r"^.*\berror: .*$", run.stderr, re.M)
    first = errors[0] if errors else ""
    lost = [text for text in expected + deleted if text not in run.stderr]
    if lost:
        return f"does not say: {lost[0]}", run.stderr, first
    if deleted and "deleted" not in first or expected and ("leat: " not in first or expected[0] not in first):
        return f"says first: {first}", run.stderr, first
    most = re.search(r"^// errors: (\d+)$", path.read_text(), re.M)
    if most and len(errors) > int(most[1]):
        return f"has {len(errors)} errors", run.stderr, first
    return "", "", first


def untested(seen):
    """The anchors of our sentences that no file here provokes, or that docs/errors.md lacks."""
    page = ROOT / "docs/errors.md"
    if not page.exists():
        return
    page = page.read_text()
    for header in sorted((ROOT / "include").rglob("*.hpp")):
        for sentence in re.findall(r"static_assert\(.*?\);|#error (?:\\\n|[^\n])*", header.read_text(), re.S):
            for anchor in re.findall(r"docs/errors\.md(#[\w-]+)", sentence):
                if anchor not in seen:
                    yield f"{header.name}: no file in tests/reject meets {anchor}"
                if f'id="{anchor[1:]}"' not in page and not re.search(rf"^#+ {anchor[1:]}$", page, re.M):
                    yield f"{header.name}: docs/errors.md has no {anchor}"


def main(compilers):
    jobs = [(c, p) for p in sorted(HERE.glob("*.cpp")) for c in compilers]
    headers = {p: first_include(p) for _, p in jobs}
    common = {h for h in headers.values() if list(headers.values()).count(h) > 5}
    with tempfile.TemporaryDirectory() as folder, concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        keys = [(c, h) for c in compilers for h in common]
        made = dict(zip(keys, pool.map(lambda key: precompile(*key, pathlib.Path(folder)), keys)))
        answers = list(pool.map(lambda job: check(*job, made.get((job[0], headers[job[1]]), [])), jobs))
    failed = 0
    for (compiler, path), (fault, output, _) in zip(jobs, answers):
        if fault:
            failed += 1
            print(f"FAILED {path.name} with {compiler}: {fault}\n" + "".join(f"  {line}\n" for line in output.splitlines()[:20]))
    gaps = sorted(set(untested(set(re.findall(r"#[\w-]+", " ".join(first for *_, first in answers))))))
    for gap in gaps:
        print("FAILED", gap)
    failed += len(gaps)
    print(f"{len(jobs) + len(gaps) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or ["g++"]))
