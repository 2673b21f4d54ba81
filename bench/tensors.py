# SPDX-License-Identifier: BSL-1.0
'''The Python peers of the tensors bench. Reads "CASE PEER RECORDS" lines, answers "SECONDS RESULT" lines, or "- 0" where the
peer is not there.

numpy: in one process, for each batch one copy of the elements, the operation on the whole batch, one copy of the results.
rows: the same, but the operation is called for each record.
pool: multiprocessing.Pool.imap over arrays, with the best of a few chunk sizes. ray: tasks on batches of 100 records.
'''
import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")

import sys  # noqa: E402
from multiprocessing import Pool  # noqa: E402
from time import perf_counter  # noqa: E402

import numpy  # noqa: E402

WORKERS, BATCH_BYTES = 2, 512 << 10
W = (numpy.arange(768 * 256) % 7).astype("f4").reshape(768, 256)


def vectors(n):
    return list((numpy.arange(n * 768) % 11).astype("f4").reshape(n, 768))


def images(n):
    return list((numpy.arange(n * 224 * 224 * 3) % 251).astype("u1").reshape(n, 224, 224, 3))


def series(n):
    return [numpy.full(10 + i * 7919 % 991, float(i % 5)) for i in range(n)]


def same(a):
    return a


def total(a):
    return float(a.sum())


def product(a):
    return a @ W


def sums(a):
    return a.reshape(len(a), -1).sum(axis=1) if isinstance(a, numpy.ndarray) else numpy.array([x.sum() for x in a])


RECORD = {"identity": same, "sum": total, "product": product}
BATCH = {"identity": same, "sum": sums, "product": product}
DATA = {"vectors": vectors, "images": images, "series": series}


def weight(r):
    return float(r.flat[-1]) if isinstance(r, numpy.ndarray) and r.size else float(r) if not isinstance(r, numpy.ndarray) else 0.0


def in_process(rows, operation, whole):
    size = max(1, BATCH_BYTES // max(1, sum(r.nbytes for r in rows[:100]) // 100))
    fixed, last = len({r.shape for r in rows[:100]}) == 1, 0.0
    start = perf_counter()
    for at in range(0, len(rows), size):
        some = rows[at:at + size]
        inside = numpy.stack(some) if fixed else numpy.concatenate(some)  # a copy
        if not fixed:
            ends = numpy.cumsum([0, *map(len, some)])
            inside = [inside[a:b] for a, b in zip(ends, ends[1:])]
        results = operation(inside) if whole else [operation(r) for r in inside]
        if isinstance(results, list) and len(results) and isinstance(results[0], numpy.ndarray):
            outside = numpy.stack(results) if fixed else numpy.concatenate(results)
        else:
            outside = numpy.array(results)  # the other one
        last = weight(outside[-1:])
    return perf_counter() - start, last


def pooled(rows, operation):
    best = None
    for chunk in (16, 128):
        with Pool(WORKERS) as pool:
            pool.map(same, range(WORKERS))
            start, last = perf_counter(), 0.0
            for r in pool.imap(operation, rows, chunk):
                last = r
            spent = perf_counter() - start
        best = spent if best is None else min(best, spent)
    return best, weight(last)


def by_ray(rows, name):
    try:
        import ray
    except ImportError:
        return "-", 0
    if not ray.is_initialized():
        ray.init(num_cpus=WORKERS, log_to_driver=False, logging_level="ERROR")
    operation = RECORD[name]
    task = ray.remote(lambda some: [operation(r) for r in some])
    ray.get([task.remote([rows[0]]) for _ in range(WORKERS)])
    start = perf_counter()
    for results in ray.get([task.remote(rows[at:at + 100]) for at in range(0, len(rows), 100)]):
        last = results[-1]
    return perf_counter() - start, weight(last)


kept = {}
for line in sys.stdin:
    case, peer, n = line.split()
    kind, name = case.split("/")
    if (kind, n) not in kept:
        kept.clear()
        kept[kind, n] = DATA[kind](int(n))
    rows = kept[kind, n]
    if peer == "pool":
        seconds, last = pooled(rows, RECORD[name])
    elif peer == "ray":
        seconds, last = by_ray(rows, name)
    else:
        seconds, last = in_process(rows, BATCH[name] if peer == "numpy" else RECORD[name], peer == "numpy")
    print(seconds, last, flush=True)
