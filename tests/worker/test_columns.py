# SPDX-License-Identifier: BSL-1.0
"""The wire of columns: batches there and back, arrays that functions return, and the buffers that large bodies stand in."""
import contextlib
import gc
import importlib
import mmap
import os
import random
import socket
import struct
import sys
import unittest
import unittest.mock

import test_worker as t

from leat.columns import Batch, Columns, Gathered
from leat.printable import NotPlain
from leat.shared_buffers import SharedBuffers

w, numpy = t.w, t.numpy
SLOT_SIZE = 1 << 20


def body_of(parts):
    return b"".join(bytes(part) for part in parts)


def slot_file():
    fd = os.memfd_create("test")
    os.ftruncate(fd, SLOT_SIZE)
    return fd


@contextlib.contextmanager
def without_numpy():
    class Blocked:
        @staticmethod
        def find_spec(name, path=None, target=None):
            if name == "numpy":
                raise ModuleNotFoundError("No module named 'numpy'", name="numpy")

    with unittest.mock.patch.dict(sys.modules), unittest.mock.patch.object(sys, "meta_path", [Blocked, *sys.meta_path]):
        sys.modules.pop("numpy", None)
        yield


class Nullable:
    '''A column as polars and pyarrow have them: where values are missing, numpy is given NaN.'''

    def __init__(self, values, missing=0):
        self.values, self.null_count = values, missing

    def __array__(self, dtype=None, copy=None):
        return numpy.array(self.values, dtype)

    def __len__(self):
        return len(self.values)


class Filled(Nullable):
    def __init__(self, values, there):
        super().__init__(values, there.count(False))
        self.there = there

    def is_valid(self):
        return numpy.array(self.there)

    def fill_null(self, value):
        return numpy.array([v if there else value for v, there in zip(self.values, self.there)])


class Extension:
    '''One as pandas has them, of a type that is not numpy's.'''
    dtype = "Int64"

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return numpy.array(self.values, dtype)

    def __len__(self):
        return len(self.values)

    def isna(self):
        return numpy.isnan(self.values)


class Unfilled(Filled):
    '''One whose type has no value to put in the place of what is missing: it raises, as pyarrow does, or stays, as in polars.'''

    def __init__(self, values, there, error=None):
        super().__init__(values, there)
        self.error = error

    def fill_null(self, value):
        if self.error:
            raise self.error
        return self

    def to_pylist(self):
        return [v if there else None for v, there in zip(self.values, self.there)]


class Categories:
    '''As pandas has them.'''
    dtype = "category"

    def __init__(self, categories, codes):
        self.categories, self.codes = categories, codes

    def __array__(self, dtype=None, copy=None):
        return numpy.array([self.categories[c] if c >= 0 else float("nan") for c in self.codes], dtype)

    def __len__(self):
        return len(self.codes)

    def isna(self):
        return numpy.array(self.codes) < 0

    def fillna(self, value):
        raise TypeError("Cannot setitem on a Categorical with a new category")


class Objects(Extension):
    '''Objects as pandas has them: NaN is no text.'''
    dtype = numpy and numpy.dtype(object)

    def __array__(self, dtype=None, copy=None):
        return numpy.array(self.values, object)

    def __iter__(self):
        return iter(self.values)

    def isna(self):
        return numpy.array([v is None or v != v for v in self.values])


