R"""("""
# SPDX-License-Identifier: BSL-1.0
# One conversation with the host: from open to closed.
from __future__ import annotations

import sys
from _pickle import loads
from _struct import Struct
from itertools import islice
from time import perf_counter_ns as clock

import leat
from leat import report
from leat.channel import CLOSED, DONE, END, ERROR, NONE, OPEN, protocol_error
from leat.daemon import DONTWAIT, ignoring
from leat.functions import Stage, generates, instances
from leat.library import checksum, loaded, standard
from leat.segments import LOOK_NS, PART_ELEMENTS, SEGMENTS, Batches, Pace, Partition, Pass, Segment
from leat.sources import publish_sources
from leat.wires import unread, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

    from leat.channel import Channel, Frame
    from leat.segments import Chunks, Cursor

DONE_BODY = Struct("<QQ")
PART_BYTES = 128 << 10
JOBS_KEPT = 32


class Halt(BaseException):
    '''Nothing more of this session is wanted; passes through user code, so no Exception.'''


def once(holder: list[Any]) -> Iterator[Any]:
    yield holder.pop()  # and keeps nothing of it


class Job:
    '''What sessions that open alike have in common: functions, composed segments, wires and their pace.'''

    def __init__(self, spec: dict[str, Any]) -> None:
        self.spec = spec
        self.stages: list[Stage] = []
        self.segments: list[Segment] = []
        self.counts = False  # a function has accumulators
        self.limit = 16  # elements a part, by the bytes of the last
        self.declared: str = spec.get("out_type") or "object"
        self.typed = spec["out"] != "opaque" and self.declared != "object"

    def load(self) -> None:
        imports = {name.partition(".")[0]: __import__(name) for name in self.spec.get("imports", ())}
        for index, stage in enumerate(self.spec["stages"]):
            self.stages.append(Stage(stage, index, imports))
        for last in self.stages[-1:]:
            if last.kind == "map" and generates(last.function):
                raise TypeError(f"{last.text!r} is a generator function, and a generator cannot be sent; "
                                "use flat_map for what it yields")
        self.counts = any(stage.accumulators for stage in self.stages)
        groups: list[tuple[type[Segment], list[Stage]]] = []
        for stage in self.stages:
            kind = SEGMENTS[stage.kind]
            if kind is Pass and groups and groups[-1][0] is Pass:
                groups[-1][1].append(stage)
            else:
                groups.append((kind, [stage]))
        self.segments = [kind(stages) for kind, stages in groups]
        for segment, following in zip(self.segments, self.segments[1:]):
            segment.whole = isinstance(following, Batches)
        modules = self.spec.get("wire_modules", {})
        source = wire(self.spec["in"], self.spec.get("in_type") or "object", False, modules)
        target = wire(self.spec["out"], self.declared, self.typed, modules)
        arrays = self.segments and isinstance(self.segments[0], Batches) and hasattr(source, "load_arrays")
        self.loads, self.dumps = source.load_arrays() if arrays else source.loads, target.dumps
        for segment in self.segments[-1:]:
            segment.columns_of = getattr(target, "columns_of", None)
        for index, segment in enumerate(self.segments):
            if isinstance(segment, Batches):
                segment.join(self.segments, index, modules)
        self.part_bytes: int = getattr(target, "part_bytes", PART_BYTES)
        self.part_elements: int = getattr(target, "part_elements", PART_ELEMENTS)
        self.pulls = max((i + 1 for i, segment in enumerate(self.segments) if isinstance(segment, Partition)), default=0)
        if "linecache" in sys.modules:
            publish_sources()

    def pushed(self, session: Session, xs: list[Any]) -> Chunks:
        '''One list through what follows the last map_partitions.'''
        chunks = once([xs])
        for segment in self.segments[self.pulls:]:
            chunks = segment.chunks(session, chunks)
        return chunks

    def pulled(self, session: Session, batches: Chunks) -> Iterator[Any]:
        '''What the last map_partitions yields.'''
        for segment in self.segments[:self.pulls - 1]:
            batches = segment.chunks(session, batches)
        return self.segments[self.pulls - 1].results(session, batches)

    def measure(self, count: int, size: int) -> None:
        fitting = max(1, self.part_bytes * count // max(size, 1))
        self.limit = min(fitting, max(self.limit, 8 * count), self.part_elements)


class Session:
    '''One conversation: from open to closed.'''

    def __init__(self, channel: Channel, number: int, jobs: dict[str, Job]) -> None:
        self.channel = channel
        self.number = number
        self.jobs = jobs
        self.batch = self.origin = NONE
        self.segment: Optional[Segment] = None
        self.cursor: Cursor = None
        self.yielded = self.started = self.waited = 0
        self.out: list[Any] = []  # yielded by map_partitions, not yet sent
        self.open_iterators: list[Any] = []
        self.instances: list[Any] = []  # of stateful classes
        self.over = self.isolate = False
        self.source: Any = None  # what a function that is a source yields
        self.pace = Pace()  # of that
        self.exhausted = False
        self.counted = b""  # after the last batch
        self.broken: dict[int, tuple[Exception, Any]] = {}  # records of this batch that could not be loaded
        self.context = leat.Context("", None, 0, 0)

    def run(self, body: Any) -> None:
        leat.serving = self
        try:
            self.check()
            if self.start(loads(body)):
                self.drive()
        except SystemExit:
            raise
        except Halt:
            pass
        except BaseException as e:
            self.fail(report.unwrapped(e))
        self.release()
        leat.serving = None
        self.channel.closed = self.number
        self.channel.put(CLOSED, self.number, NONE, 0, self.counted)
        self.channel.flush()

    def start(self, spec: dict[str, Any]) -> bool:
        '''Finds or makes the job; False: its error has been put.'''
        partition, seed, attempt, task = [spec.pop(name, 0) for name in ("partition", "seed", "attempt", "task")]
        names = " | ".join([stage.get("name") or stage["kind"] for stage in spec["stages"]])
        self.context = leat.Context(names, partition if task else None, attempt, seed)
        key = spec.pop("key", "") or repr(spec)
        drop_forgotten(self.jobs)
        job = self.jobs.get(key) or Job(spec)
        try:
            if key not in self.jobs:
                job.load()
                self.instances = [stage.instance for stage in job.stages if stage.instance is not None]
                if not self.instances:
                    self.jobs[key] = job
                if len(self.jobs) > JOBS_KEPT:
                    del self.jobs[next(iter(self.jobs))]
        except SystemExit:
            raise
        except BaseException as e:
            stage = max(0, min(len(job.stages), len(spec["stages"]) - 1))
            self.put_error(report.error_body("start", stage, e), NONE)
            return False
        self.job, self.isolate = job, bool(job.spec.get("isolate"))
        if job.counts:
            sys.modules["leat.accumulators"].discard()  # what a failed batch has left
        if "random" in sys.modules or "numpy" in sys.modules:
            seed_generators(f"{seed}:{partition}:{[stage.name for stage in job.stages]}")
        return True

    def drive(self) -> None:
        job, batches = self.job, self.batches()
        if job.spec.get("announce"):
            self.channel.put(DONE, self.number, NONE, 0, DONE_BODY.pack(0, 0))
            self.channel.flush()
        if self.isolate:
            from leat.calls import answer
            return answer(self)
        if not job.pulls:
            single = len(job.segments) == 1
            for xs in batches:
                chunks = job.pushed(self, xs)
                del xs
                self.open_iterators = [chunks]
                for ys in chunks:
                    self.emit(ys)
                    del ys
                    if not (single and job.segments[0].final):
                        self.look()
            return
        results = job.pulled(self, batches)
        self.open_iterators.append(results)
        last = job.segments[job.pulls - 1]
        for first in results:
            size = PART_ELEMENTS if last.whole else min(last.pace.size, job.limit)
            start, waited = clock(), self.channel.waited
            self.out.append(first)
            self.out.extend(islice(results, size - 1))  # visible to `batches`, which may send and clear it midway
            last.pace.adapt(size, clock() - start - (self.channel.waited - waited))
            self.deliver()
            self.look()
        for _ in batches:
            pass
        self.counted = self.collect()

    def batches(self) -> Chunks:
        '''The batches received. Each is done when the next one is asked for.'''
        channel = self.channel
        while True:
            if clock() - channel.looked > LOOK_NS:
                channel.pull(DONTWAIT)
            self.check()
            frame = channel.next(self.number)
            self.check()
            if frame is None:
                raise Halt
            kind, session, batch, count, body = frame
            if session != self.number or kind == OPEN:
                protocol_error(f"frame of kind {kind} for session {session} while {self.number} is open")
            if kind == END:
                return
            self.batch, self.started, self.waited = batch, clock(), channel.waited
            loaded = [self.load(body, count)]
            del frame, body  # the function alone decides how long their memory lives
            if not self.broken:
                yield loaded.pop()
            elif min(self.broken) > 0:
                yield loaded.pop()[:min(self.broken)]
            self.deliver()
            if self.broken:
                self.refuse_record(min(self.broken))
                raise Halt
            spent = clock() - self.started - (channel.waited - self.waited)
            count = 0 if self.exhausted else count
            channel.put(DONE, self.number, batch, count, DONE_BODY.pack(self.yielded, spent) + self.collect())
            channel.flush()
            self.yielded = 0

    def accumulators(self) -> dict[str, Any]:
        return {name: counts for stage in self.job.stages for name, counts in stage.accumulators.items()}

    def collect(self) -> bytes:
        '''What functions have added to accumulators for the batch that is done.'''
        if not self.job.counts and self.job.spec["out"] != "opaque":
            return b""
        from leat.accumulators import Refused, collected
        try:
            return collected(self.job.spec["out"] == "opaque")
        except Refused as e:
            name, declared, value, kind = e.args
            facts = {"expected": f"{declared} (for the accumulator {name!r})",
                     "python_type": kind or report.qualified(type(value)), "repr": report.safely(repr, value, 200)}
            self.put_error(report.error_body("conversion", 0, e, f"a wrong value was added to {name!r}", **facts), NONE)
            raise Halt from None

    def load(self, body: Any, count: int) -> list[Any]:
        try:
            xs: list[Any] = self.job.loads(body)
            if len(xs) == count:
                return xs
            raise ValueError(f"{len(xs)} elements arrived where {count} were announced")
        except Exception as e:
            if self.job.spec["in"] == "opaque":
                from leat.apart import load_apart
                xs, self.broken = load_apart(body, count)
                if self.broken:
                    return xs
            self.put_unread(e, body, "batch", NONE)
            raise Halt from None

    def refuse_record(self, record: int) -> None:
        '''Reports an element that could not be loaded.'''
        failure, piece = self.broken[record]
        self.put_unread(failure, piece, "record", record)

    def put_unread(self, error: Exception, body: Any, what: str, record: int) -> None:
        self.put_error(unread(error, body, what, self.job.spec["in"]), record)

    def deliver(self) -> None:
        '''Sends what map_partitions has yielded so far.'''
        if self.out:
            ys = self.out[:]
            self.out.clear()
            for zs in self.job.pushed(self, ys):
                self.emit(zs)

    def emit(self, ys: list[Any]) -> None:
        start = 0
        while start < len(ys):
            if start:
                self.look()
            part = ys[start:start + self.job.limit] if start or len(ys) > self.job.limit else ys
            try:
                body = self.job.dumps(part)
            except Exception as e:
                self.refuse(part, start, e)
                raise Halt from None
            size = self.channel.put_data(self.number, 0 if self.batch == NONE else self.batch, len(part), body)
            self.job.measure(len(part), size)
            self.yielded += len(part)
            start += len(part)

    def look(self) -> None:
        '''Sends what is pending and looks whether the host still wants more.'''
        self.channel.flush()
        if clock() - self.channel.looked > LOOK_NS:
            self.channel.pull(DONTWAIT)
        self.check()

    def check(self) -> None:
        if self.over or self.channel.gone or self.channel.cancelled >= self.number:
            raise Halt

    def enter(self, segment: Segment, cursor: Cursor = None) -> None:
        self.segment, self.cursor = segment, cursor

    def record(self) -> int:
        '''Index of the record in work, from the position of the iterator over the batch.'''
        if self.cursor is None or self.segment is not self.job.segments[0]:
            return NONE
        end, it = self.cursor
        left: int = it.__length_hint__()
        return max(0, end - left - 1)

    def fail(self, error: BaseException) -> None:
        stage, message, record = 0, "", NONE
        if self.segment is not None:
            record = self.record()
            with ignoring(Exception):  # of what an exception says of itself
                found, message = self.segment.failed(error)
                stage = found.index
        if type(error) is report.NotPlain and self.segment is not None:  # between two stages of a pass, as arrays
            value = error.args[0]
            at, given = self.segment.stages[0], not self.segment.returned
            facts = {"expected": error.expected or (at.columns if given else at.returns),
                     "python_type": error.kind or report.qualified(type(value)), "repr": report.safely(repr, value, 200)}
            return self.put_error(report.error_body("conversion", max(0, stage - given), error, traceback="", **facts), record)
        if issubclass(type(error), StopIteration):
            message = f"{report.safely(str, error)} (a function may not end the stream so)".lstrip()
        self.put_error(report.error_body("python", stage, error, message), record)

    def refuse(self, part: list[Any], start: int, error: BaseException) -> None:
        '''Reports the first value that the output wire cannot carry.'''
        culprit: Any = part
        index = NONE
        for i, value in enumerate(part if isinstance(part, list) else ()):
            try:
                self.job.dumps([value])
            except Exception as e:
                culprit, error = value, e
                if len(self.job.segments) == 1 and self.origin != NONE:
                    index = self.origin + (start + i) * getattr(self.job.segments[0], "step", 0)
                break
        declared = self.job.declared if self.job.typed else "a value that can be pickled"
        facts, reason = {"expected": declared}, f": {report.qualified(type(error))}: {report.safely(str, error)}"
        if isinstance(error, report.NotPlain):
            culprit, reason = error.args[0], ""
            facts.update(type="TypeError", traceback="")
        elif isinstance(error, RecursionError) or "cyclic" in reason:
            reason = ", nested too deeply or cyclic"
        kind, shown = report.qualified(type(culprit)), report.safely(repr, culprit, 200)
        if isinstance(error, report.NotPlain) and error.kind:
            kind, declared = error.kind, error.expected
        facts.update(python_type=kind, repr=shown, expected=declared, reason=reason.lstrip(":, "))
        message = f"a value of type {kind} cannot be sent as {declared}{reason}: {shown}"
        self.put_error(report.error_body("conversion", len(self.job.stages) - 1, error, message, **facts), index)

    def put_error(self, body: bytes, record: int) -> None:
        self.over = record == NONE or not self.isolate
        self.channel.put(ERROR, self.number, self.batch, record, body)

    def release(self) -> None:
        '''Closes the user's generators; what they raise then has no one left to go to but stderr.'''
        self.over = True
        while self.open_iterators:
            close_quietly(self.open_iterators.pop())
        while self.instances:
            close_quietly(self.instances.pop())


def drop_forgotten(jobs: dict[str, Job]) -> None:
    '''Lets go of what was made of values that the host has forgotten.'''
    kept = sys.modules.get("leat.kept")
    if kept is None or not kept.forgotten:
        return
    for key, job in list(jobs.items()):
        if any(stage.uses & kept.forgotten for stage in job.stages):
            del jobs[key]
    for name in list(instances):
        if name[-1] & kept.forgotten:
            close_quietly(instances.pop(name))
    kept.forgotten.clear()


def close_quietly(thing: Any) -> None:
    try:
        if hasattr(thing, "close"):
            result = thing.close()
            if hasattr(result, "__await__"):
                raise TypeError("it is an async function, which a worker cannot await")
    except Halt:
        pass
    except BaseException as e:
        report.say(f"leat worker: close of {report.qualified(type(thing))} failed: {report.headed(e)}")


def seed_generators(text: str) -> None:
    generators, numbers = loaded("random"), hasattr(sys.modules.get("numpy"), "ndarray")
    seed = checksum(text) if generators or numbers else 0
    if generators:
        generators.seed(seed)
    if numbers:
        with standard:
            import numpy.random  # type: ignore[import-not-found, unused-ignore]
        numpy.random.seed(seed)
#)"""
