"""Files that are there whole or not at all and survive a power cut: temporary file, fsync, rename, fsync of folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file atomically, replacing what is there. Raises OSError."""
    temporary = _written_beside(path, data, mode)
    try:
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_if_absent(path: Path, data: bytes, *, mode: int = 0o600) -> bool:
    """Write a file that must not exist yet; False when it does (durable all the same). Raises OSError."""
    temporary = _written_beside(path, data, mode)
    try:
        os.link(temporary, path)  # link(2) fails when the name exists: no race between look and write
        written = True
    except FileExistsError:
        written = False
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)
    return written


def make_folder(folder: Path) -> None:
    """Make a folder and its parents durably, closed to others."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _written_beside(path: Path, data: bytes, mode: int) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=".new-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
