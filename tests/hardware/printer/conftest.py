"""Slips to print, and printers to try them on: real ones against files, a socket and a program called `lp`."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hardware.printer import Slip, SlipLine
from schemas.ids import KeyId, SlipNumber
from schemas.slip_code import SIGNATURE_BYTES, SlipCode

NUMBER = SlipNumber.new("A1", 42)
CODE = SlipCode.sign(NUMBER, KeyId("0123456789abcdef"), lambda part: (part * 4)[:SIGNATURE_BYTES]).text


def slip(**changes: object) -> Slip:
    """An ordinary slip; name what should differ."""
    lines = (
        SlipLine(NUMBER, size=3, bold=True),
        SlipLine(rule=True),
        SlipLine("福島市消防本部 出張申請受付"),
        SlipLine("・運転免許証、パスポートなど顔写真付きの公的な書類を1点（「氏名」と「生年月日」が分かるもの）"),
        SlipLine("Delivered by restricted-delivery mail", bold=True, size=2),
    )
    values = {"title": "On-site slip / 受付票", "lines": lines, "qr": CODE, **changes}
    return Slip(**values)  # type: ignore[arg-type]


@pytest.fixture
def lp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder first on PATH with `lp` and `lpstat` that note how they were called; file `answer`: how to end."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "answer").write_text("0")
    (folder / "state").write_text("printer slips is idle.  enabled since today\n")
    for name, does in (("lp", f"cat > {folder}/printed.pdf"), ("lpstat", f"cat {folder}/state")):
        program = folder / name
        script = f'#!/bin/sh\nprintf "%s\\n" "$*" >> {folder}/calls\n{does}\nread code < {folder}/answer\n'
        program.write_text(script + '[ "$code" = 0 ] || echo "lp: Error - no such queue" >&2\nexit "$code"\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@contextmanager
def network_printer(answers: dict[bytes, int] | None = None) -> Iterator[tuple[str, bytearray]]:
    """A printer on a socket: its address and what it received; `answers` maps a question to the byte it says."""
    received = bytearray()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(10)

    def serve() -> None:
        try:
            while True:
                connection, _ = server.accept()
                with connection:
                    while data := connection.recv(65536):
                        received.extend(data)
                        for question, answer in (answers or {}).items():
                            if data.endswith(question):
                                connection.sendall(bytes([answer]))
        except OSError:
            return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}", received
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(5)
