"""A service's log as systemd takes it: through a pipe, so that a full disk of the service does not silence it."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self


class Log:
    """`pipe`: a named pipe to write into, read for ever into the file beside it."""

    def __init__(self, file: Path) -> None:
        self.pipe = file.with_suffix(".pipe")
        os.mkfifo(self.pipe, 0o600)
        self._end = os.open(self.pipe, os.O_RDWR)  # a reader of our own, and a writer so that it never ends
        self._file = file.open("ab", buffering=0)
        self._thread = threading.Thread(target=self._drain, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with suppress(OSError):
            os.write(self._end, b"\x00")
        self._thread.join(5)
        os.close(self._end)
        self._file.close()

    def _drain(self) -> None:
        while data := os.read(self._end, 65_536):
            self._file.write(data.rstrip(b"\x00"))
            if data.endswith(b"\x00"):
                return
