R"""("""
# SPDX-License-Identifier: BSL-1.0
# Elements whose items are the arguments of a function.
from __future__ import annotations

from leat.printable import qualified, safely
from leat.sources import is_ours, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from leat.segments import Cursor


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
