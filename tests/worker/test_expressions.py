# SPDX-License-Identifier: BSL-1.0
"""Functions given as expressions, modules under other names, and elements whose items are arguments."""
import sys
import unittest

from test_worker import WithWorker, module, stage
from leat import lookup


def starmap(text, **more):
    return {**stage("map", text, name=f"py.starmap({text!r})", **more), "spread": True}


class Expressions(WithWorker):
    def test_forms(self):
        for text, expected in (
                ("(lambda x: x + 1)", [2, 3]),
                ("(\n  lambda x:\n    x + 1\n)", [2, 3]),
                ("lambda x:\n  x + 1", [2, 3]),
                ("lambda x: (\n  x + 1)", [2, 3]),
                ("lambda x: x +\\\n  1", [2, 3]),
                ("lambda x:  # a comment\n  x\n  + 1  # and another", [2, 3]),
                ("lambda x, y=1:\n  x + y", [2, 3]),
                ("(math.sqrt)", [1.0, 2 ** 0.5]),
                ("lambda x: [\n  y\n  for y in range(x)\n]", [[0], [0, 1]])):
            with self.subTest(text):
                self.assertEqual(self.values([stage("map", text)], [1, 2], imports=["math"]), expected)
                self.assertEqual(self.values([stage("map", text), stage("map", "lambda x: [x]")], [1, 2], imports=["math"]),
                                 [[y] for y in expected])

    def test_lines_of_tracebacks(self):
        for stages in ([stage("map", "lambda x:\n  (x,\n   1 / x)")], [stage("map", "lambda x, y=0:\n  (x,\n   1 / x)")],
                       [stage("map", "lambda x: x"), stage("map", "lambda x:\n  (x,\n   1 / x)")]):
            result = self.error(stages, [1, 0])
            self.assertEqual(result.error["type"], "ZeroDivisionError")
            self.assertIn("\n    1 / x", result.error["traceback"])
            self.assertEqual(result.error["traceback"].count("\n  File"), 1, result.error["traceback"])
        error = self.error([stage("map", "lambda x:\n  x\n  +* 1")], [1]).error
        self.assertIn("line 3", error["traceback"])
        self.assertIn("+* 1", error["traceback"])
        for text in ("lambda x:\n", "lambda x:\n  (x", "lambda x:\n  x)"):
            self.assertEqual(self.error([stage("map", text)], [1]).error["type"], "SyntaxError", text)

    def test_bound_parameters(self):
        for text, bind, expected in (
                ("lambda x, k=3: x + k", {"k": 10}, [11, 12]),
                ("lambda x, k: x + k", {"k": 10}, [11, 12]),
                ("lambda x, *, k: x + k", {"k": 10}, [11, 12]),
                ("lambda x, **kw: x + kw['k']", {"k": 10}, [11, 12]),
                ("lambda x, **kw: (x + k, kw)", {"k": 10}, [(11, {}), (12, {})]),
                ("lambda x, k=3: [x + k + n for _ in range(1)]", {"k": 10, "n": 100}, [[111], [112]]),
                ("lambda x: x", {"k": 10}, [1, 2]),
                ("lambda k: k", {"k": 10}, [1, 2]),
                ("lambda x: (lambda y: y + k)(x)", {"k": 10}, [11, 12])):
            with self.subTest(text):
                self.assertEqual(self.values([stage("map", text, bind=bind)], [1, 2]), expected)
                self.assertEqual(self.values([stage("map", text, bind=bind)], [1, 2] * 100), expected * 100)
        self.assertEqual(self.values([starmap("lambda a, b, k=0: a + b + k", bind={"k": 100})], [(1, 2)]), [103])
        self.assertEqual(self.values([stage("filter", "lambda x, k=9: x > k", bind={"k": 1})], [1, 2]), [2])

    def test_names_that_are_not_there(self):
        for stages, advised in (([stage("map", "lambda x: math.sqrt(x)")], True), ([stage("filter", "lambda x: x > limit")], True),
                                ([module("map", "def f(x): return y", "f")], False),
                                ([stage("map", "lambda x: x.nothing")], False)):
            lies = self.error(stages, [1]).error["lies"]
            self.assertEqual("python_options.imports" in lies and ".bind(" in lies, advised, stages)

    def test_carets(self):
        error = self.error([stage("map", "lambda x: [x, x.nothing]", name="py.map('f')")], [1]).error
        line, carets = error["traceback"].splitlines()[2:4]
        self.assertEqual(line.strip(), "lambda x: [x, x.nothing]")
        if sys.version_info >= (3, 11):
            self.assertEqual(carets.index("^"), line.index("x.nothing"))

    def test_the_working_folder_is_no_source_files_folder(self):
        self.values([module("map", "def f(x): return x", "f", path="<source_text>")], [1])
        self.values([module("map", "def f(x): return x", "f")], [1])
        self.assertNotIn("", lookup.folders)

    def test_imports(self):
        text = "lambda x: (m.sqrt(x), path.join('a', 'b'), os.sep, p.basename('a/b'))"
        self.assertEqual(self.values([stage("map", text)], [4], imports=["math as m", "os.path as path", "os.path", "os.path as p"]),
                         [(2.0, "a/b", "/", "b")])
        self.assertEqual(self.error([stage("map", text)], [4], imports=["nothing_of_this as m"]).error["missing"], "nothing_of_this")

    def test_starmap(self):
        pairs = [(1, 2), (3, 4)]
        for text, xs, expected in (
                ("lambda a, b: a * b", pairs, [2, 12]),
                ("lambda a, b, c=5: a * b + c", pairs, [7, 17]),
                ("lambda a, b, c=5: a * b + c", [(1, 2), (1, 2, 3)], [7, 5]),
                ("lambda *a: a", [(1, 2), (), (3,)], [(1, 2), (), (3,)]),
                ("lambda a, *b: (a, b)", [[1, 2, 3], [4]], [(1, (2, 3)), (4, ())]),
                ("(pow)", pairs, [1, 81])):
            with self.subTest(text):
                self.assertEqual(self.values([starmap(text)], xs), expected)
                self.assertEqual(self.values([starmap(text), stage("map", "lambda x: [x]")], xs), [[y] for y in expected])
                self.assertEqual(self.values([stage("map", "lambda x: x"), starmap(text)], xs), expected)
        self.assertEqual(self.values([starmap("lambda a, b: a * b + k", bind={"k": 1})], pairs), [3, 13])
        self.assertEqual(self.values([{**module("map", "def f(a, b, k): return a * b + k", "f", bind={"k": 1}), "spread": True},
                                      stage("map", "lambda x: x")], pairs), [3, 13])

    def test_starmap_of_other_counts(self):
        for text, xs, said in (
                ("lambda a, b: a", [(1, 2), (1, 2, 3)], "and tuple of 3 arrived: (1, 2, 3)"),
                ("lambda a, b: a", [(1, 2), [1]], "and list of 1 arrived: [1]"),
                ("lambda a, b: a", [(1, 2), 7], "and int arrived: 7")):
            for more in [], [stage("map", "lambda x: x")]:
                result = self.error([starmap(text), *more], xs)
                self.assertEqual((result.error["type"], result.error["stage"]), ("TypeError", 0))
                self.assertIn(said, result.error["message"])
                self.assertIn("starmap calls the function with the items of an element", result.error["message"])
            error = self.error([stage("map", "lambda x: x"), starmap(text)], xs).error
            self.assertIn("starmap calls the function with the items of an element as its arguments", error["message"])
            self.assertEqual(error["stage"], 1)
        for text in "lambda a, b: a + b", "lambda a, b: len(a, b)":  # from within
            error = self.error([starmap(text)], [(1, "x")]).error
            self.assertNotIn("starmap", error["message"])


if __name__ == "__main__":
    unittest.main()
