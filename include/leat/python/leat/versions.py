R"""("""
# SPDX-License-Identifier: BSL-1.0
# Of the packages whose objects other versions of them may not load.
from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def made_elsewhere(wire_name: str, body: Any) -> str:
    '''Of a batch that cannot be loaded: the packages whose objects it holds, whose versions may differ from here.'''
    data, told = bytes(body) if wire_name == "opaque" else b"", []
    for name, sign, made_by in (("numpy", b"numpy._core", "numpy 2 or newer"), ("numpy", b"numpy.core", "numpy 1"),
                                ("pandas", b"pandas", "pandas")):
        if sign in data:
            told.append(f"it holds objects of {made_by}, and this worker has {installed(name)}")
    advice = "; use the same versions in both interpreters, or declare plain results"
    return "; " + "; ".join(told) + advice if told else ""


def versions() -> str:
    '''Of the packages whose objects other versions may not load.'''
    return ", ".join([installed(name) for name in ("numpy", "pandas") if name in sys.modules])


told = [""]  # to the host


def versions_to_tell() -> tuple[()] | tuple[tuple[int, bytes]]:
    '''An update for the host, which has number 0, where it has not been told these.'''
    if "numpy" not in sys.modules or versions() == told[0]:
        return ()
    told[0] = versions()
    return ((0, told[0].encode()),)


def installed(package: str) -> str:
    try:
        return f"{package} {getattr(__import__(package), '__version__', 'of an unknown version')}"
    except ImportError:
        return f"no {package}"
#)"""
