"""Printers that the operating system knows (CUPS): the slip goes as PDF to `lp`, which reads it from standard input."""

from __future__ import annotations

import os
import shutil
import subprocess

from hardware.errors import DeviceError
from hardware.fonts import font_file
from hardware.printer import Printed, Slip
from hardware.printer.pdf import pdf_bytes, safe_name
from hardware.status import DeviceKind, DeviceState, DeviceStatus

TIMEOUT_S = 15.0
# In the words of `lpstat -p` in the C locale: what stands there, and what it means for us.
_SAYINGS = (
    ("out of paper", DeviceState.FAULT, "printer.out_of_paper"),
    ("media-empty", DeviceState.FAULT, "printer.out_of_paper"),
    ("jam", DeviceState.FAULT, "printer.jam"),
    ("cover", DeviceState.FAULT, "printer.cover_open"),
    ("offline", DeviceState.MISSING, "printer.unplugged"),
    ("unplugged", DeviceState.MISSING, "printer.unplugged"),
    ("disabled", DeviceState.FAULT, "printer.queue_stopped"),
)


class CupsPrinter:
    """A `SlipPrinter` on a CUPS queue; an empty name is the system's default queue."""

    def __init__(self, queue: str = "") -> None:
        self._queue = queue

    def print(self, slip: Slip, *, reference: str) -> Printed:
        where = ["-d", self._queue] if self._queue else []
        try:
            data = pdf_bytes(slip)
            done = self._call(["lp", *where, "-o", "fit-to-page", "-t", safe_name(reference), "--", "-"], data)
        except DeviceError as trouble:
            return Printed(False, self._say(DeviceState.FAULT, trouble.code, str(trouble)))
        if done.returncode != 0:
            return Printed(False, self._say(DeviceState.FAULT, "printer.refused", _first_line(done.stderr)))
        return Printed(True, self._say(DeviceState.READY, "printer.ready"), safe_name(reference))

    def status(self) -> DeviceStatus:
        if shutil.which("lp") is None:
            return self._say(DeviceState.MISSING, "printer.cups_missing", "the program lp is not installed")
        if font_file() is None:
            return self._say(DeviceState.FAULT, "printer.font_missing", "no Japanese typeface: install fonts-noto-cjk")
        try:
            done = self._call(["lpstat", "-p", self._queue] if self._queue else ["lpstat", "-d"], b"")
        except DeviceError as trouble:
            return self._say(DeviceState.FAULT, trouble.code, str(trouble))
        answer = done.stdout.decode("utf-8", "replace").lower()
        if done.returncode != 0 or "no system default" in answer:
            return self._say(DeviceState.MISSING, "printer.queue_unknown", _first_line(done.stderr or done.stdout))
        for words, state, code in _SAYINGS:
            if words in answer:
                return self._say(state, code, _first_line(done.stdout))
        return self._say(DeviceState.READY, "printer.ready")

    def _call(self, command: list[str], data: bytes) -> subprocess.CompletedProcess[bytes]:
        """Raises `DeviceError` when the program is missing or does not come back."""
        try:
            return subprocess.run(
                command, input=data, capture_output=True, timeout=TIMEOUT_S, check=False, env=_environment()
            )
        except FileNotFoundError as error:
            raise DeviceError("printer.cups_missing", f"the program {command[0]} is not installed") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise DeviceError("printer.no_answer", f"{command[0]} does not answer: {error}") from error

    def _say(self, state: DeviceState, code: str, detail: str = "") -> DeviceStatus:
        return DeviceStatus(DeviceKind.PRINTER, state, code, f"CUPS {self._queue or 'default queue'}", detail)


def _environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def _first_line(text: bytes) -> str:
    return text.decode("utf-8", "replace").strip().split("\n")[0][:200]
