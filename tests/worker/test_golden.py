# SPDX-License-Identifier: BSL-1.0
'''Python's half of the golden files: every file under tests/wire/golden loads as the value that make_golden.py lists.'''
import os
import pickle
import struct
import sys
import unittest

WIRE = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'wire')
sys.path.insert(0, WIRE)
sys.dont_write_bytecode = True

import make_golden  # noqa: E402

GOLDEN = os.path.join(WIRE, 'golden')
try:
    import msgpack
except ImportError:
    msgpack = None


def read(name):
    with open(os.path.join(GOLDEN, name), 'rb') as f:
        return f.read()


def plain(x):
    '''A value as msgpack can say it: its lists, tuples and sets are one thing.'''
    if isinstance(x, (list, tuple)):
        return [plain(i) for i in x]
    if isinstance(x, set):
        return [plain(i) for i in sorted(x)]
    if isinstance(x, dict):
        return {k: plain(v) for k, v in x.items()}
    return x


class GoldenTest(unittest.TestCase):
    def test_pickles(self):
        seen = 0
        for file in sorted(os.listdir(GOLDEN)):
            if file.endswith('.pickle'):
                with self.subTest(file=file):
                    values = pickle.loads(read(file))
                    self.assertEqual(repr(values), repr(make_golden.CASES[file.split('.')[0]]))
                    seen += 1
        self.assertGreaterEqual(seen, 4 * len(make_golden.CASES))

    def test_written_as_listed(self):
        for name, values in make_golden.CASES.items():
            self.assertEqual(read(name + '.leat.pickle'), make_golden.leat(values), name)
        self.assertEqual(read('frames.bin'), make_golden.frames())

    def test_frames(self):
        data, at = read('frames.bin'), 0
        for kind, session, batch, count, body in make_golden.FRAMES:
            header = struct.unpack_from('<2sBBIQQQ', data, at)
            self.assertEqual(header, (b'lt', kind, 0, session, batch, count, len(body)))
            self.assertEqual(data[at + 32:at + 32 + len(body)], body)
            at += 32 + len(body)
        self.assertEqual(at, len(data))

    @unittest.skipUnless(msgpack, 'needs the msgpack package')
    def test_msgpack(self):
        for name, values in make_golden.CASES.items():
            with self.subTest(case=name):
                loaded = msgpack.unpackb(read(name + '.msgpack'), strict_map_key=False)
                self.assertEqual(repr(loaded), repr(plain(values)))


if __name__ == '__main__':
    unittest.main()
