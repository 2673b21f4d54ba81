# SPDX-License-Identifier: BSL-1.0
'''Runs examples/embed on images and vectors, against what they must give:  embed.py PROGRAM

Ends with status 0, or 77 where the interpreter in LEAT_PYTHON lacks ONNX Runtime.'''
import os
import pathlib
import random
import subprocess
import sys
import tempfile

PYTHON = os.environ["LEAT_PYTHON"]


def run(*command, given=""):
    return subprocess.run(command, input=given, capture_output=True, text=True, timeout=120)


def edges(width, height, pixels):
    rows = [[sum(pixels[(y * width + x) * 3 + c] for c in range(3)) for x in range(width)] for y in range(height)]
    steps = [abs(b - a) / 765 for row in rows for a, b in zip(row, row[1:])]
    return sum(steps) / len(steps)


def main(program):
    if run(PYTHON, "-c", "import onnx, onnxruntime").returncode:
        print(f"skipped: {PYTHON} lacks onnx or onnxruntime")
        return 77
    rng = random.Random(7)
    with tempfile.TemporaryDirectory() as folder:
        expected = {}
        for number in range(40):  # of several sizes, so that batches have one or more
            width, height = rng.choice([(8, 8), (16, 4), (3, 5)])
            pixels = bytes(rng.randrange(256) for _ in range(width * height * 3))
            name = f"{number:02}.ppm"
            pathlib.Path(folder, name).write_bytes(b"P6\n%d %d\n255\n" % (width, height) + pixels)
            expected[name] = edges(width, height, pixels)
        done = run(program, folder)
        assert done.returncode == 0, done.stderr
        found = dict(line.split() for line in done.stdout.splitlines())
        assert found.keys() == expected.keys(), found
        assert all(abs(float(found[name]) - value) < 0.002 for name, value in expected.items()), (found, expected)

        pathlib.Path(folder, "99.ppm").write_bytes(b"P6\n8 8\n255\nshort")
        broken = run(program, folder)
        assert broken.returncode == 1 and "99.ppm is no image" in broken.stderr, broken
    lines = [[rng.uniform(-1, 1) for _ in range(4)] for _ in range(200)]
    done = run(program, given="".join(" ".join(map(str, line)) + "\n" for line in lines))
    assert done.returncode == 0, done.stderr
    for line, (a, b, c, d) in zip(done.stdout.splitlines(), lines):
        turned = a + b + c + d, a - b + c - d, a + b - c - d, a - b - c + d
        length = sum(x * x for x in turned) ** 0.5
        assert all(abs(float(x) - y / length) < 0.001 for x, y in zip(line.split(), turned)), (line, a, b, c, d)
    assert len(done.stdout.splitlines()) == len(lines)
    wrong = run(program, given="1 2 3 4\n1 x\n")
    assert wrong.returncode == 1 and "a line of four numbers was expected, and is: 1 x" in wrong.stderr, wrong
    print("embed: images and vectors are scored right")
    return 0


sys.exit(main(sys.argv[1]))
