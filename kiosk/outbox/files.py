"""Files that survive a power cut: written beside, synced, renamed, and the folder synced too (rename(2), fsync(2)).

Everything here belongs to the service's user alone: folders 0700, files 0600.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import suppress
from pathlib import Path

from kiosk.errors import OutboxFault, OutboxInUse

FOLDER_MODE = 0o700
FILE_MODE = 0o600


def make_private_folder(folder: Path) -> None:
    """Make the folder, or refuse one that others can enter."""
    try:
        folder.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        mode = folder.stat().st_mode
    except OSError as error:
        raise OutboxFault("outbox.folder", f"data folder unusable: {error.strerror}") from error
    if mode & 0o077:
        raise OutboxFault("outbox.folder_open", f"others can read the data folder: chmod 700 {folder}")


def write_durably(path: Path, data: bytes) -> None:
    """Replace a file whole; after the return it survives a power cut, before it the old one does."""
    beside = path.with_name(path.name + ".new")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE)
        try:
            _write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(beside, path)
        sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise OutboxFault("outbox.file", f"{path.name} could not be written: {error.strerror}") from error


def read_limited(path: Path, limit: int) -> bytes | None:
    """The file's bytes, None when there is no such file. `OutboxFault` when unreadable or larger than `limit`."""
    try:
        with path.open("rb") as file:
            there = os.fstat(file.fileno()).st_size  # `read` sets aside as much as it is asked for
            data = file.read(min(limit, there) + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise OutboxFault("outbox.file", f"{path.name} could not be read: {error.strerror}") from error
    if len(data) > limit:
        raise OutboxFault("outbox.file", f"{path.name} is larger than {limit} bytes")
    return data


def wipe(path: Path) -> None:
    """Overwrite, sync, delete. On flash the old cells may outlive this; what lies here is sealed or a dead key."""
    try:
        handle = os.open(path, os.O_WRONLY)
        try:
            _write_all(handle, bytes(os.fstat(handle).st_size))
            os.fsync(handle)
        finally:
            os.close(handle)
        path.unlink()
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutboxFault("outbox.file", f"{path.name} could not be wiped: {error.strerror}") from error


def free_bytes(folder: Path) -> int:
    """Room for us on the folder's file system."""
    try:
        room = os.statvfs(folder)
    except OSError as error:
        raise OutboxFault("outbox.folder", f"data folder unusable: {error.strerror}") from error
    return room.f_bavail * room.f_frsize


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_all(handle: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(handle, rest) :]


class FolderLock:
    """The right to own the outbox: an advisory lock (flock(2)) that dies with its process."""

    def __init__(self, folder: Path) -> None:
        try:
            self._handle = os.open(folder / "outbox.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, FILE_MODE)
        except OSError as error:
            raise OutboxFault("outbox.folder", f"data folder unusable: {error.strerror}") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._handle)
            raise OutboxInUse from None

    def release(self) -> None:
        os.close(self._handle)
