# SPDX-License-Identifier: BSL-1.0
'''What the python_stage bench calls: the same functions in leat's workers, in its peers and in the embedded interpreter.'''
import os

HEAVY = range(int(os.environ.get("LEAT_BENCH_HEAVY", "1000")))  # calibrated to 100 microseconds by peers.py


def affine(x):
    return x * 2 + 1


def mark(s):
    return s + "!"


def scale(t):
    return t[0] + 1, t[1] * 2, t[2]


def third(x):
    return x % 3 == 0


def triple(x):
    return x, x + 1, x + 2


def heavy(x):
    return sum(HEAVY) + x
