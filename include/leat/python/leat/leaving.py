R"""("""
# SPDX-License-Identifier: BSL-1.0
# What is let go: jobs whose values the host has forgotten, what users' classes hold, and a worker at its end.
from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import os
import sys

from leat.functions import instances
from leat.job import Halt
from leat.printable import qualified, safely, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from leat.job import Job

LEAVING = 5  # seconds


def drop_forgotten(jobs: dict[str, Job], forgotten: set[str]) -> None:
    '''Lets go of what was made of values that the host has forgotten.'''
    for key, job in list(jobs.items()):
        if any(stage.uses & forgotten for stage in job.stages):
            del jobs[key]
    for name in list(instances):
        if name[-1] & forgotten:
            close_quietly(instances.pop(name))
    forgotten.clear()


def close_quietly(thing: Any) -> None:
    try:
        if hasattr(thing, "close"):
            result = thing.close()
            if hasattr(result, "__await__"):
                raise TypeError("it is an async function, which a worker cannot await")
    except Halt:
        pass
    except BaseException as e:
        from leat.report import headed
        say(f"leat worker: close of {qualified(type(thing))} failed: {headed(e)}")


def exit_code(error: SystemExit) -> int:
    return error.code & 0xFF if isinstance(error.code, int) else int(error.code is not None)


def hurry() -> None:
    '''What closes, and what runs at the exit, has as long as the host gives to a worker that it sends away.'''
    error = sys.exc_info()[1]
    code = exit_code(error) if isinstance(error, SystemExit) else int(error is not None)

    def overdue(*_: Any) -> NoReturn:
        say(f"leat worker: what it ran at its end was not over within {LEAVING} s")
        os._exit(code)
    _signal.signal(_signal.SIGALRM, overdue)
    _signal.pthread_sigmask(_signal.SIG_UNBLOCK, {_signal.SIGALRM})
    _signal.alarm(LEAVING)


def leave(settings: dict[str, Any]) -> None:
    '''A worker's last steps; the settings are those that it has met.'''
    hurry()
    for instance in instances.values():
        close_quietly(instance)
    if "exit" in settings:
        from leat.environment import leave
        leave(settings)


def exited(error: SystemExit) -> int:
    '''Tells of a function that ends its worker; gives the exit code.'''
    code = exit_code(error)
    if code and not isinstance(error.code, int):
        say(safely(str, error.code))
    given = "" if error.code is None else safely(repr, error.code, 100)
    from leat.report import place
    say(f"leat worker: it was ended by sys.exit({given}): {place(error)}".rstrip(": "))
    return code
#)"""
