# SPDX-License-Identifier: BSL-1.0
"""Sessions that serve calls: announced, each record answered by itself, arguments spread."""
import collections
import pickle
import types
import unittest

from test_worker import MERGED, WithWorker, merged, module, numpy, stage, w


def plain(frame):
    return frame.kind, frame.batch, frame.count


class Calls(WithWorker):
    def answers(self, stages, *batches, dumps=lambda xs: pickle.dumps(xs, 5), **more):
        """For each batch, for each record: a value, or the error's dict."""
        self.session += 1
        self.host.open(stages, self.session, announce=True, isolate=True, **more)
        self.assertEqual(plain(self.host.frame()), (w.DONE, w.NONE, 0))
        found = []
        for b, xs in enumerate(batches):
            self.host.send(w.DATA, self.session, b, len(xs), dumps(xs))
            found.append([])
            while True:
                frame = self.host.frame()
                self.assertEqual((frame.session, frame.batch), (self.session, b))
                if frame.kind == w.DONE:
                    self.assertEqual(frame.count, len(xs))
                    break
                if frame.kind == w.DATA:
                    found[-1] += pickle.loads(frame.body) if frame.body else [None] * frame.count
                else:
                    self.assertEqual((frame.kind, frame.count), (w.ERROR, len(found[-1])))  # in order
                    found[-1].append(pickle.loads(frame.body))
            self.assertEqual(len(found[-1]), len(xs))
        self.host.end(self.session)
        self.assertEqual(plain(self.host.frame()), (w.CLOSED, w.NONE, 0))
        return found

    def test_a_failing_record_is_no_end(self):
        inverse = stage("map", "lambda x: 6 // x")
        (a, b, c), (d,), () = self.answers([inverse], [3, 0, 2], [1], [])
        self.assertEqual((a, c, d), (2, 3, 6))
        self.assertEqual((b["kind"], b["type"], b["stage"]), ("python", "ZeroDivisionError", 0))
        self.assertIn("lambda x: 6 // x", b["traceback"])
        self.assertNotIn("leat/python", b["traceback"])

    def test_a_record_that_cannot_be_loaded_fails_alone(self):
        records, expected = zip(*MERGED)
        whole, good = self.answers([stage("map", "lambda x: x")], records, [b"K\x01", b"N"], dumps=merged, **{"in": "opaque"})
        self.assertEqual([x["python_type"].rstrip(":") if isinstance(x, dict) else x for x in whole], list(expected))
        self.assertEqual({x["expected"] for x in whole if isinstance(x, dict)}, {"a record that the worker can read"})
        self.assertEqual(good, [1, None])

    def test_all_failing(self):
        found, = self.answers([stage("map", "lambda x: next(iter(()))")], [1, 2])
        self.assertEqual([e["type"] for e in found], ["StopIteration"] * 2)
        self.assertIn("may not end the stream", found[0]["message"])

    def test_results_that_cannot_be_sent(self):
        f = stage("map", "lambda x: [1, object(), 2, print][x]")
        (a, b, c, d), = self.answers([f], [0, 1, 2, 3], out_type="int")
        self.assertEqual((a, c), (1, 2))
        self.assertEqual([(e["kind"], e["python_type"], e["expected"]) for e in (b, d)],
                         [("conversion", "object", "int"), ("conversion", "builtin_function_or_method", "int")])
        # without a declared type whatever can be pickled is sent
        (a, b), = self.answers([stage("map", "lambda x: [1, lambda: 0][x]")], [0, 1])
        self.assertEqual((a, b["python_type"]), (1, "function"))

    def test_arguments_are_spread(self):
        for isolate in True, False:
            join = {**module("map", "def join(*xs, by): return by.join(xs)", "join", bind={"by": "+"}), "spread": True}
            one = {**stage("map", "lambda x: x"), "spread": True}
            if isolate:
                self.assertEqual(self.answers([join], [("a", "b"), (), ("c",)]), [["a+b", "", "c"]])
                (e,), = self.answers([one], [(1, 2)])
                self.assertIn("positional", e["message"])
            else:
                self.assertEqual(self.values([join], [("a", "b"), (), ("c",)]), ["a+b", "", "c"])
                self.assertIn("positional", self.error([one], [(1, 2)]).error["message"])

    @unittest.skipUnless(numpy, "numpy is not installed")
    def test_results_for_each_argument_have_their_dimensions(self):
        f = {**stage("map", "lambda xs: numpy.ones((2, 2))"), "each": True}
        self.assertEqual(self.answers([f], [1, 2], out_type="list[float]", imports=["numpy"]), [[[1.0, 1.0]] * 2])
        for e in self.answers([f], [1, 2], out_type="float", imports=["numpy"])[0]:
            self.assertIn("returned numpy.ndarray with 2 dimensions where float in each row (an array with 1 dimension) was expected",
                          e["message"])

    def test_results_that_nobody_wants(self):
        self.assertEqual(self.answers([stage("map", "lambda x: print")], [1, 2], out="none"), [[None, None]])
        (a, b), = self.answers([stage("map", "lambda x: 1 // x")], [1, 0], out="none")
        self.assertEqual((a, b["type"]), (None, "ZeroDivisionError"))

    def test_slow_answers_do_not_wait_for_each_other(self):
        self.session += 1
        slow = module("map", """
            import threading
            go = threading.Event()
            def f(x):
                if x == 1:
                    import time
                    time.sleep(.02)
                if x == 2:
                    assert go.wait(30)
                return x
            """, "f")
        self.host.open([slow], self.session, announce=True, isolate=True)
        self.host.frame()
        self.host.data(0, [1, 2], self.session)
        self.assertEqual(pickle.loads(self.host.frame().body), [1])
        found = next(m for name, m in __import__("sys").modules.items() if hasattr(m, "go") and name.startswith("source_"))
        found.go.set()
        self.assertEqual(pickle.loads(self.host.frame().body), [2])
        self.host.frame()
        self.host.end(self.session)
        self.host.until_closed(self.session)

    def test_a_batch_behind_a_skip_is_handed_back_with_it(self):
        from leat import frames as channel, sharing
        frames, done = collections.deque([(channel.SKIP, 1, 4, 30, b"")]), []  # whose batch is still arriving
        stub = types.SimpleNamespace(number=1, asked=True, channel=types.SimpleNamespace(
            frames=frames, pull=lambda flags: None, put=lambda *frame: done.append(frame), flush=lambda: None))
        sharing.give_queued(stub)
        self.assertEqual((len(frames), done), (1, []))
        frames += [(channel.DATA, 1, 4, 10, b""), (channel.DATA, 1, 5, 10, b""), (channel.END, 1, 0, 0, b"")]
        sharing.give_queued(stub)
        self.assertEqual([frame[0] for frame in frames], [channel.END])
        self.assertEqual([frame[:4] for frame in done], [(channel.DONE, 1, 4, 0), (channel.DONE, 1, 5, 0)])

    def test_what_fails_before_the_first_record(self):
        self.session += 1
        self.host.open([stage("map", "no_such_module:f", form="module")], self.session, announce=True, isolate=True)
        frames = self.host.until_closed(self.session)
        self.assertEqual([f.kind for f in frames], [w.ERROR, w.CLOSED])
        self.assertEqual((frames[0].count, pickle.loads(frames[0].body)["kind"]), (w.NONE, "start"))

    def test_cancel_between_records(self):
        self.session += 1
        self.host.open([stage("map", "lambda x: __import__('time').sleep(.01)")], self.session, announce=True, isolate=True)
        self.host.data(0, [1] * 3000, self.session)
        self.host.frame()
        self.host.frame()
        self.host.send(w.CANCEL, self.session)
        answered = sum(f.count for f in self.host.until_closed(self.session) if f.kind == w.DATA)
        self.assertLess(answered, 3000)

    def test_a_batch_that_arrives_in_pieces(self):
        self.session += 1
        self.host.open([stage("map", "lambda x: len(x)")], self.session, announce=True, isolate=True)
        self.host.frame()
        body = pickle.dumps(["a" * 3_000_000, "b"], 5)
        data = w.HEADER.pack(b"lt", w.DATA, 0, self.session, 0, 2, len(body)) + body
        for piece in data[:20], data[20:40], data[40:1_000_000], data[1_000_000:]:
            self.host.socket.sendall(piece)
        self.assertEqual(pickle.loads(self.host.frame().body), [3_000_000, 1])
        self.host.frame()
        self.host.data(1, ["abc"], self.session)
        self.host.end(self.session)
        self.assertEqual([f.kind for f in self.host.until_closed(self.session)], [w.DATA, w.DONE, w.CLOSED])


del WithWorker  # its own tests, if it had any, run in its own file

if __name__ == "__main__":
    unittest.main()
