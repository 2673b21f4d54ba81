# SPDX-License-Identifier: BSL-1.0
"""Plays the C++ side of docs/inside/wire.md to the package in include/leat/python/leat: in this process over a socket pair, and to the real
daemon. Run by `python3 -m unittest`; LEAT_TEST_PYTHON names another interpreter for the daemon."""
import builtins
import collections
import contextlib
import io
import os
import pickle
import random
import select
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import types
import unittest
import unittest.mock

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.normpath(os.path.join(HERE, "../../include/leat/python"))
MODULES = sorted(name.removesuffix(".py") for name in os.listdir(os.path.join(PACKAGE, "leat")) if name.endswith(".py"))
DEADLINE = 30

sys.path.insert(0, PACKAGE)
import leat.channel
import leat.composition
import leat.daemon
import leat.frames
import leat.leaving
import leat.system
import leat.worker

w = types.SimpleNamespace(**{**vars(leat.daemon), **vars(leat.system), **vars(leat.frames), **vars(leat.channel), **vars(leat.worker)})


def text_of(module):
    with open(os.path.join(PACKAGE, "leat", module + ".py"), encoding="utf-8") as file:
        return file.read()


Frame = collections.namedtuple("Frame", "kind session batch count body")
try:
    import msgpack
except ImportError:
    msgpack = None
try:
    import numpy
except ImportError:
    numpy = None


def stage(kind, text, form="expression", bind=None, source="", path="", name=None):
    return {"kind": kind, "form": form, "text": text, "path": path, "source": source, "stateful": False,
            "bind": pickle.dumps(bind) if bind else b"", "name": name or f"py.{kind}({text!r})"}


def module(kind, source, name, **more):
    return stage(kind, name, form="source", source=textwrap.dedent(source), **more)


class Host:
    """One end of a session socket."""

    def __init__(self, sock):
        self.socket = sock
        sock.settimeout(DEADLINE)
        self.file = sock.makefile("rb")
        self.expected = {0}  # flags
        self.flags = []  # of all frames

    def close(self):
        self.file.close()
        self.socket.close()

    def send(self, kind, session=1, batch=w.NONE, count=0, body=b"", magic=b"lt", length=None):
        header = w.HEADER.pack(magic, kind, 0, session, batch, count, len(body) if length is None else length)
        self.socket.sendall(header + body)

    def open(self, stages, session=1, **more):
        spec = {"stages": stages, "in": "pickle", "in_type": "object", "out": "pickle", "out_type": "object", "imports": [],
                "partition": 0, "attempt": 0, "seed": 0, **more}
        self.send(w.OPEN, session, body=pickle.dumps(spec))

    def data(self, batch, xs, session=1):
        self.send(w.DATA, session, batch, len(xs), pickle.dumps(xs, 5))

    def end(self, session=1):
        self.send(w.END, session)

    def frame(self):
        header = self.file.read(32)
        if len(header) < 32:
            raise EOFError("the worker closed the socket")
        magic, kind, flags, session, batch, count, length = w.HEADER.unpack(header)
        assert magic == b"lt" and flags in self.expected
        self.flags.append(flags)
        return Frame(kind, session, batch, count, self.file.read(length))

    def until_closed(self, session=1):
        frames = []
        while not frames or frames[-1].kind != w.CLOSED:
            frame = self.frame()
            if frame.session == session:
                frames.append(frame)
        return frames


class Result:
    def __init__(self, frames, loads=pickle.loads):
        self.frames = frames
        self.error = self.record = self.batch = None
        self.parts = collections.defaultdict(list)
        self.done = {}
        for frame in frames:
            if frame.kind == w.DATA:
                part = loads(frame.body)
                assert len(part) == frame.count
                self.parts[frame.batch].append(part)
            elif frame.kind == w.DONE:
                self.done[frame.batch] = (frame.count, *struct.unpack("<QQ", frame.body[:16]))
            elif frame.kind == w.ERROR:
                assert self.error is None
                self.error, self.record, self.batch = pickle.loads(frame.body), frame.count, frame.batch

    def batches(self):
        return {b: [y for part in parts for y in part] for b, parts in self.parts.items()}

    def values(self):
        assert self.error is None, self.error
        return [y for _, ys in sorted(self.batches().items()) for y in ys]


class WithWorker(unittest.TestCase):
    """A worker's loop in a thread of this process."""

    def setUp(self):
        ours, theirs = socket.socketpair()
        self.host = Host(ours)
        self.channel = w.Channel(theirs.detach())
        self.thread = threading.Thread(target=w.serve, args=(self.channel,), daemon=True)
        self.thread.start()
        self.session = 0

    def tearDown(self):
        self.host.close()
        self.thread.join(DEADLINE)
        self.assertFalse(self.thread.is_alive())
        self.channel.socket.close()
        for name in [name for name in vars(builtins) if name.startswith("leat_")]:  # by which functions told of themselves
            delattr(builtins, name)

    def run_stages(self, stages, *batches, loads=pickle.loads, dumps=lambda xs: pickle.dumps(xs, 5), **more):
        self.session += 1
        self.host.open(stages, self.session, **more)
        for b, xs in enumerate(batches):
            self.host.send(w.DATA, self.session, b, len(xs), dumps(xs))
        self.host.end(self.session)
        return Result(self.host.until_closed(self.session), loads)

    def values(self, stages, *batches, **more):
        return self.run_stages(stages, *batches, **more).values()

    def error(self, stages, *batches, **more):
        result = self.run_stages(stages, *batches, **more)
        self.assertIsNotNone(result.error)
        self.assertEqual(result.frames[-2].kind, w.ERROR)
        for text in (result.error["type"], result.error["message"], result.error["traceback"], result.error["repr"]):
            text.encode()
        self.assertNotIn("leat/python/", result.error["traceback"])
        # the worker is still good
        self.assertEqual(self.values([stage("map", "lambda x: x + 1")], [1, 2]), [2, 3])
        return result


class File(unittest.TestCase):
    def test_form(self):
        for module in MODULES:
            with self.subTest(module=module):
                text = text_of(module)
                lines = text.splitlines()
                self.assertEqual(lines[0], 'R"""("""')
                self.assertEqual(lines[1], "# SPDX-License-Identifier: BSL-1.0")
                self.assertEqual(lines[-1], '#)"""')
                self.assertEqual(text.count(')"""'), 1)
                self.assertLess(len(text.encode()), 65_000)  # a string literal of C++ holds 65,536
                self.assertLess(len(lines), 430)


def merged(records):
    """A batch of records that were merged into one pickle."""
    return b"\x80\x05](" + b"".join(records) + b"e."


UNHASHABLE = b"}]K\x01s"  # {[]: 1}
MERGED = [  # the opcodes of each record, and what it is or why it is none
    (b"(K\x01(1K\x020(0K\x02t", (1, 2)), (b"\x80\x02cdatetime\ndate\nU\x04\x07\xd0\x02\x1d\x85R", "UnicodeDecodeError"),
    (b"c__builtin__\nset\n)R", set()), (b"\x80\x05" + UNHASHABLE, "TypeError"),
    (b"\x8c\x04textq\x05", "text"), (UNHASHABLE + b"\x8c\x05laterq\x06\x8c\x04moreq\x07h\x06h\x07\x86\x87\x86", "TypeError"),
    (b"h\x05h\x06h\x07\x87", ("text", "later", "more")), (b"\x8c\x0bleat_nosuchq\x08", "leat_nosuch"),
    (b"h\x08h\x05\x93q\x09)R", "ModuleNotFoundError"), (b"]h\x09a", "ModuleNotFoundError"),
    (b"c_pickle\nloads\nq\x80\x8e" + struct.pack("<Q", 4) + b"P1\n.\x85R", "_pickle.UnpicklingError"),
    (b"h\x80\x8e" + struct.pack("<Q", 2) + b"N.\x85R", None), (b"]q\x81h\x81\x86", ([], [])),
    (b"]r\x00\x02\x00\x00(K\x07I8\nVq\nej\x00\x02\x00\x00\x86", ([7, 8, "q"], [7, 8, "q"]))]