class Lists(unittest.TestCase):
    def test_round_trips(self):
        cases = {
            "bool": [True, False], "int8": [-128, 127], "uint8": [0, 255], "int16": [-32768, 32767], "uint16": [65535],
            "int32": [-2**31, 2**31 - 1], "uint32": [2**32 - 1], "int64": [-2**63, 2**63 - 1], "uint64": [0, 2**64 - 1],
            "float32": [1.5, -0.0, float("inf"), 2.0**127], "float64": [5e-324, 1e308, float("-inf")],
            "str": ["", "a\0b", "\u00e4\U0001d11e", "x" * 100_000],
            "tuple[int64, str]": [(1, "a"), (2, "")],
            "tuple[tuple[int8, str], bool]": [((1, "a"), True)],
            "{'a': int32, 'b': tuple[float64, str]}": [{"a": 1, "b": (0.5, "x")}],
            "tuple[{'x': float32, 'y': float32}]": [(1.0, 2.0)],
            "tuple[{'x': float32}, str]": [({"x": 1.0}, "a")],
            "int64 | None": [1, None, -2**63], "str | None": [None, "", "a"], "bool | None": [True, None, False],
            "{'a': float32 | None, 'b': tuple[str | None, int8]}": [{"a": None, "b": ("x", 1)}, {"a": 0.5, "b": (None, 2)}],
        }
        for declared, values in cases.items():
            with self.subTest(declared=declared):
                wire = Columns(declared)
                for xs in (values, [], values * 1000 if len(values) < 4 else values[:1]):
                    body = body_of(wire.dumps(xs))
                    self.assertEqual(wire.loads(memoryview(body)), xs)
                    count = struct.unpack_from("<I", body, 4)[0]
                    self.assertTrue(all(at % 64 == 0 for _, at, _ in struct.iter_unpack("<QQQ", body[16:16 + 24 * count])))

    def test_instances(self):
        wire = Columns("instance['types:SimpleNamespace', {'a': int32, 'b': str}]")
        values = wire.loads(memoryview(body_of(wire.dumps([{"a": 1, "b": "x"}]))))
        self.assertEqual((values[0].a, values[0].b), (1, "x"))
        self.assertEqual(wire.loads(memoryview(body_of(wire.dumps(values)))), values)

    def test_an_int_is_a_float_where_it_is_exactly_one(self):
        wire = Columns("float64")
        self.assertEqual(wire.loads(body_of(wire.dumps([1, 2**53, 0.5]))), [1.0, 2.0**53, 0.5])
        self.assertEqual(body_of(Columns("float32").dumps([1])), body_of(Columns("float32").dumps([1.0])))

    def test_refused(self):
        cases = [("int8", 128), ("uint8", -1), ("int64", 2**63), ("uint64", -1), ("int32", True), ("int32", 1.0), ("int32", "1"),
                 ("int32", None), ("bool", 1), ("float64", "1"), ("float64", True), ("float64", 2**53 + 1), ("float64", 10**400),
                 ("float32", 1e39), ("str", b"x"), ("str", 1), ("tuple[int8, int8]", (1,)), ("tuple[int8, int8]", [1, 2]),
                 ("{'a': int8}", {"b": 1}), ("{'a': int8}", {"a": 1, "b": 2}), ("{'a': int8}", 1)]
        for declared, value in cases:
            with self.subTest(declared=declared, value=value):
                wire = Columns(declared)
                good = wire.loads(body_of(wire.dumps([])))
                with self.assertRaises(NotPlain) as refused:
                    wire.dumps([*good, value])
                self.assertEqual(refused.exception.args, (value,))

    def test_refusals_name_the_column(self):
        pair, struct_type = "tuple[int8, str]", "{'a': int8, 'at': {'x': float32}}"
        at = {"x": 0.5}
        cases = [
            ("str", ["fine", "\ud800"], "\ud800", "str", "str without lone surrogates"),
            (pair, [(1, "\ud800")], "\ud800", "str", "str without lone surrogates in column 1 of " + pair),
            (pair, [(1, "a"), (300, "b")], 300, "int", "int8 in column 0 of " + pair),
            (struct_type, [{"a": 1, "at": {"x": 1e39}}], 1e39, "float", "float32 in column 'at.x' of " + struct_type),
            (struct_type, [{"a": 1.5, "at": at}], 1.5, "float", "int8 in column 'a' of " + struct_type),
            (struct_type, [{"at": at}], {"at": at}, "dict", struct_type + " (its field 'a' is missing)"),
            (struct_type, [{"a": 1, "at": at, "b": 2}], None, "dict", struct_type + " (it has no field 'b')")]
        for declared, values, value, kind, expected in cases:
            with self.subTest(declared=declared, values=values), self.assertRaises(NotPlain) as refused:
                Columns(declared).dumps(values)
            e = refused.exception
            self.assertEqual((e.args[0], e.kind, e.expected), (value or e.args[0], kind, expected))

    def test_rows_may_lack_what_is_optional(self):
        for declared, rows in (("{'a': int8, 'b': int8 | None}", [{"a": 1}, {"a": 2, "b": 3}]),
                               ("{'a': int8, 'b': int8 | None, ...: object}", [{"a": 1, "z": len}, {"b": 3, "a": 2, 5: 6}])):
            wire = Columns(declared)
            self.assertEqual(body_of(wire.dumps(rows)), body_of(wire.dumps([{"a": 1, "b": None}, {"a": 2, "b": 3}])))

    def test_floats_of_32_bits_are_the_nearest_or_refused(self):
        for value in 0.1, 2.0**-149, 3.4028235e38, -0.0, 1 << 24, float("inf"), 16777217.0:
            self.assertEqual(body_of(Columns("float32").dumps([value]))[-4:], struct.pack("<f", value))
        for value in 1e-50, -1e-46, 3.5e38, (1 << 24) + 1, -(1 << 24) - 1, 10**39:
            with self.assertRaises(NotPlain) as refused:
                Columns("float32").dumps([0.0, float("inf"), value])
            self.assertEqual(refused.exception.args, (value,))

    def test_random_rows(self):
        seed = random.randrange(10**6)
        rng = random.Random(seed)
        wire = Columns("tuple[int64, float64, str, bool, uint8]")
        rows = [(rng.randrange(-2**63, 2**63), rng.uniform(-1, 1), "\u00e4b" * rng.randrange(9), rng.random() < 0.5,
                 rng.randrange(256)) for _ in range(500)]
        self.assertEqual(wire.loads(body_of(wire.dumps(rows))), rows, seed)


