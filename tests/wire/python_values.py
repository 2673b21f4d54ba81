# SPDX-License-Identifier: BSL-1.0
'''The Python half of python_values.cpp.

make FOLDER SEED COUNT  writes lists of random values, COUNT in all, as N.p0 to N.p5: one pickle a protocol.
check FOLDER            loads each N.out and compares it with what N.p5 gives.
'''
import datetime
import math
import pathlib
import pickle
import random
import sys

BATCH = 5000
DEEP = 3  # of them, at the end
EPOCH = datetime.datetime(1970, 1, 1)


class Maker:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.known = []  # what later values of the batch may refer to

    def text(self):
        r = self.random
        size = r.randrange(400 if r.random() < .01 else r.choice((1, 8, 20)))
        low, high = r.choice(((32, 127), (32, 127), (0, 256), (0x370, 0x800), (0x4e00, 0x9fff), (0xd7f0, 0xe010),
                              (0x1f600, 0x1f650)))
        return ''.join(chr(r.randrange(low, high)) for _ in range(size))

    def raw(self):
        return self.text().encode(errors='replace')

    def number(self):
        r = self.random
        return r.choice((1, -1)) * r.getrandbits(3000 if r.random() < .005 else r.choice((1, 8, 16, 31, 32, 33, 63, 64, 65, 200)))

    def real(self):
        r = self.random
        return r.choice((0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, r.random(), r.gauss(0, 1e10),
                         float(r.getrandbits(60))))

    def moment(self):
        r = self.random
        return EPOCH + datetime.timedelta(r.randrange(-700000, 2900000), r.randrange(86400), r.randrange(1000000))

    def scalar(self):
        r = self.random
        kind = r.randrange(16)
        if kind < 4:
            return self.text()
        if kind < 7:
            return self.number()
        if kind < 9:
            return self.real()
        return (lambda: None, lambda: True, lambda: False, self.raw, lambda: bytearray(self.raw()),
                lambda: complex(self.real(), self.real()), self.time)[kind - 9]()

    def time(self):
        moment = self.moment()
        return self.random.choice((moment, moment.replace(tzinfo=datetime.timezone.utc), moment.date(), moment - EPOCH,
                                   -datetime.timedelta(microseconds=1)))

    def hashable(self, depth):
        r = self.random
        kind = r.randrange(8)
        if depth and kind == 0:
            return tuple(self.hashable(depth - 1) for _ in range(r.randrange(4)))
        if depth and kind == 1:
            return frozenset(self.hashable(depth - 1) for _ in range(r.randrange(4)))
        while True:
            x = self.scalar()
            if type(x) is not bytearray and x == x:  # the hash of a NaN is its own, and gives sets another order
                return x

    def value(self, depth):
        r = self.random
        kind = r.randrange(12)
        if depth == 0 or kind < 5:
            return self.scalar()
        if kind == 5 and self.known:
            return r.choice(self.known)
        size = r.choice((0, 1, 2, 3, 4, r.randrange(8)))
        if kind < 8:
            made = [self.value(depth - 1) for _ in range(size)]
        elif kind == 8:
            made = tuple(self.value(depth - 1) for _ in range(size))
        elif kind == 9:
            made = {self.hashable(1): self.value(depth - 1) for _ in range(size)}
        elif kind == 10:
            made = {'key%d' % i: self.value(depth - 1) for i in range(size)}
        else:
            made = set(self.hashable(2) for _ in range(size))
            made = frozenset(made) if r.random() < .5 else made
        if r.random() < .1 and len(repr(made)) < 300 and repr(made).count('(') + repr(made).count('[') < 30:
            self.known = (self.known + [made])[-20:]
        return made

    def deep(self):
        x = self.scalar()
        for _ in range(self.random.randrange(100, 440)):
            x = self.random.choice((lambda: [x], lambda: (x,), lambda: {'k': x}))()
        return x

    def batch(self, n):
        self.known = []
        values = [self.value(self.random.randrange(5)) for _ in range(n - DEEP)]
        return values + [self.deep(), self.deep(), [0] * self.random.randrange(990, 3010)]


def main(command, folder, *more):
    folder = pathlib.Path(folder)
    sys.setrecursionlimit(10000)  # for the pickler in Python
    if command == 'make':
        seed, count = map(int, more)
        maker = Maker(seed)
        for n in range(-(-count // BATCH)):
            values = maker.batch(min(BATCH, count - n * BATCH))
            dumps = pickle._dumps if n == 0 else pickle.dumps  # both of Python's picklers
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
                (folder / ('%d.p%d' % (n, protocol))).write_bytes(dumps(values, protocol))
        return
    for file in sorted(folder.glob('*.p5')):
        expected, got = pickle.loads(file.read_bytes()), pickle.loads(file.with_suffix('.out').read_bytes())
        assert len(expected) == len(got), file
        for i, (x, y) in enumerate(zip(expected, got)):
            if repr(x) != repr(y):  # which tells types, orders, signs of zero
                sys.exit(ascii('%s, value %d: %.500r became %.500r' % (file.name, i, x, y)))


if __name__ == '__main__':
    main(*sys.argv[1:])
