R"""("""
# SPDX-License-Identifier: BSL-1.0
# One conversation with the host: from open to closed.
from __future__ import annotations

import sys
from _pickle import loads
from time import perf_counter_ns as clock

import leat
from leat.channel import protocol_error
from leat.frames import CLOSED, DONE, DONE_BODY, END, ERROR, NONE, OPEN, SKIP
from leat.job import Halt, Job
from leat.segments import LOOK_NS
from leat.system import DONTWAIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Optional

    from leat.channel import Channel
    from leat.segments import Chunks, Cursor, Segment

JOBS_KEPT = 32


class Session:
    '''One conversation: from open to closed.'''

    asked = False  # to hand back what has not been begun
    left = consumed = 0  # elements of the batch: that are handed back, of the list in work; those before them
    skipped = -1  # elements of the next body that are not this session's; none: all are

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
            from leat import failure
            failure.fail(self, e)
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
        shared = sys.modules.get("leat.shared_values")
        if shared is not None and shared.forgotten:
            from leat.leaving import drop_forgotten
            drop_forgotten(self.jobs, shared.forgotten)
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
            from leat.report import error_body
            self.put_error(error_body("start", stage, e), NONE)
            return False
        self.job, self.isolate = job, bool(job.spec.get("isolate"))
        if job.counts:
            sys.modules["leat.accumulators"].discard()  # what a failed batch has left
        if "random" in sys.modules or "numpy" in sys.modules:
            from leat.seeds import seed_generators
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
        from leat.batches import drive
        drive(self, batches)

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
            if count > 1 or kind == SKIP:
                import leat.sharing
            if kind == SKIP:
                self.skipped = count
                continue
            self.batch, self.started, self.waited = batch, clock(), channel.waited
            loaded = [self.load(body, count)]
            del frame, body  # the function alone decides how long their memory lives
            if not self.broken:
                yield loaded.pop()
            elif min(self.broken) > 0:
                yield loaded.pop()[:min(self.broken)]
            self.deliver()
            if self.left:
                count, self.left = self.consumed, 0
            if self.broken:
                from leat import failure
                failure.refuse_record(self, min(self.broken))
                raise Halt
            spent = clock() - self.started - (channel.waited - self.waited)
            count = 0 if self.exhausted else count
            channel.put(DONE, self.number, batch, count, DONE_BODY.pack(self.yielded, spent) + self.collect())
            channel.flush()
            self.yielded = 0
            if self.asked:
                from leat.sharing import give_queued
                give_queued(self)

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
            from leat import failure
            failure.refuse_update(self, *e.args)
            raise Halt from None

    def load(self, body: Any, count: int) -> list[Any]:
        part, skip, self.skipped = self.skipped >= 0, max(self.skipped, 0), -1
        try:
            xs: list[Any] = self.job.loads(body)
            if part:
                xs = xs[skip:skip + count]
            if len(xs) == count:
                return xs
            raise ValueError(f"{len(xs)} elements arrived where {count} were announced")
        except Exception as e:
            from leat.failure import loaded_apart
            found = loaded_apart(self, e, body, count, skip, part)
            if found is None:
                raise Halt from None
            return found

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
                from leat import failure
                failure.refuse(self, part, start, e)
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
        left: int = it.__length_hint__() or self.left
        return max(0, end - left - 1)

    def put_error(self, body: bytes, record: int) -> None:
        self.over = record == NONE or not self.isolate
        self.channel.put(ERROR, self.number, self.batch, record, body)

    def release(self) -> None:
        '''Closes the user's generators; what they raise then has no one left to go to but stderr.'''
        self.over = True
        for things in self.open_iterators, self.instances:
            while things:
                from leat.leaving import close_quietly
                close_quietly(things.pop())


#)"""
