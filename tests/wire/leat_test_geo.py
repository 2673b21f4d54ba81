# SPDX-License-Identifier: BSL-1.0
'''A class that the tests' structs become.'''
import dataclasses


@dataclasses.dataclass(frozen=True)
class Place:
    name: str
    at: dict
