# SPDX-License-Identifier: BSL-1.0
"""Arrays of numbers as elements of the columns wire, and as parts of pickled ones: every type, shape and form, against numpy."""
import array
import importlib.util
import random
import sys
import unittest
import unittest.mock

import test_columns as columns
import test_worker as t

from leat.columns import Columns
from leat.gathered import Rows
from leat.plain import parse, shape_of
from leat.printable import NotPlain
from leat.tensors import Ragged, plain_of, stacked

numpy = t.numpy
NUMBERS = ["bool", "int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float16", "float32", "float64"]
if importlib.util.find_spec("ml_dtypes"):
    NUMBERS.append("bfloat16")


def body_of(parts):
    return b"".join(bytes(part) for part in parts)


def dtype(name):
    if name != "bfloat16":
        return numpy.dtype(name)
    import ml_dtypes
    return numpy.dtype(ml_dtypes.bfloat16)


def some(kind, shape, rng):
    raw = numpy.array([rng.randrange(0, 100) for _ in range(int(numpy.prod(shape)))], numpy.uint8).reshape(shape)
    return (raw > 50) if kind == "bool" else raw.astype(dtype(kind))


def same(a, b):
    return type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def there_and_back(declared, given, views=True):
    wire = Columns(declared)
    columns = wire.columns_of(given)
    body = body_of(wire.dumps(given if columns is None else columns))
    wire.views = views
    return wire.loads(body)


def batch(declared, given, **how):
    wire = Columns(declared)
    vars(wire).update(how)
    return wire.load_arrays()(body_of(wire.dumps(given))).argument


