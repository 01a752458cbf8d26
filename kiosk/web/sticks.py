"""USB sticks as they are mounted now, and the receipts files on them. Only what is found here is written or read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from schemas.usb import RECEIPTS_SUFFIX

_DEPTH = 2  # /media/USER/LABEL
_RECEIPTS_AT_MOST = 20


@dataclass(frozen=True)
class Stick:
    """A place to write to. `free`: bytes for us; `receipts`: files of the office on it, by name."""

    path: Path
    free: int
    receipts: tuple[Path, ...]

    @property
    def label(self) -> str:
        return "".join(letter for letter in self.path.name if letter.isprintable())


def find_sticks(roots: Iterable[Path], *, folders_count: bool = False) -> tuple[Stick, ...]:
    """What is mounted under the roots. `folders_count`: a plain folder passes for a stick (development only: at a real
    counter it would be the kiosk's own disk)."""
    found = (path for root in roots for path in _below(root, _DEPTH))
    sticks = [_stick(path) for path in found if folders_count or os.path.ismount(path)]
    return tuple(stick for stick in sticks if stick is not None)


def _below(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inside = sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    except OSError:
        return
    for path in inside:
        yield path
        if depth > 1 and not os.path.ismount(path):
            yield from _below(path, depth - 1)


def _stick(path: Path) -> Stick | None:
    try:
        room = os.statvfs(path)
        names = sorted(found for found in path.glob(f"*{RECEIPTS_SUFFIX}") if found.is_file())
    except OSError:
        return None
    if not os.access(path, os.W_OK):
        return None
    return Stick(path, room.f_bavail * room.f_frsize, tuple(names[:_RECEIPTS_AT_MOST]))