@unittest.skipIf(numpy is None, "needs numpy")
class Arrays(unittest.TestCase):
    def there(self, declared, result):
        wire = Columns(declared)
        gathered = wire.columns_of(result)
        self.assertIsInstance(gathered, Gathered)
        return wire.loads(body_of(wire.dumps(gathered)))

    def test_what_fits(self):
        a, nan = numpy.array, float("nan")
        cases = [("int8", a([1, -1]), [1, -1]), ("int64", a([1], "u1"), [1]), ("uint8", a([0, 255], "i8"), [0, 255]),
                 ("float64", a([1, 2]), [1.0, 2.0]), ("float64", a([0.5], "f4"), [0.5]), ("float32", a([0.5]), [0.5]),
                 ("float32", a([float("inf")]), [float("inf")]), ("int32", a([1, 2, 3, 4])[::2], [1, 3]),
                 ("float64", a([1.5], ">f8"), [1.5]), ("bool", a([True]), [True]), ("uint64", a([2**64 - 1], "u8"), [2**64 - 1]),
                 ("float64", a([2**53], "i8"), [2.0**53]), ("str", a(["a", "bc"]), ["a", "bc"]), ("int64", a([]).astype("i4"), []),
                 ("int64", a([1, 2], object), [1, 2]), ("float64", a([1.0, 2], object), [1.0, 2.0]),
                 ("bool", a([2, 0, 1, 255], "u1").view(bool), [True, False, True, True]),
                 ("bool", a([2, 0, 1, 0], "u1").view(bool)[::2], [True, True]),
                 ("int64", numpy.ma.array([1, 2], mask=[0, 0]), [1, 2]), ("str", numpy.ma.array(["a"]), ["a"]),
                 ("int64", a([]), []), ("bool", a([], "f4"), []), ("str", a([]), []), ("uint8", a([], object), []),
                 ("float32", a([16777216, -5]), [16777216.0, -5.0]), ("float32", a([2.0**-149, 0.0]), [2.0**-149, 0.0]),
                 ("int64", Nullable([1, 2]), [1, 2]), ("float64", Nullable([0.5]), [0.5])]
        for declared, result, expected in cases:
            with self.subTest(declared=declared, result=result):
                self.assertEqual(self.there(declared, result), expected)
        self.assertEqual(repr(self.there("float32", a([nan]))), "[nan]")

    def test_groups(self):
        a = numpy.array
        self.assertEqual(self.there("tuple[int64, str]", (a([1, 2]), ["x", "y"])), [(1, "x"), (2, "y")])
        self.assertEqual(self.there("tuple[tuple[int8, int8], bool]", ((a([1]), [2]), a([True]))), [((1, 2), True)])
        struct_type = "{'a': int32, 'b': float64}"
        self.assertEqual(self.there(struct_type, {"b": a([0.5]), "a": a([1])}), [{"a": 1, "b": 0.5}])
        self.assertEqual(self.there("tuple[{'x': int8, 'y': int8}]", (a([1]), a([2]))), [(1, 2)])
        for rows in [(1, "x")], ((1, "x"), (2, "y")), [], 5, {"a": [1]}, ([1], "x"):
            self.assertIsNone(Columns("tuple[int64, str]").columns_of(rows))
        for rows in [1, 2], (1, 2), 5:
            self.assertIsNone(Columns("int64").columns_of(rows))
        with self.assertRaisesRegex(ValueError, r"differ in length: \[2, 1\]"):
            self.there("tuple[int64, str]", (a([1, 2]), ["x"]))

    def test_columns_with_missing_values(self):
        a, ma, masked, nan = numpy.array, numpy.ma.array, numpy.ma.masked, float("nan")
        cases = [("int64 | None", ma([1, 2], mask=[0, 1]), [1, None]), ("int64 | None", a([1, 2], "i1"), [1, 2]),
                 ("float64 | None", ma([1, 2], mask=[1, 0]), [None, 2.0]), ("str | None", ma(["a", "b"], mask=[1, 0]), [None, "b"]),
                 ("int64 | None", a([1, None], object), [1, None]), ("str | None", a(["a", None], object), ["a", None]),
                 ("bool | None", ma([True, False], mask=[0, 1]), [True, None]), ("int64 | None", a([]), []),
                 ("int64 | None", Filled([2**53 + 1, 7], [True, False]), [2**53 + 1, None]),
                 ("int64 | None", [1, masked], [1, None]), ("float64 | None", [masked, None, 1], [None, None, 1.0]),
                 ("str | None", ["a", masked], ["a", None]), ("bool | None", a([True, masked], object), [True, None]),
                 ("str | None", ["a", nan], ["a", None]), ("str | None", a([nan, "a"], object), [None, "a"]),
                 ("int64 | None", Objects([nan, 1]), [None, 1]), ("bool | None", Objects([None, True]), [None, True]),
                 ("tuple[int64 | None, str]", [(1, "a"), (masked, "b")], [(1, "a"), (None, "b")]),
                 ("{'a': int8 | None}", {"a": [masked, 2]}, [{"a": None}, {"a": 2}]),
                 ("int64 | None", Unfilled([0, 0], [False, False], ValueError("Invalid null value")), [None, None]),
                 ("str | None", Unfilled(["a", ""], [True, False]), ["a", None]),
                 ("str | None", Unfilled(["a", ""], [True, False], NotImplementedError()), ["a", None]),
                 ("str | None", Categories(["a", "b"], [1, -1, 0]), ["b", None, "a"]),
                 ("int64 | None", Categories([2**53 + 1], [0, -1]), [2**53 + 1, None]),
                 ("bool | None", Categories([], [-1, -1]), [None, None])]
        for declared, result, expected in cases:
            with self.subTest(declared=declared, result=result):
                wire = Columns(declared)
                values = result if wire.columns_of(result) is None else wire.columns_of(result)
                self.assertEqual(wire.loads(body_of(wire.dumps(values))), expected)
        for declared, result in (("int64", [1, masked]), ("int64 | None", [1, nan]), ("str", ["a", nan])):
            with self.assertRaises(NotPlain) as refused:
                Columns(declared).dumps(result)
            self.assertIs(refused.exception.args[0], result[1])
        self.assertEqual(repr(self.there("float64 | None", a([nan]))), "[nan]")  # NaN is a value
        for declared, result, kind in (("int64 | None", ma([1.5, 2], mask=[0, 1]), "numpy.ndarray of float64"),
                                       ("int8 | None", ma([1, 300], mask=[1, 0]), "numpy.ndarray with 300")):
            with self.assertRaises(NotPlain) as refused:
                self.there(declared, result)
            self.assertEqual(refused.exception.kind, kind)
        wire = Columns("tuple[int64 | None, str | None]")
        numbers, texts = wire.load_arrays()(body_of(wire.dumps([(1, None), (None, "a")]))).argument
        self.assertEqual((numbers.tolist(), numbers.dtype, texts), ([1, None], "i8", [None, "a"]))

    def test_columns_of_other_packages(self):
        makers = [("pandas", lambda m, x: m.array(x)), ("pandas", lambda m, x: m.Series(m.array(x))),
                  ("pandas", lambda m, x: m.Categorical(x)), ("pandas", lambda m, x: m.Series(m.Categorical(x))),
                  ("pandas", lambda m, x: m.Series([m.NA if v is None else v for v in x], dtype=object)),
                  ("polars", lambda m, x: m.Series(x)), ("polars", lambda m, x: m.DataFrame({"x": x})["x"]),
                  ("pyarrow", lambda m, x: m.array(x)), ("pyarrow", lambda m, x: m.chunked_array([m.array(x)]))]
        cases = [("int64", [1, 2**53 + 1]), ("int64 | None", [2**53 + 1, None]), ("float64", [0.5, -1.0]), ("float64 | None", [None, 0.5]),
                 ("str", ["a", "\u00e4"]), ("str | None", ["a", None]), ("bool", [True, False]), ("bool | None", [True, None]), ("str | None", [None, None])]
        for package, make in makers:
            try:
                module = importlib.import_module(package)
            except ImportError:
                continue
            for declared, values in cases:
                with self.subTest(package=package, version=module.__version__, declared=declared, values=values):
                    self.assertEqual(self.there(declared, make(module, values)), values)
            with self.subTest(package=package), self.assertRaises(NotPlain) as refused:
                self.there("int64", make(module, [1, None]))
            self.assertIn("with missing values", refused.exception.kind or f"with missing values: {refused.exception.args[0]!r}")

    def test_what_is_no_column_is_refused_by_name(self):
        a = numpy.array([1.5, 2.5])
        pair, struct_type = "tuple[float64, int8]", "{'a': float64, 'b': float64}"
        cases = [
            ("float64", a.sum(), "numpy.float64 with 0 dimensions", "float64 array with 1 dimension"),
            ("float64", numpy.array(1), "numpy.ndarray with 0 dimensions", "float64 array with 1 dimension"),
            ("float64", a.tobytes(), "bytes", "columns or rows of float64 (of bytes, numpy.frombuffer makes an array)"),
            ("str", "text", "str", "columns or rows of str"),
            (pair, (a, a.sum()), "numpy.float64 with 0 dimensions", f"int8 array with 1 dimension in column 1 of {pair}"),
            (pair, (a, 5), "int", f"int8 array or list in column 1 of {pair}"),
            (pair, (a, a.tobytes()), "bytes", f"int8 array or list in column 1 of {pair}"),
            (pair, (a,), "tuple of 1", f"2 columns of {pair}"),
            (pair, (a, a), "numpy.ndarray of float64", f"int8 in column 1 of {pair}"),
            (struct_type, {"a": a}, "dict", struct_type + " (its column 'b' is missing)"),
            (struct_type, {"a": a, "b": a, "c": a}, "dict", struct_type + " (it has no column 'c')"),
            (struct_type, {"a": a, "b": a.sum()}, "numpy.float64 with 0 dimensions",
             "float64 array with 1 dimension in column 'b' of " + struct_type)]
        for declared, result, kind, expected in cases:
            with self.subTest(declared=declared, result=result):
                wire = Columns(declared)
                with self.assertRaises(NotPlain) as refused:
                    wire.dumps(wire.columns_of(result))
                self.assertEqual((refused.exception.kind, refused.exception.expected), (kind, expected))

    def test_what_does_not_fit_is_refused_by_name(self):
        a, nan = numpy.array, float("nan")
        cases = [("int64", a([1.0]), "numpy.ndarray of float64", "int64"), ("bool", a([1]), "numpy.ndarray of int64", "bool"),
                 ("int64", a([True]), "numpy.ndarray of bool", "int64"), ("float64", a([True]), "numpy.ndarray of bool", "float64"),
                 ("float64", a([1j]), "numpy.ndarray of complex128", "float64"),
                 ("int64", a(["2020-01-01"], "M8[D]"), "numpy.ndarray of datetime64[D]", "int64"),
                 ("int8", a([1, 300]), "numpy.ndarray with 300", "int8"), ("uint8", a([1, -2]), "numpy.ndarray with -2", "uint8"),
                 ("int64", a([2**63], "u8"), f"numpy.ndarray with {2**63}", "int64"),
                 ("uint64", a([-1]), "numpy.ndarray with -1", "uint64"),
                 ("float64", a([2**53 + 1]), f"numpy.ndarray with {2**53 + 1}", "float64"),
                 ("float32", a([1.0, 1e39]), "numpy.ndarray with 1e+39", "float32"),
                 ("float32", a([0.0, 1e-50]), "numpy.ndarray with 1e-50", "float32"),
                 ("float32", a([1, 16777217]), "numpy.ndarray with 16777217", "float32"),
                 ("float64", Nullable([1, 2], 1), "test_columns.Nullable with missing values", "float64"),
                 ("str", Nullable(["a"], 1), "test_columns.Nullable with missing values", "str"),
                 ("float64", Extension([1.0, nan]), "test_columns.Extension with missing values", "float64"),
                 ("int64", a([[1, 2], [3, 4]]), "numpy.ndarray with 2 dimensions", "int64 array with 1 dimension"),
                 ("int64", numpy.ma.array([1, 2], mask=[0, 1]), "numpy.ndarray with masked values", "int64"),
                 ("str", a([1]), "numpy.ndarray of int64", "str"), ("str", a([b"x"]), "", "")]
        for declared, result, kind, expected in cases:
            with self.subTest(declared=declared, result=result), self.assertRaises(NotPlain) as refused:
                self.there(declared, result)
            self.assertEqual((refused.exception.kind, refused.exception.expected), (kind, expected))

    def test_columns_of_the_right_type_are_sent_as_they_are(self):
        result = numpy.arange(1000.0)
        part = Columns("float64").dumps(Gathered([result]))[-1]
        self.assertEqual(numpy.frombuffer(part, "f8").__array_interface__["data"], result.__array_interface__["data"])

    def test_batches_look_at_the_body(self):
        wire = Columns("tuple[int32, str, float64]")
        body = bytearray(body_of(wire.dumps([(1, "a", 0.5), (2, "b", 1.5)])))
        batch = wire.load_arrays()(memoryview(body))
        self.assertIsInstance(batch, Batch)
        numbers, texts, reals = batch.argument
        self.assertEqual((numbers.dtype, numbers.tolist(), texts, reals.tolist()), ("i4", [1, 2], ["a", "b"], [0.5, 1.5]))
        with self.assertRaises(ValueError):
            numbers[0] = 5
        at = struct.unpack_from("<QQQ", body, 16)[1]
        body[at] = 7
        self.assertEqual(numbers.tolist(), [7, 2])
        odd = b"x" + bytes(body)
        self.assertTrue(wire.batch(memoryview(odd)[1:]).argument[2].flags.aligned)

    def test_structs_come_as_their_columns(self):
        make = Columns("{'a': int8}").load_arrays()
        self.assertEqual(make(body_of(Columns("{'a': int8}").dumps([{"a": 1}]))).argument["a"].tolist(), [1])
        named = Columns("instance['types:SimpleNamespace', {'a': int8}]")
        batch = named.load_arrays()(body_of(named.dumps([{"a": 1}, {"a": 2}])))
        self.assertEqual(batch.argument.a.tolist(), [1, 2])
        gathered = named.columns_of(batch.argument)
        self.assertEqual(len(gathered), 2)