@unittest.skipUnless(numpy, "numpy is not there")
class Trips(unittest.TestCase):
    def test_every_type_shape_and_form(self):
        rng = random.Random(5)
        for kind in NUMBERS:
            for declared, shapes in [("[3]", [(3,)] * 4), ("[2, 3]", [(2, 3)] * 3), ("[:]", [(3,), (0,), (1,), (700,)]),
                                     ("[:, 2]", [(3, 2), (0, 2), (5, 2)]), ("nd[:, :]", [(2, 3), (0, 4), (4, 0), (1, 1)]),
                                     ("nd[2, :]", [(2, 3), (2, 0), (2, 1)]), ("nd[:, 2, :]", [(1, 2, 3), (0, 2, 5), (2, 2, 2)])]:
                declared = f"ndarray[{kind}, {declared[3:]}" if declared.startswith("nd") else kind + declared
                rows = [some(kind, shape, rng) for shape in shapes]
                listed = [row if 0 in row.shape else row.tolist() for row in rows]  # an empty list does not tell what it would hold
                forms = {"arrays": rows, "a tuple": tuple(rows), "lists": listed,
                         "strided": [numpy.stack([row, row], -1)[..., 0] for row in rows],
                         "column-major": [numpy.asfortranarray(row) for row in rows], "mixed": [rows[0].tolist(), *rows[1:]],
                         "none": []}
                if kind != "bfloat16":
                    forms["big-endian"] = [row.astype(row.dtype.newbyteorder(">")) for row in rows]
                if len(set(shapes)) == 1:
                    forms["one array"] = numpy.stack(rows)
                    forms["one, read-only"] = numpy.broadcast_to(rows[0], (4, *rows[0].shape))
                for form, given in forms.items():
                    if kind == "bfloat16" and form in ("lists", "mixed"):
                        given = [row if 0 in row.shape else row.astype("f4").tolist() for row in rows]
                    with self.subTest(declared=declared, form=form):
                        expected = [rows[0]] * 4 if form == "one, read-only" else rows[:len(given)]
                        found = there_and_back(declared, given)
                        self.assertEqual(len(found), len(expected))
                        self.assertTrue(all(map(same, found, expected)), (found, expected))
                        self.assertFalse(any(row.flags.writeable for row in found))
                        wide = batch(declared, given if form == "none" else list(given))
                        self.assertTrue(all(map(same, list(wide), expected)))

    def test_without_views_they_are_lists_and_tuples(self):
        for declared, given, expected in [
                ("int32[:]", [[1, 2], []], [[1, 2], []]), ("float64[2]", [(1, 2)], [(1.0, 2.0)]), ("bool[1]", [[True]], [(True,)]),
                ("float16[:]", [[0.5]], [[0.5]]), ("int8[2, 2]", [[[1, 2], [3, 4]]], [((1, 2), (3, 4))]),
                ("int64[:, 2]", [[(1, 2), (3, 4)], []], [[(1, 2), (3, 4)], []]), ("int8[:, 1, 2]", [[[[1, 2]]]], [[((1, 2),)]])]:
            with self.subTest(declared=declared):
                self.assertEqual(there_and_back(declared, given, views=False), expected)

    def test_in_structs_and_tuples_also_missing_ones(self):
        declared = "{'a': float32[2] | None, 'b': tuple[int64[:], str], 'c': int32[:] | None, 'd': ndarray[uint8, :, :] | None}"
        rows = [{"a": (1.0, 2.0), "b": ([1, 2, 3], "x"), "c": None, "d": numpy.ones((2, 1), numpy.uint8)},
                {"a": None, "b": ([], "y"), "c": [5], "d": None}]
        found = there_and_back(declared, rows, views=False)
        self.assertEqual([found[0].pop("d").tolist(), found[1].pop("d")], [[[1], [1]], None])
        self.assertEqual(found, [{k: v for k, v in row.items() if k != "d"} for row in rows])
        wide = batch(declared, rows)
        self.assertEqual(wide["a"].tolist(), [[1, 2], [None, None]])
        self.assertEqual([x if x is None else x.tolist() for x in wide["c"]], [None, [5]])
        again = there_and_back(declared, wide, views=False)
        self.assertEqual([again[0].pop("d").tolist(), again[1].pop("d")], [[[1], [1]], None])
        self.assertEqual(again, found)

    def test_rows_that_are_missing(self):
        row = numpy.ones(2, numpy.float32)
        masked = numpy.ma.array([[1, 2], [3, 4]], mask=[[0, 0], [1, 1]])
        for declared in "float32[2] | None", "float32[:] | None", "ndarray[float32, :] | None":
            for given in [row, None], [None, row], [None, None], [row, row], [row, numpy.ma.masked], numpy.array([row, None, 1], object)[:2]:
                with self.subTest(declared=declared, given=given):
                    found = there_and_back(declared, given)
                    self.assertEqual([x is None for x in found], [x is None or x is numpy.ma.masked for x in given])
                    self.assertTrue(all(x is None or same(x, row) for x in found))
            if "[:" not in declared:
                self.assertEqual([x if x is None else x.tolist() for x in there_and_back(declared, masked)], [[1, 2], None])
        with self.assertRaises(NotPlain) as refused:
            there_and_back("float32[2] | None", numpy.ma.array([[1, 2]], mask=[[0, 1]]))
        self.assertEqual(refused.exception.kind, "numpy.ma.MaskedArray with masks on parts of rows")

    def test_what_says_that_a_row_is_missing(self):
        row = numpy.ones(2, numpy.float32)
        objects = numpy.empty(2, object)
        objects[0] = row
        for declared in "float32[:] | None", "float32[2] | None":
            for form, given in {"a list": [row, None], "objects": objects, "numpy's": [row, numpy.ma.masked],
                                "masked": numpy.ma.array([row, row], mask=[[0, 0], [1, 1]])}.items():
                with self.subTest(declared=declared, form=form):
                    found = there_and_back(declared, given)
                    self.assertTrue(len(found) == 2 and same(found[0], row) and found[1] is None, found)
                    self.assertEqual(there_and_back(declared, given[:0]), [])

    def test_ragged_ones_of_random_lengths(self):
        for seed in range(200):
            rng = random.Random(seed)
            kind, inner = rng.choice(NUMBERS), rng.choice([(), (2,), (1, 3)])
            declared = f"{kind}[{', '.join([':', *map(str, inner)])}]"
            longest = rng.choice([0, 1, 2, 50])
            rows = [some(kind, (rng.randint(0, longest), *inner), rng) for _ in range(rng.randrange(20))]
            with self.subTest(seed=seed, declared=declared):
                found = batch(declared, rows)
                self.assertTrue(all(map(same, found, rows)) and len(found) == len(rows))
                self.assertEqual(found.offsets.tolist(), numpy.cumsum([0, *map(len, rows)]).tolist())
                self.assertTrue(same(found.values, numpy.concatenate([*rows, numpy.zeros((0, *inner), dtype(kind))])))
                a, b = sorted([rng.randint(0, len(rows)), rng.randint(0, len(rows))])
                for given, expected in (found, rows), (found[a:b], rows[a:b]), (found[::2], rows[::2]), (
                        Ragged(found.values, found.offsets.astype("i4")), rows), (Ragged(found.values, found.offsets.tolist()), rows):
                    back = there_and_back(declared, given)
                    self.assertTrue(len(back) == len(expected) and all(map(same, back, expected)))
                for i in range(-len(rows), len(rows)):
                    self.assertTrue(same(found[i], rows[i]))
                with self.assertRaises(IndexError):
                    found[len(rows)]

    def test_some_rows_of_a_batch(self):
        rows = [(1, (1, 2)), (2, (3, 4)), (3, (5, 6))]
        for declared, given in [("tuple[int8, float32[2]]", rows), ("{'a': int8, 'b': float32[2]}", [dict(zip("ab", row)) for row in rows]),
                                ("instance['types:SimpleNamespace', {'a': int8, 'b': float32[2]}]", [dict(zip("ab", row)) for row in rows])]:
            with self.subTest(declared=declared):
                some = Rows(batch(declared, given), 3)[1:]
                found = getattr(some.argument, "__dict__", some.argument)
                ids, arrays = found.values() if isinstance(found, dict) else found
                self.assertEqual((len(some), ids.tolist(), arrays.tolist()), (2, [2, 3], [[3, 4], [5, 6]]))

    def test_stacked_where_all_shapes_agree(self):
        rows = [numpy.full((3,), i, numpy.float32) for i in range(4)]
        self.assertTrue(same(batch("float32[:]", rows, stacked=True), numpy.stack(rows)))
        self.assertIsInstance(batch("float32[:]", [*rows, rows[0][:2]], stacked=True), Ragged)
        self.assertIsInstance(batch("float32[:]", rows), Ragged)
        self.assertEqual(batch("float32[:]", [[], []], stacked=True).shape, (2, 0))
        self.assertEqual(batch("ndarray[int8, :, :]", [[[1], [2]]] * 3, stacked=True).shape, (3, 2, 1))
        self.assertEqual(batch("ndarray[int8, :, :]", [[[1], [2]], [[1, 2]]], stacked=True)[1].shape, (1, 2))
        self.assertEqual(len(batch("float32[:]", [], stacked=True)), 0)
        self.assertEqual(batch("tuple[int8, float64[:, 2]]", [(1, [(1, 2)])] * 2, stacked=True)[1].shape, (2, 1, 2))
        self.assertEqual(stacked(Ragged(numpy.arange(6)[1:], numpy.array([1, 3, 5]))).tolist(), [[2, 3], [4, 5]])

    def test_pickled_ones(self):
        plain = plain_of("dict[str, ndarray[float32, :, 2]]")
        for given in numpy.ones((3, 2), numpy.float32), [[1, 1]] * 3, numpy.ones((3, 2), int), [numpy.ones(2)] * 3:
            raw, extents = plain({"a": given})["a"]
            self.assertEqual((raw, extents), (numpy.ones((3, 2), numpy.float32).tobytes(), (3, 2)))
        self.assertEqual(plain_of("ndarray[int8, :] | None")(None), None)
        self.assertEqual(plain_of("ndarray[int8, :] | str")([1]), (b"\1", (1,)))
        self.assertEqual(plain_of("ndarray[int8, :] | str")("a"), "a")

    def test_annotations(self):
        for text in "float32[3]", "int8[:, 2]", "ndarray[float64, :, :]", "ndarray[bool, 4] | None":
            self.assertEqual(str(shape_of(parse(text))), text)


