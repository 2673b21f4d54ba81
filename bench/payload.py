# SPDX-License-Identifier: BSL-1.0
'''What the payload bench calls, and its peer: multiprocessing.Pool.imap with two processes, whose parent does with the results
what the bench does. Reads "FUNCTION SIZE COUNT CHUNK" lines, answers "SECONDS WEIGHT" lines.'''
import json
import sys
from multiprocessing import Pool
from time import perf_counter

WORKERS = 2


def identity(s):
    return s


def length(s):
    return len(s)


def parse(s):
    return json.loads(s)


def record(size):
    '''A list of digits as JSON, of about `size` bytes.'''
    return "[" + ",".join(["7"] * max(1, (size - 1) // 2)) + "]" if size > 2 else "7"


WEIGHTS = {"identity": len, "length": int, "parse": lambda x: x if isinstance(x, int) else len(x)}


def main():
    pool = Pool(WORKERS)
    for line in sys.stdin:
        name, size, count, chunk = line.split()
        xs = [record(int(size))] * int(count)
        xs = [x[:1] + x[1:] for x in xs]  # objects of their own: pickle would send a shared one once
        weigh = WEIGHTS[name]
        start = perf_counter()
        weight = 0
        for result in pool.imap(globals()[name], xs, int(chunk)):
            weight += weigh(result)
        print(perf_counter() - start, weight, flush=True)
    pool.terminate()


if __name__ == "__main__":
    main()
