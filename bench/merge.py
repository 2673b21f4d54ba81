# SPDX-License-Identifier: BSL-1.0
'''The Python half of the merge bench. Reads lines, answers "SECONDS WEIGHT" lines:

make CASE ELEMENTS FILE  pickles elements one by one, each behind its length
apart FILE               loads batches of pickled lists of bytes, and then each element
whole FILE               loads batches of pickled lists
'''
import dataclasses
import datetime
import gc
import pickle
import struct
import sys
from time import process_time


@dataclasses.dataclass
class Point:
    name: str
    x: float
    y: float
    tags: list


CASES = {
    'ints': lambda i: i * 1000,
    'pairs': lambda i: (i, 'name%d' % i),
    'dicts': lambda i: {'id': i, 'name': 'name%d' % i, 'score': i * .5, 'active': i % 3 == 0, 'parent': None},
    'objects': lambda i: Point('name%d' % i, i * .5, i * 2., ['a', 'b']),
    'dates': lambda i: datetime.datetime(2024, 1 + i % 12, 1 + i % 28, i % 24),
    'lists': lambda i: list(range(i, i + 100)),
    'words': lambda i: ['word%d' % ((i * 7 + k * 13) % 5000) for k in range(100)],
    'shared': lambda i: [[i], 'text'] * 20,
    'strings': lambda i: ('%08d' % i) * 125,
    'large': lambda i: ('%08d' % i) * 12500,
}


def parts(raw):
    at = 0
    while at < len(raw):
        size, = struct.unpack_from('<Q', raw, at)
        yield raw[at + 8:at + 8 + size]
        at += 8 + size


def apart(bodies, loads=pickle.loads):
    return [[loads(record) for record in loads(body)] for body in bodies]


def whole(bodies, loads=pickle.loads):
    return [loads(body) for body in bodies]


def main():
    gc.disable()  # as in leat's workers
    for line in sys.stdin:
        what, *rest = line.split()
        if what == 'make':
            make = CASES[rest[0]]
            with open(rest[2], 'wb') as file:
                for i in range(int(rest[1])):
                    record = pickle.dumps(make(i), 5)
                    file.write(struct.pack('<Q', len(record)) + record)
            print(0, 0, flush=True)
            continue
        with open(rest[0], 'rb') as file:
            bodies = list(parts(file.read()))
        load, seconds, weight = apart if what == 'apart' else whole, 0.0, 0
        for body in bodies:
            start = process_time()
            values = load([body])
            seconds += process_time() - start
            weight += len(repr(values[0][0])) + len(values[0])
            del values
        print(seconds, weight, flush=True)


if __name__ == '__main__':
    main()
