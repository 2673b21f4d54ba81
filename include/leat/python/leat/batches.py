R"""("""
# SPDX-License-Identifier: BSL-1.0
# What a session runs of functions that get or make more than one element a call, or arrays of those before them.
from __future__ import annotations

from itertools import islice
from time import perf_counter_ns as clock

from leat import printable
from leat.frames import NONE
from leat.segments import PART_ELEMENTS, Segment
from leat.wires import check_rows, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, Optional

    from leat.functions import Stage
    from leat.segments import Chunks
    from leat.session import Session


def iterate(stage: Stage, result: Any) -> Iterator[Any]:
    if hasattr(result, "__iter__") or hasattr(result, "__getitem__"):
        return iter(result)
    kind = printable.qualified(type(result))
    from leat.failure import not_awaited
    raise TypeError(f"the function of {stage.name} must return an iterable: {kind!r} object is not iterable{not_awaited(kind)}")


def given_arrays(stage: Stage) -> None:
    '''Has a function of elements get arrays of what the stages before it, in its pass or in another environment, hand on.'''
    from leat.tensors import dtype, fits, numpy_itself
    source, function = wire("columns", stage.columns, True, {}), stage.function
    source.views = True
    extents, ndarray = source.shape.extents, numpy_itself().ndarray
    wanted = dtype(source.codes[0]) if extents and not source.shape.nullable else None  # None: nothing is ready as it is
    free = len(extents) if set(extents) == {None} else -1

    def made(x: Any) -> Any:
        if wanted is not None and type(x) is ndarray and x.dtype == wanted and fits(x.shape, extents):
            return x
        return source.loads(b"".join(source.dumps([x])))[0]

    def call(x: Any) -> Any:
        if type(x) is ndarray and x.dtype is wanted and (x.ndim == free or x.shape == extents):
            return function(x)
        return function(made(x))

    if stage.kind == "map_partitions":
        stage.function = lambda them, **bind: function(map(made, them), **bind)
    elif stage.spread:
        stage.function = lambda *given, **bind: function(*made(given), **bind)
    elif stage.bind:
        stage.function = lambda x, **bind: function(made(x), **bind)
    else:
        stage.function = call
    stage.scope = None  # its text is not all that is to be done


class Batches(Segment):
    '''A function of a whole batch, given as a list, or as arrays where the wire has them.'''

    batches = True
    arrays_of: Optional[Callable[[list[Any]], Any]] = None  # of one that stands behind others
    rows_of: Optional[Callable[[Any], list[Any]]] = None  # of columns, where what follows needs rows

    def join(self, segments: list[Segment], index: int, modules: dict[str, tuple[str, str]]) -> None:
        '''Makes what crosses to its neighbours what it would be over the wire, where that is of columns.'''
        given, returns = self.stages[0].columns, self.stages[0].returns
        if given:
            source = wire("columns", given, True, modules)
            source.stacked = self.stages[0].stacked
            batch = source.load_arrays()
            self.arrays_of = lambda xs: batch(b"".join(source.dumps(xs))).argument
        if returns:
            target = wire("columns", returns, True, modules)
            self.columns_of = target.columns_of
            following = segments[index + 1:index + 2]
            if not (following and isinstance(following[0], Batches) and following[0].stages[0].columns):
                self.rows_of = lambda columns: target.loads(b"".join(target.dumps(columns)))

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for xs in upstream:
            if not len(xs):
                continue  # the stages before it have left nothing: no batch, as if they were another pass
            session.enter(self)
            session.origin = NONE
            self.returned = False
            result = self.stages[0].call(self.arrays_of(xs) if self.arrays_of else getattr(xs, "argument", xs))
            self.returned = True
            del xs
            columns = self.columns_of(result) if self.columns_of else None
            if columns is not None:
                self.final = True
                del result
                yield self.rows_of(columns) if self.rows_of else columns
                continue
            if session.job.typed and hasattr(result, "tolist"):
                if self is session.job.segments[-1]:
                    check_rows(result, session.job.declared)
                result = result.tolist() if "ndarray[" not in session.job.declared else list(result)
            if type(result) is list:
                self.final = True
                yield result
            else:
                yield from self.drain(session, iterate(self.stages[0], result))


class Partition(Segment):
    '''A function of an iterator over all that the session receives.'''

    pulls = True

    def elements(self, session: Session, upstream: Chunks) -> Iterator[Any]:
        for xs in upstream:
            it = iter(xs)
            session.enter(self, (len(xs), it))
            yield from it
        session.enter(self)

    def results(self, session: Session, upstream: Chunks) -> Iterator[Any]:
        session.enter(self)
        return iterate(self.stages[0], self.stages[0].call(self.elements(session, upstream)))

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for y in self.results(session, upstream):
            yield [y]


class Source(Segment):
    '''A function that yields what the host asks for: each part answers a ticket. The first one holds the argument.'''

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        stage = self.stages[0]
        for tickets in upstream:
            session.enter(self)
            session.origin = NONE
            if session.source is None:
                arguments = [argument for argument, _, _ in tickets if argument is not None]
                session.source = iterate(stage, stage.function(*arguments, **stage.bind))
                session.instances.append(session.source)
            (_, least, most), = tickets
            size = max(least, min(most, session.job.limit))
            taken: list[Any] = []
            error: Optional[BaseException] = None
            try:
                taken.extend(islice(session.source, size))
            except BaseException as e:
                error = e  # after what was yielded before
            session.exhausted = len(taken) < size
            self.final = True
            if taken:
                yield taken
            if error is not None:
                raise error


KINDS: dict[str, type[Segment]] = {"map_batches": Batches, "map_partitions": Partition, "generate": Source}


def drive(session: Session, batches: Chunks) -> None:
    '''A session with a function of all that comes.'''
    job = session.job
    results = job.pulled(session, batches)
    session.open_iterators.append(results)
    last = job.segments[job.pulls - 1]
    for first in results:
        size = PART_ELEMENTS if last.whole else min(last.pace.size, job.limit)
        start, waited = clock(), session.channel.waited
        session.out.append(first)
        session.out.extend(islice(results, size - 1))  # visible to `batches`, which may send and clear it midway
        last.pace.adapt(size, clock() - start - (session.channel.waited - waited))
        session.deliver()
        session.look()
    for _ in batches:
        pass
    session.counted = session.collect()
#)"""
