# SPDX-License-Identifier: BSL-1.0
"""What users return, made plain by the declared type, and what msgpack's arrays and maps become."""
import array
import collections
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import fractions
import os
import pickle
import sys
import types
import unittest
import unittest.mock
import zoneinfo

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../include/leat/python"))
from leat.plain import Plain
from leat.printable import NotPlain
from leat.wires import TypedPickle

try:
    import numpy
except ImportError:
    numpy = None
try:
    import msgpack
except ImportError:
    msgpack = None

POINT = "{'x': float, 'y': float}"
UTC = datetime.timezone.utc


@dataclasses.dataclass
class Point:
    x: float
    y: float


Named = collections.namedtuple("Named", "x y")


class SharedBuffers:
    __slots__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Kind(enum.Enum):
    A = 4


class Name(enum.Enum):
    X = "x"


class Multi(collections.abc.Mapping):  # a key may stand twice, as in headers of HTTP
    def __init__(self, **values):
        self.values = values

    def __iter__(self):
        return iter([*self.values, *self.values])

    def __len__(self):
        return 2 * len(self.values)

    def __getitem__(self, key):
        return self.values[key]


class Text(str):
    pass


class Moment(datetime.datetime):
    nanosecond = 0


class Fine(datetime.datetime):
    nanosecond = 7


def hms(zone=None):
    return datetime.datetime(2024, 2, 29, 12, 30, 15, 250, zone)


