"""Pictures played as a camera: one file, a folder, or a numbered sequence `img_%03d.png`, over and over.

They are loaded like every picture from outside (`load`); one that cannot be used is left out.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

import structlog

from hardware.camera import Pixels
from hardware.camera.load import load_picture
from hardware.errors import DeviceMissing, InputRefused

log = structlog.get_logger(__name__)
SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".gif"})
_NUMBER = re.compile(r"%0?(\d*)d")


def is_pictures(setting: str) -> bool:
    """True when a camera setting names pictures, not a video."""
    return bool(_NUMBER.search(setting)) or Path(setting).is_dir() or Path(setting).suffix.lower() in SUFFIXES


def picture_paths(setting: str) -> list[Path]:
    """The files a setting names, in order; a sequence may begin at any number and have gaps."""
    path = Path(setting)
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.suffix.lower() in SUFFIXES and file.is_file())
    found = _NUMBER.search(path.name)
    if found is None:
        return [path] if path.is_file() else []
    before, after = re.escape(path.name[: found.start()]), re.escape(path.name[found.end() :])
    named = re.compile(rf"{before}(\d{{{found[1] or 1},}}){after}")
    if not path.parent.is_dir():
        return []
    matches = [(named.fullmatch(file.name), file) for file in path.parent.iterdir()]
    return [file for _number, file in sorted((int(match[1]), file) for match, file in matches if match)]


class PictureSource:
    """A camera that shows pictures from files, `rate` a second. One single picture is shown again and again."""

    def __init__(self, setting: str, *, rate: float = 10.0) -> None:
        self._setting, self._period = setting, 1 / rate
        self._paths: list[Path] = []
        self._next = 0
        self._due = 0.0
        self._only: Pixels | None = None
        self.name, self.detail = Path(setting).name, ""

    def open(self) -> None:
        self._paths = picture_paths(self._setting)
        self._next, self._due, self._only = 0, time.monotonic(), None
        if not self._paths:
            raise DeviceMissing("camera.no_such_file", "no picture there")

    def read(self) -> Pixels | None:
        time.sleep(max(0.0, self._due - time.monotonic()))
        self._due = max(self._due + self._period, time.monotonic())
        if self._only is not None:
            return self._only
        while self._paths:
            self._next %= len(self._paths)
            try:
                pixels = load_picture(self._paths[self._next])
            except InputRefused as refused:
                left_out = self._paths.pop(self._next)
                log.warning("picture left out", file=left_out.name, code=refused.code)
                continue
            self._next += 1
            self._only = pixels if len(self._paths) == 1 else None
            return pixels
        return None

    def wake(self) -> None:
        """Its next frame or its end is never far."""

    def close(self) -> None:
        self._paths, self._only = [], None
