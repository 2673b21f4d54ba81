R"""("""
# SPDX-License-Identifier: BSL-1.0
# What a session runs: functions composed into loops over batches.
from __future__ import annotations

import _functools  # type: ignore[import-not-found]
import builtins
import sys
from itertools import chain, islice, starmap
from time import perf_counter_ns as clock

from leat.channel import NONE
from leat.functions import walk
from leat.sources import named_source, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Callable, Iterator, Optional

    from leat.functions import Stage
    from leat.session import Session

    Loop = Callable[[Any], Any]  # from an iterator over a batch to its results
    Chunks = Iterator[list[Any]]
    Cursor = Optional[tuple[int, Any]]  # where an iterator over a batch ends in that batch, the iterator

PART_ELEMENTS = 16_384
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

    def failed(self, error: BaseException) -> tuple[Stage, str]:
        '''The stage an exception came from, and a better message if there is one.'''
        return self.stages[0], ""


class Pass(Segment):
    '''Consecutive map, filter and flat_map stages composed into one comprehension, inlined where that is safe.'''

    def __init__(self, stages: list[Stage]) -> None:
        super().__init__(stages)
        self.flat = any(stage.kind == "flat_map" for stage in stages)
        self.step = int(all(stage.kind == "map" for stage in stages))  # 1: result i comes from record i
        trees = [stage.inlinable() for stage in stages]
        texts = [stage.text.strip().splitlines() if tree else [""] for stage, tree in zip(stages, trees)]
        lines = [text for lines in texts for text in lines]
        self.line_of = [sum(map(len, texts[:i])) + 1 for i in range(len(stages))]
        self.hidden = len(lines) + 1
        self.scope: dict[str, Any] = {"__builtins__": builtins, "iterate ": iter, "chain ": chain.from_iterable}
        self.filename = named_source(" | ".join(dict.fromkeys(stage.label for stage in stages)), "\n".join(lines))
        shown[self.filename] = {line for line, text in enumerate(lines, 1) if text}  # the rest is composition, hidden
        self.run = self.called(stages[0]) if self.step and len(stages) == 1 and not trees[0] else self.compose(trees)

    def called(self, stage: Stage) -> Loop:
        '''One called map: the fastest loop there is. `map` ends silently at a StopIteration, whose traceback is lost: so results
        are counted, and functions that name it go through a loop that does not, as all do where that is faster.'''
        function = _functools.partial(stage.function, **stage.bind) if stage.bind else stage.function
        stops = sys.version_info >= (3, 12)
        if not stops:
            from leat.truths import may_stop
            stops = may_stop(stage.function)
        if stops:
            if stage.spread:
                return lambda it: [function(*x) for x in it]
            return lambda it: [function(x) for x in it]

        def run(it: Any) -> list[Any]:
            start = it.__length_hint__()
            ys = list(starmap(function, it) if stage.spread else map(function, it))
            if len(ys) < start:
                raise StopIteration(f"raised in a call of {stage.text}")
            return ys
        return run

    def compose(self, trees: list[Any]) -> Loop:
        '''Names hold a space, dot or leading digit: no user text can spell them, so nothing clashes.'''
        import _ast as t

        def at(line: int) -> dict[str, int]:
            return {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}

        def name(text: str, line: int, context: Any = t.Load()) -> Any:
            return t.Name(text, context, **at(line))

        def clause(target: str, iterable: Any) -> Any:
            return t.comprehension(name(target, self.hidden, t.Store()), iterable, [], 0)

        def called(i: int, argument: str, line: int) -> Any:
            stage = self.stages[i]
            self.scope[f"{i}."] = stage.function
            self.scope.update((f"{i}.{key}", value) for key, value in stage.bind.items())
            keywords = [t.keyword(key, name(f"{i}.{key}", line), **at(line)) for key in stage.bind]
            return t.Call(name(f"{i}.", line), [name(argument, line)], keywords, **at(line))

        def inlined(i: int, argument: str, line: int) -> Any:
            parameter, = trees[i].args.posonlyargs + trees[i].args.args
            outer = self.stages[i].scope or {}
            for node in walk(trees[i].body):
                if isinstance(node, t.Name):
                    if node.id == parameter.arg:
                        node.id = argument
                    elif node.id in outer:
                        self.scope[f"{i}.{node.id}"] = outer[node.id]
                        node.id = f"{i}.{node.id}"
                if hasattr(node, "lineno"):
                    node.lineno += line - 1
                    node.end_lineno += line - 1
            return trees[i].body

        def compared(left: Any, op: Any, value: Any, line: int) -> Any:
            return t.Compare(left, [op], [t.Constant(value, None, **at(line))], **at(line))

        def meant(i: int, result: Any, line: int, after: int) -> Any:
            '''result is True or result is not False and (id(type(result)) in truths or truths(type(result))) and result'''
            self.scope.update({f"{i} truths": truths.Truths(self.stages[i].name), "type ": type, "id ": id})
            kind = t.Call(name("type ", line), [result], [], **at(line))
            seen = t.Compare(t.Call(name("id ", line), [kind], [], **at(line)), [t.In()], [name(f"{i} truths", line)], **at(after))
            known = t.BoolOp(t.Or(), [seen, t.Call(name(f"{i} truths", line), [kind], [], **at(line))], **at(line))
            true, false = compared(result, t.Is(), True, after), compared(result, t.IsNot(), False, after)
            return t.BoolOp(t.Or(), [true, t.BoolOp(t.And(), [false, known, result], **at(line))], **at(line))

        value, element, layer = "0", None, self.hidden
        clauses = [clause("0", name("input ", self.hidden))]
        for i, stage in enumerate(self.stages):
            if stage.kind == "flat_map":
                if layer != self.hidden:  # one generator for each flat_map: the line of a failing loop then says which
                    inner, value = t.GeneratorExp(name(value, layer), clauses, **at(layer)), f"{i}'"
                    clauses = [clause(value, inner)]
                layer = self.hidden + 1 + 2 * i  # its iter() is on the line after
            element = (inlined if trees[i] else called)(i, value, self.line_of[i])
            if stage.kind == "filter":
                from leat import truths
                following = [j for j, later in enumerate(self.stages) if later.kind == "flat_map" and j > i]
                line = self.hidden + 1 + 2 * i
                after = self.hidden + 1 + 2 * following[0] if following else layer
                if truths.may_return(trees[i].body) if trees[i] else stage.bind or not truths.only_operates(stage.function):
                    clauses.append(clause(f"{i}?", t.List([element], t.Load(), **at(self.line_of[i]))))
                    element = meant(i, name(f"{i}?", line), line, after)
                elif following and any(isinstance(node, t.Compare) for node in walk(element)):
                    clauses[-1].ifs.append(element)  # CPython 3.11 gives the next loop the line of the last comparison
                    element = compared(t.Constant(None, None, **at(after)), t.Is(), None, after)
                clauses[-1].ifs.append(element)
                element = None
            elif stage.kind == "flat_map" or i + 1 < len(self.stages):
                iterable: Any
                if stage.kind == "map":
                    iterable = t.List([element], t.Load(), **at(self.line_of[i]))
                else:
                    iterable = t.Call(name("iterate ", layer + 1), [element], [], **at(layer + 1))
                if i + 1 < len(self.stages):
                    value, element = str(i + 1), None
                    clauses.append(clause(value, iterable))
                else:
                    element = iterable
        body: Any = (t.GeneratorExp if self.flat else t.ListComp)(element or name(value, layer), clauses, **at(layer))
        if self.stages[-1].kind == "flat_map":  # the last loop in C: a third faster, and the generator keeps StopIteration loud
            body = t.Call(name("chain ", layer), [body], [], **at(layer))
        parameters = t.arguments([], [t.arg("input ", None, None, **at(layer))], None, [], [], None, [])
        tree: Any = t.Expression(t.Lambda(parameters, body, **at(layer)))
        loop: Loop = eval(as_lambda(compile(tree, self.filename, "eval", dont_inherit=True)), self.scope)
        return loop

    def chunks(self, session: Session, upstream: Chunks) -> Chunks:
        for xs in upstream:
            if self.flat:
                it = iter(xs)
                yield from self.drain(session, self.run(it), (len(xs), it))
                continue
            start, count = 0, len(xs)
            while start < count:
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
                yield ys

    def failed(self, error: BaseException) -> tuple[Stage, str]:
        line, deepest, trace = self.line_of[-1], False, error.__traceback__  # no frame of ours: what the last flat_map iterates
        while trace is not None:
            if trace.tb_frame.f_globals is self.scope:
                line, deepest = trace.tb_lineno, trace.tb_next is None
            trace = trace.tb_next
        if line > self.hidden:
            stage = self.stages[(line - self.hidden - 1) // 2]
            if deepest and isinstance(error, TypeError) and "not iterable" in str(error):
                return stage, f"the function of {stage.name} must return an iterable: {error}{not_awaited(str(error))}"
            return stage, ""
        return self.stages[max(0, sum(first <= line for first in self.line_of) - 1)], ""


def not_awaited(text: str) -> str:
    return "; a stage calls its function and cannot await it" if "coroutine" in text or "async_generator" in text else ""


def as_lambda(code: CodeType) -> CodeType:
    '''Tracebacks call the composition what the user wrote.'''
    constants = tuple(as_lambda(c) if isinstance(c, type(code)) else c for c in code.co_consts)
    return code.replace(co_consts=constants, co_name="<lambda>")


def segment_kind(name: str) -> type[Segment]:
    if name in ("map", "filter", "flat_map"):
        return Pass
    from leat import batches
    return batches.KINDS[name]
#)"""