class Frames(WithWorker):
    def test_a_record_that_cannot_be_loaded_leaves_those_before_it(self):
        records, expected = zip(*MERGED)
        result = self.run_stages([stage("map", "lambda x: x")], list(records), [], dumps=merged, **{"in": "opaque"})
        self.assertEqual(result.batches(), {0: [(1, 2)]})
        self.assertEqual((result.error["kind"], result.batch, result.record), ("conversion", 0, 1))
        self.assertIn("a record that the worker can read", result.error["expected"])
        self.assertIn("UnicodeDecodeError", result.error["python_type"])
        for function in "def f(xs):\n  for x in xs: yield x\n", "def f(xs): yield from list(xs)":
            result = self.run_stages([module("map_partitions", function, "f")], [b"K\x01", UNHASHABLE], dumps=merged, **{"in": "opaque"})
            self.assertEqual((result.record, result.error["python_type"]), (1, "TypeError:"))
        result = self.run_stages([stage("map", "lambda x: x")], [UNHASHABLE, b"N"], dumps=merged, **{"in": "opaque"})
        self.assertEqual((result.batches(), result.record), ({}, 0))
        self.assertEqual(self.values([stage("map", "lambda x: x")], [b"K\x01", b"N"], dumps=merged, **{"in": "opaque"}), [1, None])

    def test_batches_are_done_in_order(self):
        result = self.run_stages([stage("map", "lambda x: x * 2")], [1, 2], [], [3])
        self.assertEqual(result.batches(), {0: [2, 4], 2: [6]})
        self.assertEqual({b: d[:2] for b, d in result.done.items()}, {0: (2, 2), 1: (0, 0), 2: (1, 1)})
        self.assertEqual(result.frames[-1], (w.CLOSED, 1, w.NONE, 0, b""))
        self.assertTrue(all(d[2] < 10**10 for d in result.done.values()))

    def test_byte_by_byte(self):
        self.host.open([stage("map", "lambda x: x")])
        body = pickle.dumps(["a" * 100, 5])
        for byte in w.HEADER.pack(b"lt", w.DATA, 0, 1, 0, 2, len(body)) + body:
            self.host.socket.sendall(bytes([byte]))
        self.host.end()
        self.assertEqual(Result(self.host.until_closed()).values(), ["a" * 100, 5])

    def test_large_records_both_ways_do_not_deadlock(self):
        xs = [[os.urandom(3 << 20)] for _ in range(8)]
        sender = threading.Thread(target=lambda: [self.host.data(b, x) for b, x in enumerate(xs)] + [self.host.end()])
        self.host.open([stage("map", "lambda x: x + x")])
        sender.start()
        values = Result(self.host.until_closed()).values()
        sender.join(DEADLINE)
        self.assertTrue(values == [x[0] * 2 for x in xs])

    def test_body_buffer_grows_with_arrival(self):
        ours, theirs = socket.socketpair()
        channel = w.Channel(theirs.detach())
        ours.sendall(w.HEADER.pack(b"lt", w.DATA, 0, 1, 0, 1, 1 << 39) + b"x" * 1000)
        channel.pull()
        self.assertLessEqual(len(channel.body), 1 << 20)
        ours.close()
        channel.pull()
        self.assertTrue(channel.gone)
        channel.socket.close()

    def test_more_pieces_than_the_kernel_takes_at_once(self):
        ours, theirs = socket.socketpair()
        channel = w.Channel(theirs.detach())
        channel.pending = [b"%d," % i for i in range(3000)]
        whole = b"".join(channel.pending)
        channel.flush()
        self.assertEqual(ours.recv(len(whole), socket.MSG_WAITALL), whole)
        ours.close()
        channel.socket.close()

    def test_old_sessions_frames_are_dropped(self):
        self.assertEqual(self.values([stage("map", "lambda x: x")], [1]), [1])
        self.host.data(5, [1], session=1)
        self.host.end(session=1)
        self.host.send(w.CANCEL, 1)
        self.assertEqual(self.values([stage("map", "lambda x: -x")], [1]), [-1])

    def test_cancel_before_open_is_served(self):
        self.host.send(w.CANCEL, 1)
        self.host.open([stage("map", "lambda x: x")])
        self.assertEqual([f.kind for f in self.host.until_closed()], [w.CLOSED])

    def test_count_that_lies(self):
        self.host.open([stage("map", "lambda x: x")])
        self.host.send(w.DATA, 1, 0, 5, pickle.dumps([1]))
        result = Result(self.host.until_closed())
        self.assertEqual((result.error["kind"], result.record), ("conversion", w.NONE))
        self.assertIn("1 elements arrived where 5", result.error["message"])

    def test_body_that_is_no_pickle(self):
        self.host.open([stage("map", "lambda x: x")])
        self.host.send(w.DATA, 1, 0, 1, b"garbage")
        self.assertEqual(Result(self.host.until_closed()).error["kind"], "conversion")


class Functions(WithWorker):
    def test_expression_with_imports_and_binds(self):
        text = "lambda x: math.floor(x) + k + len(os.path.sep)"
        self.assertEqual(self.values([stage("map", text, bind={"k": 10})], [1.5], imports=["math", "os.path"]), [12])

    def test_expression_with_defaults_or_two_parameters_is_called(self):
        self.assertEqual(self.values([stage("map", "lambda x, y=3: x + y")], [1]), [4])
        self.assertEqual(self.values([stage("map", "lambda *xs: xs")], [1]), [(1,)])
        self.assertEqual(self.values([stage("map", "lambda x, /: x + 1")], [1]), [2])

    def test_module(self):
        self.assertEqual(self.values([stage("map", "os.path:basename", form="module")], ["/a/b"]), ["b"])
        self.assertEqual(self.values([stage("map", "datetime:date.fromordinal", form="module"),
                                      stage("map", "lambda d: d.year")], [366]), [2])
        self.assertEqual(self.values([stage("map", "builtins:str", form="module")], [1]), ["1"])
        self.assertEqual(self.values([stage("map", "builtins:int", form="module", bind={"base": 2})], ["101"]), [5])

    def test_source(self):
        source = """
            from dataclasses import dataclass
            import pickle

            @dataclass
            class P:
                x: int

            def twice(p, by=2):
                return pickle.loads(pickle.dumps(P(p * by))).x
            """
        self.assertEqual(self.values([module("map", source, "twice")], [1, 2]), [2, 4])
        self.assertEqual(self.values([module("map", source, "twice", bind={"by": 5})], [1, 2]), [5, 10])
        self.assertEqual(self.values([module("map", "class A:\n  @staticmethod\n  def f(x): return x", "A.f")], [1]), [1])

    def test_source_is_loaded_once_and_finds_siblings_last(self):
        with tempfile.TemporaryDirectory() as folder:
            with open(os.path.join(folder, "leat_sibling.py"), "w") as file:
                file.write("K = 7\n")
            with open(os.path.join(folder, "json.py"), "w") as file:
                file.write("raise SystemError\n")
            source = "import builtins, json\nbuiltins.leat_loads = getattr(builtins, 'leat_loads', 0) + 1\n" \
                     "def f(x):\n  import leat_sibling\n  return x + leat_sibling.K + builtins.leat_loads * 100\n"
            s = module("map", source, "f", path=os.path.join(folder, "mine.py"))
            self.assertEqual(self.values([s], [1]), [108])
            self.assertEqual(self.values([s, stage("map", "lambda x: x")], [1]), [108])
            self.assertNotIn(folder, sys.path)

    def test_class_is_made_once_per_worker(self):
        source = """
            made = []
            class C:
                def __init__(self, k):
                    made.append(k)
                    self.k = k
                def __call__(self, x):
                    return x + self.k, len(made)
            """
        s = module("map", source, "C", bind={"k": 5})
        self.assertEqual(self.values([s], [1]), [(6, 1)])
        self.assertEqual(self.values([s, stage("map", "lambda x: x")], [2]), [(7, 1)])
        self.assertEqual(self.values([module("map", source, "C", bind={"k": 6})], [2]), [(8, 2)])

    def test_type_without_call_is_called(self):
        source = "class T:\n  def __init__(self, x): self.x = x\n"
        self.assertEqual(self.values([module("map", source, "T"), stage("map", "lambda t: t.x")], [4]), [4])

    def test_refused(self):
        for s, kind, text in (
                (module("map", "async def f(x): return x", "f"), "TypeError", "async"),
                (module("map", "class C:\n  async def __call__(self, x): return x", "C"), "TypeError", "async"),
                (module("map", "f = 3", "f"), "TypeError", "not a function but an object of type int"),
                (stage("map", "lambda x: x, 3"), "TypeError", "not a function but an object of type tuple"),
                (module("map", "x = 1", "g"), "AttributeError", "has no 'g'"),
                (stage("map", "os.path:nosuch", form="module"), "AttributeError", "module 'os.path' has no 'nosuch'"),
                (module("map", "class C:\n  def __init__(self): raise OSError('no model')\n  def __call__(self, x): 0", "C"),
                 "OSError", "no model")):
            result = self.error([stage("map", "lambda x: x"), s], [1])
            self.assertEqual((result.error["kind"], result.error["stage"]), ("start", 1))
            self.assertEqual((result.batch, result.record), (w.NONE, w.NONE))
            self.assertEqual(result.error["type"], kind)
            self.assertIn(text, result.error["message"])

    def test_syntax_error_is_pythons_own(self):
        error = self.error([stage("map", "lambda x: x +")], [1]).error
        self.assertEqual((error["kind"], error["type"]), ("start", "SyntaxError"))
        self.assertIn("lambda x: x +", error["traceback"])
        self.assertIn("^", error["traceback"])
        error = self.error([module("map", "def f(x):\n  return x +\n", "f", path="/abs/broken.py")], [1]).error
        self.assertIn('File "/abs/broken.py", line 2\n    return x +\n', error["traceback"])

    def test_what_is_written_otherwise(self):
        for text, advice in (("leat_nosuch.py:f", '"f", leat::source_file("leat_nosuch.py")'), ("os.py:f", '"f", leat::source_file("os.py")'),
                             ("datetime.datetime:now", "write datetime:datetime.now"), ("math.sqrt:real", ""),
                             ("collections.OrderedDict.fromkeys:__call__", "write collections:OrderedDict.fromkeys.__call__")):
            error = self.error([stage("map", text, form="module")], [1]).error
            self.assertEqual((error["kind"], error["type"]), ("start", "ImportError" if advice else "ModuleNotFoundError"))
            self.assertIn(advice, error["message"])
        self.assertEqual(self.values([stage("map", "leat_m:sqrt", form="module")], [4], imports=["math as leat_m"]), [2.0])
        for name, package, advice in (("leat_nosuch", "leat_nosuch", ""), ("yaml", "pyyaml", ""),
                                      ("np", "np", 'python_options.imports = {"numpy as np"} calls it np')):
            with unittest.mock.patch.dict(sys.modules, {name: None}):  # as if it were not installed
                error = self.error([stage("map", f"{name}:f", form="module")], [1]).error
            self.assertEqual((error["missing"], error["package"]), (name, package))
            self.assertIn(advice, error["lies"])

    def test_missing_package(self):
        for stages, imports in (([stage("map", "leat_nosuch.sub:f", form="module")], []),
                                ([stage("map", "lambda x: x")], ["leat_nosuch.sub"]),
                                ([module("map", "import leat_nosuch", "f")], [])):
            error = self.error(stages, [1], imports=imports).error
            self.assertEqual((error["kind"], error["missing"]), ("start", "leat_nosuch"))

    def test_seed(self):
        def draw(partition, seed=0, attempt=0):
            return self.values([module("map", "import random\ndef f(x): return random.random()", "f")], [1, 2],
                               partition=partition, seed=seed, attempt=attempt)
        self.assertEqual(draw(0), draw(0, attempt=3))
        self.assertNotEqual(draw(0), draw(1))
        self.assertNotEqual(draw(0), draw(0, seed=1))

    @unittest.skipUnless(numpy, "numpy is not installed")
    def test_seed_of_numpy(self):
        def draw(partition):
            return self.values([stage("map", "lambda x: float(numpy.random.rand())")], [1], imports=["numpy"],
                               partition=partition)
        self.assertEqual(draw(0), draw(0))
        self.assertNotEqual(draw(0), draw(1))

    def test_no_stages(self):
        self.assertEqual(self.values([], [1, 2], [3]), [1, 2, 3])


