R"""("""
# SPDX-License-Identifier: BSL-1.0
# The stages of a pass as one comprehension.
from __future__ import annotations

import _ast as t
import builtins
from itertools import chain

from leat.functions import compiled
from leat.sources import named_source, shown
from leat.trees import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any, Optional

    from leat.functions import Stage
    from leat.segments import Loop, Pass


def inlinable(stage: Stage) -> Optional[t.Lambda]:
    '''A fresh tree of an expression lambda whose body may stand in another function; None: call it.'''
    if stage.scope is None or stage.spread or stage.bind:
        return None
    tree = compiled(stage.text.strip(), "", t.PyCF_ONLY_AST).body
    if not isinstance(tree, t.Lambda):
        return None
    a = tree.args
    if len(a.posonlyargs + a.args) != 1 or a.vararg or a.kwarg or a.kwonlyargs or a.defaults:
        return None
    own_frame = (t.Lambda, t.ListComp, t.SetComp, t.DictComp, t.GeneratorExp, t.NamedExpr, t.Yield, t.YieldFrom, t.Await)
    looks_at_frame = {"locals", "globals", "vars", "dir", "eval", "exec", "super", "__class__"}
    for node in walk(tree.body):
        if isinstance(node, own_frame) or isinstance(node, t.Name) and node.id in looks_at_frame:
            return None
    return tree


def compose(of: Pass) -> Loop:
    '''The loop of a pass. Names hold a space, dot or leading digit: no user text can spell them, so nothing clashes.'''
    stages = of.stages
    trees: list[Any] = [inlinable(stage) for stage in stages]
    if of.single and not trees[0]:
        return of.called(stages[0])
    texts = [stage.text.strip().splitlines() if tree else [""] for stage, tree in zip(stages, trees)]
    lines = [text for lines in texts for text in lines]
    of.line_of = [sum(map(len, texts[:i])) + 1 for i in range(len(stages))]
    of.hidden = len(lines) + 1
    of.scope = {"__builtins__": builtins, "iterate ": iter, "chain ": chain.from_iterable}
    filename = named_source(" | ".join(dict.fromkeys(stage.label for stage in stages)), "\n".join(lines))
    shown[filename] = {line for line, text in enumerate(lines, 1) if text}  # the rest is composition, hidden

    def at(line: int) -> dict[str, int]:
        return {"lineno": line, "col_offset": 0, "end_lineno": line, "end_col_offset": 0}

    def name(text: str, line: int, context: Any = t.Load()) -> Any:
        return t.Name(text, context, **at(line))

    def clause(target: str, iterable: Any) -> Any:
        return t.comprehension(name(target, of.hidden, t.Store()), iterable, [], 0)

    def called(i: int, argument: str, line: int) -> Any:
        stage = stages[i]
        of.scope[f"{i}."] = stage.function
        of.scope.update((f"{i}.{key}", value) for key, value in stage.bind.items())
        keywords = [t.keyword(key, name(f"{i}.{key}", line), **at(line)) for key in stage.bind]
        given = t.Starred(name(argument, line), t.Load(), **at(line)) if stage.spread else name(argument, line)
        return t.Call(name(f"{i}.", line), [given], keywords, **at(line))

    def inlined(i: int, argument: str, line: int) -> Any:
        parameter, = trees[i].args.posonlyargs + trees[i].args.args
        outer = stages[i].scope or {}
        for node in walk(trees[i].body):
            if isinstance(node, t.Name):
                if node.id == parameter.arg:
                    node.id = argument
                elif node.id in outer:
                    of.scope[f"{i}.{node.id}"] = outer[node.id]
                    node.id = f"{i}.{node.id}"
            if hasattr(node, "lineno"):
                node.lineno += line - 1
                node.end_lineno += line - 1
        return trees[i].body

    def compared(left: Any, op: Any, value: Any, line: int) -> Any:
        return t.Compare(left, [op], [t.Constant(value, None, **at(line))], **at(line))

    def meant(i: int, result: Any, line: int, after: int) -> Any:
        '''result is True or result is not False and (id(type(result)) in truths or truths(type(result))) and result'''
        of.scope.update({f"{i} truths": truths.Truths(stages[i].name), "type ": type, "id ": id})
        kind = t.Call(name("type ", line), [result], [], **at(line))
        seen = t.Compare(t.Call(name("id ", line), [kind], [], **at(line)), [t.In()], [name(f"{i} truths", line)], **at(after))
        known = t.BoolOp(t.Or(), [seen, t.Call(name(f"{i} truths", line), [kind], [], **at(line))], **at(line))
        true, false = compared(result, t.Is(), True, after), compared(result, t.IsNot(), False, after)
        return t.BoolOp(t.Or(), [true, t.BoolOp(t.And(), [false, known, result], **at(line))], **at(line))

    value, element, layer = "0", None, of.hidden
    clauses = [clause("0", name("input ", of.hidden))]
    for i, stage in enumerate(stages):
        if stage.kind == "flat_map":
            if layer != of.hidden:  # one generator for each flat_map: the line of a failing loop then says which
                inner, value = t.GeneratorExp(name(value, layer), clauses, **at(layer)), f"{i}'"
                clauses = [clause(value, inner)]
            layer = of.hidden + 1 + 2 * i  # its iter() is on the line after
        element = (inlined if trees[i] else called)(i, value, of.line_of[i])
        if stage.kind == "filter":
            from leat import truths
            following = [j for j, later in enumerate(stages) if later.kind == "flat_map" and j > i]
            line = of.hidden + 1 + 2 * i
            after = of.hidden + 1 + 2 * following[0] if following else layer
            if truths.may_return(trees[i].body) if trees[i] else stage.bind or not truths.only_operates(stage.function):
                clauses.append(clause(f"{i}?", t.List([element], t.Load(), **at(of.line_of[i]))))
                element = meant(i, name(f"{i}?", line), line, after)
            elif following and any(isinstance(node, t.Compare) for node in walk(element)):
                clauses[-1].ifs.append(element)  # CPython 3.11 gives the next loop the line of the last comparison
                element = compared(t.Constant(None, None, **at(after)), t.Is(), None, after)
            clauses[-1].ifs.append(element)
            element = None
        elif stage.kind == "flat_map" or i + 1 < len(stages):
            iterable: Any
            if stage.kind == "map":
                iterable = t.List([element], t.Load(), **at(of.line_of[i]))
            else:
                iterable = t.Call(name("iterate ", layer + 1), [element], [], **at(layer + 1))
            if i + 1 < len(stages):
                value, element = str(i + 1), None
                clauses.append(clause(value, iterable))
            else:
                element = iterable
    body: Any = (t.GeneratorExp if of.flat else t.ListComp)(element or name(value, layer), clauses, **at(layer))
    if stages[-1].kind == "flat_map":  # the last loop in C: a third faster, and the generator keeps StopIteration loud
        body = t.Call(name("chain ", layer), [body], [], **at(layer))
    parameters = t.arguments([], [t.arg("input ", None, None, **at(layer))], None, [], [], None, [])
    tree: Any = t.Expression(t.Lambda(parameters, body, **at(layer)))
    loop: Loop = eval(as_lambda(compile(tree, filename, "eval", dont_inherit=True)), of.scope)
    return loop


def as_lambda(code: CodeType) -> CodeType:
    '''Tracebacks call the composition what the user wrote.'''
    constants = tuple(as_lambda(c) if isinstance(c, type(code)) else c for c in code.co_consts)
    return code.replace(co_consts=constants, co_name="<lambda>")
#)"""
