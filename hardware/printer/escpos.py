"""Receipt printers that speak ESC/POS (Epson's command language, which most others copy): over USB, serial or network.

The slip goes as a picture (GS v 0), so any typeface and any language prints the same. Before and after, the printer is
asked for its real-time status (DLE EOT): paper out and an open cover are told, silence is taken for "it works" because
many cheap printers never answer.
"""

from __future__ import annotations

import errno
import os
import select
import socket
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import numpy as np
from PIL import Image

from hardware.errors import DeviceBusy, DeviceError, DeviceMissing
from hardware.printer import Printed, Slip
from hardware.printer.drawing import draw_slip
from hardware.status import DeviceKind, DeviceState, DeviceStatus

PER_MM = 8.0
"""Dots a millimetre of an 80 mm head: 203 dpi, 72 mm printable."""
HEAD_DOTS = 576
BAND_ROWS = 256
TIMEOUT_S = 3.0
ANSWER_S = 0.3
INITIALISE, LAST_FEED, CUT = b"\x1b@", b"\x1bd\x03", b"\x1dV\x42\x00"
_ASK_OFFLINE, _ASK_PAPER = b"\x10\x04\x02", b"\x10\x04\x04"
_COVER_OPEN, _PAPER_END = 0x04, 0x60


def raster(page: Image.Image) -> Iterator[bytes]:
    """The page as `GS v 0` commands of at most 256 rows; a page wider than the head is cut at both sides alike."""
    page = page.convert("L")
    left = max(0, (page.width - HEAD_DOTS) // 2)
    dark = np.asarray(page.crop((left, 0, left + min(page.width, HEAD_DOTS), page.height))) < 128
    dots = np.packbits(dark, axis=1)
    across = dots.shape[1]
    for top in range(0, len(dots), BAND_ROWS):
        band = dots[top : top + BAND_ROWS]
        yield b"\x1dv0\x00" + bytes([across & 0xFF, across >> 8, len(band) & 0xFF, len(band) >> 8]) + band.tobytes()


def slip_bytes(slip: Slip) -> bytes:
    """Everything that goes to the printer. Raises `DeviceError` printer.font_missing."""
    return INITIALISE + b"".join(raster(draw_slip(slip, per_mm=PER_MM))) + LAST_FEED + CUT


class _Line(Protocol):
    def write(self, data: bytes) -> None:
        """Raises `OSError`."""

    def answer(self) -> int | None:
        """One byte of the printer's answer, None when it is silent."""


class EscPosPrinter:
    """A `SlipPrinter` on a device file (/dev/usb/lp0, /dev/ttyUSB0) or `tcp://host:9100`."""

    def __init__(self, target: str) -> None:
        self._target = target

    def print(self, slip: Slip, *, reference: str) -> Printed:
        try:
            data = slip_bytes(slip)
            with _connected(self._target) as line:
                _ask(line)
                line.write(data)
                _ask(line)
        except DeviceError as trouble:
            return Printed(False, self._trouble(trouble))
        except OSError as error:
            return Printed(
                False, self._say(DeviceState.FAULT, "printer.line_broken", error.strerror or "no connection")
            )
        return Printed(True, self._say(DeviceState.READY, "printer.ready"), reference)

    def status(self) -> DeviceStatus:
        try:
            with _connected(self._target) as line:
                _ask(line)
        except DeviceError as trouble:
            return self._trouble(trouble)
        except OSError as error:
            return self._say(DeviceState.FAULT, "printer.line_broken", error.strerror or "no connection")
        return self._say(DeviceState.READY, "printer.ready")

    def _trouble(self, trouble: DeviceError) -> DeviceStatus:
        states: tuple[tuple[type[DeviceError], DeviceState], ...] = (
            (DeviceMissing, DeviceState.MISSING),
            (DeviceBusy, DeviceState.BUSY),
        )
        state = next((state for kind, state in states if isinstance(trouble, kind)), DeviceState.FAULT)
        return self._say(state, trouble.code, str(trouble))

    def _say(self, state: DeviceState, code: str, detail: str = "") -> DeviceStatus:
        return DeviceStatus(DeviceKind.PRINTER, state, code, f"ESC/POS {self._target}", detail)


def _ask(line: _Line) -> None:
    """Raises `DeviceError` when the printer says that it cannot print."""
    for question, bits, code, words in (
        (_ASK_OFFLINE, _COVER_OPEN, "printer.cover_open", "the cover is open"),
        (_ASK_PAPER, _PAPER_END, "printer.out_of_paper", "no paper"),
    ):
        line.write(question)
        answer = line.answer()
        if answer is not None and answer & bits:
            raise DeviceError(code, words)


@contextmanager
def _connected(target: str) -> Iterator[_Line]:
    """Raises `DeviceMissing` or `DeviceBusy`."""
    line = _network(target) if target.startswith("tcp://") else _device(Path(target))
    try:
        yield line
    finally:
        line.close()


def _network(target: str) -> _Descriptor:
    try:
        parts = urlsplit(target)
        connection = socket.create_connection((parts.hostname or "", parts.port or 9100), timeout=TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise DeviceMissing("printer.unplugged", f"no printer at {target}: {error}") from error
    connection.setblocking(False)
    return _Descriptor(connection.detach(), answers=True)


def _device(path: Path) -> _Descriptor:
    try:
        file = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_APPEND)
    except PermissionError as error:
        raise DeviceBusy("printer.not_allowed", f"no permission to open {path}: is the user in group lp?") from error
    except OSError as error:
        kind = DeviceBusy if error.errno == errno.EBUSY else DeviceMissing
        code = "printer.busy" if kind is DeviceBusy else "printer.unplugged"
        raise kind(code, f"{path}: {error.strerror}") from error
    return _Descriptor(file, answers=stat.S_ISCHR(os.fstat(file).st_mode))


@dataclass
class _Descriptor:
    """A file descriptor written to with patience; only character devices and sockets answer."""

    number: int
    answers: bool

    def write(self, data: bytes) -> None:
        rest, deadline = memoryview(data), time.monotonic() + TIMEOUT_S
        while rest:
            if not select.select([], [self.number], [], max(0.0, deadline - time.monotonic()))[1]:
                raise TimeoutError(errno.ETIMEDOUT, "the printer takes no data: paper out, or offline")
            written = os.write(self.number, rest[:4096])
            rest, deadline = rest[written:], time.monotonic() + TIMEOUT_S

    def answer(self) -> int | None:
        if not self.answers or not select.select([self.number], [], [], ANSWER_S)[0]:
            return None
        data = os.read(self.number, 64)
        return data[-1] if data else None

    def close(self) -> None:
        os.close(self.number)
