R"""("""
# SPDX-License-Identifier: BSL-1.0
# Syntax trees of expressions.
from __future__ import annotations

import _ast as t
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator


def walk(tree: Any) -> Iterator[Any]:
    stack = [tree]
    while stack:
        node = stack.pop()
        yield node
        for field in node._fields:
            value = getattr(node, field, None)
            stack += [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, t.AST)]


def joined(text: str, filename: str, flags: int) -> Any:
    '''Compiled as between parentheses, where lines go on; each is counted as it stands in the text.'''
    try:
        tree: Any = compile(f"(\n{text}\n)", filename, "eval", t.PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as e:
        e.lineno = e.lineno and min(e.lineno - 1, text.count("\n") + 1)
        if sys.version_info >= (3, 10):
            e.end_lineno = e.end_lineno and max(e.end_lineno - 1, e.lineno or 0)
        raise
    for node in walk(tree.body):
        if hasattr(node, "lineno"):
            node.lineno -= 1
            node.end_lineno -= 1
    return tree if flags & t.PyCF_ONLY_AST else compile(tree, filename, "eval", dont_inherit=True)
#)"""
