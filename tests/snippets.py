#!/usr/bin/env python3
"""Runs every example and compares what the docs show with it.

    tests/snippets.py FOLDER_OF_BUILT_EXAMPLES

An example examples/.../NAME.cpp runs in its own folder and must succeed, or end with status 77 and say what this machine lacks. examples/expected/ may hold NAME.txt (what it must
print), NAME.in (its standard input) and NAME.args (its arguments).
In README.md and below docs/ each ```cpp block follows `<!-- file: examples/NAME.cpp -->` and equals that file, or follows
`<!-- fragment -->`. A block after `<!-- output -->` equals what the file shown last before it prints."""
import os
import pathlib
import re
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
EXPECTED = ROOT / "examples/expected"
BLOCK = re.compile(r"^(?:<!-- *(?P<mark>.*?) *-->\n+)?```(?P<kind>\w*)[^\n]*\n(?P<text>.*?)^```$", re.M | re.S)


def run_example(binary, source):
    given = {kind: EXPECTED / f"{source.stem}.{kind}" for kind in ("in", "args", "txt")}
    args = shlex.split(given["args"].read_text()) if given["args"].exists() else []
    with open(given["in"] if given["in"].exists() else os.devnull) as stdin:
        done = subprocess.run([binary, *args], cwd=source.parent, stdin=stdin, capture_output=True, text=True, timeout=300)
    if done.returncode == 77:
        print(f"{source.relative_to(ROOT)}: {done.stderr.strip()}")
        return None
    if done.returncode:
        raise AssertionError(f"ended with status {done.returncode}\n{done.stdout}{done.stderr}")
    if given["txt"].exists():
        assert_same(done.stdout, given["txt"].read_text(), given["txt"].relative_to(ROOT))
    return done.stdout


def assert_same(actual, expected, where):
    if actual.rstrip("\n") != expected.rstrip("\n"):
        raise AssertionError(f"{where} has\n{expected.rstrip()}\n  in the place of\n{actual.rstrip()}")


def check_block(block, page, shown, outputs):
    """Compares one fenced block; yields the example that stands before the next one."""
    mark, text = block["mark"] or "", block["text"]
    if mark.startswith("file:"):
        shown = ROOT / mark.removeprefix("file:").strip()
        assert_same(shown.read_text(), text, page)
    elif mark == "output":
        if outputs.get(shown, "") is None:
            return shown
        if shown not in outputs:
            raise AssertionError(f"shows the output of {shown}, which did not run")
        assert_same(outputs[shown], text, page)
    elif block["kind"] == "cpp" and mark != "fragment":
        raise AssertionError("a cpp block without `<!-- file: ... -->`:\n" + text)
    return shown


def main(built):
    failures, passed, outputs = [], 0, {}
    for source in sorted((ROOT / "examples").rglob("*.cpp")):
        try:
            outputs[source] = run_example(built / source.stem, source)
            passed += outputs[source] is not None
        except (AssertionError, OSError, subprocess.TimeoutExpired) as e:
            failures.append(f"{source.relative_to(ROOT)}: {e}")
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        shown = None
        for block in BLOCK.finditer(page.read_text() if page.exists() else ""):
            try:
                shown = check_block(block, page.relative_to(ROOT), shown, outputs)
                passed += bool(block["mark"])
            except (AssertionError, OSError) as e:
                line = page.read_text()[: block.start()].count("\n") + 1
                failures.append(f"{page.relative_to(ROOT)}:{line}: {e}")
    for failure in failures:
        print("FAILED", failure)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1]).resolve()))