class Kinds(WithWorker):
    def test_filter_and_flat_map(self):
        self.assertEqual(self.values([stage("filter", "lambda x: x % 2")], [1, 2, 3]), [1, 3])
        source = """
            class Meta(type):
                def __eq__(cls, other): return NotImplemented

            class Odd(metaclass=Meta):
                def __init__(self, x): self.x = x
                def __bool__(self): return self.x % 2 == 1
            """
        self.assertEqual(self.values([module("filter", source, "Odd")], [1, 2, 3]), [1, 3])
        self.assertEqual(self.values([stage("flat_map", "lambda x: range(x)")], [3, 0], [2]), [0, 1, 2, 0, 1])
        self.assertEqual(self.values([stage("flat_map", "lambda x: x")], ["ab"]), ["a", "b"])

    def test_map_batches_sees_whole_batches(self):
        lengths = stage("map_batches", "lambda xs: [len(xs)]")
        self.assertEqual(self.values([lengths], [1] * 5000, [1]), [5000, 1])
        self.assertEqual(self.values([stage("map", "lambda x: x"), lengths], [1] * 5000, [1]), [5000, 1])
        self.assertEqual(self.values([stage("flat_map", "lambda x: [x, x]"), lengths], [1] * 5000, [1]), [10000, 2])
        self.assertEqual(self.values([stage("map_batches", "lambda xs: (x for x in xs if x > 1)")], [1, 2, 3]), [2, 3])
        self.assertEqual(self.values([stage("map_batches", "lambda xs: set()")], [1, 2, 3]), [])

    def test_long_results_of_map_batches(self):
        xs = list(range(50_000))
        result = self.run_stages([stage("map_batches", "lambda xs: list(xs)")], xs, xs)
        self.assertEqual(result.batches(), {0: xs, 1: xs})
        self.assertEqual(result.done[1][1], 50_000)

    def test_random_kinds(self):
        seed = random.SystemRandom().randrange(10**6)
        print(f"random kinds: seed {seed}", file=sys.stderr)
        rng = random.Random(seed)
        elementwise = [("map", "lambda x: x + 1"), ("filter", "lambda x: x % 3"), ("flat_map", "lambda x: [x] * (x % 3)"),
                       ("map_batches", "lambda xs: (x * 2 for x in xs)"), ("map_batches", "lambda xs: [x - 1 for x in xs]"),
                       ("map_partitions", "lambda it: (x + 3 for x in it)"), ("map_partitions", "lambda it: list(it)")]
        for _ in range(60):
            chain = [rng.choice(elementwise) for _ in range(rng.randint(1, 5))]
            batches = [[rng.randint(0, 99) for _ in range(rng.choice([0, 1, 5, 700]))] for _ in range(rng.randint(0, 4))]
            expected = [x for xs in batches for x in xs]
            for kind, text in chain:
                f = eval(text)
                expected = [f(x) for x in expected] if kind == "map" else [x for x in expected if f(x)] if kind == "filter" else \
                    [y for x in expected for y in f(x)] if kind == "flat_map" else list(f(expected))
            result = self.run_stages([stage(*s) for s in chain], *batches)
            self.assertEqual(result.values(), expected, chain)
            self.assertEqual(sorted(result.done), list(range(len(batches))))
            if not any(kind == "map_partitions" for kind, _ in chain):
                self.assertEqual({b: len(ys) for b, ys in result.batches().items()},
                                 {b: d[1] for b, d in result.done.items() if d[1]})

    def test_map_partitions(self):
        self.assertEqual(self.values([stage("map_partitions", "lambda it: [sum(it)]")], [1, 2], [3]), [6])
        self.assertEqual(self.values([stage("map_partitions", "lambda it: [sum(it)]")]), [0])
        result = self.run_stages([stage("map_partitions", "lambda it: (x * 2 for x in it)")], [1, 2], [], [3])
        self.assertEqual(result.batches(), {0: [2, 4], 2: [6]})
        self.assertEqual({b: d[:2] for b, d in result.done.items()}, {0: (2, 2), 1: (0, 0), 2: (1, 1)})

    def test_map_partitions_that_stops_early(self):
        result = self.run_stages([stage("map_partitions", "lambda it: [next(it)]")], [1, 2], [3], [4])
        self.assertEqual(result.values(), [1])
        self.assertEqual(sorted(result.done), [0, 1, 2])

    def test_map_partitions_yields_after_the_end(self):
        source = "def f(it):\n  n = 0\n  for x in it: n += 1; yield x\n  yield -n\n"
        result = self.run_stages([module("map_partitions", source, "f")], [1, 2], [3])
        self.assertEqual(result.batches(), {0: [1, 2], 1: [3, -3]})
        result = self.run_stages([module("map_partitions", source, "f")])
        self.assertEqual(result.batches(), {0: [0]})

    def test_map_partitions_streams(self):
        self.host.open([stage("map_partitions", "lambda it: (x + 1 for x in it)")])
        for b in range(5):
            self.host.data(b, [b])
            data, done = self.host.frame(), self.host.frame()
            self.assertEqual((data.kind, data.batch, pickle.loads(data.body)), (w.DATA, b, [b + 1]))
            self.assertEqual((done.kind, done.batch), (w.DONE, b))
        self.host.end()
        self.host.until_closed()

    def test_mixes(self):
        self.assertEqual(self.values([stage("map", "lambda x: x + 1"), stage("map_partitions", "lambda it: (y for y in it if y)"),
                                      stage("filter", "lambda x: x % 2"), stage("map_batches", "lambda xs: [-x for x in xs]"),
                                      stage("map_partitions", "lambda it: it"), stage("map", "str", form="source",
                                                                                      source="str = str")],
                                     [0, 1, 2], [3, 4]), ["-1", "-3", "-5"])

    def test_parts_are_bounded(self):
        result = self.run_stages([stage("flat_map", "lambda x: range(x)")], [200_000], out_type="int")
        self.assertEqual(result.values(), list(range(200_000)))
        self.assertLessEqual(max(len(p) for p in result.parts[0]), 16_384)
        result = self.run_stages([stage("map", "lambda x: 'a' * 1000")], range(5000), out_type="str")
        sizes = [len(f.body) for f in result.frames if f.kind == w.DATA]
        self.assertLess(max(sizes), 300_000)
        result = self.run_stages([stage("map", "lambda x: 'a' * 3_000_000")], range(20), out_type="str")
        self.assertEqual([len(p) for p in result.parts[0]][5:], [1] * (len(result.parts[0]) - 5))

    def test_a_warm_batch_is_one_part(self):
        result = self.run_stages([stage("map", "lambda x: x + 1")], *[range(16_384)] * 30, out_type="int")
        self.assertEqual(len(result.parts[29]), 1)
        self.assertEqual(len(result.values()), 30 * 16_384)


