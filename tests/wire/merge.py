# SPDX-License-Identifier: BSL-1.0
'''The Python half of merge.cpp.

make FOLDER SEED  writes NAME.in files: pickles of one object each, each behind its length of eight bytes.
check FOLDER      loads each NAME.merged and compares it with what the pickles of NAME.in give one by one.
'''
import collections
import copyreg
import dataclasses
import datetime
import decimal
import enum
import fractions
import io
import pathlib
import pickle
import pickletools
import random
import struct
import sys


class Plain:
    def __init__(self, **fields):
        self.__dict__.update(fields)


class Slotted:
    __slots__ = ('left', 'right')

    def __init__(self, left, right):
        self.left, self.right = left, right

    def __getstate__(self):
        return self.left, self.right

    def __setstate__(self, state):
        self.left, self.right = state


class Items(list):
    pass


class Keyword:
    def __init__(self, *, value):
        self.value = value

    def __getnewargs_ex__(self):
        return (), {'value': self.value}

    def __new__(cls, *, value=None):
        return super().__new__(cls)


class Table(dict):
    pass


class Color(enum.Enum):
    RED = 'red'
    BLUE = 'blue'


@dataclasses.dataclass
class Record:
    name: str
    values: list
    next: object = None


Pair = collections.namedtuple('Pair', 'first second')
copyreg.add_extension('fractions', 'Fraction', 77)


def same(a, b):
    '''Equal in type, value and shape: what is one object twice in `a` is one object twice in `b`.'''
    partner, alive = {}, []  # by id, so what is made here must live on
    todo = [(a, b)]
    while todo:
        a, b = todo.pop()
        alive.append(a)
        assert type(a) is type(b), (type(a), type(b))
        if type(a) in (type(None), bool, int, float, complex, str, bytes, type, datetime.datetime, decimal.Decimal,
                       fractions.Fraction) or isinstance(a, (enum.Enum, enum.EnumMeta)) or callable(a):
            assert repr(a) == repr(b), (a, b)
            continue
        if id(a) in partner or a in ((), frozenset()) and a == b:
            assert partner.get(id(a), b) is b, 'another shape'
            continue
        partner[id(a)] = b
        if isinstance(a, (set, frozenset)):
            a, b = sorted(a, key=repr), sorted(b, key=repr)
        if isinstance(a, dict):
            todo.append((list(a.items()), list(b.items())))
            a, b = vars(a) if hasattr(a, '__dict__') else (), vars(b) if hasattr(b, '__dict__') else ()
            a, b = [x for pair in dict(a).items() for x in pair], [x for pair in dict(b).items() for x in pair]
        elif isinstance(a, Slotted):
            a, b = [a.left, a.right], [b.left, b.right]
        elif type(a) is bytearray:
            assert a == b
            continue
        elif hasattr(a, '__dict__'):
            todo.append((vars(a), vars(b)))
            a, b = (list(a), list(b)) if isinstance(a, (list, tuple, collections.deque)) else ([], [])
        assert len(a) == len(b)
        todo.extend(zip(a, b))


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.known = []  # what may be shared

    def scalar(self):
        r = self.random
        return r.choice([
            lambda: None, lambda: r.random() < .5, lambda: r.randrange(300), lambda: -r.randrange(1 << r.randrange(1, 200)),
            lambda: r.random(), lambda: float('nan'), lambda: complex(1, r.random()), lambda: '', self.text, self.text,
            lambda: self.text().encode(), lambda: 'key%d' % r.randrange(8), lambda: Color.RED, lambda: Record, lambda: same,
            lambda: datetime.datetime(2020, 1, 1 + r.randrange(28)), lambda: decimal.Decimal(r.randrange(99)) / 7,
            lambda: fractions.Fraction(1, 1 + r.randrange(9))])()

    def text(self):
        return ''.join(self.random.choice('abc\xe4\u20ac\U0001f600\n\\\0\u0394') for _ in range(self.random.randrange(9)))

    def value(self, depth):
        r = self.random
        if self.known and r.random() < .2:
            return r.choice(self.known)
        if depth == 0 or r.random() < .2:
            return self.scalar()
        parts = [self.value(depth - 1) for _ in range(r.randrange(5))]
        keys = ['key%d' % r.randrange(8) if r.random() < .8 else r.randrange(1 << 40) for _ in parts]
        made = r.choice([
            lambda: list(parts), lambda: tuple(parts), lambda: dict(zip(keys, parts)), lambda: set(keys), lambda: frozenset(keys),
            lambda: Plain(**{str(k): v for k, v in zip(keys, parts)}), lambda: Slotted(parts, keys), lambda: Items(parts),
            lambda: Table(zip(keys, parts)), lambda: Record('n', parts), lambda: Pair(parts, keys), lambda: bytearray(b'ab'),
            lambda: Keyword(value=parts), lambda: collections.OrderedDict(zip(keys, parts)),
            lambda: collections.deque(parts)])()
        self.known.append(made)
        if r.random() < .15:  # a cycle
            parts = [x for x in self.known if type(x) in (list, Items, Record)]
            if parts:
                target = r.choice(parts)
                if isinstance(target, Record):
                    target.next = made
                else:
                    target.append(made)
        return made

    def dump(self, value, protocol=None):
        r = self.random
        protocol = r.randrange(6) if protocol is None else protocol
        body = (pickle._dumps if r.random() < .2 else pickle.dumps)(value, protocol)
        return pickletools.optimize(body) if r.random() < .3 else body

    def records(self, n):
        while n > 0:
            self.known = []
            try:
                yield self.dump(self.value(self.random.randrange(5)))
                n -= 1
            except (RecursionError, AssertionError):
                pass  # a cycle that this protocol cannot pickle


