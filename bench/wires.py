# SPDX-License-Identifier: BSL-1.0
'''The Python peers of the wires bench. Reads lines, answers "SECONDS" lines:

values FILE            takes the values that FILE has as a pickled list; leaves in FILE.pickle how a worker would answer with them
WIRE DIRECTION TURNS   the time of so many dumps or loads of the list, by Python's own pickle or msgpack
'''
import gc
import io
import pickle
import sys
from time import process_time

import msgpack


def dumps(values):
    return pickle.dumps(values, 5)


def packb(values):
    return msgpack.packb(values, use_bin_type=True)


def unpackb(body):
    return msgpack.unpackb(body, raw=False, strict_map_key=False, use_list=True)


def plain(x):
    '''What msgpack packs: it has no sets.'''
    if isinstance(x, (set, frozenset)):
        return [plain(i) for i in x]
    if isinstance(x, (list, tuple)):
        return [plain(i) for i in x]
    return {k: plain(v) for k, v in x.items()} if isinstance(x, dict) else x


def timed(function, argument, turns):
    start = process_time()
    for _ in range(turns):
        function(argument)
    return process_time() - start


def main():
    gc.disable()  # as in leat's workers
    for line in sys.stdin:
        wire, what, *rest = line.split()
        if wire == 'values':
            with open(what, 'rb') as file:
                values = pickle.load(file)
            out = io.BytesIO()
            pickler = pickle.Pickler(out, 5)
            pickler.fast = True
            pickler.dump(values)
            with open(what + '.pickle', 'wb') as file:
                file.write(out.getvalue())
            arrays = plain(values)
            bodies = {'pickle': pickle.dumps(values, 5), 'msgpack': packb(arrays)}
            seconds = 0.0
        elif what == 'encode':
            seconds = timed(dumps, values, int(rest[0])) if wire == 'pickle' else timed(packb, arrays, int(rest[0]))
        else:
            seconds = timed(pickle.loads if wire == 'pickle' else unpackb, bodies[wire], int(rest[0]))
        print(seconds, flush=True)


if __name__ == '__main__':
    main()