class Composition(WithWorker):
    def reference(self, chain, xs):
        for kind, function in chain:
            if kind == "map":
                xs = [function(x) for x in xs]
            elif kind == "filter":
                xs = [x for x in xs if function(x)]
            else:
                xs = [y for x in xs for y in function(x)]
        return xs

    def test_random_chains(self):
        seed = random.SystemRandom().randrange(10**6)
        print(f"random chains: seed {seed}", file=sys.stderr)
        rng = random.Random(seed)
        named = "def add(x, k=1): return x + k\ndef odd(x): return x % 2\ndef some(x): return [x] * (x % 3)\n" \
                "class Add:\n  def __init__(self, k=1): self.k = k\n  def __call__(self, x): return x + self.k\n"
        scope = {}
        exec(named, scope)
        forms = {
            "map": ["lambda x: x + k", "lambda k: k * 2", "lambda len: abs(len) + 1", "lambda x: x + len('abc')",
                    "lambda x: sum([x for k in range(2)]) + k", "lambda v, /: v - k if v > k else k",
                    "lambda x: (lambda y: y + k)(x)", "lambda x: int(f'{x}{k}') % 1000", "lambda x: x if not x else -x",
                    "lambda it: it % 97", "lambda x, y=2: x * y", "add", "Add"],
            "filter": ["lambda x: x % k", "lambda abs: abs > 2", "lambda x: [y for y in (x,)][0] != 3", "odd"],
            "flat_map": ["lambda x: (x, x + k)", "lambda x: [y for y in range(x % 3)]", "lambda x: range(abs(x) % 3)", "some"]}
        for _ in range(150):
            stages, chain = [], []
            for _ in range(rng.randint(1, 6)):
                kind = rng.choice(["map", "map", "filter", "flat_map"])
                text = rng.choice(forms[kind])
                k = rng.randint(1, 9)
                if text.startswith("lambda"):
                    stages.append(stage(kind, text, bind={"k": k}))
                    chain.append((kind, eval(text, {"k": k})))
                else:
                    bind = {"k": k} if text.lower() == "add" else None
                    stages.append(module(kind, named, text, bind=bind))
                    function = scope[text]
                    chain.append((kind, (lambda x, k=k, f=function: f(x, k)) if text == "add" else
                                  function(k) if text == "Add" else function))
            xs = [rng.randint(-20, 20) for _ in range(rng.randint(0, 40))]
            cut = rng.randint(0, len(xs))
            self.assertEqual(self.values(stages, xs[:cut], xs[cut:]), self.reference(chain, xs), [s["text"] for s in stages])

    def test_inlined_names_do_not_clash(self):
        stages = [stage("map", "lambda x: x + len([1]) + k", bind={"k": 1}), stage("map", "lambda len: len + k", bind={"k": 10}),
                  stage("map", "lambda k: k + len('ab')"), stage("filter", "lambda str: str"),
                  stage("map", "lambda x: str(x) + y", bind={"y": "!"}), stage("flat_map", "lambda y: [y, str]", bind={"str": 5})]
        self.assertEqual(self.values(stages, [1]), ["15!", 5])

    def test_undefined_name_is_the_users(self):
        for name in ("y", "it", "input", "_0", "iterate", "x0"):
            error = self.error([stage("map", "lambda x: x"), stage("map", f"lambda x: {name}.q")], [1]).error
            self.assertEqual((error["type"], error["stage"]), ("AttributeError" if name == "input" else "NameError", 1))

    def test_locals_is_not_inlined(self):
        self.assertEqual(self.values([stage("map", "lambda x: locals()")], [1]), [{"x": 1}])


