# SPDX-License-Identifier: BSL-1.0
"""What the settings' dict of docs/inside/wire.md asks of the daemon and its workers."""
import contextlib
import importlib.metadata
import os
import stat
import subprocess
import sys
import tempfile
import types
import unittest
import unittest.mock
import warnings
import zipfile

import test_worker as base
from leat import archives, environment, memory, requirements
from leat.printable import Refused

w = base.w


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def write(self, name, text=""):
        path = os.path.join(self.folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as file:
            file.write(text)
        return path


class Requirements(unittest.TestCase):
    def test_release(self):
        for version, numbers in (("1.20.3", (1, 20, 3)), ("2.0rc1", (2, 0)), ("v3", (3,)), ("1!2.5", (2, 5)),
                                 ("1.0.post2+cu118", (1, 0)), ("unknown", ())):
            self.assertEqual(requirements.release(version), numbers, version)

    def test_satisfied(self):
        for have, op, want, prefix, expected in (
                ("1.2", "==", "1.2.0", False, True), ("1.2.0", "==", "1.2", False, True), ("1.2.1", "==", "1.2", False, False),
                ("1.2.1", "==", "1.2", True, True), ("1.3", "!=", "1.2", True, True), ("1.2.5", "!=", "1.2", True, False),
                ("1", "==", "1.0", True, True), ("1.10", ">", "1.9", False, True), ("1.9.0", ">", "1.9", False, False),
                ("1.9", "<=", "1.9.0", False, True), ("2.0", "~=", "1.4", False, False), ("1.9", "~=", "1.4", False, True),
                ("1.4.9", "~=", "1.4.5", False, True), ("1.5.0", "~=", "1.4.5", False, False),
                ("1.3", "~=", "1.4", False, False)):
            found = requirements.satisfied(requirements.release(have), op, requirements.release(want), prefix)
            self.assertEqual(found, expected, (have, op, want, prefix))

    def test_check(self):
        versions = {"one": "1.5", "two": "2.0"}

        def version(name):
            if name not in versions:
                raise importlib.metadata.PackageNotFoundError(name)
            return versions[name]
        with unittest.mock.patch("importlib.metadata.version", version):
            requirements.check(["one", " one >=1, <2", "two[x]==2.*", "one!=1.4"])
            with self.assertRaises(Refused) as caught:
                requirements.check(["one>=1,<1.5", "two", "three", "two ~= 2.1"])
        text = str(caught.exception)
        self.assertEqual(text.splitlines()[1:4], ["  one>=1,<1.5: version 1.5 is installed", "  three: not installed",
                                                  "  two ~= 2.1: version 2.0 is installed"])
        self.assertIn(f"{sys.executable} -m pip install 'one>=1,<1.5' 'three' 'two ~= 2.1'", text)


class Archives(Folder):
    def unpack(self, entries, name="a.zip"):
        os.makedirs(f"{self.folder}/packed", exist_ok=True)
        with warnings.catch_warnings(), zipfile.ZipFile(f"{self.folder}/packed/{name}", "w") as file:
            warnings.simplefilter("ignore")
            for entry, mode, text in entries:
                info = zipfile.ZipInfo("placeholder")
                info.filename, info.external_attr = entry, mode << 16 or 1
                file.writestr(info, text)
        archives.unpack(self.folder, name)
        return f"{self.folder}/archives/{name}"

    def test_modes_and_once(self):
        target = self.unpack([("d/", 0o40500, ""), ("d/run", 0o100755, "x"), ("none", 0, "y"), ("readonly", 0o100444, "z")])
        modes = [stat.S_IMODE(os.stat(f"{target}/{name}").st_mode) for name in ("d", "d/run", "none", "readonly")]
        self.assertEqual(modes, [0o700, 0o755, 0o644, 0o644])
        self.assertEqual(os.listdir(f"{self.folder}/packed"), [])
        archives.unpack(self.folder, "a.zip")  # as a second daemon does

    def test_what_a_killed_daemon_left(self):
        self.write("unpacking/half", "x")
        self.assertEqual(os.listdir(self.unpack([("whole", 0, "")])), ["whole"])

    def test_wheel(self):
        target = self.unpack([("a/x.py", 0, "1"), ("p-1.data/platlib/a/y.py", 0, "2"), ("p-1.data/data/z", 0, "3")], "p-1.whl")
        self.assertEqual(sorted(os.listdir(f"{target}/a")), ["x.py", "y.py"])
        self.assertTrue(os.path.exists(f"{target}/p-1.data/data/z"))

    def test_refused(self):
        for entries in ([("../x", 0, "")], [("a/./x", 0, "")], [("/x", 0, "")], [("a//x", 0, "")], [("a\\x", 0, "")],
                        [("x", 0o120777, "/etc")], [("x", 0o20666, "")], [("x", 0, ""), ("x", 0, "")],
                        [("x", 0, ""), ("x/y", 0, "")]):
            with self.assertRaises(Refused, msg=entries) as caught:
                self.unpack(entries)
            self.assertIn("cannot unpack a.zip: ", str(caught.exception))
            self.assertFalse(os.path.exists(f"{self.folder}/archives/a.zip"))
        self.write("packed/b.zip", "no zip")
        with self.assertRaisesRegex(Refused, "not a zip file"):
            archives.unpack(self.folder, "b.zip")


class Pieces(Folder):
    def test_family(self):
        code = "import subprocess, sys; p = subprocess.Popen(['sleep', '100']); print(p.pid, flush=True); p.wait()"
        child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        grandchild = int(child.stdout.readline())
        try:
            self.assertLessEqual({os.getpid(), child.pid, grandchild}, set(memory.family(os.getpid())))
            size, resident = memory.pages(child.pid)
            self.assertTrue(0 < resident < size)
            watch = memory.Watch(1 << 40)
            self.assertEqual(list(watch.over([child.pid])), [])
            watch.allowed, watch.due = 1 << 20, 0
            over = dict(watch.over([child.pid]))
            self.assertRegex(over[child.pid], "^it and its 1 children held [0-9]+ bytes, and .*memory allows 1048576$")
        finally:
            os.kill(grandchild, 9)
            child.wait()
            child.stdout.close()
        self.assertEqual(list(memory.family(child.pid)), [child.pid])
        watch.due = 0
        self.assertEqual(list(watch.over([child.pid])), [])  # it has ended
        self.assertRaisesRegex(Refused, "allows 5 bytes, and a worker holds", memory.Watch, 5)

    def test_remove(self):
        root = os.path.join(self.folder, "root")
        self.write("root/a/b/c.txt")
        self.write("kept/file")
        os.symlink(f"{self.folder}/kept", f"{root}/a/link")
        os.symlink("/no/such", f"{root}/dangling")
        environment.remove(root)
        environment.remove("")
        self.assertEqual(os.listdir(self.folder), ["kept"])
        self.assertEqual(os.listdir(f"{self.folder}/kept"), ["file"])

    def test_threads(self):
        code = """if True:
            import sys, threading
            sys.path.insert(0, sys.argv[1])
            from leat import environment, printable
            environment.refuse_threads('none')
            event = threading.Event()
            thread = threading.Thread(target=event.wait)
            thread.start()
            try:
                environment.refuse_threads('some')
            except printable.Refused as e:
                print(e)
            event.set()
            thread.join()
            environment.refuse_threads('ended')"""
        text = subprocess.run([sys.executable, "-c", code, base.PACKAGE], stdout=subprocess.PIPE, check=True).stdout.decode()
        self.assertIn("importing 'some' has started 1 thread, ", text)

    def test_hook(self):
        spec = base.stage("hook", "lambda: box.append(math.pi)", name="python_options.init(...)")
        sys.modules["box"] = types.SimpleNamespace(append=(seen := []).append)
        self.addCleanup(sys.modules.pop, "box")
        environment.call({"imports": ["math", "box"], "init": spec}, "init")
        environment.call({"imports": []}, "init")
        self.assertEqual([round(x) for x in seen], [3])


class WithSettings(Folder):
    """The control protocol of a daemon that has settings."""
    start = "fork"

    def ask(self, settings, expression, index=0, imports=("os", "sys")):
        daemon = base.Daemon(self.start, settings)
        try:
            worker = daemon.ask(1, index)
            op = w.LOADING
            while op == w.LOADING:
                with contextlib.suppress(ConnectionResetError):  # it ended with our message unread; its own follows
                    op, _, _, body, _ = daemon.message()
            if op == w.FAILED:
                return body.decode()
            worker.open([base.stage("map", f"lambda _: {expression}")], imports=list(imports))
            worker.data(0, [0])
            worker.end()
            result = base.Result(worker.until_closed())
            return result.error or result.values()[0]
        finally:
            self.assertEqual(daemon.close(), 0)

    def test_settings(self):
        values = [["A", ["x", "y"]]]
        for index, value in (0, "x"), (1, "y"), (2, "x"):
            self.assertEqual(self.ask({"worker_variables": values}, "os.environ['A']", index), value)
        self.assertEqual(self.ask({"working_folder": self.folder}, "os.getcwd()"), self.folder)
        self.assertEqual(self.ask({"umask": 0o77}, "os.umask(0)"), 0o77)
        self.assertEqual(self.ask({"nice": 2}, "os.nice(0)"), min(19, os.nice(0) + 2))
        limits = self.ask({"memory": 1 << 30}, "resource.getrlimit(resource.RLIMIT_AS)", imports=["resource"])
        self.assertEqual(limits[0], limits[1])
        self.assertTrue(1 << 30 < limits[0] < 8 << 30)

    def test_text_that_looks_like_a_separator(self):
        path = "/x\n# ==== settings\n\n# ==== daemon\n"
        self.assertEqual(self.ask({"path": [path]}, "sys.path[0]"), path)

    def test_a_preloaded_module_that_takes_the_finders_away(self):
        self.write("leat_test_vandal.py", "import sys\nsys.meta_path.clear()\n")
        settings = {"path": [self.folder], "preload": ["leat_test_vandal"]}
        for expression in "1", "1 / 0":
            found = self.ask(settings, expression, imports=["leat_test_vandal"])
            self.assertIn("Traceback" if "/" in expression else "1", str(found))

    def test_private_folder(self):
        folder = os.path.join(self.folder, "private")
        self.write("private/files/leat_test_shipped.py", "v = 3\n")
        with zipfile.ZipFile(self.write("private/packed/z.zip"), "w") as file:
            file.writestr("leat_test_zipped.py", "v = 4")
        settings = {"folder": folder, "archives": ["z.zip"], "path": ["/last"]}
        facts = self.ask(settings, "(leat_test_shipped.v, leat_test_zipped.v, sys.path[:3], os.environ['LEAT_FILES'])",
                         imports=["os", "sys", "leat_test_shipped", "leat_test_zipped"])
        files, archive = f"{folder}/files", f"{folder}/archives/z.zip"
        self.assertEqual(facts, (3, 4, [files, archive, "/last"], files))
        self.assertFalse(os.path.exists(folder))  # its host has closed the control socket

    def test_the_folder_of_a_living_host_is_kept(self):
        self.write("private/files/x")
        daemon = base.Daemon(self.start, {"folder": f"{self.folder}/private"})
        os.kill(daemon.process.pid, 15)
        daemon.process.wait(base.DEADLINE)
        daemon.close()
        self.assertTrue(os.path.exists(f"{self.folder}/private/files/x"))

    def refused(self, text, expected):
        self.assertIn(expected, text if isinstance(text, str) else text["message"] + text["traceback"])

    def test_refusals(self):
        self.refused(self.ask({"working_folder": "/no/such"}, "1"), "python_options.working_folder: /no/such: No such file")
        self.refused(self.ask({"requirements": ["leat_no_such"]}, "1"), "leat_no_such: not installed")
        self.refused(self.ask({"preload": ["leat_no_such.part"]}, "1"), "lacks the package 'leat_no_such'")
        self.refused(self.ask({"memory": 1}, "1"), "allows 1 bytes, and a worker holds")
        for text, expected in (("lambda: 1 / 0", "the worker cannot begin"),
                               ("lambda: leat.context()", "leat.context() is there only while"),
                               ("lambda: leat.log('x')", "leat.log() is there only while")):
            hook = base.stage("hook", text, name="python_options.init(...)")
            self.refused(self.ask({"imports": ["leat"], "init": hook}, "1"), expected)

    def test_a_killed_workers_cause(self):
        daemon = base.Daemon(self.start, {"memory": 100 << 20})
        worker = daemon.spawn()
        code = "import time; x = b'x' * (50 << 20); time.sleep(1000)"
        worker.open([base.stage("map", f"lambda _: [subprocess.Popen([sys.executable, '-c', {code!r}]) for _ in range(3)] and "
                                       "time.sleep(1000)")], imports=["subprocess", "sys", "time"])
        worker.data(0, [0])
        op, number, status, body, _ = daemon.message()
        self.assertEqual((op, number, status), (w.EXITED, 1, 9))
        self.assertRegex(body.decode(), "^it and its [23] children held [0-9]+ bytes, and .*memory allows 104857600$")
        worker = daemon.spawn(2)
        os.kill(worker.pid, 9)
        self.assertEqual(daemon.message()[:4], (w.EXITED, 2, 9, b""))
        self.assertEqual(daemon.close(), 0)


class WithSettingsFresh(WithSettings):
    start = "spawn"


if __name__ == "__main__":
    unittest.main()
