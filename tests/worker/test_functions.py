# SPDX-License-Identifier: BSL-1.0
"""Values that are sent once, accumulators, sources, the context and pickled functions: the C++ side of docs/inside/wire.md, played to
a worker's loop in this process."""
import array
import builtins
import os
import pickle
import socket
import sys
import unittest

import test_worker
from test_worker import Result, WithWorker, module, stage, w

import leat
import leat.accumulators
import leat.shared_values


class Functions(WithWorker):
    def tearDown(self):
        super().tearDown()
        for values in (leat.shared_values.files, leat.shared_values.values, leat.shared_values.forgotten):
            values.clear()

    def keep(self, digest, kind, content):
        fd = os.memfd_create("test")
        os.write(fd, content)
        body = (digest + kind).encode()
        header = w.HEADER.pack(b"lt", w.VALUE, 0, self.session + 1, w.NONE, len(content), len(body))
        socket.send_fds(self.host.socket, [header + body], [fd])
        os.close(fd)

    def forget(self, *digests):
        self.host.send(w.FORGET, self.session + 1, body="".join(digests).encode())

    def test_values_are_kept_until_forgotten(self):
        before = len(os.listdir("/proc/self/fd"))
        one, two, none = "1" * 32, "2" * 32, "0" * 32
        self.keep(one, "pickle", pickle.dumps({"a": 1}, 5))
        self.keep(two, "array d", array.array("d", [1.5, 2.5]).tobytes())
        self.keep(none, "array q", b"")
        s = {**stage("map", "lambda x: (id(v), v['a'] + x, list(a), len(n))"), "values": {"v": one, "a": two, "n": none}}
        (first, *rest), = self.values([s], [1])
        self.assertEqual(rest, [2, [1.5, 2.5], 0])
        self.keep(one, "pickle", pickle.dumps("another"))  # of the same digest: nothing new
        (again, *_), = self.values([{**s, "name": "another job"}], [1])
        self.assertEqual(again, first)
        self.forget(one, two)
        self.assertEqual(self.values([stage("map", "lambda x: x")], [1]), [1])
        self.assertEqual(list(leat.shared_values.values), [none])
        self.assertEqual(len(os.listdir("/proc/self/fd")), before)
        self.assertEqual(self.run_stages([s], [1]).error["kind"], "start")

    def test_source_and_code(self):
        self.keep("3" * 32, "text", "def f(x): return 'ä' * x".encode())
        s = {**module("map", "", "f", path="/tmp/large.py"), "large": "3" * 32}
        self.assertEqual(self.values([s], [2]), ["ää"])
        self.keep("4" * 32, "bytes", pickle.dumps(abs))
        pickled = {**stage("map", "pickled", form="pickled"), "code": b"", "version": "", "large": "4" * 32}
        self.assertEqual(self.values([pickled], [-2]), [2])

    def test_instances_go_with_their_values(self):
        self.keep("5" * 32, "pickle", pickle.dumps("table"))
        source = "class C:\n  def __init__(self, t): self.t = t\n  def __call__(self, x): return self.t\n" \
                 "  def close(self):\n    import builtins\n    builtins.leat_closed = True\n"
        self.assertEqual(self.values([{**module("map", source, "C"), "values": {"t": "5" * 32}}], [1]), ["table"])
        self.assertFalse(hasattr(builtins, "leat_closed"))
        self.forget("5" * 32)
        self.values([stage("map", "lambda x: x")], [1])
        self.assertTrue(builtins.leat_closed)

    def test_key_names_the_job(self):
        first = self.values([stage("map", "lambda x: id(math)")], [1], imports=["math"], key="k")
        self.assertEqual(self.values([stage("map", "lambda x: 'not looked at'")], [1], key="k"), first)

    def updates(self, result):
        found = {}
        for frame in result.frames:
            tail = frame.body[16:] if frame.kind == w.DONE else frame.body if frame.kind == w.CLOSED else b""
            for number, values in pickle.loads(tail) if tail else []:
                found.setdefault((frame.kind, frame.batch if frame.kind == w.DONE else None), []).append(
                    (number, pickle.loads(values)))
        return found

    def counting(self, kind, text, sums=True, declared="int", **more):
        return {**stage(kind, text, **more), "accumulators": {"n": ("n", 7, declared, sums)}}

    def test_accumulators_go_with_their_batch(self):
        result = self.run_stages([self.counting("map", "lambda x: n.add(x) or x")], [1, 2], [3], [])
        self.assertEqual(self.updates(result), {(w.DONE, 0): [(7, [3])], (w.DONE, 1): [(7, [3])]})
        result = self.run_stages([self.counting("map", "lambda x: n.add(x) or x", sums=False)], [1, 2])
        self.assertEqual(self.updates(result), {(w.DONE, 0): [(7, [1, 2])]})
        many = leat.accumulators.FOLD * 3 + 5
        result = self.run_stages([self.counting("map", f"lambda x: [n.add(1) for _ in range({many})] and x")], [1])
        self.assertEqual(self.updates(result), {(w.DONE, 0): [(7, [many])]})
        s = {**module("map_partitions", "def f(it, n):\n  for x in it: n.add(x); yield x\n  n.add(100)", "f"),
             "accumulators": {"n": ("n", 7, "int", True)}}
        result = self.run_stages([s], [1, 2], [3])
        self.assertEqual(self.updates(result)[w.CLOSED, None], [(7, [100])])
        self.assertEqual(sum(v for parts in self.updates(result).values() for _, vs in parts for v in vs), 106)

    def test_a_failed_batch_leaves_nothing(self):
        s = self.counting("map", "lambda x: (n.add(1), 1 // x)[1]")
        result = self.run_stages([s], [1, 0])
        self.assertEqual((result.error["type"], self.updates(result)), ("ZeroDivisionError", {}))
        self.assertEqual(self.updates(self.run_stages([s], [1])), {(w.DONE, 0): [(7, [1])]})

    def test_wrong_updates(self):
        result = self.run_stages([self.counting("map", "lambda x: n.add(object) or x", sums=False)], [1])
        self.assertEqual((result.error["kind"], result.error["expected"]), ("conversion", "int (for the accumulator 'n')"))
        result = self.run_stages([self.counting("map", "lambda x: (n.add(1), n.add('a'), x)[-1]")], [1])
        self.assertEqual((result.error["kind"], result.error["type"]), ("python", "TypeError"))

    def source_parts(self, s, tickets, argument=None):
        self.session += 1
        self.host.open([s], self.session)
        frames = []
        for ticket in range(tickets):
            self.host.data(ticket, [(argument, 1, 7)], self.session)
            while True:
                frames.append(self.host.frame())
                if frames[-1].kind in (w.DONE, w.CLOSED):
                    break
            if frames[-1].kind == w.CLOSED or frames[-1].count == 0:
                break
        return frames

    def test_source(self):
        s = module("generate", "def f(p): yield from range(p)", "f")
        frames = self.source_parts(s, 100, 50)
        self.host.end(self.session)
        self.host.until_closed(self.session)
        self.assertEqual([y for part in Result(frames).batches().values() for y in part], list(range(50)))
        self.assertEqual(frames[-1][:1] + (frames[-1].count,), (w.DONE, 0))
        self.assertTrue(all(f.count == 1 for f in frames[:-1] if f.kind == w.DONE))
        self.assertEqual(self.values([stage("map", "lambda x: x")], [1]), [1])

    def test_source_yields_no_more_than_its_tickets(self):
        s = module("generate", "import builtins\ndef f():\n  try:\n    for i in range(10**9):\n      builtins.leat_at = i\n"
                               "      yield i\n  finally: builtins.leat_at = 'closed'\n", "f")
        frames = self.source_parts(s, 3)
        got = [y for part in Result(frames).batches().values() for y in part]
        self.assertEqual(builtins.leat_at, got[-1])
        self.host.send(w.CANCEL, self.session)
        self.host.until_closed(self.session)
        self.assertEqual(builtins.leat_at, "closed")
        self.assertEqual(self.values([stage("map", "lambda x: x")], [1]), [1])

    def test_source_that_raises(self):
        s = module("generate", "def f():\n  yield 1\n  yield 2\n  yield 3\n  raise KeyError('over')\n", "f")
        result = Result(self.source_parts(s, 10))
        self.assertEqual([y for part in result.batches().values() for y in part], [1, 2, 3])
        self.assertEqual((result.error["type"], result.error["stage"]), ("KeyError", 0))
        self.assertIn("must return an iterable", Result(self.source_parts(module("generate", "def f(): return 3", "f"), 2))
                      .error["message"])

    def test_context(self):
        s = stage("map", "lambda x: repr(leat.context())", name="name")
        self.assertEqual(self.values([s], [1], imports=["leat"], task=True, partition=3, attempt=1, seed=9),
                         ["Context('name', 3, 1, 9)"])
        self.assertEqual(self.values([s], [1], imports=["leat"]), ["Context('name', None, 0, 0)"])
        with self.assertRaisesRegex(RuntimeError, "only while a worker runs functions"):
            leat.context()
        with self.assertRaisesRegex(RuntimeError, "only while a worker runs functions"):
            leat.log("x")

    def test_generator_functions(self):
        generator = "def f(x): yield x\n"
        for kind, text in ("map", "use flat_map"), ("filter", "use flat_map"):
            error = self.error([module(kind, generator, "f")], [1]).error
            self.assertEqual(error["kind"], "start")
            self.assertIn(text, error["message"])
        self.assertEqual(self.values([module("map", generator, "f"), stage("map", "lambda g: next(g)")], [1]), [1])
        self.assertEqual(self.values([module("flat_map", generator, "f")], [1]), [1])
        for out in ["pickle"] + ["msgpack"] * bool(test_worker.msgpack):  # a list where one is declared
            loads = pickle.loads if out == "pickle" else test_worker.msgpack.unpackb
            declared = {"out": out, "out_type": "list[int]", "loads": loads}
            self.assertEqual(self.values([module("map", generator, "f")], [1, 2], **declared), [[1], [2]])
            self.assertEqual(self.values([stage("map", "lambda x: (y for y in range(x))")], [1, 2], **declared), [[0], [0, 1]])
            result = self.error([module("map", "def f(x):\n  yield 1 / x\n", "f")], [1, 0], **declared)
            self.assertEqual((result.error["type"], result.record), ("ZeroDivisionError", 1))
            error = self.error([stage("map", "lambda x: (1 / y for y in range(x))")], [0, 1], **declared).error
            self.assertEqual((error["kind"], error["python_type"]), ("conversion", "generator"))
            self.assertEqual(error["expected"], "list[int] (the generator raised ZeroDivisionError: division by zero)")

    def test_pickled(self):
        def pickled(code, version=""):
            return {**stage("map", "a pickled function", form="pickled"), "code": code, "version": version}
        self.assertEqual(self.values([pickled(pickle.dumps(len), "2.7")], ["abc"]), [3])
        ours = "%d.%d" % sys.version_info[:2]
        for code, version, text in ((b"c types CodeType", "3.8", f"pickled by Python 3.8 and this worker is Python {ours}"),
                                    (b"ctypes\nCodeType\n)R.", "", "holds code, which fits no other version of Python"),
                                    (b"ctypes\nCodeType\n)R.", ours, f"by this worker, Python {ours}"),
                                    (b"", "", "whose version was not given")):
            error = self.error([pickled(code, version)], [1]).error
            self.assertEqual((error["kind"], error["type"]), ("start", "ValueError"))
            self.assertIn(text, error["message"])

    def test_own_wire(self):
        text = "class lines:\n  def loads(b): return b.decode().split()\n  def dumps(v): return ' '.join(v).encode()\n" \
               "class wrong:\n  loads = lines.loads\n  def dumps(v): return 'x'\n"
        more = {"wire_modules": {"mine": ("/tmp/mine.py", text)}, "in": "mine:lines"}
        loads = lambda body: body.decode().split()  # noqa: E731
        dumps = lambda xs: " ".join(xs).encode()  # noqa: E731
        doubled = self.values([stage("map", "lambda x: x * 2")], ["a", "b"], loads=loads, dumps=dumps, out="mine:lines", **more)
        self.assertEqual(doubled, ["aa", "bb"])
        result = self.run_stages([stage("map", "lambda x: x")], ["a"], dumps=dumps, out="mine:wrong", **more)
        self.assertIn("must return bytes, not str", result.error["message"])
        self.assertIn("needs functions loads", self.run_stages([], ["a"], dumps=dumps, out="sys:path", **more).error["message"])


class Frames(WithWorker):
    def test_a_value_without_its_descriptor(self):
        daemon = test_worker.Daemon()
        worker = daemon.spawn()
        worker.send(w.VALUE, 1, body=b"6" * 32 + b"pickle")
        self.assertEqual(daemon.exited(worker), 70 << 8)
        self.assertIn("a value came without its descriptor", worker.output(worker.err))
        self.assertEqual(daemon.close(), 0)


del WithWorker  # its tests are elsewhere
if __name__ == "__main__":
    unittest.main()
