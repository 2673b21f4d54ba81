R"""("""
# SPDX-License-Identifier: BSL-1.0
# The random numbers that functions draw, by the seed of their task.
from __future__ import annotations

import sys

from leat.library import checksum, loaded, standard


def seed_generators(text: str) -> None:
    generators, numbers = loaded("random"), hasattr(sys.modules.get("numpy"), "ndarray")
    seed = checksum(text) if generators or numbers else 0
    if generators:
        generators.seed(seed)
    if numbers:
        with standard:
            import numpy.random  # type: ignore[import-not-found, unused-ignore]
        numpy.random.seed(seed)
#)"""
