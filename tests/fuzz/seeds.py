#!/usr/bin/env python3
'''Writes what the fuzz targets start from: FOLDER/TARGET/*. Standard library only; msgpack and frames are written by hand.'''
import collections
import datetime
import hashlib
import io
import pathlib
import pickle
import re
import struct
import sys

TYPES = 12  # of support.hpp

VALUES = [
    [], [1, -1, 70000, 1 << 40, -(1 << 63), 1 << 63, 1 << 100], ['abc', '', 'gr\xfc\xdf', '\u20ac' * 90, 'x' * 300],
    [(1, 'abc', [1.5, 2.5], {'key': b'x', 'other': None}, {1, 2})] * 2, [[['a'], []], [['b', 'c']], []],
    [{'a': {1: ['x', 'y']}}, {}, {'a': {2: []}}], [(1.5, 3), (float('inf'), 0)],
    [[{('a', True)}, set()], [frozenset([('b', False)])]],
    [b'abc', None, bytearray(b'def'), bytes(range(256))], [((), (1.0,), [None], -3)], [None, True, 7, 2.5, 'text', [1, 2]],
    [{1: 1 + 2j}], [[(1, 2, 3, 4)], [], [(5, 6, 7, 8)] * 3], list(range(1001)), [datetime.datetime(2024, 1, 2, 3, 4, 5, 6)],
    collections.OrderedDict(a=1), [datetime.date(2024, 1, 2), datetime.timedelta(1, 2, 3)]]
loop = ['loop']
loop.append(loop)
shared = ['shared']
VALUES += [loop, [shared, shared, [shared]], ['text', shared, ('text', shared), shared, 'text'], [[[[[[[]]]]]]]]


def pickles(values):
    for value in values:
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            yield pickle.dumps(value, protocol)
        out = io.BytesIO()
        pickler = pickle.Pickler(out, 5)
        pickler.fast = True
        try:
            pickler.dump(value)
            yield out.getvalue()
        except (RecursionError, ValueError):
            pass


def packed(x):
    '''msgpack, in the forms that packers choose.'''
    def sized(n, small, limit, codes, formats):
        if n < limit:
            return bytes([small | n])
        for code, form in zip(codes, formats):
            if n < 1 << 8 * struct.calcsize(form):
                return bytes([code]) + struct.pack('>' + form, n)
    if x is None or x is True or x is False:
        return {None: b'\xc0', False: b'\xc2', True: b'\xc3'}[x]
    if isinstance(x, int):
        if -32 <= x < 128:
            return struct.pack('b', x)
        for code, form in zip(b'\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3', 'BHIQbhiq'):
            try:
                return bytes([code]) + struct.pack('>' + form, x)
            except struct.error:
                pass
        return b'\xc7\x09\x64' + (x % (1 << 72)).to_bytes(9, 'little')
    if isinstance(x, float):
        return b'\xcb' + struct.pack('>d', x)
    if isinstance(x, str):
        return sized(len(x.encode()), 0xa0, 32, b'\xd9\xda\xdb', 'BHI') + x.encode()
    if isinstance(x, (bytes, bytearray)):
        return sized(len(x), 0, 0, b'\xc4\xc5\xc6', 'BHI') + bytes(x)
    if isinstance(x, dict):
        return sized(len(x), 0x80, 16, b'\xde\xdf', 'HI') + b''.join(packed(k) + packed(v) for k, v in x.items())
    if isinstance(x, (list, tuple, set, frozenset)):
        return sized(len(x), 0x90, 16, b'\xdc\xdd', 'HI') + b''.join(packed(i) for i in x)
    return b'\xd6\xff\x00\x00\x00\x01' if isinstance(x, datetime.datetime) else b'\xd4\x05x'


