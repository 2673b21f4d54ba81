# SPDX-License-Identifier: BSL-1.0
'''The Python half of python_trip.cpp: loads each NAME.in of a folder, writes its repr and its pickles.'''
import io
import pathlib
import pickle
import sys

for file in sorted(pathlib.Path(sys.argv[1]).glob('*.in')):
    values = pickle.loads(file.read_bytes())
    file.with_suffix('.repr').write_bytes('\n'.join(map(repr, values)).encode())
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        file.with_suffix('.p%d' % protocol).write_bytes(pickle.dumps(values, protocol))
        file.with_suffix('.y%d' % protocol).write_bytes(pickle._dumps(values, protocol))
    out = io.BytesIO()
    pickler = pickle.Pickler(out, 5)
    pickler.fast = True
    pickler.dump(values)
    file.with_suffix('.fast').write_bytes(out.getvalue())
