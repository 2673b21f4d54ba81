# SPDX-License-Identifier: BSL-1.0
"""The compiled package in a file of the user: whatever stands in its place, the daemon starts at once, compiles anew where it must,
and leaves that one file or none."""
import glob
import os
import shutil
import socket
import sys
import tempfile
import time
import unittest
import unittest.mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import test_worker as base


class CodeCache(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.path = f"{self.folder}/cache/worker-0"

    def start(self, kept=True, env=None, path=None):
        """A daemon's life, in which a worker may be asked for; gives whether the package was compiled, by its own word."""
        begin = time.monotonic()
        daemon = base.Daemon(env={"LEAT_WORKER": f"start=fork;pid={os.getpid()};code={path or self.path}", **(env or {})})
        worker = daemon.spawn()
        worker.open([base.stage("map", "lambda _: sys.modules['leat.package'].codes is None")], imports=["sys"])
        worker.data(0, [0])
        worker.end()
        compiled = base.Result(worker.until_closed()).values()[0]
        worker.close()
        self.assertEqual(daemon.exited(worker), 0)
        self.assertEqual(daemon.close(), 0)
        self.assertLess(time.monotonic() - begin, 10)
        if kept:
            self.assertEqual([os.path.abspath(self.file())], [os.path.abspath(f) for f in glob.glob(f"{self.folder}/cache/*")])
        return compiled

    def file(self):
        return glob.glob(f"{self.path}-*[0-9a-f]")[0]

    def test_second_start(self):
        self.assertTrue(self.start())
        self.assertFalse(self.start())
        facts = os.stat(self.file())
        self.assertEqual((facts.st_mode & 0o777, facts.st_uid), (0o600, os.geteuid()))

    def test_content(self):
        self.assertTrue(self.start())
        with open(self.file(), "rb") as file:
            good = file.read()
        size = len(good)
        flips = [(f"bit at {at}", good[:at] + bytes([good[at] ^ 4]) + good[at + 1:])
                 for at in (0, 7, 8, 12, size // 3, size - 1)]
        for name, bad in [*flips, ("empty", b""), ("short", good[:7]), ("hash only", good[:8]), ("half", good[:size // 2]),
                          ("longer", good + b"x"), ("no code", b"\0" * size), ("text", b"hello")]:
            with self.subTest(name):
                with open(self.file(), "wb") as file:
                    file.write(bad)
                self.assertTrue(self.start())
                with open(self.file(), "rb") as file:
                    self.assertEqual(len(file.read()), size)
        self.assertFalse(self.start())

    def test_of_another_name(self):
        self.assertTrue(self.start())
        version = self.file()[len(self.path):]
        self.path = f"{self.folder}/cache/worker-1"
        shutil.copy(f"{self.folder}/cache/worker-0{version}", f"{self.path}{version}")
        self.assertTrue(self.start(kept=False))
        self.assertFalse(self.start(kept=False))

    def test_what_is_no_file(self):
        self.assertTrue(self.start())
        name = self.file()
        def listening(path):
            with socket.socket(socket.AF_UNIX) as listener:
                listener.bind(path)
        with open(name, "rb") as file:
            good = file.read()
        def linked(path):
            with open(f"{self.folder}/elsewhere", "wb") as file:
                file.write(good)
            os.symlink(f"{self.folder}/elsewhere", path)
        for what, make, heals in (("FIFO", os.mkfifo, True), ("socket", listening, True), ("link", linked, True),
                                  ("link to a device", lambda path: os.symlink("/dev/zero", path), True),
                                  ("link to itself", lambda path: os.symlink(path, path), True), ("folder", os.mkdir, False),
                                  ("full folder", lambda path: os.makedirs(f"{path}/a"), False)):
            with self.subTest(what):
                os.remove(name)
                make(name)
                self.assertTrue(self.start())
                self.assertEqual(self.start(), not heals)
                if os.path.isdir(name):
                    shutil.rmtree(name)
                    self.assertTrue(self.start())
        with open(f"{self.folder}/elsewhere", "rb") as file:
            self.assertEqual(file.read(), good)

    def test_draft(self):
        """What was killed while it wrote has left its draft; or something else stands there."""
        for what, make, heals in (("file", lambda path: open(path, "wb").close(), True), ("FIFO", os.mkfifo, False),
                                  ("link", lambda path: os.symlink("/etc/hostname", path), False), ("folder", os.mkdir, False)):
            with self.subTest(what):
                self.path = f"{self.folder}/cache {what}/worker-0"
                self.assertTrue(self.start(kept=False))
                name = self.file()
                os.remove(name)
                make(f"{name}.draft")
                self.assertTrue(self.start(kept=False))
                self.assertEqual(self.start(kept=False), not heals)
                self.assertEqual(os.path.lexists(f"{name}.draft"), not heals)
        with open("/etc/hostname", "rb") as file:
            self.assertNotIn(b"daemon", file.read())

    def test_folder(self):
        for what, path in ("no folder", "/proc/no/such/worker-0"), ("a file in its place", "/etc/hostname/worker-0"), (
                "a device", "/dev/null/worker-0"):
            with self.subTest(what):
                self.assertTrue(self.start(kept=False, path=path))

    def test_no_room(self):
        """As on a full disk: what could not be written whole is not left."""
        limited = f"{self.folder}/python"
        with open(limited, "w") as file:
            file.write(f"#!/bin/sh\nulimit -f 20\nexec {base.INTERPRETER} \"$@\"\n")
        os.chmod(limited, 0o755)
        with unittest.mock.patch.object(base, "INTERPRETER", limited):
            for _ in range(2):
                self.assertTrue(self.start(kept=False))
                self.assertEqual(os.listdir(f"{self.folder}/cache"), [])

    def test_permissions(self):
        self.assertTrue(self.start())
        for mode in 0o620, 0o602:
            os.chmod(self.file(), mode)
            self.assertTrue(self.start())
            self.assertEqual(os.stat(self.file()).st_mode & 0o777, 0o600)
        if os.geteuid() == 0:
            os.chown(self.file(), 12345, -1)
            self.assertTrue(self.start())
            self.assertEqual(os.stat(self.file()).st_uid, 0)

    def test_many_at_once(self):
        daemons = [base.Daemon(env={"LEAT_WORKER": f"start=fork;pid={os.getpid()};code={self.path}"}) for _ in range(6)]
        self.assertEqual({daemon.close() for daemon in daemons}, {0})
        self.assertFalse(self.start())


if __name__ == "__main__":
    unittest.main()
