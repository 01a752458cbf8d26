"""Hand scanners: a typed or sent line becomes one reading; half lines and other symbologies become none."""

from __future__ import annotations

import os
import pty
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.qr import QrReading
from hardware.qr.simulated import SimulatedReader
from hardware.qr.wedge import LONGEST_LINE, ScannerReader, SerialScanner, scanned_text
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from tests.hardware.camera.conftest import until

NOTHING = np.zeros((8, 8, 3), np.uint8)
ID = "12345678901234567890123"


def texts(reading: QrReading) -> list[str]:
    return [code.text for code in reading.codes]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (f"{ID}\r\n", ID),
        (f"\x02{ID}\x03", ID),
        (f"]Q1{ID}", ID),
        ("]Q3申請書", "申請書"),
        ("]C1A12345", None),
        ("]E04901234567894", None),
        ("\r\n", None),
        ("]Q1", None),
        ("9" * LONGEST_LINE, "9" * LONGEST_LINE),
        ("9" * (LONGEST_LINE + 1), None),
    ],
)
def test_the_text_in_a_scanned_line(line: str, text: str | None) -> None:
    assert scanned_text(line) == text


@given(st.text(max_size=60))
def test_no_line_makes_it_raise(line: str) -> None:
    text = scanned_text(line)
    assert text is None or text in line


def test_lines_come_first_and_once_then_the_reader_beside() -> None:
    reader = ScannerReader(SimulatedReader(["from the camera"]))
    assert reader.offer("one\r") is True
    assert reader.offer("two\r") is True
    assert reader.offer("]C1other") is False
    assert [texts(reader.read(NOTHING)) for _ in range(4)] == [["one"], ["two"], ["from the camera"], []]


def test_a_line_nobody_asked_for_is_forgotten_before_the_next_person_comes() -> None:
    now = [50.0]
    reader = ScannerReader(SimulatedReader(), clock=lambda: now[0])
    reader.offer(ID)
    now[0] += 0.9
    reader.offer("second")
    now[0] += 0.2
    assert ID not in repr(texts(reader.read(NOTHING)) + texts(reader.read(NOTHING)))
    reader.offer(ID)
    now[0] += 60
    reader.offer("mine")
    assert ID not in repr(vars(reader))
    assert texts(reader.read(NOTHING)) == ["mine"]


def test_a_scanner_alone_is_a_reader_too() -> None:
    reader = ScannerReader()
    assert reader.status().usable
    assert texts(reader.read(NOTHING)) == []


def test_a_burst_is_bounded() -> None:
    reader = ScannerReader()
    for number in range(100):
        reader.offer(f"line {number}")
    seen = [texts(reader.read(NOTHING)) for _ in range(20)]
    assert seen[0] == ["line 92"]
    assert seen[8:] == [[]] * 12


def test_the_status_is_the_one_of_the_reader_beside_unless_the_scanner_has_trouble() -> None:
    beside = SimulatedReader()
    beside.trouble = DeviceStatus(DeviceKind.QR, DeviceState.FAULT, "qr.library_missing")
    reader = ScannerReader(beside)
    assert reader.status().code == "qr.library_missing"
    reader.trouble = DeviceStatus(DeviceKind.QR, DeviceState.MISSING, "qr.scanner_unplugged")
    assert reader.status().code == "qr.scanner_unplugged"


def test_a_serial_scanner_sends_lines_in_utf8_or_shift_jis_and_no_half_ones() -> None:
    scanner_side, port = pty.openpty()
    reader = ScannerReader()
    scanner = SerialScanner(Path(os.ttyname(port)), reader, retry_s=0.05)
    scanner.start()
    scanner.start()
    received: list[str] = []

    def next_text() -> bool:
        received.extend(texts(reader.read(NOTHING)))
        return True

    time.sleep(0.1)
    os.write(scanner_side, b"\r\n" + ID[:10].encode())
    os.write(scanner_side, ID[10:].encode() + b"\r" + "申請書".encode("cp932") + b"\n" + "申請".encode() + b"\r\n")
    assert until(lambda: next_text() and len(received) == 3)
    os.write(scanner_side, b"half a line")
    time.sleep(0.8)
    os.write(scanner_side, b"whole\r")
    assert until(lambda: next_text() and len(received) == 4)
    assert received == [ID, "申請書", "申請", "whole"]
    scanner.stop()
    os.close(scanner_side)
    os.close(port)


def test_a_scanner_that_is_pulled_out_is_a_status_and_comes_back(tmp_path: Path) -> None:
    reader = ScannerReader()
    port = tmp_path / "ttyACM0"
    scanner = SerialScanner(port, reader, retry_s=0.05)
    scanner.start()
    assert until(lambda: reader.status().code == "qr.scanner_unplugged")
    assert reader.status().state is DeviceState.MISSING
    ours, theirs = pty.openpty()
    port.symlink_to(os.ttyname(theirs))
    assert until(lambda: reader.status().usable)
    os.close(theirs)
    os.close(ours)
    assert until(lambda: reader.status().code == "qr.scanner_unplugged")
    scanner.stop()
