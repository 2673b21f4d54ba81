# SPDX-License-Identifier: BSL-1.0
'''The numpy peer of the columns bench. Reads "TYPE ELEMENTS BATCH" lines, answers "SECONDS RESULT" lines.

In one process, for each batch: one copy of the elements, the expression, one copy of the results.
'''
import sys
from time import perf_counter

import numpy


def prepared(code, n):
    return (numpy.arange(n) % 1000).astype(code)


def run(columns, n, batch, function):
    inside = [numpy.empty(batch, c.dtype) for c in columns]
    outside = [numpy.empty(batch, c.dtype) for c in columns]
    start = perf_counter()
    for at in range(0, n, batch):
        size = min(batch, n - at)
        for a, c in zip(inside, columns):
            a[:size] = c[at:at + size]
        results = function(*[a[:size] for a in inside])
        for a, r in zip(outside, results):
            a[:size] = r
    return perf_counter() - start, int(outside[0][size - 1])


FUNCTIONS = {"pair": lambda a, b: (a + 1, b * 2 + 1)}
kept = {}
for line in sys.stdin:
    name, n, batch = line.split()
    codes = ["i8", "f8"] if name == "pair" else [{"double": "f8", "int64": "i8", "float": "f4"}[name]]
    if name not in kept:
        kept.clear()
        kept[name] = [prepared(code, int(n)) for code in codes]
    seconds, last = run(kept[name], int(n), int(batch), FUNCTIONS.get(name, lambda a: (a * 2 + 1,)))
    print(seconds, last, flush=True)