class Errors(WithWorker):
    def test_traceback_of_an_inlined_stage(self):
        for chain, index in (([], 0), ([stage("map", "lambda x: x"), stage("filter", "lambda x: True")], 2)):
            result = self.error([*chain, stage("map", "lambda x: 10 // x"), stage("map", "lambda x: x")], [2, 1, 0, 5])
            error = result.error
            self.assertEqual((error["kind"], error["type"], error["stage"]), ("python", "ZeroDivisionError", index))
            self.assertEqual((result.batch, result.record), (0, 2))
            self.assertIn("lambda x: 10 // x", error["traceback"])
            self.assertIn("<leat py.map", error["traceback"])
            self.assertEqual(error["traceback"].count("File "), 1)
            self.assertIn("in <lambda>", error["traceback"])

    def test_a_single_map_says_the_same_before_and_after_it_is_composed(self):
        text = "lambda x:\\\n 1 // (x - y) +\\\n len([x])"
        with unittest.mock.patch("leat.composition.compose", wraps=leat.composition.compose) as compose:
            composed = self.error([stage("map", text, bind={"y": 150})], list(range(100)), list(range(100, 200)))
        compose.assert_called_once()
        called = self.error([stage("map", text, bind={"y": 150})], [1, 150])
        self.assertEqual((composed.record, composed.batch, called.record, called.batch), (50, 1, 1, 0))
        self.assertEqual(composed.batches()[0], [1 // (x - 150) + 1 for x in range(100)])
        for error in composed.error, called.error:
            self.assertRegex(error["traceback"], r'^Traceback .*\n  File "<leat py.map[^"]*>", line 2, in <lambda>\n    1 // \(x - y\) ')

    def test_traceback_of_a_source_file(self):
        source = "# comment\ndef f(x):\n    return g(x)\n\ndef g(x):\n    raise ValueError(f'bad {x}')\n"
        error = self.error([module("map", source, "f", path="/nowhere/mine.py")], [7]).error
        self.assertIn('File "/nowhere/mine.py", line 3, in f\n    return g(x)', error["traceback"])
        self.assertIn('File "/nowhere/mine.py", line 6, in g\n    raise ValueError', error["traceback"])
        self.assertTrue(error["traceback"].startswith("Traceback (most recent call last):\n"))
        self.assertTrue(error["traceback"].endswith("ValueError: bad 7\n"))

    def test_type_from_a_source_file_has_the_users_name(self):
        error = self.error([module("map", "class Bad(Exception): pass\ndef f(x): raise Bad(x)", "f", path="/a/mine.py")], [7]).error
        self.assertEqual((error["type"], error["message"]), ("mine.Bad", "7"))

    def test_every_position(self):
        source = """
            def bad(x):
                if x == 13: raise KeyError(x)
                return x
            def bad_generator(x):
                yield x
                bad(x)
            """
        for before in range(4):
            for after in range(3):
                for kind, name in (("map", "bad"), ("filter", "bad"), ("flat_map", "bad_generator")):
                    for filler in ("map", "filter", "flat_map"):
                        pad = stage(filler, "lambda x: [x]" if filler == "flat_map" else "lambda x: x")
                        xs = list(range(1, 30))
                        result = self.run_stages([pad] * before + [module(kind, source, name)] + [pad] * after, xs[:5], xs[5:])
                        where = (before, after, kind, filler)
                        self.assertEqual((result.error["type"], result.error["stage"]), ("KeyError", before), where)
                        self.assertEqual((result.batch, result.record), (1, 7), where)

    def test_stop_iteration_in_each_position(self):
        called = "def f(x):\n  if x == 3: raise StopIteration('here')\n  return [x]\n" \
                 "def g(x):\n  yield x\n  if x == 3: raise StopIteration('here')\n" \
                 "def b(xs): raise StopIteration('here')\ndef bg(xs):\n  yield 1\n  raise StopIteration('here')\n"
        inline = "lambda x: [x] if x != 3 else next(iter(()))"
        for kind in ("map", "filter", "flat_map"):
            for s in (module(kind, called, "f"), stage(kind, inline)):
                for chain in ([s], [stage("map", "lambda x: x"), s], [stage("flat_map", "lambda x: [x]"), s]):
                    result = self.error(chain, [1, 2, 3, 4])
                    self.assertEqual((result.error["type"], result.record), ("StopIteration", 2), (kind, s["text"]))
                    self.assertEqual(result.error["stage"], len(chain) - 1)
                    self.assertIn("may not end the stream", result.error["message"])
        for kind, name in (("flat_map", "g"), ("map_batches", "b"), ("map_batches", "bg"), ("map_partitions", "b"),
                           ("map_partitions", "bg")):
            error = self.error([module(kind, called, name)], [1, 2, 3, 4]).error
            self.assertIn("StopIteration", error["type"] + error["message"] + str(error["causes"]), (kind, name))
            self.assertIn("here", error["message"] + str(error["causes"]))
            self.assertEqual(error["stage"], 0)

    def test_record_is_known_beyond_the_first_slice(self):
        result = self.error([stage("map", "lambda x: 1 // (x - 4321)")], range(5000))
        self.assertEqual(result.record, 4321)
        result = self.error([stage("flat_map", "lambda x: [1 // (x - 4321)] * 3")], range(5000))
        self.assertEqual(result.record, 4321)
        result = self.error([stage("map_partitions", "lambda it: (1 // (x - 42) for x in it)")], range(50), range(50))
        self.assertEqual((result.record, result.batch), (42, 0))
        result = self.error([stage("map_batches", "lambda xs: 1 // 0")], range(50))
        self.assertEqual((result.record, result.batch), (w.NONE, 0))

    def test_user_code_runs_once_per_record(self):
        source = "import builtins\nbuiltins.leat_seen = seen = []\ndef f(x):\n  seen.append(x)\n  return 1 // (x - 7)\n"
        self.run_stages([module("map", source, "f")], range(20))
        self.assertEqual(builtins.leat_seen, list(range(8)))

    def test_causes(self):
        source = """
            def f(x):
                try:
                    try:
                        {}['a']
                    except KeyError as e:
                        raise ValueError('two') from e
                except ValueError:
                    raise OSError('three')
            def cyclic(x):
                a, b = ValueError('a'), ValueError('b')
                a.__cause__, b.__cause__ = b, a
                raise a
            def hidden(x):
                try: 1 / 0
                except ZeroDivisionError: raise ValueError from None
            def deep(x):
                e = None
                for i in range(5000):
                    n = ValueError(i); n.__cause__ = e; e = n
                raise e
            """
        error = self.error([module("map", source, "f")], [1]).error
        self.assertEqual([error["type"], *(c["type"] for c in error["causes"])], ["OSError", "ValueError", "KeyError"])
        self.assertIn("{}['a']", error["causes"][1]["traceback"])
        self.assertNotIn("direct cause", error["traceback"])
        self.assertEqual(len(self.error([module("map", source, "cyclic")], [1]).error["causes"]), 1)
        self.assertEqual(self.error([module("map", source, "hidden")], [1]).error["causes"], [])
        self.assertEqual(len(self.error([module("map", source, "deep")], [1]).error["causes"]), 21)

    def test_awkward_exceptions(self):
        source = """
            class Unprintable(Exception):
                def __str__(self): raise SystemExit(3)
                __repr__ = __str__
            def unprintable(x): raise Unprintable()
            def huge(x): raise ValueError('h' * 10_000_000)
            def surrogate(x): raise ValueError('a\\ud800b')
            class Unpicklable(Exception):
                def __reduce__(self): raise TypeError
            def unpicklable(x): raise Unpicklable('u')
            def recursion(x): return recursion(x)
            def memory(x): return bytes(1 << 62)
            def interrupt(x): raise KeyboardInterrupt
            def exit_generator(x): raise GeneratorExit
            """
        def error(name):
            return self.error([module("map", source, name, path="/a/mod.py")], [1]).error
        self.assertEqual(error("unprintable")["message"], "<unprintable mod.Unprintable object>")
        self.assertLess(len(pickle.dumps(error("huge"))), 300_000)
        self.assertIn("a\\ud800b", error("surrogate")["message"])
        self.assertEqual(error("unpicklable")["type"], "mod.Unpicklable")
        self.assertEqual(error("recursion")["type"], "RecursionError")
        self.assertIn(error("memory")["type"], ("MemoryError", "OverflowError"))
        self.assertEqual(error("interrupt")["type"], "KeyboardInterrupt")
        self.assertEqual(error("exit_generator")["type"], "GeneratorExit")

    def test_not_iterable(self):
        for s in (stage("flat_map", "lambda x: 3"), module("flat_map", "def f(x): return 3", "f"),
                  stage("map_batches", "lambda xs: 3"), stage("map_partitions", "lambda it: 3")):
            error = self.error([stage("map", "lambda x: x"), s], [1]).error
            self.assertEqual((error["type"], error["stage"]), ("TypeError", 1))
            self.assertIn("must return an iterable: 'int' object is not iterable", error["message"])
            self.assertIn(s["name"], error["message"])
        error = self.error([stage("flat_map", "lambda x: map(len, [x])")], [1]).error
        self.assertEqual(error["message"], "object of type 'int' has no len()")

    @unittest.skipIf(sys.version_info < (3, 11), "exception groups came with 3.11")
    def test_exception_group(self):
        error = self.error([module("map", "def f(x): raise ExceptionGroup('g', [ValueError('inner')])", "f")], [1]).error
        self.assertIn("ValueError: inner", error["traceback"])


class Conversions(WithWorker):
    def refused(self, s, xs, out_type, **more):
        result = self.error([s], xs, out_type=out_type, **more)
        self.assertEqual(result.error["kind"], "conversion")
        self.assertEqual(result.error["expected"], out_type)
        return result

    def test_plain_values(self):
        source = """
            import collections, dataclasses, enum
            class E(enum.Enum): A = 4
            class I(int): pass
            class S(str): pass
            class F(float):
                def __pos__(self): raise OSError
            class B(bytes): pass
            N = collections.namedtuple('N', 'a b')
            @dataclasses.dataclass
            class D:
                a: int
                b: object = None
            values = {'enum': E.A, 'int': I(3), 'str': S('s'), 'float': F(-0.0), 'bytes': B(b'b'), 'named': N(1, E.A),
                      'dict': collections.Counter('aa'), 'data': D(1, I(2)), 'list': collections.UserList, 'nested': [(I(1), {2: E.A})]}
            def f(name): return values[name]
            """
        for name, declared, expected in (
                ("enum", "int", 4), ("int", "int", 3), ("str", "str", "s"), ("float", "float", -0.0), ("bytes", "bytes", b"b"),
                ("named", "tuple[int, int]", (1, 4)), ("dict", "dict[str, int]", {"a": 2}), ("data", "tuple[int, int]", (1, 2)),
                ("nested", "list[tuple[int, dict[int, int]]]", [(1, {2: 4})])):
            value, = self.values([module("map", source, "f")], [name], out_type=declared)
            self.assertEqual((repr(value), type(value)), (repr(expected), type(expected)))

    def test_refused_values(self):
        result = self.refused(stage("map", "lambda x: x if x != 3 else object"), range(10), "int")
        self.assertEqual((result.record, result.error["python_type"], result.error["repr"]), (3, "type", "<class 'object'>"))
        self.assertEqual((result.error["type"], result.error["stage"]), ("TypeError", 0))
        result = self.refused(stage("map", "lambda x: [decimal.Decimal(x)]"), [1], "list[int]", imports=["decimal"])
        self.assertEqual((result.error["python_type"], result.error["repr"]), ("decimal.Decimal", "Decimal('1')"))
        self.assertIn("decimal.Decimal", result.error["message"])
        result = self.refused(stage("map", "lambda x: len"), [1], "int")
        self.assertEqual(result.error["python_type"], "builtin_function_or_method")
        source = "class R:\n  def __repr__(self): return 'r' * 1000\nclass U:\n  def __repr__(self): raise OSError\n"
        result = self.refused(module("map", source + "def f(x): return R()", "f", path="/m.py"), [1], "int")
        self.assertEqual((len(result.error["repr"]), result.error["python_type"]), (203, "m.R"))
        result = self.refused(module("map", source + "def f(x): return U()", "f", path="/m.py"), [1], "int")
        self.assertEqual(result.error["repr"], "<unprintable m.U object>")

    def test_record_of_a_refused_value(self):
        self.assertEqual(self.refused(stage("map", "lambda x: x if x != 4000 else len"), range(5000), "int").record, 4000)
        self.assertEqual(self.refused(stage("flat_map", "lambda x: [x, len]"), [1], "int").record, 0)
        self.assertEqual(self.refused(stage("map_batches", "lambda xs: [1, len]"), [1], "int").record, w.NONE)

    def test_cycles_and_depth(self):
        source = "def cyclic(x):\n  a = []; a.append(a); return a\n" \
                 "def deep(x):\n  a = []\n  for _ in range(100_000): a = [a]\n  return a\ndef shared(x): a = [x]; return [a, a]\n"
        for name in ("cyclic", "deep"):
            self.assertIn("nested too deeply or cyclic",
                          self.refused(module("map", source, name), [1], "list[int]").error["message"])
        self.assertEqual(self.values([module("map", source, "shared")], [1], out_type="list[list[int]]"), [[[1], [1]]])
        loop, = self.values([module("map", source, "cyclic")], [1])
        self.assertIs(loop[0], loop)

    def test_surrogates(self):
        for declared in ("str", "list[str]", "dict[str, str]"):
            value = {"str": "'a\\ud800'", "list[str]": "['\\udfff']", "dict[str, str]": "{'a': '\\udc80'}"}[declared]
            result = self.refused(stage("map", f"lambda x: {value}"), [1], declared)
            self.assertIn("surrogates not allowed", result.error["message"])
        self.assertEqual(self.values([stage("map", "lambda x: x")], ["\ud55c\ud7a3"], out_type="str"), ["\ud55c\ud7a3"])

    def test_opaque(self):
        source = "class C:\n  def __init__(self, x): self.x = x\n"
        result = self.run_stages([module("map", source, "C")], [1, 2], out="opaque")
        records = result.values()
        self.assertTrue(all(type(r) is bytes for r in records))

        def merged(records):  # as C++ writes what it cannot merge
            calls = [b"c_pickle\nloads\nB" + len(r).to_bytes(4, "little") + r + b"\x85R" for r in records]
            return b"\x80\x05](" + b"".join(calls) + b"e."

        self.assertEqual(self.values([stage("map", "lambda c: c.x")], records, dumps=merged, **{"in": "opaque"}), [1, 2])
        error = self.error([stage("map", "lambda x: x if x < 2 else (y for y in [])")], [1, 2], out="opaque")
        self.assertEqual((error.error["kind"], error.record, error.error["python_type"]), ("conversion", 1, "generator"))

    def test_users_own_wire(self):
        import json
        sys.modules["leat_test_wire"] = w_module = type(sys)("leat_test_wire")
        w_module.json = type("J", (), {"loads": staticmethod(lambda b: json.loads(bytes(b))),
                                       "dumps": staticmethod(lambda xs: json.dumps(xs).encode())})
        wire = "leat_test_wire:json"
        self.assertEqual(self.values([stage("map", "lambda x: x + 1")], [1, 2], out=wire, loads=json.loads,
                                     dumps=lambda xs: json.dumps(xs).encode(), **{"in": wire}), [2, 3])
        error = self.error([stage("map", "lambda x: {1}")], [1], out=wire)
        self.assertEqual((error.error["kind"], error.record), ("conversion", 0))

    @unittest.skipUnless(numpy, "numpy is not installed")
    def test_numpy(self):
        for text, declared, expected in (
                ("numpy.int64(3)", "int", 3), ("numpy.float32(0.5)", "float", 0.5), ("numpy.array(7)", "int", 7),
                ("numpy.bool_(True)", "bool", True), ("numpy.str_('s')", "str", "s"), ("numpy.float64(2.5)", "float", 2.5),
                ("(numpy.int8(1), 'a')", "tuple[int, str]", (1, "a")), ("numpy.arange(3)", "list[int]", [0, 1, 2])):
            value, = self.values([stage("map", f"lambda x: {text}")], [1], out_type=declared, imports=["numpy"])
            self.assertEqual((value, type(value)), (expected, type(expected)))
        result = self.refused(stage("map", "lambda x: numpy.arange(3)"), [1], "int", imports=["numpy"])
        self.assertEqual(result.error["python_type"], "numpy.ndarray")
        self.refused(stage("map", "lambda x: numpy.longdouble(1)"), [1], "float", imports=["numpy"])
        for shape, declared, goal in ("(2, 1)", "int", 1), ("(2, 1, 1)", "list[int]", 2), ("2", "list[int]", 2):
            made = stage("map_batches", f"lambda xs: numpy.ones({shape}, int)")
            error = self.error([made], [1, 2], out_type=declared, imports=["numpy"]).error
            self.assertEqual(error["expected"], f"{declared} in each row (an array with {goal} dimension{'s' * (goal > 1)})")
            self.assertEqual((error["kind"], error["python_type"].rpartition(" with ")[0]), ("conversion", "numpy.ndarray"))
        for declared, expected in ("list[int]", [[1], [1]]), ("list[list[int]]", [[[1]], [[1]]]):
            made = stage("map_batches", f"lambda xs: numpy.array({expected})")
            self.assertEqual(self.values([made], [1, 2], out_type=declared, imports=["numpy"]), expected)
        flat = [stage("map_batches", "lambda xs: numpy.ones((2, 1))"), stage("map", "lambda x: len(x)")]  # another one's rows
        self.assertEqual(self.values(flat, [1, 2], out_type="int", imports=["numpy"]), [1, 1])
        values = self.values([stage("map_batches", "lambda xs: numpy.array(xs) * 2")], [1, 2], out_type="int", imports=["numpy"])
        self.assertEqual((values, type(values[0])), ([2, 4], int))

    @unittest.skipUnless(msgpack, "msgpack is not installed")
    def test_msgpack(self):
        def values(text, xs, in_type, out_type):
            return self.values([stage("map", text)], xs, out_type=out_type, in_type=in_type, out="msgpack", dumps=msgpack.packb,
                               loads=lambda b: msgpack.unpackb(b, strict_map_key=False), **{"in": "msgpack"})
        self.assertEqual(values("lambda x: x + 1", [1, 2], "int", "int"), [2, 3])
        self.assertEqual(values("lambda x: repr(x)", [[1, ["a"]]], "tuple[int, tuple[str]]", "str"), ["(1, ('a',))"])
        self.assertEqual(values("lambda x: repr(x)", [[1, ["a"]], None], "tuple[int, list[str]] | None", "str"),
                         ["(1, ['a'])", "None"])
        self.assertEqual(values("lambda x: repr(x)", [[[1]]], "list[set[int]]", "str"), ["[{1}]"])
        self.assertEqual(values("lambda x: repr(x)", [{"a": [1, 2]}], "dict[str, tuple[int, int]]", "str"), ["{'a': (1, 2)}"])
        self.assertEqual(values("lambda x: repr(x)", [{(1, 2): [3]}], "dict[tuple[int, int], list[int]]", "str"), ["{(1, 2): [3]}"])
        self.assertEqual(values("lambda x: {x}", [1], "int", "set[int]"), [[1]])
        self.assertEqual(values("lambda x: (x, b'b', 2.5)", [1], "int", "tuple[int, bytes, float]"), [[1, b"b", 2.5]])
        self.assertEqual(values("lambda x: 'a' * 20_000_000", [1], "int", "str"), ["a" * 20_000_000])
        error = self.error([stage("map", "lambda x: x if x < 2 else {x}")], [1, 2], out="msgpack", out_type="int",
                           loads=msgpack.unpackb)
        self.assertEqual((error.error["python_type"], error.record), ("set", 1))
        big = msgpack.ExtType(100, (1 << 70).to_bytes(9, "little"))
        self.assertEqual(values("lambda x: 1 << 70", [1], "int", "int"), [big])
        self.assertEqual(values("lambda x: x >> 69", [big], "int", "int"), [2])

    def test_msgpack_missing(self):
        with unittest.mock.patch.dict(sys.modules, {"msgpack": None}):
            error = self.error([stage("map", "lambda x: x")], [1], out="msgpack").error
        self.assertEqual((error["kind"], error["missing"]), ("start", "msgpack"))


class Cancel(WithWorker):
    def test_of_a_generator_of_ten_million(self):
        worst = 0.0
        for session in range(1, 8):
            self.host.open([stage("flat_map", "lambda x: range(x)")], session, out_type="int")
            self.host.data(0, [10**7], session)
            self.assertEqual(pickle.loads(self.host.frame().body)[0], 0)
            start = time.perf_counter()
            self.host.send(w.CANCEL, session)
            frames = self.host.until_closed(session)
            worst = max(worst, time.perf_counter() - start)
            self.assertNotIn(w.DONE, [f.kind for f in frames])
            self.session = session
            self.assertLess(sum(f.count for f in frames), 10**6)
        self.assertLess(worst, 5)
        self.assertEqual(self.values([stage("map", "lambda x: x")], [1]), [1])

    def test_closes_generators(self):
        source = "import builtins\nbuiltins.leat_closed = closed = []\ndef f(x):\n  try:\n    while True: yield x\n" \
                 "  finally: closed.append(x)\ndef bad(x):\n  try:\n    while True: yield x\n  finally: raise OSError('late')\n"
        unraisable, said = [], []
        with unittest.mock.patch("leat.leaving.say", said.append), unittest.mock.patch("sys.unraisablehook", unraisable.append):
            for kind in ("flat_map", "map_batches", "map_partitions"):
                for name in ("f", "bad"):
                    self.session += 1
                    self.host.open([module(kind, source, name)], self.session)
                    self.host.data(0, [1], self.session)
                    self.host.frame()
                    self.host.send(w.CANCEL, self.session)
                    self.host.until_closed(self.session)
        self.assertEqual(len(builtins.leat_closed), 3)
        self.assertEqual(len(said) + len(unraisable), 3)
        for text in said:
            self.assertIn(": close of generator failed: OSError: late\nTraceback (most recent call last):\n", text)

    def test_while_reading(self):
        source = "import builtins\nbuiltins.leat_ended = ended = []\ndef f(it):\n  try:\n    for x in it: yield x\n" \
                 "  except Exception: ended.append('wrong')\n  finally: ended.append('right')\n"
        self.session = 1
        self.host.open([module("map_partitions", source, "f")])
        self.host.data(0, [1])
        self.assertEqual((self.host.frame().kind, self.host.frame().kind), (w.DATA, w.DONE))
        self.host.send(w.CANCEL)
        self.assertEqual([f.kind for f in self.host.until_closed()], [w.CLOSED])
        self.assertEqual(builtins.leat_ended, ["right"])


LAUNCHER = """
import ctypes, os, sys
control, source = map(int, sys.argv[1:3])
ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
a, b = [os.dup2(os.dup(os.dup(fd)), 100 + fd) for fd in (control, source)]
os.dup2(a, 3), os.dup2(b, 4)
os.execv(sys.argv[3], [sys.argv[3], "-c", sys.argv[4]])
"""
INTERPRETER = os.environ.get("LEAT_TEST_PYTHON", sys.executable)


class Worker(Host):
    def __init__(self, number, sock, out, err):
        super().__init__(sock)
        self.number, self.out, self.err = number, out, err
        self.pid = self.pidfd = None

    def discard(self):
        self.close()
        for fd in (self.out, self.err, self.pidfd):
            try:
                os.close(fd)
            except (OSError, TypeError):
                pass

    def output(self, fd):
        """All that was written, once the worker and its children are gone."""
        with open(os.dup(fd), "rb") as file:
            return file.read().decode()


class Daemon:
    def __init__(self, start="fork", settings=None, env=None):
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.control = ours
        self.control.settimeout(DEADLINE)
        memory = os.memfd_create("leat")
        first = {"package": text_of("package").encode(), "settings": b"" if settings is None else pickle.dumps(settings, 5)}
        parts = {**first, **{module: text_of(module).encode() for module in MODULES if module != "package"}}
        os.write(memory, " ".join([f"{name} {len(part)}" for name, part in parts.items()]).encode() + b"\n")
        os.write(memory, b"".join(parts.values()))
        self.process = subprocess.Popen(
            [sys.executable, "-E", "-c", LAUNCHER, str(theirs.fileno()), str(memory), INTERPRETER, text_of("boot")],
            stdin=subprocess.DEVNULL,
            pass_fds=(theirs.fileno(), memory),
            env={**os.environ, "PYTHONHASHSEED": "0", "LEAT_WORKER": f"start={start};pid={os.getpid()}",
                 **(env or {})})
        theirs.close()
        os.close(memory)
        self.workers = []
        op, _, pid, body, _ = self.message()
        assert op == w.READY and pid == self.process.pid, (op, body)
        self.facts = pickle.loads(body)

    def message(self):
        data, fds, _, _ = socket.recv_fds(self.control, 65536, 4)
        if not data:
            raise EOFError("the daemon closed its socket")
        return (*w.CONTROL.unpack_from(data), data[w.CONTROL.size:], fds)

    def ask(self, number, index=0):
        ours, theirs = socket.socketpair()
        theirs.setblocking(False)
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        socket.send_fds(self.control, [w.CONTROL.pack(w.SPAWN, number, index)], [theirs.fileno(), out_end, err_end])
        theirs.close()
        os.close(out_end)
        os.close(err_end)
        self.workers.append(Worker(number, ours, out, err))
        return self.workers[-1]

    def spawn(self, number=1):
        worker = self.ask(number)
        op, other, worker.pid, body, fds = self.message()
        assert op == w.SPAWNED and other == number, (op, body)
        worker.pidfd, = fds or [None]
        return worker

    def exited(self, worker):
        op, number, status, _, _ = self.message()
        assert (op, number) == (w.EXITED, worker.number), (op, number)
        return status

    def close(self):
        self.control.close()
        for worker in self.workers:
            worker.discard()
        return self.process.wait(DEADLINE)


class Path(unittest.TestCase):
    def test_the_librarys_own_folders(self):
        code = "import os, sys; print(':'.join([os.path.dirname(os.__file__), *(p for p in sys.path if 'dynload' in p)]))"
        path = subprocess.check_output([INTERPRETER, "-c", code], text=True).strip()
        for start in ("fork", "spawn"):
            daemon = Daemon(start, env={"PYTHONPATH": path})
            worker = daemon.spawn()
            worker.open([stage("map", "lambda x: os.environ['PYTHONPATH']")], imports=["os"])
            worker.data(0, [1])
            worker.end()
            self.assertEqual(Result(worker.until_closed()).values(), [path])
            self.assertEqual(daemon.close(), 0)


def alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_gone(pids, deadline=5.0):
    end = time.monotonic() + deadline
    for pid in pids:
        try:
            fd = os.pidfd_open(pid)
        except OSError:
            continue
        select.select([fd], [], [], max(0, end - time.monotonic()))
        os.close(fd)
    return [pid for pid in pids if alive(pid)]


class WithDaemon(unittest.TestCase):
    start = "fork"

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        with open(os.path.join(self.folder.name, "leat_shipped.py"), "w") as file:
            file.write("def f(x): return x * 3\n")
        self.daemon = Daemon(self.start, {"path": [self.folder.name]})

    def tearDown(self):
        self.assertEqual(self.daemon.close(), 0)
        self.folder.cleanup()

    def run_on(self, worker, stages, *batches, session=1, **more):
        worker.open(stages, session, **more)
        for b, xs in enumerate(batches):
            worker.data(b, xs, session)
        worker.end(session)
        return Result(worker.until_closed(session))

    def test_conversation(self):
        self.assertTrue(os.path.isabs(self.daemon.facts["executable"]))
        self.assertEqual(self.daemon.facts["version"][0], 3)
        worker = self.daemon.spawn()
        self.assertTrue(alive(worker.pid))
        facts = self.run_on(worker, [stage("map", "lambda x: (os.getpid(), os.getpgid(0), os.readlink('/proc/self/fd/0'), "
                                                  "sorted(map(int, os.listdir('/proc/self/fd'))), dict(os.environ), sys.path, "
                                                  "sys.flags.hash_randomization)")], [1], imports=["os", "sys"]).values()
        pid, group, stdin, fds, environ, path, randomized = facts[0]
        self.assertEqual((pid, group, stdin, randomized), (worker.pid, worker.pid, "/dev/null", 0))
        self.assertEqual(fds[:3], [0, 1, 2])
        self.assertTrue(len(fds) == 6 and all(fd >= 10 or fd == fds[3] for fd in fds[3:]), fds)  # one is of listdir itself
        self.assertEqual({name for name in environ if name.startswith("LEAT_")},
                         {name for name in os.environ if name.startswith("LEAT_")})
        self.assertEqual(path[0], self.folder.name)
        self.assertNotIn("", path)
        self.assertEqual(self.run_on(worker, [stage("map", "leat_shipped:f", form="module")], [2], session=2).values(), [6])
        worker.close()
        self.assertEqual(self.daemon.exited(worker), 0)
        self.assertEqual(wait_gone([worker.pid]), [])

    def test_modules_are_found_whatever_becomes_of_the_finders(self):
        for number, text in enumerate((
                "sys.meta_path.clear()", "setattr(sys, 'meta_path', None)", "delattr(sys, 'meta_path')", "sys.path.clear()",
                "setattr(sys, 'path', None)", "setattr(sys, 'path', tuple(sys.path))",
                "(sys.path_hooks.clear(), sys.path_importer_cache.clear())", "setattr(sys, 'modules', {})", "delattr(sys, 'modules')",
                "(sys.modules.clear(), sys.meta_path.clear(), sys.path.clear(), sys.path_hooks.clear())",
                "setattr(__import__('builtins'), '__import__', None)"), 1):
            worker = self.daemon.spawn(number)
            error = self.run_on(worker, [stage("map", f"lambda x: ({text}, 6 / x)")], [0], imports=["sys"]).error
            self.assertEqual((error["kind"], error["type"]), ("python", "ZeroDivisionError"), text)
            self.assertTrue(error["traceback"].startswith("Traceback (most recent call last):\n"), (text, error["traceback"]))
            values = self.run_on(worker, [stage("map", "lambda x: x / 2")], [3], session=2, out_type="float").values()
            self.assertEqual(values, [1.5])
            worker.close()
            self.assertEqual(self.daemon.exited(worker), 0)

    def test_exit_status(self):
        for number, (text, status) in enumerate((("sys.exit(3)", 3 << 8), ("os._exit(4)", 4 << 8), ("sys.exit()", 0),
                                                 ("sys.exit('bye')", 1 << 8), ("os.kill(os.getpid(), 11)", 11)), 1):
            worker = self.daemon.spawn(number)
            worker.open([stage("map", f"lambda x: (sys.stdout.write('last '), {text})")], imports=["sys", "os"])
            worker.data(0, [1])
            self.assertEqual(self.daemon.exited(worker) & ~0x80, status, text)
            self.assertEqual(worker.output(worker.out), "last " if "sys" in text else "")
            where = 'File "<leat py.map>", line 1, in <lambda>\n'
            says = {"sys.exit(3)": f"leat worker: it was ended by sys.exit(3): {where}",
                    "sys.exit()": f"leat worker: it was ended by sys.exit(): {where}",
                    "sys.exit('bye')": f"bye\nleat worker: it was ended by sys.exit('bye'): {where}"}
            said = worker.output(worker.err).partition("Fatal Python error")[0]  # as the development mode says it
            self.assertEqual(said, says.get(text, ""))
            self.assertTrue(select.select([worker.pidfd], [], [], DEADLINE)[0])

    def test_the_first_fork_in_a_function(self):
        for number, (where, name, one) in enumerate((("map", "f", 0), ("map", "f", 3), ("map_partitions", "g", 0)), 1):
            worker = self.daemon.spawn(number)
            worker.expected = {0, w.FORKED}
            source = f"import os\ndef f(x):\n  if x == {one}: os.fork()\n  return x\ndef g(xs): return map(f, xs)\n"
            result = self.run_on(worker, [module(where, source, name)], list(range(6)))
            self.assertEqual(result.values(), list(range(6)))
            marked = [flags == w.FORKED for flags in worker.flags]
            self.assertEqual(marked, sorted(marked))
            self.assertTrue(marked[-1] and (one or marked[0]), marked)  # all that is sent after it, results among that
            worker.close()
            self.assertEqual(self.daemon.exited(worker), 0)
            self.assertEqual(worker.output(worker.err), "")

    def test_a_child_whose_function_gives_none(self):
        path = os.path.join(self.folder.name, "seen")
        source = f"""
            import os
            def fork(x):
                if x == 3: os.fork()
            def fails(x):
                def inner():
                    child = x == 3 and os.fork()
                    if child == 0 and x == 3: raise ValueError(x)
                    if child: assert os.waitpid(child, 0)[1] == 1 << 8
                inner()
            def yields(x):
                fork(x)
                yield
            def delegates(x):
                yield from yields(x)
            def batches(xs):
                for x in xs: yield fork(x)
            def partitions(xs):
                return map(fork, xs)
            def seen(x):
                fd = os.open({path!r}, os.O_CREAT | os.O_APPEND | os.O_WRONLY)
                os.write(fd, b"x")
                os.close(fd)
            """
        for number, (kind, name) in enumerate((("map", "fork"), ("map", "fails"), ("flat_map", "yields"), ("flat_map", "delegates"),
                                               ("map_batches", "batches"), ("map_partitions", "partitions")), 1):
            with self.subTest(name=name):
                worker = self.daemon.spawn(number)
                worker.expected = {0, w.FORKED}
                values = self.run_on(worker, [module(kind, source, name), module("map", source, "seen")], list(range(6))).values()
                self.assertEqual(values, [None] * 6)
                worker.close()
                self.assertEqual(self.daemon.exited(worker), 0)
                said = worker.output(worker.err)
                self.assertEqual(said.count("in a child that a function has forked: ValueError: 3"), name == "fails", said)
                with open(path) as file:
                    self.assertEqual(file.read(), "x" * 6 * number)

    def test_modules_of_the_users_named_like_those_of_the_wires(self):
        from leat.columns import Columns
        for name in ("array", "types", "datetime"):
            with open(os.path.join(self.folder.name, f"{name}.py"), "w") as file:
                file.write("v = 1\n")
        worker = self.daemon.spawn()
        declared = "instance['leat_shipped:P', {'a': str}]"
        source = "def f(xs): return [float(a) for a in xs.a]\n"
        worker.open([module("map_batches", source, "f")], **{"in": "columns", "in_type": declared, "out": "columns",
                                                             "out_type": "float32"})
        worker.send(w.DATA, 1, 0, 2, b"".join(map(bytes, Columns(declared).dumps([{"a": "1"}, {"a": "2"}]))))
        worker.end()
        result = Result(worker.until_closed(), Columns("float32").loads)
        self.assertEqual(result.values(), [1.0, 2.0])
        source = "import datetime\ndef f(x): return (x, x + (x - x), datetime.v)[:2]\n"
        if subprocess.run([INTERPRETER, "-c", "import msgpack"], check=False, stderr=subprocess.DEVNULL).returncode:
            return
        local = b"\xd7\x66" + (1 << 50).to_bytes(8, "big")
        worker.open([module("map", source, "f")], 2, **{"in": "msgpack", "in_type": "datetime", "out": "msgpack",
                                                        "out_type": "tuple[datetime, datetime]"})
        worker.send(w.DATA, 2, 0, 1, b"\x91" + local)
        worker.end(2)
        result = Result(worker.until_closed(2), lambda body: [body])
        self.assertEqual(result.values(), [b"\x91\x92" + local * 2])

    def test_kill(self):
        worker, other = self.daemon.spawn(7), self.daemon.spawn(8)
        worker.open([stage("map", "lambda x: subprocess.Popen(['sleep', '100'], start_new_session=bool(x)).pid")],
                    imports=["subprocess"])
        worker.data(0, [0, 1])
        frames = [worker.frame()]
        while frames[-1].kind != w.DONE:
            frames.append(worker.frame())
        children = Result(frames).values()
        worker.data(1, [0])
        self.daemon.control.send(w.CONTROL.pack(w.KILL, 7, 0))
        self.assertEqual(self.daemon.exited(worker), signal.SIGKILL)
        self.assertEqual(wait_gone(children), [])
        self.assertEqual(self.run_on(other, [stage("map", "lambda x: x")], [1]).values(), [1])

    def test_output(self):
        worker = self.daemon.spawn()
        text = "lambda x: (print('out', '\\u00e9\\ud800'), print('err', file=sys.stderr), os.write(1, b'raw\\n'), x)[-1]"
        self.assertEqual(self.run_on(worker, [stage("map", text)], [1, 2], imports=["sys", "os"]).values(), [1, 2])
        text = "lambda x: (sys.stdout.close(), sys.stdin.close(), os.close(1), os.close(0), x)[-1]"
        self.assertEqual(self.run_on(worker, [stage("map", text)], [1], session=2, imports=["sys", "os"]).values(), [1])
        self.assertEqual(self.run_on(worker, [stage("map", "lambda x: x")], [1], session=3).values(), [1])
        worker.close()
        self.assertEqual(self.daemon.exited(worker), 0)
        self.assertEqual(worker.output(worker.out), "out \u00e9\\ud800\nraw\n" * 2)
        self.assertEqual(worker.output(worker.err), "err\n" * 2)

    def test_instances_are_closed_at_the_end(self):
        worker = self.daemon.spawn()
        source = "class C:\n  def __call__(self, x): return x\n  def close(self): print('closed')\n"
        self.run_on(worker, [module("map", source, "C")], [1])
        worker.close()
        self.assertEqual(self.daemon.exited(worker), 0)
        self.assertEqual(worker.output(worker.out), "closed\n")

    def test_protocol_errors(self):
        for number, (frame, text) in enumerate(((b"x" * 64, "not a frame"), (w.HEADER.pack(b"lt", 99, 0, 1, 0, 0, 0), "not a frame"),
                                                (w.HEADER.pack(b"lt", w.DATA, 0, 1, 0, 0, 1 << 62), "bytes"),
                                                (w.HEADER.pack(b"lt", w.DATA, 0, 1, 0, 0, 0), "not open")), 1):
            worker = self.daemon.spawn(number)
            worker.socket.sendall(frame)
            self.assertEqual(self.daemon.exited(worker), 70 << 8)
            self.assertIn(text, worker.output(worker.err))

    def test_requests_that_fail(self):
        self.daemon.control.send(w.CONTROL.pack(w.SPAWN, 9, 0))
        op, number, value, body, _ = self.daemon.message()
        self.assertEqual((op, number, value), (w.FAILED, 9, 22))
        self.assertIn(b"3 descriptors", body)
        self.daemon.control.send(b"xy")
        self.assertEqual(self.daemon.message()[:2], (w.FAILED, 0))
        self.daemon.control.send(w.CONTROL.pack(99, 5, 0))
        self.assertEqual(self.daemon.message()[:2], (w.FAILED, 5))

    def test_workers_die_with_the_daemon(self):
        worker = self.daemon.spawn()
        worker.open([stage("map", "lambda x: sum(range(10**12))")])
        worker.data(0, [1])
        idle = self.daemon.spawn(2)
        self.daemon.process.kill()
        self.assertEqual(self.daemon.process.wait(DEADLINE), -signal.SIGKILL)
        self.assertEqual(wait_gone([worker.pid, idle.pid]), [])
        self.daemon.close()
        self.daemon = Daemon(self.start)


class WithSpawn(WithDaemon):
    start = "spawn"


class Leaks(unittest.TestCase):
    def test_descriptors_and_zombies(self):
        daemon = Daemon()

        def state():
            with open(f"/proc/{daemon.process.pid}/task/{daemon.process.pid}/children") as file:
                return sorted(os.listdir(f"/proc/{daemon.process.pid}/fd")), file.read()
        before = state()
        for number in range(50):
            worker = daemon.spawn(number)
            if number % 3:
                worker.open([stage("map", "lambda x: x")])
                worker.data(0, [1])
                worker.end()
                worker.until_closed()
            worker.close()
            daemon.exited(worker)
            worker.discard()
        self.assertEqual(state(), before)
        self.assertEqual(daemon.close(), 0)

    def test_end_of_control_kills_everything(self):
        daemon = Daemon()
        worker = daemon.spawn()
        worker.open([stage("map", "lambda x: subprocess.Popen(['sh', '-c', 'setsid sleep 100 & sleep 100'], "
                                  "start_new_session=True).pid")], imports=["subprocess"])
        worker.data(0, [1])
        child = pickle.loads(worker.frame().body)[0]
        self.assertEqual(daemon.close(), 0)
        self.assertEqual(wait_gone([worker.pid, child]), [])


    def test_a_worker_that_ends_between_two_looks(self):
        code = """import os, sys, types
        import leat.daemon
        look, stub = os.waitid, types.SimpleNamespace(stopped=None)

        def late(kind, pid, options):
            found = look(kind, pid, options)
            if found is None and options & os.WEXITED:  # the worker ends after the first look
                os.close(gate[1])
                look(os.P_PID, child, os.WEXITED | os.WNOWAIT)
            return found

        gate = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(gate[1])
            os.read(gate[0], 1)
            os._exit(0)
        os.waitid = late
        leat.daemon.Daemon.reap(stub)
        print(os.waitpid(child, 0)[1], stub.stopped)
        """
        code = textwrap.dedent("        " + code)
        out = subprocess.check_output([INTERPRETER, "-c", code], env={**os.environ, "PYTHONPATH": PACKAGE}, text=True,
                                      timeout=DEADLINE)
        self.assertEqual(out, "0 None\n")


class HostDeath(unittest.TestCase):
    def test_nothing_survives(self):
        """The host is killed while one worker holds the GIL, another has started a session leader, and a fork without exec
        keeps the host's end of the control socket open."""
        for start in ("fork", "spawn"):
            host = subprocess.Popen([sys.executable, os.path.abspath(__file__), "--host", start], stdout=subprocess.PIPE)
            pids = list(map(int, host.stdout.readline().split()))
            self.assertEqual(len(pids), 5)
            self.assertTrue(all(map(alive, pids)))
            host.kill()
            host.wait(DEADLINE)
            host.stdout.close()
            begin = time.monotonic()
            self.assertEqual(wait_gone(pids[1:]), [])
            self.assertLess(time.monotonic() - begin, 5)
            os.kill(pids[0], signal.SIGKILL)


def play_host(start):
    daemon = Daemon(start)
    holder, leader = daemon.spawn(1), daemon.spawn(2)
    holder.open([stage("map", "lambda x: sum(range(10**12))")])
    holder.data(0, [1])
    leader.open([stage("map", "lambda x: subprocess.Popen(['sleep', '100'], start_new_session=True).pid")], imports=["subprocess"])
    leader.data(0, [1])
    grandchild = pickle.loads(leader.frame().body)[0]
    fork = os.fork()
    if fork == 0:
        os.close(1)
        signal.pause()
    print(fork, daemon.process.pid, holder.pid, leader.pid, grandchild, flush=True)
    signal.pause()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--host"]:
        play_host(sys.argv[2])
    unittest.main()
