R"""("""
# SPDX-License-Identifier: BSL-1.0
# Which of the values that are bound to an expression are its lambda's parameters.
from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from leat.functions import Stage


def names_in(code: CodeType) -> set[str]:
    '''What this code, and the code within it, may take from its globals.'''
    found = set(code.co_names)
    for part in code.co_consts:
        if isinstance(part, type(code)):
            found |= names_in(part)
    return found


def keywords(stage: Stage, function: Any) -> dict[str, Any]:
    '''Of what is bound to a lambda, what its parameters are to be; its body names the rest.'''
    code = getattr(function, "__code__", None)
    if code is None:
        return {}
    first = code.co_argcount > 0 and stage.kind != "generate" and not stage.spread  # the element
    parameters = code.co_varnames[max(code.co_posonlyargcount, first):code.co_argcount + code.co_kwonlyargcount]
    named = names_in(code)
    return {name: value for name, value in stage.bind.items() if name in parameters or code.co_flags & 8 and name not in named}
#)"""