class Elsewhere:
    '''A holder that has no methods of numpy's.'''

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **how):
        return self.array.__dlpack__(**how)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


class Interface:
    def __init__(self, array):
        self.array, self.__array_interface__ = array, array.__array_interface__


class OnDevice:
    def __array__(self, dtype=None, copy=None):
        raise TypeError("can't convert cuda:0 device type tensor to numpy")


@unittest.skipUnless(numpy, "numpy is not there")
class Results(unittest.TestCase):
    def test_holders_of_other_packages(self):
        rows = numpy.arange(6, dtype=numpy.float32).reshape(2, 3)
        for make in Elsewhere, Interface:
            for given in make(rows), [make(row) for row in rows], [make(rows[0].copy()), rows[1]]:
                with self.subTest(make=make.__name__, given=type(given)):
                    if make is Elsewhere or not isinstance(given, list):
                        vars(make).get("__len__") or setattr(make, "__len__", lambda self: len(self.array))
                    self.assertTrue(all(map(same, there_and_back("float32[3]", given), rows)))

    def test_what_holds_a_list(self):
        for value in range(3), (i for i in range(3)), {0: 1, 1: 2, 2: 3}.keys(), array.array("d", [0, 1, 2]), numpy.asmatrix([0, 1, 2]).A1:
            with self.subTest(value=value):
                if isinstance(value, array.array):
                    self.assertEqual(there_and_back("float64[:]", [value], views=False), [[0, 1, 2]])
                else:
                    self.assertEqual(there_and_back("int32[:]", [value], views=False), [[0, 1, 2]])
        self.assertEqual(there_and_back("int32[2]", numpy.asmatrix([[1, 2], [3, 4]]), views=False), [(1, 2), (3, 4)])

    def test_converted_where_nothing_is_lost(self):
        for declared, given, expected in [
                ("float32[:]", [1.1], numpy.float32(1.1)), ("float64[:]", [numpy.float16(0.5)], 0.5), ("int8[:]", [2**40 - 2**40 + 7], 7),
                ("float16[:]", [2048], 2048.0), ("float16[:]", [2049.0], 2048.0),
                ("float64[:]", [2**53], 2.0**53), ("uint64[:]", [2**64 - 1], 2**64 - 1)]:
            for value in given, numpy.array(given), numpy.array(given, object):
                with self.subTest(declared=declared, value=value):
                    self.assertEqual(there_and_back(declared, [value])[0].tolist(), [expected])

    def test_refused_by_name(self):
        two = numpy.ones((2, 2))
        nan = float("nan")
        for declared, given, kind, expected in [
                ("float32[3]", [numpy.ones(4)], "numpy.ndarray of shape (4,)", "float32[3]"),
                ("float32[3]", [[1, 2]], "list of shape (2,)", "float32[3]"),
                ("float32[3]", two, "numpy.ndarray of shape (2, 2)", "float32[3] in each row (an array of shape (n, 3))"),
                ("float32[:]", numpy.ones(2), "numpy.ndarray of shape (2,)", "float32[:] in each row (an array of shape (n, :))"),
                ("float32[:]", [numpy.float64(1)], "numpy.float64 of shape ()", "float32[:]"),
                ("float32[:]", [1.5], "float", "float32[:]"), ("float32[:]", [None], "NoneType", "float32[:]"),
                ("float32[:]", [{1.0}], "set", "float32[:]"), ("float32[:]", [(1 // (i - i) for i in "a")], "generator",
                 "float32[:] (the generator raised TypeError: unsupported operand type(s) for -: 'str' and 'str')"),
                ("float32[2]", numpy.float32(1), "numpy.float32 of shape ()", "float32[2] in each row"),
                ("float64[:]", [columns.Nullable([1.0, nan], 1)], "test_columns.Nullable with missing values", "float64[:]"),
                ("float32[:]", ["ab"], "str", "float32[:]"), ("uint8[:]", [b"ab"], "bytes", "uint8[:]"),
                ("int8[:]", [[1, "a"]], "str", "int8"), ("int8[:]", [[1, 300]], "int", "int8"),
                ("int8[:]", [numpy.array([300])], "numpy.ndarray with 300", "int8[:]"),
                ("int64[:]", [numpy.array([1.0])], "numpy.ndarray of float64", "int64[:]"),
                ("float32[:]", [numpy.array([1j])], "numpy.ndarray of complex128", "float32[:]"),
                ("float64[:]", [numpy.array([2**53 + 1])], f"numpy.ndarray with {2**53 + 1}", "float64[:]"),
                ("float16[:]", [numpy.array([1e6])], "numpy.ndarray with 1000000.0", "float16[:]"),
                ("float16[:]", [numpy.array([70000])], "numpy.ndarray with 70000", "float16[:]"),
                ("float16[:]", [[2049]], "int", "int8"), ("float16[:]", [[10**6]], "int", "int8"), ("float32[:]", [[2**24 + 1]], "int", "int8"),
                ("float32[:]", [numpy.ma.array([1.0, 2.0], mask=[0, 1])], "numpy.ndarray with masked values", "float32[:]"),
                ("int64[:]", [numpy.array(["2020"], "M8[Y]")], "numpy.ndarray of datetime64[Y]", "int64[:]"),
                ("ndarray[int8, :, :]", [[[1, 2], [3]]], "list of rows that differ in length", "ndarray[int8, :, :]"),
                ("float32[:]", [OnDevice()], f"{__name__}.OnDevice, of which numpy can make no array (TypeError: "
                 "can't convert cuda:0 device type tensor to numpy)", "float32[:]"),
                ("float32[:]", Ragged(numpy.ones(3), numpy.array([0, 4])), "leat.tensors.Ragged whose offsets do not rise from 0 to 3",
                 "float32[:]"),
                ("float32[:]", Ragged(numpy.ones(3), [0, 4]), "leat.tensors.Ragged whose offsets do not rise from 0 to 3", "float32[:]"),
                ("float32[:]", Ragged([1, 2, 3], [-1, 2]), "leat.tensors.Ragged whose offsets do not rise from 0 to 3", "float32[:]"),
                ("float32[:]", Ragged([1], []), "leat.tensors.Ragged whose offsets do not rise from 0 to 1", "float32[:]"),
                ("float32[:, 2]", Ragged(numpy.ones((3, 3)), numpy.array([0, 3])), "numpy.ndarray of shape (3, 3)", "float32[:, 2]"),
                ("tuple[int8, float32[2]]", [(1, [1, 2, 3])], "list of shape (3,)", "float32[2] in column 1 of tuple[int8, float32[2]]"),
                ("{'v': float32[2]}", {"v": two[:, :1]}, "numpy.ndarray of shape (2, 1)",
                 "float32[2] in each row (an array of shape (n, 2)) in column 'v' of {'v': float32[2]}")]:
            with self.subTest(declared=declared, given=given), self.assertRaises(NotPlain) as refused:
                there_and_back(declared, given)
            error = refused.exception
            self.assertEqual((error.kind or type(error.args[0]).__name__, error.expected or "int8"), (kind, expected))
        self.assertTrue(numpy.isnan(there_and_back("float32[:]", [[nan]])[0][0]))

    def test_numpy_is_missed_before_the_first_record(self):
        with unittest.mock.patch.dict(sys.modules, {"numpy": None}):
            with self.assertRaises(ModuleNotFoundError):
                Columns("ndarray[float32, :]")
            self.assertEqual(there_and_back("int32[:]", [[1, 2], []], views=False), [[1, 2], []])
            self.assertEqual(there_and_back("float32[2]", [(1, 2)], views=False), [(1.0, 2.0)])


if __name__ == "__main__":
    unittest.main()
