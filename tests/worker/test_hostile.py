# SPDX-License-Identifier: BSL-1.0
"""What protects the worker from functions: its own imports, what filters may return, and what reports say."""
import os
import subprocess
import sys
import tempfile
import textwrap
import types
import unittest
import unittest.mock

import test_worker as base
from leat import library, report, truths


class Library(unittest.TestCase):
    def run_shadowed(self, code, names=("types", "token", "linecache", "traceback", "enum", "datetime", "random")):
        """In an interpreter whose path begins with modules of these names."""
        with tempfile.TemporaryDirectory() as folder:
            for name in names:
                with open(f"{folder}/{name}.py", "w", encoding="utf-8") as file:
                    file.write("value = 'mine'\n")
            setup = f"import sys\nsys.path[:0] = [{base.PACKAGE!r}]\nimport leat.system\nfrom leat.library import *\n" \
                    f"sys.path[:0] = [{folder!r}]\nfor name in {names!r}: sys.modules.pop(name, None)\n"
            interpreter = os.environ.get("LEAT_TEST_PYTHON", sys.executable)
            return subprocess.run([interpreter, "-S", "-c", setup + textwrap.dedent(code)], capture_output=True, text=True, check=False)

    def test_the_library_within_and_the_users_outside(self):
        for first in ("", "import token, types, traceback"):
            done = self.run_shadowed(f"""
                {first}
                path = sys.path[:]
                for i in range(2):
                    with standard:
                        with standard:
                            import traceback, random
                            assert traceback.format_exception_only(KeyError, KeyError(1))  # 3.15 loads the rest of it at its first use
                    assert traceback.format_exception_only(KeyError, KeyError(1)) == ["KeyError: 1\\n"]
                    assert random.random() < 1
                    assert sys.path == path
                    import token, types, traceback
                    assert (token.value, types.value, traceback.value) == ("mine", "mine", "mine")
                assert loaded("token") is not token and loaded("sys") is sys and loaded("no_such") is None
                assert lookup("types") is loaded and lookup("json") == sys.modules.get
                """)
            self.assertEqual(done.stderr, "")

    def test_a_path_of_other_objects(self):
        done = self.run_shadowed("""
            sys.path[:0] = [object(), None, b"/tmp"]
            path = sys.path[:]
            with standard:
                import traceback
            assert traceback.__name__ == "traceback" and sys.path == path and standard.depth == 0
            assert lookup("types") is loaded
            """)
        self.assertEqual(done.stderr, "")

    def test_a_failing_start_leaves_all_as_it_was(self):
        done = self.run_shadowed("""
            import leat.library, token
            def fail(*_): raise OSError
            for name in ("folders", "all_names", "is_standard"):
                kept = getattr(leat.library, name)
                setattr(leat.library, name, fail)
                path = sys.path[:]
                try:
                    with standard: raise SystemExit
                except OSError:
                    pass
                setattr(leat.library, name, kept)
                assert standard.depth == 0 and sys.path == path and sys.modules["token"] is token
            """)
        self.assertEqual(done.stderr, "")

    def test_what_a_function_takes_away_comes_back(self):
        done = self.run_shadowed("remember()\nkept = sys\nsys.modules.clear()\nmend()\nassert kept.modules['sys'] is kept\n"
                                 "import leat.library\nassert leat.library.standard is standard\n")
        self.assertEqual(done.stderr, "")


