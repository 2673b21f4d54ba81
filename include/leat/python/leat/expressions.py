R"""("""
# SPDX-License-Identifier: BSL-1.0
# Expressions of several lines, and elements whose items are arguments: what few functions need.
from __future__ import annotations

import sys

from leat.composition import walk
from leat.printable import qualified, safely
from leat.sources import is_ours, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from leat.segments import Cursor


def joined(text: str, filename: str, flags: int) -> Any:
    '''Compiled as between parentheses, where lines go on; each is counted as it stands in the text.'''
    from _ast import PyCF_ONLY_AST
    try:
        tree: Any = compile(f"(\n{text}\n)", filename, "eval", PyCF_ONLY_AST, dont_inherit=True)
    except SyntaxError as e:
        e.lineno = e.lineno and min(e.lineno - 1, text.count("\n") + 1)
        if sys.version_info >= (3, 10):
            e.end_lineno = e.end_lineno and max(e.end_lineno - 1, e.lineno or 0)
        raise
    for node in walk(tree.body):
        if hasattr(node, "lineno"):
            node.lineno -= 1
            node.end_lineno -= 1
    return tree if flags & PyCF_ONLY_AST else compile(tree, filename, "eval", dont_inherit=True)


def misfit(error: BaseException, cursor: Cursor) -> str:
    '''The message of a call whose arguments, an element's items, do not fit; empty where the error came from within.'''
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    file = trace.tb_frame.f_code.co_filename if trace is not None else ""
    if not is_ours(file) and file not in shown:
        return ""
    text = f"{safely(str, error)}; starmap calls the function with the items of an element as its arguments"
    state: Any = cursor[1].__reduce__() if cursor is not None else ()
    if len(state) != 3:
        return text
    element = state[1][0][state[2] - 1]
    kind, shape = qualified(type(element)), safely(repr, element, 200)
    size = f" of {len(element)}" if hasattr(element, "__len__") else ""
    return f"{text}, and {kind}{size} arrived: {shape}"
#)"""
