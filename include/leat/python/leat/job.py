R"""("""
# SPDX-License-Identifier: BSL-1.0
# What sessions run: the functions of one that opens alike, composed, and how they are let go.
from __future__ import annotations

import sys

from leat.functions import Stage, generates, imported
from leat.segments import PART_ELEMENTS, Pass, Segment
from leat.wires import wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator

    from leat.segments import Chunks
    from leat.session import Session

PART_BYTES = 128 << 10


class Halt(BaseException):
    '''NoResults more of this session is wanted; passes through user code, so no Exception.'''


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
        imports = imported(self.spec.get("imports", ()))
        for index, stage in enumerate(self.spec["stages"]):
            self.stages.append(Stage(stage, index, imports))
        for last in self.stages[-1:]:
            if last.kind == "map" and generates(last.function):
                from leat.lenient import listing
                last.function = listing(last, self.declared)
        for stage in self.stages:
            if stage.arrays and stage.columns and stage.kind != "map_batches":
                from leat.batches import given_arrays
                given_arrays(stage)
        self.counts = any(stage.accumulators for stage in self.stages)
        groups: list[tuple[type[Segment], list[Stage]]] = []
        for stage in self.stages:
            kind = segment_kind(stage.kind)
            if kind is Pass and groups and groups[-1][0] is Pass:
                groups[-1][1].append(stage)
            else:
                groups.append((kind, [stage]))
        self.segments = [kind(stages) for kind, stages in groups]
        for segment, following in zip(self.segments, self.segments[1:]):
            segment.whole = following.batches
        modules = self.spec.get("wire_modules", {})
        source = wire(self.spec["in"], self.spec.get("in_type") or "object", False, modules)
        target = wire(self.spec["out"], self.declared, self.typed, modules)
        views = any([stage.arrays for stage in self.stages[:1]])
        if views or "ndarray[" in self.spec.get("in_type", ""):
            from leat.tensors import prepare
            prepare(self.spec["in_type"])
        if views:
            source.views, source.stacked = True, self.stages[0].stacked
        arrays = self.segments and self.segments[0].batches and hasattr(source, "load_arrays")
        self.loads, self.dumps = source.load_arrays() if arrays else source.loads, target.dumps
        for segment in self.segments[-1:]:
            segment.columns_of = getattr(target, "columns_of", None)
        for index, segment in enumerate(self.segments):
            segment.join(self.segments, index, modules)
        self.part_bytes: int = getattr(target, "part_bytes", PART_BYTES)
        self.part_elements: int = getattr(target, "part_elements", PART_ELEMENTS)
        self.pulls = max((i + 1 for i, segment in enumerate(self.segments) if segment.pulls), default=0)
        if "linecache" in sys.modules:
            from leat.sources import publish_sources
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


def segment_kind(name: str) -> type[Segment]:
    if name in ("map", "filter", "flat_map"):
        return Pass
    from leat import batches
    return batches.KINDS[name]
#)"""
