# SPDX-License-Identifier: BSL-1.0
'''What the batching bench calls, and its Python peers, with two processes. Reads "PEER FUNCTION RECORDS CHUNK" lines, answers
with the seconds.

lists   Pool.imap over lists of CHUNK records that the user has cut, for functions of lists
pool    Pool.imap over the records, with chunks of that size
joblib  Parallel(2, batch_size="auto") over the records
'''
import os
import sys
from multiprocessing import Pool
from time import perf_counter, sleep

WORKERS = 2


# Functions of lists: a fixed cost and one for each record.
def fixed(xs):
    sleep(0.02)
    return xs


def fixed_10us(xs):
    sleep(0.02 + 0.00001 * len(xs))
    return xs


def fixed_1ms(xs):
    sleep(0.02 + 0.001 * len(xs))
    return xs


def squared(xs):
    sleep(0.001 * len(xs) ** 2)
    return xs


def five(xs):
    sleep(0.005)
    return xs


# Functions of records.
def by_turns(x):
    if x % 2:
        sleep(0.001)
    return x


def dear_later(x, half):
    if x >= half:
        sleep(0.001)
    return x


def one_dear(x):
    if x % 100 == 50:
        sleep(0.01)
    return x


class One:
    '''A function of lists, called with one record; of records, with what it needs beside.'''

    def __init__(self, name, n):
        self.name, self.n = name, n

    def __call__(self, x):
        f = globals()[self.name]
        if self.name == "dear_later":
            return f(x, self.n // 2)
        return f(x) if self.name in ("by_turns", "one_dear") else f([x])[0]


def warm(_):
    sleep(0.01)


def main():
    pool, parallel = Pool(WORKERS), None
    pool.map(warm, range(WORKERS))
    for line in sys.stdin:
        peer, name, count, chunk = line.split()
        n, size = int(count), int(chunk)
        if peer == "joblib" and parallel is None:
            import joblib
            parallel = joblib.Parallel(WORKERS, batch_size="auto")
            parallel.__enter__()
            parallel(joblib.delayed(warm)(i) for i in range(WORKERS))
        f = One(name, n)
        start = perf_counter()
        if peer == "lists":
            got = sum(map(len, pool.imap(globals()[name], [list(range(i, min(n, i + size))) for i in range(0, n, size)])))
        elif peer == "pool":
            got = sum(1 for _ in pool.imap(f, range(n), size))
        else:
            got = len(parallel(joblib.delayed(f)(x) for x in range(n)))
        seconds = perf_counter() - start
        assert got == n
        print(seconds, flush=True)
    pool.terminate()


if __name__ == "__main__":
    os.environ["PYTHONPATH"] = sys.path[0]  # joblib's processes import what they call
    import batching
    batching.main()
