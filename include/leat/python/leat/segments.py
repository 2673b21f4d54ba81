R"""("""
# SPDX-License-Identifier: BSL-1.0
# What a session runs: functions composed into loops over batches.
from __future__ import annotations

import _functools  # type: ignore[import-not-found]
import sys
from time import perf_counter_ns as clock

import leat
from leat.frames import NONE
from leat.system import ignoring

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional

    from leat.functions import Stage
    from leat.session import Session

    Loop = Callable[[Any], Any]  # from an iterator over a batch to its results
    Chunks = Iterator[list[Any]]
    Cursor = Optional[tuple[int, Any]]  # where an iterator over a batch ends in that batch, the iterator

PART_ELEMENTS = 16_384
COMPOSED = 64  # elements: for fewer, calling a lambda takes less than composing its loop
FAST_NS, SLOW_NS, LOOK_NS = 5_000_000, 10_000_000, 200_000


class Pace:
    '''How many elements to take in one step: doubles while a step is quick, shrinks when it is slow.'''

    def __init__(self) -> None:
        self.size = 1

    def adapt(self, taken: int, ns: int) -> None:
        if ns > SLOW_NS:
            self.size = max(1, min(self.size, taken) * SLOW_NS // ns)
        elif ns < FAST_NS and taken >= self.size:
            self.size = min(2 * self.size, PART_ELEMENTS)


class Segment:
    '''Turns an iterator of lists into another; the last list of a batch is announced by `final`.'''

    final = False
    whole = False  # a function of whole batches follows: cut nothing
    columns_of: Optional[Callable[[Any], Any]] = None  # makes columns of what a function of batches returned
    batches = False  # it has a function of whole batches
    pulls = False  # it has a function of an iterator over all that comes
    returned = False  # a function of batches has, and what it did is made fit for what follows

    def __init__(self, stages: list[Stage]) -> None:
        self.stages = stages
        self.pace = Pace()

    def drain(self, session: Session, iterator: Any, cursor: Cursor = None) -> Chunks:
        '''Cuts what an iterator yields into lists; closes it at the end.'''
        from itertools import islice
        self.final = False
        try:
            while not self.final:
                session.enter(self, cursor)
                before = session.record()
                size, start = PART_ELEMENTS if self.whole else min(self.pace.size, session.job.limit), clock()
                taken = list(islice(iterator, size))
                self.pace.adapt(len(taken), clock() - start)
                self.final = len(taken) < size
                session.origin = before if before == session.record() else NONE
                yield taken
        finally:
            if hasattr(iterator, "close"):
                iterator.close()

    def join(self, segments: list[Segment], index: int, modules: dict[str, tuple[str, str]]) -> None:
        '''Sees to what crosses to its neighbours.'''

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        raise NotImplementedError

    def results(self, session: Session, upstream: Chunks) -> Iterator[Any]:
        raise NotImplementedError

    def failed(self, error: BaseException, cursor: Cursor = None) -> tuple[Stage, str]:
        '''The stage an exception came from, and a better message if there is one.'''
        return self.stages[0], ""


class Pass(Segment):
    '''Consecutive map, filter and flat_map stages composed into one comprehension, inlined where that is safe; a single map is
    called.'''

    def __init__(self, stages: list[Stage]) -> None:
        super().__init__(stages)
        self.flat = any(stage.kind == "flat_map" for stage in stages)
        self.step = int(all(stage.kind == "map" for stage in stages))  # 1: result i comes from record i
        self.line_of, self.hidden = [1], 1
        self.scope: dict[str, Any] = {}
        self.single = len(stages) == 1 and stages[0].kind == "map"
        self.run: Loop = self.called(stages[0], stages[0].scope is not None) if self.single else self.composed()
        self.ready = not self.single or stages[0].scope is None  # else it is composed once that pays

    def composed(self) -> Loop:
        from leat.composition import compose
        self.ready = True
        return compose(self)

    def called(self, stage: Stage, briefly: bool = False) -> Loop:
        '''One called map: the fastest loop there is. `map` ends silently at a StopIteration, whose traceback is lost: so results
        are counted, and functions that name it go through a loop that does not, as all do where that is faster.'''
        function = _functools.partial(stage.function, **stage.bind) if stage.bind else stage.function
        stops = briefly or sys.version_info >= (3, 12)
        if not stops:
            from leat.truths import may_stop
            stops = may_stop(stage.function)
        if stops:
            if stage.spread:
                return lambda it: [function(*x) for x in it]
            return lambda it: [function(x) for x in it]

        each: Any = map
        if stage.spread:
            from itertools import starmap as each

        def run(it: Any) -> list[Any]:
            start = it.__length_hint__()
            ys = list(each(function, it))
            if len(ys) < start and len(ys) + getattr(leat.serving, "left", 0) != start:
                raise StopIteration(f"raised in a call of {stage.text}")
            return ys
        return run

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for xs in upstream:
            if self.flat:
                it = iter(xs)
                yield from self.drain(session, self.run(it), (len(xs), it))
                continue
            start, count = 0, len(xs)
            while start < count:
                if session.asked and start and self is session.job.segments[0]:
                    session.left, session.consumed = count - start, start
                    break
                if not self.ready and count - start >= COMPOSED:
                    with ignoring(RecursionError, MemoryError):  # a text deeper than trees may be is called as before
                        self.run = self.composed()
                size = count if self.whole else min(self.pace.size, session.job.limit)
                it, taken = iter(xs if size >= count and not start else xs[start:start + size]), min(size, count - start)
                session.origin = start if self.step else NONE
                start += taken
                self.final = start == count
                if self.final:
                    xs = []  # freed as soon as it is consumed: the results then reuse warm memory
                session.enter(self, (start, it))
                before = clock()
                ys = self.run(it)
                self.pace.adapt(taken, clock() - before)
                if session.left:
                    self.final, start = True, count
                yield ys

    def failed(self, error: BaseException, cursor: Cursor = None) -> tuple[Stage, str]:
        from leat.failure import origin
        return origin(self, error, cursor)
#)"""