class Plains(unittest.TestCase):
    def test_converts(self):
        cases = [
            (Kind.A, "int", 4), (Text("s"), "str", "s"), (True, "bool", True), (memoryview(b"ab"), "bytes", b"ab"),
            (bytearray(b"a"), "bytearray", bytearray(b"a")), (array.array("d", [1.5]), "list[float]", [1.5]),
            (2j, "complex", 2j),
            (decimal.Decimal("1.5"), "float", 1.5), (fractions.Fraction(1, 4), "float | None", 0.25),
            (decimal.Decimal("inf"), "list[float]", NotPlain), (decimal.Decimal("0.1"), "float", NotPlain),
            (fractions.Fraction(1, 3), "float", NotPlain), (decimal.Decimal("1"), "int", NotPlain),
            (decimal.Decimal("nan"), "float", NotPlain), (decimal.Decimal("1"), "str", NotPlain),
            (Point(1.0, 2.0), POINT, {"x": 1.0, "y": 2.0}), (Named(1.0, 2.0), POINT, {"x": 1.0, "y": 2.0}),
            (SharedBuffers(1.0, 2.0), POINT, {"x": 1.0, "y": 2.0}), (types.SimpleNamespace(x=1, y=2, z=3), POINT, {"x": 1, "y": 2}),
            (collections.OrderedDict(x=1.0, z=2.0), POINT, {"x": 1.0, "z": 2.0}), (types.SimpleNamespace(x=1), POINT, NotPlain),
            (Point, POINT, NotPlain), (Point(Kind.A, decimal.Decimal("2.5")), POINT, {"x": 4, "y": 2.5}),
            (Named(2.0, 1.0), f"tuple[{POINT}]", (2.0, 1.0)), (Point(2.0, 1.0), "tuple[{'y': float, 'x': float}]", (1.0, 2.0)),
            (Point(1.0, 2.0), "tuple[{'x': float}]", {"x": 1.0, "y": 2.0}),
            (Point(1.0, 2.0), "tuple[float, float]", (1.0, 2.0)),
            (Point(1.0, 2.0), "dict[str, float]", {"x": 1.0, "y": 2.0}), (Point(1.0, 2.0), "list", [1.0, 2.0]),
            (Point(1.0, 2.0), "dict", {"x": 1.0, "y": 2.0}), (Point(1.0, 2.0), "int", NotPlain),
            (Named(1.0, 2.0), "tuple[float, float]", (1.0, 2.0)), (Named(1.0, 2.0), "object", (1.0, 2.0)),
            ([Point(1.0, 2.0)], f"list[instance['geo:Point', {POINT}]]", [{"x": 1.0, "y": 2.0}]),
            ({Kind.A: [Point(1.0, 2.0)]}, f"dict[int, list[{POINT}]]", {4: [{"x": 1.0, "y": 2.0}]}),
            (Point(1.0, 2.0), f"int | {POINT}", {"x": 1.0, "y": 2.0}),
            (Point(1.0, 2.0), "int | tuple[float, float]", (1.0, 2.0)),
            (Named(1.0, 2.0), f"{{'a': int}} | {POINT}", {"x": 1.0, "y": 2.0}), ([Kind.A], "str | list[int]", [4]),
            ({Text("k"): Kind.A}, "str | dict[str, int]", {"k": 4}), ({frozenset({Text("k")})}, "set[frozenset[str]]",
                                                                     {frozenset({"k"})}),
            (len, "int", NotPlain), (object(), POINT, NotPlain), (range(3), "int", NotPlain),
            (range(3), "object", NotPlain)]
        for value, declared, expected in cases:
            with self.subTest(value=value, declared=declared):
                if expected is NotPlain:
                    self.assertRaises(NotPlain, Plain(declared), value)
                else:
                    made = Plain(declared)(value)
                    self.assertEqual((repr(made), type(made)), (repr(expected), type(expected)))

    def test_taken_for_lists(self):
        d = {"a": 1, Text("b"): Kind.A}
        cases = [
            ((1, Kind.A), "list[int]", [1, 4]), (Named(1, 2), "list[int]", [1, 2]), (range(3), "list[int]", [0, 1, 2]),
            ({Kind.A}, "list[int]", [4]), (frozenset({Kind.A}), "list[int]", [4]), (d.keys(), "list[str]", ["a", "b"]),
            (d.values(), "list[int]", [1, 4]), (d.items(), "list[tuple[str, int]]", [("a", 1), ("b", 4)]),
            (collections.OrderedDict(d).keys(), "list[str]", ["a", "b"]), (collections.deque([1, Kind.A], 2), "list[int]", [1, 4]),
            ((Kind.A for _ in range(2)), "list[int]", [4, 4]), ([range(2), {2: 3}.keys()], "list[list[int]]", [[0, 1], [2]]),
            ({"k": range(2)}, "dict[str, list[int]]", {"k": [0, 1]}), (range(2), "tuple[int, int]", (0, 1)),
            (collections.deque([1, 2]), "tuple[int, int]", (1, 2)), ({1: 2}.keys(), "set[int]", {1}),
            ([Kind.A, 2], "tuple[int, int]", [4, 2]), ([1, Kind.A], "tuple[{'x': int, 'y': int}]", [1, 4]),
            (range(3), "tuple[int, int]", NotPlain), ((1 for _ in "ab"), "tuple[int, int]", NotPlain), (range(2), "set[int]", NotPlain),
            ({1: 2}.values(), "set[int]", NotPlain), (iter([1]), "list[int]", NotPlain), (map(str, [1]), "list[str]", NotPlain),
            (range(2), "list[int] | None", [0, 1]), (collections.deque([Kind.A]), "str | list[int]", [4]),
            (range(2), "list", NotPlain), ((Kind.A,), "list", (4,)),
            ("ab", "list[str]", "ab"), ({"a": 1}, "list[str]", {"a": 1})]
        for value, declared, expected in cases:
            with self.subTest(value=value, declared=declared):
                if expected is NotPlain:
                    self.assertRaises(NotPlain, Plain(declared), value)
                else:
                    self.assertEqual(repr(Plain(declared)(value)), repr(expected))

        def fails():
            yield 1
            raise KeyError("lost")
        with self.assertRaises(NotPlain) as refused:
            Plain("list[int]")(fails())
        self.assertEqual(refused.exception.expected, "list[int] (the generator raised KeyError: 'lost')")

    def test_missing_and_unknown_keys(self):
        some, opened = "{'x': float, 'n': int | None}", "{'x': float, 'n': int | None, ...: object}"
        extra = types.MappingProxyType({"x": Kind.A, "z": object(), 3: 4})
        for value, declared, expected in (
                ({"x": Kind.A}, some, {"x": 4}), (types.MappingProxyType({"x": Kind.A}), f"int | {some}", {"x": 4}),
                (types.MappingProxyType({"x": Kind.A}), f"tuple[{some}]", (4, None)), (extra, opened, {"x": 4}),
                (extra, f"int | {opened}", {"x": 4}), ({"x": Kind.A, "z": len}, opened, {"x": 4}), (extra, some, NotPlain)):
            with self.subTest(value=value, declared=declared):
                if expected is NotPlain:
                    self.assertRaises(NotPlain, Plain(declared), value)
                else:
                    self.assertEqual(Plain(declared)(value), expected)
        self.assertEqual((str(Plain(opened).shape), str(Plain(some).shape)), (opened, some))

    def test_keys_that_become_the_same(self):
        cases = [
            ({Kind.A: 1, 4: 2}, "dict[int, int]", 4, "keys that stay different in dict[int, int]"),
            ({4, Kind.A, 5}, "set[int]", None, "items that stay different in set[int]"),
            (frozenset([4, Kind.A]), "list[int]", None, "items that stay different in set "),
            ([{"a": {Kind.A: 1, 4: 2}}], "list[{'a': dict[int, int]}]", 4, "keys that stay different in dict[int, int]"),
            ({(Kind.A, 1): 1, (4, 1): 2}, "dict[tuple[int, int], int]", (4, 1), "keys that stay different in"),
            ({Name.X: 1.0, "x": 2.0, "y": 0.0}, POINT, "x", "keys that stay different in " + POINT),
            (Multi(a=1), "dict[str, int]", "a", "keys that stay different in dict[str, int]")]
        for value, declared, key, expected in cases:
            with self.subTest(value=value, declared=declared), self.assertRaises(NotPlain) as refused:
                Plain(declared)(value)
            e = refused.exception
            self.assertIn(e.args[0], (4, Kind.A) if key is None else (key,))
            self.assertTrue(e.expected.startswith(expected), e.expected)
            self.assertTrue(e.kind)
        self.assertEqual(Plain("dict[float, int]")({float("nan"): 1, decimal.Decimal("0.5"): 2, 1.0: 3})[0.5], 2)

    def test_mappings(self):
        frozen, named = types.MappingProxyType({Kind.A: Kind.A}), types.MappingProxyType({"x": 1.0, "y": Kind.A})
        for value, declared, expected in (
                (frozen, "dict[int, int]", {4: 4}), (frozen, "int | dict[int, int]", {4: 4}), (named, POINT, {"x": 1.0, "y": 4}),
                (named, f"int | {POINT}", {"x": 1.0, "y": 4}), (named, "tuple[{'y': float, 'x': float}]", (4, 1.0)),
                (collections.ChainMap({"a": 1}, {"b": 2}), "dict[str, int]", {"b": 2, "a": 1})):
            with self.subTest(value=value, declared=declared):
                self.assertEqual(Plain(declared)(value), expected)
        for declared in "int", "list[int]", "str":
            self.assertRaises(NotPlain, Plain(declared), frozen)

    def test_times(self):
        berlin = zoneinfo.ZoneInfo("Europe/Berlin")
        half = datetime.timezone(datetime.timedelta(hours=5, minutes=30))
        cases = [
            (hms(), hms()), (hms(UTC), hms(UTC)), (hms(half), hms(half)), (hms(berlin), hms(UTC) - datetime.timedelta(hours=1)),
            (Moment(2024, 1, 2, tzinfo=UTC), datetime.datetime(2024, 1, 2, tzinfo=UTC)), (Fine(2024, 1, 2), NotPlain),
            (datetime.date(2024, 1, 2), datetime.date(2024, 1, 2)), (datetime.timedelta(1, 2, 3), datetime.timedelta(1, 2, 3)),
            (datetime.datetime(1, 1, 1, tzinfo=zoneinfo.ZoneInfo("Asia/Tokyo")), NotPlain), (hms().replace(fold=1), NotPlain),
            (hms(half).replace(fold=1), hms(half)), (Moment(2024, 1, 2, fold=1), NotPlain),
            (datetime.datetime(2024, 10, 27, 2, 30, tzinfo=berlin, fold=1), datetime.datetime(2024, 10, 27, 1, 30, tzinfo=UTC))]
        for value, expected in cases:
            with self.subTest(value=value):
                if expected is NotPlain:
                    self.assertRaises(NotPlain, Plain("datetime.datetime"), value)
                    continue
                made = Plain("datetime.datetime")(value)
                self.assertEqual((made, type(made)), (expected, type(expected)))
                body = TypedPickle("datetime.datetime").dumps([value])
                self.assertEqual(pickle.loads(body), [expected])
                self.assertNotIn(b"zoneinfo", body)

    def test_many_frozensets(self):
        for values in ([frozenset({i}) for i in range(300)], [frozenset({1})] * 300):
            self.assertEqual(pickle.loads(TypedPickle("set[int]").dumps(values)), values)
        loop = []
        loop.append(loop)
        self.assertRaises(ValueError, TypedPickle("list[int]").dumps, loop)

    @unittest.skipUnless(numpy, "numpy is not installed")
    def test_numpy(self):
        at = numpy.datetime64
        record = numpy.array([(1, 2.5)], dtype=[("x", "i4"), ("y", "f8")])[0]
        cases = [
            (numpy.float32(0.5), "float", 0.5), (numpy.array(7), "int", 7), (numpy.bool_(True), "bool", True),
            (numpy.complex64(1 + 2j), "complex", 1 + 2j), (numpy.str_("s"), "str", "s"), (numpy.bytes_(b"b"), "bytes", b"b"),
            (numpy.arange(3), "list[int]", [0, 1, 2]), (numpy.arange(2.0), "tuple[float, float]", (0.0, 1.0)),
            (numpy.ones((2, 2)), "list[tuple[float, float]]", [(1.0, 1.0)] * 2),
            (numpy.ones((1, 1)), "list[list[float]]", [[1.0]]),
            (numpy.arange(3), "tuple[int, int]", (0, 1, 2)), (numpy.arange(3), "int", NotPlain),
            (numpy.longdouble(1), "float", NotPlain),
            (record, POINT, {"x": 1, "y": 2.5}), (numpy.array(["a"]), "list[str]", ["a"]),
            (numpy.array([Kind.A, None], object), "list[int | None]", [4, None]), (numpy.array(Kind.A, object), "int", 4),
            (at("2024-02-29"), "datetime.date", datetime.date(2024, 2, 29)), (at("NaT"), "datetime.date | None", NotPlain),
            (at("2024-02-29T12:30:15.000250000", "ns"), "datetime.datetime", hms()),
            (at("2024-02-29T12:30:15.000000001"), "int", NotPlain),
            (numpy.timedelta64(3, "s"), "datetime.timedelta", datetime.timedelta(seconds=3)),
            (numpy.array(["2024-02-29"], "M8[D]"), "list[datetime.date]", [datetime.date(2024, 2, 29)]),
            (numpy.ma.array([1, 2], mask=[0, 1]), "list[int | None]", [1, None]), (numpy.ma.masked, "int | None", None),
            (numpy.ma.array([[1, 2]], mask=[[0, 1]]), "list[list[int | None]]", [[1, None]]),
            (numpy.array([2, 0], "u1").view(bool), "list[bool]", [True, False])]
        for value, declared, expected in cases:
            with self.subTest(value=repr(value), declared=declared):
                if expected is NotPlain:
                    self.assertRaises(NotPlain, Plain(declared), value)
                else:
                    made = Plain(declared)(value)
                    self.assertEqual((repr(made), type(made)), (repr(expected), type(expected)))


    @unittest.skipUnless(numpy, "numpy is not installed")
    def test_dimensions(self):
        ones, floats = numpy.ones, "list[float]"
        refused = [  # shape, type, what was expected
            ((2, 2), floats, floats), ((2, 1), floats, floats), ((2, 2), f"{floats} | None", floats),
            ((2, 2), "tuple[float, float]", "tuple[float, float]"), ((2, 2), "str | list[float]", floats),
            ((2,), f"list[{floats}]", f"list[{floats}]"), ((2, 2, 2), "list[tuple[float, float]]", "list[tuple[float, float]]")]
        for shape, declared, expected in refused:
            with self.subTest(shape=shape, declared=declared), self.assertRaises(NotPlain) as e:
                Plain(declared)(ones(shape))
            goal = "2 dimensions" if "list[float]]" in declared or "list[tuple" in declared else "1 dimension"
            got = f"{len(shape)} dimension{'s' * (len(shape) > 1)}"
            self.assertEqual((e.exception.kind, e.exception.expected),
                             (f"numpy.ndarray with {got}", f"{expected} (an array with {goal})"))
        with self.assertRaises(NotPlain) as e:
            Plain(f"dict[str, {floats}]")({"a": ones((2, 2))})
        self.assertEqual(e.exception.expected, f"{floats} (an array with 1 dimension) in dict[str, {floats}]")
        rows = numpy.empty(1, object)
        rows[0] = ones(2)
        taken = [(rows, f"list[{floats}]", [[1.0, 1.0]]), (ones((0, 2)), floats, []), (ones((1, 2)), "list[list]", [[1.0, 1.0]]),
                 (ones((1, 1, 1)), "list[object]", [[[1.0]]]), (ones((1, 2)), f"list[{floats} | None]", [[1.0, 1.0]]),
                 (numpy.array([(1, 2.5)], "i4, f8"), "list[tuple[{'f0': int, 'f1': float}]]", [(1, 2.5)])]
        for value, declared, expected in taken:
            self.assertEqual(Plain(declared)(value), expected)

    def test_no_value_of_pandas(self):
        pandas = types.SimpleNamespace(NA=object())
        with unittest.mock.patch.dict(sys.modules, pandas=pandas):
            for declared in "int | None", "None | int | str", "list[int] | None":
                self.assertIsNone(Plain(declared)(pandas.NA))
            self.assertEqual(Plain("list[str | None]")(["a", pandas.NA]), ["a", None])
            for declared in "int", "int | str":
                self.assertRaises(NotPlain, Plain(declared), pandas.NA)


