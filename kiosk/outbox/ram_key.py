"""A key that lives in memory and still outlives the process: a file on a file system without a disk behind it.

After a crash of the service the next one finds it; a power cut or a restart of the machine takes it, and with it what
it sealed. Where: systemd's RuntimeDirectory (RuntimeDirectoryPreserve=restart keeps it over restarts and not over a
stop, systemd.exec(5)), the session's XDG_RUNTIME_DIR, or /dev/shm (shm_overview(7)). Only tmpfs and ramfs count, by
/proc/self/mountinfo (proc_pid_mountinfo(5)); tmpfs pages go to swap, which the unit file forbids the service.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from kiosk.errors import OutboxFault
from kiosk.outbox.files import FILE_MODE, wipe
from schemas.canonical import sha256_hex

KEY_BYTES = 32
_RAM = frozenset({"tmpfs", "ramfs"})
_MOUNTS = Path("/proc/self/mountinfo")
_SHM = Path("/dev/shm")  # noqa: S108 – a file of a name of ours, 0600, never followed through a link


def ram_folder(given: Path | None, environment: Mapping[str, str] = os.environ) -> Path | None:
    """The first folder that is in memory and writable; `given` is then the only one looked at. None: there is none."""
    return next((folder for folder in _candidates(given, environment) if in_memory(folder)), None)


def in_memory(folder: Path) -> bool:
    """True when we may write there and no disk is behind it."""
    try:
        device = folder.stat().st_dev
        lines = _MOUNTS.read_text().splitlines()
    except OSError:
        return False
    number = f"{os.major(device)}:{os.minor(device)}"
    kinds = {line.partition(" - ")[2].split(" ")[0] for line in lines if line.split(" ")[2] == number}
    return bool(kinds) and kinds <= _RAM and folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _candidates(given: Path | None, environment: Mapping[str, str]) -> Iterator[Path]:
    if given is not None:
        yield given
        return
    if runtime := environment.get("RUNTIME_DIRECTORY"):
        yield Path(runtime.split(":")[0])
    if session := environment.get("XDG_RUNTIME_DIR"):
        yield Path(session)
    yield _SHM


class RamKey:
    """The one key of a data folder. `folder`: in memory; `owner`: whose key, part of the file's name."""

    def __init__(self, folder: Path, owner: Path, *, randomness: Callable[[int], bytes]) -> None:
        self._path = folder / f"demado-parked-{sha256_hex(os.fsencode(owner.resolve()))[:16]}.key"
        self._randomness = randomness

    def find(self) -> bytes | None:
        """The key as we left it; None when there is none, or one that is not ours alone."""
        try:
            handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError:
            return None
        try:
            about = os.fstat(handle)
            ours = stat.S_ISREG(about.st_mode) and about.st_uid == os.geteuid() and not about.st_mode & 0o077
            key = os.read(handle, KEY_BYTES + 1) if ours and about.st_nlink == 1 else b""
        except OSError:
            return None
        finally:
            os.close(handle)
        return key if len(key) == KEY_BYTES else None

    def make(self) -> bytes:
        """A new one instead of any other. Raises `OutboxFault`."""
        key = self._randomness(KEY_BYTES)
        try:
            with suppress(FileNotFoundError):
                self._path.unlink()
            handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, FILE_MODE)
            try:
                if os.write(handle, key) != KEY_BYTES:
                    raise OutboxFault("outbox.file", f"{self._path.name} could not be written whole")
            finally:
                os.close(handle)
        except OSError as error:
            raise OutboxFault("outbox.file", f"{self._path.name} could not be written: {error.strerror}") from error
        return key

    def destroy(self) -> None:
        """From now on nobody can read what it sealed. Raises `OutboxFault`."""
        wipe(self._path)
