R"""("""
# SPDX-License-Identifier: BSL-1.0
# Whether the packages that the host asks for are installed. Versions are compared by the numbers of their release.
from __future__ import annotations

import re
import sys

from leat.library import standard
from leat.printable import Refused

COMPARISON = re.compile(r"(===?|!=|>=|<=|~=|>|<)\s*([0-9.]+?)(\.\*)?\s*(?:,|$)")


def release(version: str) -> tuple[int, ...]:
    found = re.match(r"v?(?:\d+!)?(\d+(?:\.\d+)*)", version)
    return tuple(map(int, found[1].split("."))) if found else ()


def satisfied(have: tuple[int, ...], op: str, want: tuple[int, ...], prefix: bool) -> bool:
    if prefix:
        return (have + (0,) * len(want))[:len(want)] == want if op == "==" else not satisfied(have, "==", want, True)
    if op == "~=":
        return satisfied(have, ">=", want, False) and satisfied(have, "==", want[:-1], True)
    size = max(len(have), len(want))
    have, want = have + (0,) * (size - len(have)), want + (0,) * (size - len(want))
    return {"==": have == want, "!=": have != want, ">=": have >= want, "<=": have <= want, ">": have > want,
            "<": have < want}[op]


def check(requirements: list[str]) -> None:
    with standard:
        compare(requirements)


def compare(requirements: list[str]) -> None:
    from importlib import metadata
    wrong: list[str] = []
    for text in requirements:
        found = re.match(r"\s*([A-Za-z0-9._-]+)\s*(?:\[[^]]*\])?\s*", text)
        assert found
        try:
            version = metadata.version(found[1])
        except metadata.PackageNotFoundError:
            wrong.append(f"{text}: not installed")
            continue
        comparisons = COMPARISON.findall(text, found.end())
        if not all(satisfied(release(version), op, release(want), bool(prefix)) for op, want, prefix in comparisons):
            wrong.append(f"{text}: version {version} is installed")
    if wrong:
        packages = " ".join(f"'{line.rpartition(':')[0]}'" for line in wrong)
        raise Refused(f"python_options.requirements: the interpreter {sys.executable} lacks\n  " + "\n  ".join(wrong) +
                      f"\ninstall: {sys.executable} -m pip install {packages}")
#)"""
