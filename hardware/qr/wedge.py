"""Hand scanners: they type a line (keyboard wedge) or send it over a serial port; either way it becomes a reading.

The page collects what a wedge types; a serial scanner has its own thread and calls `offer`. Scanners may put the AIM
symbology identifier before the text (ISO/IEC 15424, `]Q1`): other symbologies than QR are not ours. A line is for the
person who is at the form now: one that nobody asked for is forgotten, so that the next person does not get it.
"""

from __future__ import annotations

import os
import re
import select
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog

from hardware.camera import Pixels
from hardware.qr import QrCode, QrReader, QrReading
from hardware.status import DeviceKind, DeviceState, DeviceStatus

log = structlog.get_logger(__name__)
LONGEST_LINE = 7_089
LONGEST_WAIT_S = 0.5
FORGOTTEN_AFTER_S = 1.0
_AIM = re.compile(r"\]([A-Za-z])[0-9A-Za-z]")
_NOWHERE = ((0, 0), (0, 0), (0, 0), (0, 0))


def scanned_text(line: str) -> str | None:
    """The code's text in a line a scanner typed; None when there is none or it was no QR code."""
    text = line.strip("\r\n\t\0\x02\x03 ")
    if found := _AIM.match(text):
        text = text[found.end() :] if found[1] == "Q" else ""
    return text if 0 < len(text) <= LONGEST_LINE else None


class ScannerReader:
    """A `QrReader` that gives waiting scanned lines first and else asks the reader `beside` it."""

    def __init__(self, beside: QrReader | None = None, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._beside, self._clock = beside, clock
        self._lines: deque[tuple[float, str]] = deque(maxlen=8)
        self._lock = threading.Lock()
        self.trouble: DeviceStatus | None = None

    def offer(self, line: str) -> bool:
        """Take one scanned line, from any thread. False when it holds no text of a QR code."""
        text = scanned_text(line)
        if text is not None:
            with self._lock:
                self._forget()
                self._lines.append((self._clock(), text))
        return text is not None

    def read(self, pixels: Pixels) -> QrReading:
        with self._lock:
            self._forget()
            line = self._lines.popleft()[1] if self._lines else None
        if line is not None:
            return QrReading((QrCode(line, _NOWHERE),))
        return self._beside.read(pixels) if self._beside else QrReading()

    def _forget(self) -> None:
        """Drop lines of which nobody took notice."""
        oldest = self._clock() - FORGOTTEN_AFTER_S
        while self._lines and self._lines[0][0] < oldest:
            self._lines.popleft()

    def status(self) -> DeviceStatus:
        if self.trouble is not None:
            return self.trouble
        if self._beside is not None:
            return self._beside.status()
        return DeviceStatus(DeviceKind.QR, DeviceState.READY, "qr.ready", "hand scanner")


class _Lines(Protocol):
    trouble: DeviceStatus | None

    def offer(self, line: str) -> bool: ...


class SerialScanner:
    """The thread that reads lines from a serial port (a character device such as /dev/ttyACM0) and offers them."""

    def __init__(self, port: Path, reader: _Lines, *, retry_s: float = 2.0) -> None:
        self._port, self._reader, self._retry_s = port, reader, retry_s
        self._halt = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin reading; harmless when already running."""
        if self._thread is None or not self._thread.is_alive():
            self._halt.clear()
            self._thread = threading.Thread(target=self._run, name=f"scanner {self._port.name}", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        self._halt.set()
        if self._thread is not None:
            self._thread.join(3)

    def _run(self) -> None:
        while not self._halt.is_set():
            try:
                self._session()
            except OSError as error:
                self._say(DeviceState.MISSING, "qr.scanner_unplugged", error.strerror or "cannot be read")
            self._halt.wait(self._retry_s)

    def _session(self) -> None:
        port = os.open(self._port, os.O_RDONLY | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            _raw(port)
            self._reader.trouble = None
            pending = b""
            while not self._halt.is_set():
                if not select.select([port], [], [], LONGEST_WAIT_S)[0]:
                    pending = b""  # a scanner sends its line at once; half a line is none
                    continue
                data = os.read(port, 4096)
                if not data:
                    raise OSError(0, "the port was closed")
                *lines, pending = re.split(rb"[\r\n]+", pending[-4 * LONGEST_LINE :] + data)
                for line in lines:
                    self._reader.offer(_decoded(line))
        finally:
            os.close(port)

    def _say(self, state: DeviceState, code: str, detail: str) -> None:
        trouble = DeviceStatus(DeviceKind.QR, state, code, self._port.name, detail)
        if self._reader.trouble != trouble:
            log.warning("scanner", state=state, code=code, name=self._port.name, detail=detail)
        self._reader.trouble = trouble


def _raw(port: int) -> None:
    """No echo, no line editing, as it comes; a plain file or pipe in place of a port is left as it is."""
    import termios
    import tty

    try:
        tty.setraw(port, termios.TCSANOW)
    except termios.error:
        return


def _decoded(line: bytes) -> str:
    """Scanners send UTF-8 or Shift_JIS, whichever stood in the code; bytes that are neither give no text."""
    for charset in ("utf-8", "cp932"):
        try:
            return line.decode(charset)
        except UnicodeDecodeError:
            continue
    return ""