class Truths(unittest.TestCase):
    def test_what_is_always_true_by_mistake(self):
        seen = truths.Truths("py.filter('f')")

        class Sized:
            __next__ = __len__ = lambda self: 0

        class Meta(type):
            def __eq__(cls, other):
                raise ValueError

        class Other(metaclass=Meta):
            pass

        async def wait():
            yield
        for value in (1, "", None, 2.5, [], object(), Sized(), Other(), int, types, ValueError()):
            self.assertTrue(seen(type(value)))
        for value, advice in ((iter([]), "return a bool"), ((x for x in ()), "return a bool"), (map(str, []), "return a bool"),
                              (wait(), "cannot await"), (print, "call it"), ("".join, "call it"), (wait, "call it"),
                              (self.run, "call it"), (str.join, "call it"), ((1).__str__, "call it")):
            with self.assertRaisesRegex(TypeError, r"py.filter\('f'\) returned an object of type .*, which is always true.*" + advice):
                seen(type(value))

    def test_each_type_is_looked_at_once(self):
        seen = truths.Truths("py.filter('f')")
        seen(int)
        self.assertEqual(dict(seen), {id(int): int})

    def test_operators_are_not_looked_at(self):
        for text, expected in (("x > 1", False), ("not f(x)", False), ("x + 1", False), ("f(x)", True), ("x.y", True), ("x", True),
                               ("x > 1 and f(x)", True), ("x > 1 or x < 0", False), ("1 if x else f(x)", True), ("x[0]", True)):
            self.assertEqual(truths.may_return(compile(text, "", "eval", 0x400).body), expected, text)

    def test_functions_that_only_operate_are_not_looked_at(self):
        scope = {}
        exec("def a(x): return x % 2 == 0\ndef b(x): return (y for y in x)\ndef c(x): return len\ndef d(x): return x.y\n"
             "def e(x, y=len): return y\ndef f(x):\n  def g(): return x\n  return g\ndef h(x): return lambda: 1\n", scope)
        for name, expected in zip("abcdefh", (True, False, False, False, False, False, False)):
            self.assertEqual(truths.only_operates(scope[name]), expected, name)
        self.assertFalse(truths.only_operates(len))

    def test_who_may_stop(self):
        scope = {}
        exec("def a(x): return next(x)\ndef b(x): return a(x)\ndef c(x): return [next(y) for y in x]\ndef d(x): raise StopIteration\n"
             "def e(x): return x + len(x)\ndef f(x): return f(x - 1)", scope)
        for name, expected in zip("abcdef", (True, True, True, True, False, False)):
            self.assertEqual(truths.may_stop(scope[name]), expected, name)
        self.assertFalse(truths.may_stop(len))


class Reports(unittest.TestCase):
    def test_a_first_line_says_what_happened(self):
        try:
            raise ValueError("one\ntwo")
        except ValueError as e:
            self.assertTrue(report.headed(e).startswith("ValueError: one\nTraceback (most recent call last):\n"))
        self.assertEqual(report.headed(KeyError("k")), "KeyError: 'k'\n")

    def test_exceptions_that_lie(self):
        class Liar(Exception):
            __cause__ = __context__ = __traceback__ = __class__ = property(lambda self: 1 / 0)

            def __str__(self):
                raise SystemExit(3)
        for error in (Liar(), Liar("text")):
            facts = base.pickle.loads(report.error_body("python", 0, error))
            self.assertIn("Liar", facts["type"])
            self.assertIn("unprintable" if "unprintable" in facts["message"] else "cannot be shown", facts["message"])

    def test_only_an_error_of_a_module_looks_into_the_working_folder(self):
        with unittest.mock.patch("os.listdir", side_effect=AssertionError) as looked:
            facts = base.pickle.loads(report.error_body("python", 0, ValueError("x")))
        self.assertEqual((facts["message"], facts["lies"]), ("x", ""))
        looked.assert_not_called()

    def test_where_a_module_lies(self):
        here = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            folder = os.path.realpath(folder)
            os.makedirs(f"{folder}/leat_pkg/inner")
            for name in ("leat_one", "leat_pkg/inner/two", "json", "sys"):
                with open(f"{folder}/{name}.py", "w", encoding="utf-8"):
                    pass
            try:
                os.chdir(folder)
                self.assertIn(f"{folder}/leat_one.py is there, but the worker does not look", report.lies("leat_one"))
                self.assertIn(f"{folder}/leat_pkg/inner/two.py is there", report.lies("leat_pkg.inner.two"))
                self.assertIn(f"{folder}/leat_pkg/inner/two.py is there", report.lies("leat_pkg.inner"))
                import json
                self.assertIn(f"another 'json' first ({json.__file__})", report.lies("json"))
                for name in ("leat_none", "leat_pkg.none", "", ".", "a..b", "x\0y", "../leat_one"):
                    self.assertEqual(report.lies(name), "", name)
                os.rmdir(tempfile.mkdtemp(dir=folder))
            finally:
                os.chdir(here)


if __name__ == "__main__":
    unittest.main()