def shared_lists(n):
    parts = [[i] for i in range(n)]
    return parts + parts[::-1]


def recursive():
    loop = []
    loop.append(loop)
    yield loop
    table = {}
    table['self'] = table, [table]
    yield table
    record = Record('r', [])
    record.next = record
    yield record
    knot = ([],)
    knot[0].append(knot)
    yield knot
    node = Plain(left=Plain(), right=Plain())
    node.left.up = node.right.up = node
    yield node


def cases(make):
    yield 'random', list(make.records(3000))
    yield 'memo_300', [make.dump(shared_lists(300), p) for p in range(6)] + list(make.records(50))
    yield 'memo_70000', [make.dump(shared_lists(70000), p) for p in (0, 1, 2, 4)] + [pickle.dumps([1])] * 3
    yield 'recursive', [make.dump(x, p) for x in recursive() for p in range(2, 6)] * 2
    yield 'classes', [make.dump(Record('n%d' % i, [Color.BLUE], Color.RED)) for i in range(1000)]
    yield 'strings', [make.dump({'key%d' % (i % 7): 'value%d' % i, 'x' * 70: i}) for i in range(2000)]
    python2 = b'\x80\x02c__builtin__\nset\nq\x00]q\x01K\x01a\x85q\x02Rq\x03.'
    numbers = b'\x80\x04]q\x05]\x94]\x94\x87h\x05h\x01h\x02\x87\x86.'  # PUT 5, then MEMOIZE 1 and 2
    again = b'\x80\x04]q\0]q\0]\x94\x87h\0h\x01\x86\x86.'  # PUT 0 twice: MEMOIZE is 1
    fast = io.BytesIO()
    pickler = pickle.Pickler(fast, 5)
    pickler.fast = True
    pickler.dump([{'a': (1, 'b')}] * 3)
    yield 'versions', [python2, pickle.dumps({1}, 5), pickle.dumps(Record, 4), python2, numbers, pickle.dumps(Record, 3),
                       pickle.dumps(collections.OrderedDict, 2), fast.getvalue(), b'N.', b'I01\n.', b'(lp0\ng0\na.', again,
                       python2]
    yield 'apart', [b'K\x01K\x02.', b'K\x01.xyz', b'(K\x01.', pickle.dumps(fractions.Fraction, 2), pickle.dumps([1]),
                    b']r\xff\xff\0\0j\xff\xff\0\0\x86.']
    yield 'empty', []


def records_of(raw):
    at = 0
    while at < len(raw):
        size, = struct.unpack_from('<Q', raw, at)
        yield raw[at + 8:at + 8 + size]
        at += 8 + size


def main(command, folder, *seed):
    folder = pathlib.Path(folder)
    if command == 'make':
        for name, records in cases(Maker(int(seed[0]))):
            (folder / (name + '.in')).write_bytes(b''.join(struct.pack('<Q', len(r)) + r for r in records))
        return
    for file in sorted(folder.glob('*.in')):
        records = list(records_of(file.read_bytes()))
        merged = pickle.loads(file.with_suffix('.merged').read_bytes())
        assert len(merged) == len(records), (file, len(merged), len(records))
        seen = set()
        for i, (record, got) in enumerate(zip(records, merged)):
            try:
                same(pickle.loads(record), got)
            except AssertionError as e:
                sys.exit('%s, record %d, %r: %s' % (file.name, i, record[:200], e))
            if type(got) in (list, dict, set, Record, Plain):
                assert id(got) not in seen, 'records that share an object'
                seen.add(id(got))


if __name__ == '__main__':
    main(*sys.argv[1:])
