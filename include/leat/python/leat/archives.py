R"""("""
# SPDX-License-Identifier: BSL-1.0
# Unpacks zip files and wheels that the host has shipped.
from __future__ import annotations

import os
import stat

from leat.library import standard
from leat.printable import Refused

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zipfile import ZipFile, ZipInfo


def unpack(folder: str, name: str) -> None:
    '''From the private folder's packed/NAME to archives/NAME, which is there entirely or not at all.'''
    with standard:
        import shutil
        import zipfile
    target, draft, packed = f"{folder}/archives/{name}", f"{folder}/unpacking", f"{folder}/packed/{name}"
    if os.path.isdir(target):
        return
    shutil.rmtree(draft, ignore_errors=True)  # of a daemon that was killed
    os.makedirs(draft, 0o700)
    os.makedirs(os.path.dirname(target), 0o700, exist_ok=True)
    try:
        with zipfile.ZipFile(packed) as archive:
            for entry in archive.infolist():
                extract(archive, entry, draft)
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile, zipfile.LargeZipFile) as e:
        raise Refused(f"python_options.archives: cannot unpack {name}: {e}") from None
    if name.endswith(".whl"):
        spread(draft)
    os.rename(draft, target)
    os.unlink(packed)


def extract(archive: ZipFile, entry: ZipInfo, folder: str) -> None:
    path, mode = entry.filename, entry.external_attr >> 16
    parts = path.rstrip("/").split("/")
    if "\\" in path or "\0" in path or any(part in ("", ".", "..") for part in parts):
        raise ValueError(f"its entry {path!r} leads out of the archive's folder")
    kind = stat.S_IFMT(mode)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise ValueError(f"its entry {path!r} is a link or a device")
    target = "/".join([folder, *parts])
    if entry.is_dir():
        os.makedirs(target, 0o700, exist_ok=True)
        os.chmod(target, mode & 0o777 | 0o700)
        return
    os.makedirs(os.path.dirname(target), 0o700, exist_ok=True)
    try:
        fd = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise ValueError(f"it holds {path!r} twice") from None
    with archive.open(entry) as source, open(fd, "wb") as file:
        while True:
            block = source.read(1 << 20)
            if not block:
                break
            file.write(block)
        os.fchmod(fd, mode & 0o777 | 0o600 if mode & 0o777 else 0o644)


def spread(folder: str) -> None:
    '''What a wheel keeps in NAME.data/purelib and platlib belongs to the top.'''
    for name in os.listdir(folder):
        for part in ("purelib", "platlib") if name.endswith(".data") else ():
            inner = f"{folder}/{name}/{part}"
            for parent, folders, files in os.walk(inner):
                to = folder + parent[len(inner):]
                for sub in folders:
                    os.makedirs(f"{to}/{sub}", exist_ok=True)
                for file in files:
                    os.rename(f"{parent}/{file}", f"{to}/{file}")
#)"""
