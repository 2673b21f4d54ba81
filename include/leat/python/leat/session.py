R"""("""
# SPDX-License-Identifier: BSL-1.0
# One conversation with the host: from open to closed.
from __future__ import annotations

import _pickle
import sys
from _struct import Struct
from itertools import islice
from time import perf_counter_ns as clock

from leat import report
from leat.channel import CLOSED, DATA, DONE, END, ERROR, NONE, OPEN, protocol_error
from leat.daemon import DONTWAIT
from leat.functions import Stage
from leat.segments import LOOK_NS, PART_ELEMENTS, SEGMENTS, Batches, Partition, Pass, Segment
from leat.sources import publish_sources
from leat.wires import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, Optional

    from leat.channel import Buffer, Channel, Frame
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
        self.limit = 16  # elements a part, by the bytes of the last
        self.declared: str = spec.get("out_type") or "object"
        self.typed = spec["out"] != "opaque" and self.declared != "object"

    def load(self) -> None:
        imports = {name.partition(".")[0]: __import__(name) for name in self.spec.get("imports", ())}
        for index, stage in enumerate(self.spec["stages"]):
            self.stages.append(Stage(stage, index, imports))
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
        self.loads = wire(self.spec["in"], self.spec.get("in_type") or "object", False).loads
        self.dumps = wire(self.spec["out"], self.declared, self.typed).dumps
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
        fitting = max(1, PART_BYTES * count // max(size, 1))
        self.limit = min(fitting, max(self.limit, 8 * count), PART_ELEMENTS)


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
        self.over = False

    def run(self, body: Buffer) -> None:
        try:
            self.check()
            if self.start(_pickle.loads(body)):
                self.drive()
        except SystemExit:
            raise
        except Halt:
            pass
        except BaseException as e:
            self.fail(report.unwrapped(e))
        self.release()
        self.channel.closed = self.number
        self.channel.put(CLOSED, self.number, NONE, 0)
        self.channel.flush()

    def start(self, spec: dict[str, Any]) -> bool:
        '''Finds or makes the job; False: its error has been put.'''
        partition, seed, _ = [spec.pop(name, 0) for name in ("partition", "seed", "attempt")]
        key = repr(spec)
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
        self.job = job
        if "random" in sys.modules or "numpy" in sys.modules:
            seed_generators(f"{seed}:{partition}:{[stage.name for stage in job.stages]}")
        return True

    def drive(self) -> None:
        job, batches = self.job, self.batches()
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
            del frame
            yield self.load(body, count)
            self.deliver()
            spent = clock() - self.started - (channel.waited - self.waited)
            channel.put(DONE, self.number, batch, count, DONE_BODY.pack(self.yielded, spent))
            channel.flush()
            self.yielded = 0

    def load(self, body: Buffer, count: int) -> list[Any]:
        try:
            xs: list[Any] = self.job.loads(body)
            if len(xs) == count:
                return xs
            raise ValueError(f"{len(xs)} elements arrived where {count} were announced")
        except Exception as e:
            message = f"the worker cannot read the batch: {report.qualified(type(e))}: {report.safely(str, e)}"
            self.put_error(report.error_body("conversion", 0, e, message), NONE)
            raise Halt from None

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
            self.channel.put(DATA, self.number, 0 if self.batch == NONE else self.batch, len(part), body)
            self.job.measure(len(part), len(body))
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
            found, message = self.segment.failed(error)
            stage, record = found.index, self.record()
        if isinstance(error, StopIteration):
            message = f"{report.safely(str, error)} (a function may not end the stream so)".lstrip()
        self.put_error(report.error_body("python", stage, error, message), record)

    def refuse(self, part: list[Any], start: int, error: BaseException) -> None:
        '''Reports the first value that the output wire cannot carry.'''
        culprit: Any = part
        index = NONE
        for i, value in enumerate(part):
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
        facts.update(python_type=kind, repr=shown)
        message = f"a value of type {kind} cannot be sent as {declared}{reason}: {shown}"
        self.put_error(report.error_body("conversion", len(self.job.stages) - 1, error, message, **facts), index)

    def put_error(self, body: bytes, record: int) -> None:
        self.over = True
        self.channel.put(ERROR, self.number, self.batch, record, body)

    def release(self) -> None:
        '''Closes the user's generators; what they raise then has no one left to go to but stderr.'''
        self.over = True
        while self.open_iterators:
            close_quietly(self.open_iterators.pop())
        while self.instances:
            close_quietly(self.instances.pop())


def close_quietly(thing: Any) -> None:
    try:
        if hasattr(thing, "close"):
            thing.close()
    except Halt:
        pass
    except BaseException as e:
        sys.stderr.write(report.trace_text(e))


def seed_generators(text: str) -> None:
    from binascii import crc32
    seed = crc32(text.encode("utf-8", "surrogatepass"))
    if "random" in sys.modules:
        sys.modules["random"].seed(seed)
    if "numpy" in sys.modules:
        import numpy.random  # type: ignore[import-not-found, unused-ignore]
        numpy.random.seed(seed)
#)"""
