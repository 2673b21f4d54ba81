# SPDX-License-Identifier: BSL-1.0
'''Writes tests/wire/golden/: batches as CPython and as leat pickle them, and frames.

CASES is the one list of values; golden.cpp holds the same values in C++, and tests/worker/test_golden.py reads the files
back. Needs Python 3.8 or newer, and the msgpack package for the files NAME.msgpack (kept as they are without it).
'''
import io
import os
import pickle
import struct
import sys

INF = float('inf')
NAN = float('nan')
LONG = 'x' * 256

CASES = {
    'empty': [],
    'bools': [True, False],
    'ints': [0, 1, -1, 127, 128, 255, 256, 65535, 65536, -128, -129, 2**31 - 1, 2**31, -2**31, -2**31 - 1,
             2**40, -2**40, 2**62, 2**63 - 1, -2**63],
    'naturals': [0, 255, 2**63 - 1, 2**63, 2**64 - 1],
    'floats': [0.0, -0.0, 1.5, -2.25, 2.0, 1e300, 5e-324, 0.1, INF, -INF, NAN],
    'strings': ['', 'abc', 'a\0b', 'gr\u00fc\u00df', '\u20ac', '\U0001f600', '\ud7ff\ue000\uffff\U0010ffff', LONG,
                'line\nbreak\\u1234\r\x1a'],
    'repeated': ['spam', 'egg', 'spam', 'spam', 'egg'],
    'bytes': [b'', b'abc', bytes(range(256)), b'y' * 300],
    'optionals': [None, 7, None],
    'nones': [None, None],
    'lists': [[], [1], [1, 2, 3], []],
    'nested_lists': [[[]], [], [['a'], ['b', 'c']], [[], []]],
    'empty_then_tuple': [([], (1, 2, 3, 4)), ([5], (2, 3, 4, 5)), ([5, 6], (3, 4, 5, 6))],
    'tuples': [(1, 2.5, 'three', True), (-1, -0.5, '', False)],
    'pairs': [('a', 1), ('b', 2)],
    'singles': [(1,), (2,)],
    'units': [(), ()],
    'arrays': [(1, 2, 3), (4, 5, 6)],
    'dicts': [{}, {'a': 1}, {'a': 1, 'b': 2}, {'b': 3}],
    'int_dicts': [{1: [2, 3], 4: []}],
    'sets': [set(), {1}, {1, 2, 3}],
    'records': [{'id': ('x', [1.5], None)}, {'id': ('y', [], b'\xff'), 'other': ('z', [2.0, 3.0], b'')}],
    'many': list(range(3000)),
    'long_list': [list(range(2001)), list(range(1000)), list(range(1001))],
}


def leat(values):
    '''The bytes of leat's own encoder for a batch.'''
    keys = {}

    def sized(data, small, medium):
        return small + bytes([len(data)]) + data if len(data) < 256 else medium + struct.pack('<I', len(data)) + data

    def one(x, key=False):
        if x is None:
            return b'N'
        if x is True or x is False:
            return b'\x88' if x else b'\x89'
        if type(x) is int:
            if 0 <= x < 256:
                return b'K' + bytes([x])
            if 0 <= x < 65536:
                return b'M' + struct.pack('<H', x)
            if -2**31 <= x < 2**31:
                return b'J' + struct.pack('<i', x)
            size = 8 if x < 2**63 else 9
            return b'\x8a' + bytes([size]) + x.to_bytes(size, 'little', signed=True)
        if type(x) is float:
            return b'G' + struct.pack('>d', x)
        if type(x) is str:
            if key and x in keys:
                return b'h' + bytes([keys[x]])
            put = b''
            if key:
                put = b'q' + bytes([len(keys)])
                keys[x] = len(keys)
            return sized(x.encode(), b'\x8c', b'X') + put
        if type(x) is bytes:
            return sized(x, b'C', b'B')
        if type(x) is tuple:
            body = b''.join(map(one, x))
            return b'(' + body + b't' if len(x) > 3 else body + (b')', b'\x85', b'\x86', b'\x87')[len(x)]
        if type(x) is dict:
            body = b''.join(one(k, True) + one(v) for k, v in x.items())
            return b'}(' + body + b'u' if x else b'}'
        if type(x) is set:
            return b'\x8f(' + b''.join(map(one, sorted(x))) + b'\x90' if x else b'\x8f'
        return b'](' + b''.join(map(one, x)) + b'e' if x else b']'

    return b'\x80\x05](' + b''.join(map(one, values)) + b'e.'


def fast(values):
    '''As the worker dumps typed results: without memo.'''
    out = io.BytesIO()
    pickler = pickle.Pickler(out, 5)
    pickler.fast = True
    pickler.dump(values)
    return out.getvalue()


FRAMES = [  # kind, session, batch, count, body
    (1, 1, 2**64 - 1, 0, pickle.dumps({'stages': []}, 4)),
    (2, 1, 0, 3, leat([1, 2, 3])),
    (3, 1, 2**64 - 1, 0, b''),
    (4, 2**32 - 1, 2**64 - 1, 0, b''),
    (5, 1, 2**40, 7, struct.pack('<QQ', 12, 34567)),
    (6, 1, 5, 2**64 - 1, pickle.dumps({'kind': 'python'}, 4)),
    (7, 1, 2**64 - 1, 0, b''),
]


def frames():
    return b''.join(struct.pack('<2sBBIQQQ', b'lt', kind, 0, session, batch, count, len(body)) + body
                    for kind, session, batch, count, body in FRAMES)


def files():
    yield 'frames.bin', frames()
    for name, values in CASES.items():
        yield name + '.leat.pickle', leat(values)
        yield name + '.fast.pickle', fast(values)
        for protocol in (0, 2, 3, 4, 5) if name not in ('many', 'long_list') else (0, 5):
            yield '%s.%d.pickle' % (name, protocol), pickle.dumps(values, protocol)
    try:
        import msgpack
    except ImportError:
        print('no msgpack package: the files *.msgpack stay as they are', file=sys.stderr)
        return
    for name, values in CASES.items():
        pack = lambda x: msgpack.packb(x, default=sorted)
        yield name + '.msgpack', b'\xdd' + struct.pack('>I', len(values)) + b''.join(map(pack, values))


if __name__ == '__main__':
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'golden')
    os.makedirs(folder, exist_ok=True)
    for name, data in files():
        with open(os.path.join(folder, name), 'wb') as f:
            f.write(data)
