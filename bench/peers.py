# SPDX-License-Identifier: BSL-1.0
'''The Python peers of the python_stage bench. Reads "CASE PEER ELEMENTS BATCH" lines, answers "SECONDS RESULT" lines.

floor: one interpreter, no processes: loads, a comprehension that calls the function, dumps, on ready frames.
pool, executor: what the standard library offers, two processes, warmed up before the clock starts.
`peers.py calibrate` prints how many numbers `heavy` has to add for 100 microseconds.
'''
import itertools
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from io import BytesIO
from multiprocessing import Pool
from time import perf_counter

import functions

WORKERS = 2


def calibrate():
    def nanoseconds(n):
        numbers, best = range(n), 1.0
        for _ in range(200):
            start = perf_counter()
            sum(numbers)
            best = min(best, perf_counter() - start)
        return best * 1e9

    return round(100_000 * 20_000 / nanoseconds(20_000))


def strings(n):
    return [f"{i:0100}" for i in range(n)]


def tuples(n):
    return [(i, i * 0.5, str(i)) for i in range(n)]


def ints(n):
    return list(range(n))


def each(f, xs):
    return [f(x) for x in xs]


def kept(f, xs):
    return [x for x in xs if f(x)]


def flat(f, xs):
    return [y for x in xs for y in f(x)]


def weigh_tuples(results):
    return sum([t[0] + len(t[2]) for t in results])


def weigh_strings(results):
    return sum([len(s) for s in results])


# case: elements, function, the work on a batch in one interpreter, the results of a mapped `f` from a parallel map, their weight
def mapped(results, xs):
    return results


def chosen(results, xs):
    return (x for x, keep in zip(xs, results) if keep)


def chained(results, xs):
    return itertools.chain.from_iterable(results)


CASES = {
    "ints": (ints, functions.affine, each, mapped, sum),
    "strings": (strings, functions.mark, each, mapped, weigh_strings),
    "tuples": (tuples, functions.scale, each, mapped, weigh_tuples),
    "filter": (ints, functions.third, kept, chosen, sum),
    "flat_map": (ints, functions.triple, flat, chained, sum),
    "heavy": (ints, functions.heavy, each, mapped, sum),
}


def frame(xs):
    '''As leat's C++ side encodes: without memo.'''
    file = BytesIO()
    pickler = pickle.Pickler(file, 5)
    pickler.fast = True
    pickler.dump(xs)
    return file.getvalue()


def floor(frames, f, work):
    loads, dumps = pickle.loads, pickle.dumps
    start = perf_counter()
    answers = [dumps(work(f, loads(body)), 5) for body in frames]
    return perf_counter() - start, answers


def main():
    pool = Pool(WORKERS)
    executor = ProcessPoolExecutor(WORKERS)
    list(executor.map(functions.affine, range(64)))
    prepared = {}
    for line in sys.stdin:
        case, peer, count, batch = line.split()
        n, size = int(count), int(batch)
        make, f, work, gather, weigh = CASES[case]
        if case not in prepared:
            prepared.clear()  # one case at a time
            xs = make(n)
            prepared[case] = xs, [frame(xs[i:i + size]) for i in range(0, n, size)]
        xs, frames = prepared[case]
        if peer == "floor":
            seconds, answers = floor(frames, f, work)
            result = sum(weigh(pickle.loads(body)) for body in answers)
        else:
            start = perf_counter()
            results = pool.imap(f, xs, size) if peer == "pool" else executor.map(f, xs, chunksize=size)
            result = weigh(gather(results, xs))
            seconds = perf_counter() - start
        print(seconds, result, flush=True)
    pool.terminate()
    executor.shutdown()


if __name__ == "__main__":
    if sys.argv[1:] == ["calibrate"]:
        print(calibrate())
    else:
        main()
