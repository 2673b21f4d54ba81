R"""("""
# SPDX-License-Identifier: BSL-1.0
# What the host is told of an exception.
from __future__ import annotations

import os
import sys
from _pickle import dumps

from leat.library import standard
from leat.printable import clean, qualified, safely
from leat.sources import is_ours, publish_sources, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

CAUSES = 20  # told of
WHOLE = {"np": "numpy", "pd": "pandas", "pl": "polars", "pa": "pyarrow", "tf": "tensorflow", "plt": "matplotlib.pyplot"}
PACKAGES = {"PIL": "pillow", "attr": "attrs", "bs4": "beautifulsoup4", "cv2": "opencv-python", "dateutil": "python-dateutil",
            "skimage": "scikit-image", "sklearn": "scikit-learn", "yaml": "pyyaml"}  # of the modules that are called otherwise


def unwrapped(error: BaseException) -> BaseException:
    '''The StopIteration that a generator of ours, not the user's, has turned into a RuntimeError.'''
    if type(error) is not RuntimeError:
        return error
    cause, trace = error.__cause__, error.__traceback__
    if isinstance(cause, StopIteration) and trace is not None:
        while trace.tb_next is not None:
            trace = trace.tb_next
        file = trace.tb_frame.f_code.co_filename
        if file in shown or is_ours(file):
            return cause
    return error


def trace_text(error: BaseException) -> str:
    '''The traceback from the user's first frame on, without the chain.'''
    try:
        publish_sources()
        with standard:
            import traceback
            return rendered(error, traceback)
    except Exception:
        return f"{qualified(type(error))}: {safely(str, error)}\n"


def rendered(error: BaseException, traceback: Any) -> str:
    chain = error.__cause__, error.__context__, error.__suppress_context__
    error.__cause__ = error.__context__ = None
    try:
        report = traceback.TracebackException(type(error), error, error.__traceback__)
        frames = [frame for frame in report.stack if not is_ours(frame.filename) and (
            frame.filename not in shown or frame.lineno in shown[frame.filename])]
        report.stack[:] = frames
        if getattr(report, "exceptions", None):  # a group
            return clean("".join(report.format(chain=False)))
        head = ["Traceback (most recent call last):\n", *report.stack.format()] if frames else []
        return clean("".join(head)) + clean("".join(report.format_exception_only()))
    finally:
        error.__cause__, error.__context__, error.__suppress_context__ = chain


def headed(error: BaseException) -> str:
    '''A traceback behind a first line that says what happened.'''
    trace = trace_text(error)
    head = f"{qualified(type(error))}: {safely(str, error)}".rstrip(": ").partition("\n")[0]
    return f"{head}\n{trace}" if trace.startswith((" ", "Traceback")) else trace


def place(error: BaseException) -> str:
    '''The user's last frame of its traceback.'''
    found, trace = "", error.__traceback__
    while trace is not None:
        code, line = trace.tb_frame.f_code, trace.tb_lineno
        file = code.co_filename
        if not is_ours(file) and line in shown.get(file, (line,)) and "_sitebuiltins" not in file:
            found = f'File "{file}", line {line}, in {code.co_name}'
        trace = trace.tb_next
    return found


def describe(error: BaseException) -> dict[str, str]:
    return {"type": qualified(type(error)), "message": safely(str, error), "traceback": trace_text(error)}


def causes(error: BaseException) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    seen = {id(error)}
    while True:
        cause = error.__cause__
        if cause is None and not error.__suppress_context__:
            cause = error.__context__
        if cause is None or id(cause) in seen:
            break
        seen.add(id(cause))
        if len(seen) <= CAUSES + 1:
            found.append(describe(cause))
        error = cause
    if len(seen) > CAUSES + 1:
        found.append({"type": "...", "message": f"{len(seen) - CAUSES - 1} more causes are left out", "traceback": ""})
    return found


def lies(name: str) -> str:
    '''Where a module that Python does not find, or finds elsewhere, lies in the working folder, and what to do; else empty.'''
    from leat.package import taken
    parts, head = name.split("."), name.partition(".")[0]
    if not all(parts):
        return ""
    try:
        folder = os.getcwd()
        base = os.path.join(folder, *parts)
        files = [f"{base}.py", f"{base}/__init__.py", *(f"{base}/{file}" for file in os.listdir(base) if file.endswith(".py"))] \
            if os.path.isdir(base) else [f"{base}.py"]
        path = next(filter(os.path.isfile, files), "")
    except (OSError, ValueError):
        return ""
    winner = sys.modules.get(head)
    if not path and winner is None and name in WHOLE:
        return f'the module is {WHOLE[name]}; for functions, python_options.imports = {{"{WHOLE[name]} as {name}"}} calls it {name}'
    origin = str(getattr(winner, "__file__", None) or "built in")
    if not path or folder in sys.path or origin.startswith(f"{folder}/"):
        return ""
    if winner is None:
        return f"{path} is there, but the worker does not look in its working folder: put {folder!r} into python_options.path"
    there = f"{path} is there, but Python finds another {head!r} first ({origin}): "
    return there + ("rename it" if head in taken else f"put {folder!r} into python_options.path, or rename it")


def error_body(kind: str, stage: int, error: BaseException, message: str = "", **more: Any) -> bytes:
    try:
        return body_of(kind, stage, error, message, **more)
    except Exception as e:  # it lies about its class, its cause or the like
        text = f"{message or 'an exception that cannot be shown'} ({qualified(type(e))}: {safely(str, e)})"
        facts = {"type": qualified(type(error)), "message": text, "traceback": "", "causes": [], "expected": "", "python_type": "",
                 "repr": "", "missing": "", "package": "", "lies": "", **more}
        return dumps({"kind": kind, "stage": stage, **facts}, 4)


def body_of(kind: str, stage: int, error: BaseException, message: str, **more: Any) -> bytes:
    name = str(error.name) if isinstance(error, ModuleNotFoundError) and error.name else ""
    missing = name.partition(".")[0]
    facts = {"kind": kind, "stage": stage, **describe(error), "causes": causes(error), "expected": "", "python_type": "",
             "repr": "", "missing": "" if sys.modules.get(missing) else clean(missing), "package": clean(PACKAGES.get(missing, missing)),
             "lies": clean(lies(name)), **more}
    if message:
        facts["message"] = clean(message)
    return dumps(facts, 4)
#)"""