@unittest.skipUnless(msgpack, "msgpack is not installed")
class Messages(unittest.TestCase):
    def trip(self, value, declared):
        from leat.msgpack import Msgpack
        wire = Msgpack(declared)
        return wire.loads(wire.dumps([value]))[0]

    def test_trips(self):
        sys.modules["leat_test_geo"] = types.SimpleNamespace(Point=Point)
        instance = f"instance['leat_test_geo:Point', {POINT}]"
        cases = [
            (1 << 80, "int"), (-(1 << 64), "int"), (1 + 2j, "complex"), (complex("nan"), "list[complex]"),
            (hms(), "datetime.datetime"),
            (hms(UTC), "datetime.datetime"), (datetime.datetime(1, 1, 1), "datetime.datetime"),
            (datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, UTC), "datetime.datetime"),
            (datetime.datetime(1, 1, 1, tzinfo=UTC), "datetime.datetime"), (datetime.date(1, 1, 1), "datetime.date"),
            (datetime.timedelta.max, "datetime.timedelta"), (datetime.timedelta(microseconds=-1), "datetime.timedelta"),
            (bytearray(b"a"), "bytearray"), ([bytearray(b"a")], "list[bytearray]"), ({frozenset({1})}, "set[frozenset[int]]"),
            ({frozenset({1}): (2,)}, "dict[frozenset[int], tuple[int]]"), ((1.0, 2.0), f"tuple[{POINT}]"),
            ({"x": (1,), "from": {2}}, "{'x': tuple[int], 'from': set[int]}"), (Point(1.0, 2.0), instance),
            ([Point(1.0, 2.0)], f"list[{instance}]"), (5, "int | tuple[int, str]"), ((5, "a"), "int | tuple[int, str]"),
            (None, "tuple[int] | None"), ((1,), "tuple[int] | None"), ({"a": (1,)}, f"{instance} | dict[str, tuple[int]]"),
            (Point(1.0, 2.0), f"{instance} | dict[str, tuple[int]]"), ({"x": 1, "y": 2}, f"{POINT} | dict[str, tuple[int]]"),
            (({"a": 1}, {2}), "tuple[{'a': int}, set[int]]"), ("s", "str | bytearray"), (bytearray(b"s"), "str | bytearray"),
            ({(1, 2): [(3,)]}, "dict[tuple[int, int], list[tuple[int]]]")]
        for value, declared in cases:
            with self.subTest(value=value, declared=declared):
                made = self.trip(value, declared)
                self.assertEqual((repr(made), type(made)), (repr(value), type(value)))

    def test_becomes(self):
        zone = datetime.timezone(datetime.timedelta(hours=1))
        for value, declared, expected in (
                (Named(1.0, 2.0), POINT, {"x": 1.0, "y": 2.0}), ([Point(1.0, 2.0)], f"list[{POINT}]", [{"x": 1.0, "y": 2.0}]),
                (hms(zone), "datetime.datetime", hms(zone).astimezone(UTC)), (Kind.A, "int", 4), ((1, 2), "object", [1, 2])):
            self.assertEqual(repr(self.trip(value, declared)), repr(expected))
        for value, declared in (({1}, "int"), (len, "int"), (object(), "object"), (Point(1, 2), "int")):
            self.assertRaises(NotPlain, self.trip, value, declared)


if __name__ == "__main__":
    unittest.main()