@unittest.skipIf(numpy is None, "needs numpy")
class InSlots(t.WithWorker):
    def setUp(self):
        super().setUp()
        self.buffers = {}
        self.wire = Columns("float64")

    def give(self, number, flags=0):
        fd = slot_file()
        self.buffers[flags, number] = mmap.mmap(fd, SLOT_SIZE)
        socket.send_fds(self.host.socket, [w.HEADER.pack(b"lt", w.BUFFER, flags, 0, number, SLOT_SIZE, 0)], [fd])
        os.close(fd)

    def send(self, batch, number, values):
        memory = self.buffers[0, number]
        body = body_of(self.wire.dumps(values))
        memory[:len(body)] = body
        where = struct.pack("<QQ", number, len(body))
        self.host.socket.sendall(w.HEADER.pack(b"lt", w.DATA, w.IN_BUFFER, self.session, batch, len(values), 16) + where)

    def begin(self, text, **more):
        self.session += 1
        self.host.open([t.stage("map_batches", text, **more)], self.session, **{
            "in": "columns", "in_type": "float64", "out": "columns", "out_type": "float64"})

    def frame(self):
        header = w.HEADER.unpack(self.host.file.read(32))
        return header[1], header[2], header[4], self.host.file.read(header[6])

    def until(self, kind):
        frames = [self.frame()]
        while frames[-1][0] != kind:
            frames.append(self.frame())
        return frames

    def test_a_slot_comes_back_when_its_batch_is_done(self):
        self.give(5)
        self.begin("lambda a: a + 1")
        for batch in range(3):
            self.send(batch, 5, [1.0, 2.0])
            frames = self.until(w.DONE)
            self.assertEqual(self.wire.loads(next(body for kind, _, _, body in frames if kind == w.DATA)), [2.0, 3.0])
            self.assertEqual([number for kind, _, number, _ in frames if kind == w.FREE], [5])
        self.host.end(self.session)
        self.host.until_closed(self.session)

    def test_a_view_keeps_its_slot(self):
        self.give(0)
        self.give(1)
        kept = []
        keep = kept.append
        with unittest.mock.patch.dict("sys.modules", {"kept_by_test": unittest.mock.Mock(kept=kept, keep=keep)}):
            self.begin("lambda a: [__import__('kept_by_test').keep(memoryview(a)[1:2]), [3.0]][1]")
            self.send(0, 0, [1.0, 2.0])
            self.assertNotIn(w.FREE, [frame[0] for frame in self.until(w.DONE)])
            self.send(1, 1, [5.0, 6.0])
            self.assertNotIn(w.FREE, [frame[0] for frame in self.until(w.DONE)])
            self.assertEqual([view[0] for view in kept], [2.0, 6.0])
            kept.pop().release()
            gc.collect()
            self.host.end(self.session)
            frames = self.until(w.CLOSED)
            self.assertEqual([number for kind, _, number, _ in frames if kind == w.FREE], [1])
            self.assertEqual([view[0] for view in kept], [2.0])
            kept.clear()

    def test_dropped_batches_give_their_slots_back(self):
        for number in range(3):
            self.give(number)
        self.begin("lambda a: 1 / 0")
        for number in range(3):
            self.send(number, number, [1.0])
        self.host.end(self.session)
        frames = self.until(w.CLOSED)
        self.assertIn(w.ERROR, [frame[0] for frame in frames])
        numbers = [number for kind, _, number, _ in frames if kind == w.FREE]
        self.begin("lambda a: a")  # the rest comes with whatever is said next
        self.host.end(self.session)
        numbers += [number for kind, _, number, _ in self.until(w.CLOSED) if kind == w.FREE]
        self.assertEqual(sorted(numbers), [0, 1, 2])
        self.session -= 1
        for number in range(3):  # of a session that has ended
            self.send(9, number, [1.0])
        self.session += 1
        self.begin("lambda a: a")
        self.host.end(self.session)
        self.assertEqual({number for kind, _, number, _ in self.until(w.CLOSED) if kind == w.FREE}, {0, 1, 2})

    def test_large_results_go_into_slots_while_there_are_any(self):
        for number in range(2):
            self.give(number, w.FOR_RESULTS)
        self.begin("lambda a: a * 2")
        values = [float(i) for i in range(10_000)]
        body = body_of(self.wire.dumps(values))
        found = []
        for batch in range(4):
            self.host.send(w.DATA, self.session, batch, len(values), body)
            for kind, flags, _, answer in self.until(w.DONE):
                if kind == w.DATA and flags == w.IN_BUFFER:
                    number, size = struct.unpack("<QQ", answer)
                    found.append(number)
                    answer = self.buffers[w.FOR_RESULTS, number][:size]
                if kind == w.DATA and batch > 1:
                    self.assertEqual(self.wire.loads(answer), [2 * x for x in values])
            if batch == 2:
                self.host.send(w.FREE, self.session, found[0])
        self.assertEqual((len(found), sorted(found[:2]), found[2:]), (3, [0, 1], [found[0]]))
        self.host.end(self.session)
        self.host.until_closed(self.session)

    def test_numpy_missing(self):
        with without_numpy():
            self.begin("lambda a: a")
            error = t.Result(self.host.until_closed(self.session)).error
        self.assertEqual((error["kind"], error["missing"]), ("start", "numpy"))

    def test_elements_need_no_numpy(self):
        with without_numpy():
            result = self.run_stages([t.stage("map", "lambda x: x + 1")], [1.0, 2.0], loads=self.wire.loads,
                                     dumps=lambda xs: body_of(self.wire.dumps(xs)),
                                     **{"in": "columns", "in_type": "float64", "out": "columns", "out_type": "float64"})
        self.assertEqual(result.values(), [2.0, 3.0])


class OfSlots(unittest.TestCase):
    def test_places_are_checked(self):
        buffers = SharedBuffers()
        buffers.arrived(3, SLOT_SIZE, False, slot_file())
        self.assertIsNotNone(buffers.loan(struct.pack("<QQ", 3, SLOT_SIZE)))
        for number, length in (3, SLOT_SIZE + 1), (2, 1):
            self.assertIsNone(buffers.loan(struct.pack("<QQ", number, length)))
        self.assertIsNone(buffers.loan(b"short"))

    def test_a_result_that_is_too_large_takes_no_slot(self):
        buffers = SharedBuffers()
        buffers.arrived(0, SLOT_SIZE, True, slot_file())
        self.assertIsNone(buffers.fill([bytes(SLOT_SIZE + 1)], SLOT_SIZE + 1))
        self.assertEqual(buffers.fill([b"ab", b"c"], 3), struct.pack("<QQ", 0, 3))
        self.assertEqual(buffers.results[0][:3], b"abc")
        self.assertIsNone(buffers.fill([b"d"], 1))
