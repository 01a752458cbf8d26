"""The default printer: each slip becomes a PDF file, as large as its paper, for its owner only, whole or not at all."""

from __future__ import annotations

import errno
import os
import re
from io import BytesIO
from pathlib import Path

from hardware.errors import DeviceError
from hardware.fonts import font_file
from hardware.printer import Printed, Slip
from hardware.printer.drawing import draw_slip
from hardware.status import DeviceKind, DeviceState, DeviceStatus

PER_MM = 12.0
"""Pixels a millimetre: 305 dpi."""
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def pdf_bytes(slip: Slip) -> bytes:
    """The slip as a one-page PDF. Raises `DeviceError` printer.font_missing."""
    page = draw_slip(slip, per_mm=PER_MM).point(lambda value: 255 if value > 127 else 0, mode="1")
    out = BytesIO()
    page.save(out, "PDF", resolution=PER_MM * 25.4)
    return out.getvalue()


def _can_write_into(folder: Path) -> bool:
    """True when the folder, or the nearest one above it that is there, is a folder that takes new files."""
    try:
        there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    except OSError:
        return False
    return there.is_dir() and os.access(there, os.W_OK | os.X_OK)


def safe_name(reference: str) -> str:
    """A file name of letters, digits, dot, dash and underscore that never hides and never leaves its folder."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", reference)[:80].strip("._") or "slip"


class PdfPrinter:
    """A `SlipPrinter` that writes `<reference>.pdf` into a folder; a reprint gets the next number behind its name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def print(self, slip: Slip, *, reference: str) -> Printed:
        try:
            data = pdf_bytes(slip)
            stem = self._write(safe_name(reference), data)
        except DeviceError as trouble:
            return Printed(False, self._say(DeviceState.FAULT, trouble.code, str(trouble)))
        except OSError as error:
            return Printed(False, self._trouble(error))
        return Printed(True, self._say(DeviceState.READY, "printer.ready"), stem)

    def status(self) -> DeviceStatus:
        if font_file() is None:
            return self._say(DeviceState.FAULT, "printer.font_missing", "no Japanese typeface: install fonts-noto-cjk")
        if not _can_write_into(self._folder):
            return self._say(DeviceState.FAULT, "printer.folder_unwritable", f"cannot write into {self._folder}")
        return self._say(DeviceState.READY, "printer.ready")

    def _write(self, name: str, data: bytes) -> str:
        """Written beside, synced, then linked under a name nobody has yet. Returns the stem."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        waiting = self._folder / f".{name}.{os.getpid()}.part"
        try:
            file = os.open(waiting, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(file, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            return self._link(waiting, name)
        finally:
            waiting.unlink(missing_ok=True)

    def _link(self, waiting: Path, name: str) -> str:
        for number in range(1, 1000):
            stem = name if number == 1 else f"{name}-{number}"
            try:
                os.link(waiting, self._folder / f"{stem}.pdf")
            except FileExistsError:
                continue
            return stem
        raise OSError(errno.EEXIST, "too many slips of this name")

    def _trouble(self, error: OSError) -> DeviceStatus:
        code = "printer.disk_full" if error.errno in _NO_ROOM else "printer.folder_unwritable"
        return self._say(DeviceState.FAULT, code, error.strerror or "the file cannot be written")

    def _say(self, state: DeviceState, code: str, detail: str = "") -> DeviceStatus:
        return DeviceStatus(DeviceKind.PRINTER, state, code, f"PDF files in {self._folder}", detail)