def frames():
    def frame(kind, body, session=1, batch=0, count=0):
        return struct.pack('<2sBBIQQQ', b'lt', kind, 0, session, batch, count, len(body)) + body
    yield frame(1, b'body') + frame(2, b'', batch=1) + frame(3, b'x' * 100)
    yield frame(7, b'')[:20]
    yield frame(16, b'')
    yield frame(5, b'\0' * 16, 2, 3, 4) + b'lt'
    yield struct.pack('<2sBBIQQQ', b'lt', 2, 0, 1, 0, 0, 1 << 62)


def columns(rows, *buffers):
    '''A batch of columns; each buffer is its type and its bytes.'''
    at = 16 + 24 * len(buffers)
    head, body = struct.pack('<4sIQ', b'col1', len(buffers), rows), b''
    for kind, content in buffers:
        pad = -(at + len(body)) % 64
        body += bytes(pad)
        head += struct.pack('<QQQ', ord(kind), at + len(body), len(content))
        body += content
    return head + body


def column_batches():
    '''For each type of columns.cpp, by number.'''
    def numbers(form, *values):
        return struct.pack(f'<{len(values)}{form}', *values)
    texts = [('s', numbers('Q', 0, 1, 3)), ('t', b'abc')]
    ragged = [('v', numbers('Q', 0, 2, 3)), ('f', numbers('f', 1, 2, 3))]
    yield 0, columns(2, ('q', numbers('q', -1, 7)))
    yield 1, columns(2, ('?', b'\0\1'), *texts, ('d', numbers('d', 1, 2)))
    yield 2, columns(2, *texts, ('?', b'\1\0'), ('b', b'\3\0'), ('?', b'\1\0'))
    yield 3, columns(1, ('H', numbers('H', 1, 2, 3)))
    yield 4, columns(2, *ragged)
    yield 5, columns(2, *ragged, ('?', b'\1\0'), ('v', numbers('Q', 0, 0, 4)), ('?', b'\0\1\1\1'), ('?', b'\1\0\1\1'))
    yield 6, columns(1, ('v', numbers('Q', 0, 1, 2, 2, 4, 0, 0, 0)), ('h', numbers('h', 1, 2, 3, 4)))
    yield 7, columns(2, *texts, ('v', numbers('Q', 0, 2, 4)), ('d', numbers('d', 1, 2, 3, 4)))


def foreign():
    '''What other writers write, and what is malformed: the table of a test.'''
    table = pathlib.Path(__file__).resolve().parent.parent / 'wire' / 'pickle_foreign.cpp'
    return [bytes.fromhex(digits) for digits in re.findall(r'^    \{"([0-9a-f]+)", ', table.read_text(), re.M)]


def seeds():
    bodies = list(pickles(VALUES)) + foreign()
    for i, body in enumerate(bodies):
        yield 'pickle', bytes([i % TYPES]) + body
    for i, value in enumerate(VALUES):
        for body in pickles([value]):
            yield 'pickle', bytes([i % TYPES]) + body
        if value is not loop and not isinstance(value, dict):
            yield 'msgpack', bytes([(i - 1) % TYPES]) + packed(value)
    for kind in range(TYPES):
        for value in VALUES[1:4] + VALUES[8:11]:
            yield 'msgpack', bytes([kind]) + packed(value)
    for number, body in column_batches():
        for kind in (number, number + 1, number + 3):
            yield 'columns', bytes([kind % 8]) + body
    for i, stream in enumerate(frames()):
        yield 'frame', bytes([7 * i]) + stream
    small = list(pickles([value[0] for value in VALUES if isinstance(value, list) and value] + VALUES))
    small += [b'N.', b'K\x01K\x02.', b'(K\x01.', b'P1\n.', pickle.dumps(collections.OrderedDict), pickle.dumps(datetime.date, 2)]
    small += foreign()
    small = [body for body in small if len(body) < 256]
    for i in range(len(small)):
        yield 'merge', b''.join(bytes([len(body)]) + body for body in (small + small)[i:i + 3])


def main(folder):
    for target, content in seeds():
        place = pathlib.Path(folder) / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha1(content).hexdigest()).write_bytes(content)


if __name__ == '__main__':
    main(sys.argv[1])
