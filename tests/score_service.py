# SPDX-License-Identifier: BSL-1.0
'''Runs examples/score_service as the long-running program that it is:  score_service.py PROGRAM

Ends with status 0, or 77 where the interpreter in LEAT_PYTHON lacks scikit-learn.'''
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent.parent / "examples/score_service"
PYTHON = os.environ["LEAT_PYTHON"]


def train(path, *arguments):
    subprocess.run([PYTHON, HERE / "train.py", path, *arguments], check=True, stdout=subprocess.DEVNULL)


def expect(stream, *lines):
    for line in lines:
        got = " ".join(stream.readline().split())
        assert got == line, f"expected {line!r}, got {got!r}"


def main(program):
    if subprocess.run([PYTHON, "-c", "import sklearn"], stderr=subprocess.DEVNULL).returncode:
        print(f"skipped: {PYTHON} lacks scikit-learn")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.pickle")
        pipe = subprocess.PIPE
        with subprocess.Popen([program, model], stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1) as service:
            signal.alarm(120)  # ends this test where an answer never comes
            try:
                expect(service.stderr, "ready")
                service.stdin.write("0 0\n1 1\n")
                expect(service.stdout, "0 0 0.00", "1 1 1.00")

                train(model, "--below")  # the opposite
                service.stdin.write("0 0\n")
                expect(service.stdout, "0 0 0.00")  # as long as nobody has asked for the new one
                service.send_signal(signal.SIGHUP)
                expect(service.stderr, "reloaded")
                service.stdin.write("0 0\n1 1\n")
                expect(service.stdout, "0 0 1.00", "1 1 0.00")

                pathlib.Path(model).write_text("no model")
                service.send_signal(signal.SIGHUP)
                told = service.stderr.readline()
                assert told.startswith("the old model stays: leat: py.batch_function"), told
                service.stdin.write("1 1\nx\n2 2")
                expect(service.stdout, "1 1 0.00")
                told = service.stdout.readline()
                assert told.startswith("x          ValueError"), told
                service.stdin.close()
                expect(service.stdout, "2 2 0.00")
                assert service.wait() == 0
            finally:
                service.kill()
    print("passed")
    return 0


if __name__ == "__main__":
    sys.exit(main(os.path.abspath(sys.argv[1])))
