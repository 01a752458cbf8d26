"""The bytes for receipt printers, checked against Epson's command reference, and the printer's word about its state."""

from __future__ import annotations

import os
import pty
import threading
import tty
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from hardware.printer.escpos import BAND_ROWS, HEAD_DOTS, EscPosPrinter, raster, slip_bytes
from hardware.status import DeviceState
from tests.hardware.printer.conftest import network_printer, slip


def test_a_small_page_byte_for_byte() -> None:
    page = Image.new("L", (12, 2), 255)
    page.putpixel((0, 0), 0)
    page.putpixel((11, 1), 0)
    # GS v 0, mode 0, xL xH (2 bytes across), yL yH (2 rows), then 1 = dark, most significant bit left
    assert list(raster(page)) == [bytes.fromhex("1d763000 0200 0200 8000 0010")]


def test_a_long_page_goes_in_bands_that_join_without_a_gap() -> None:
    page = Image.fromarray(np.random.default_rng(3).integers(0, 256, (600, 576), dtype=np.uint8))
    bands = list(raster(page))
    assert [band[6] + 256 * band[7] for band in bands] == [BAND_ROWS, BAND_ROWS, 600 - 2 * BAND_ROWS]
    dots = np.unpackbits(np.frombuffer(b"".join(band[8:] for band in bands), dtype=np.uint8)).reshape(600, 576)
    assert np.array_equal(dots.astype(bool), np.asarray(page) < 128)


def test_a_page_wider_than_the_head_loses_both_margins_alike() -> None:
    page = Image.new("L", (640, 1), 255)
    page.putpixel((32, 0), 0)
    page.putpixel((607, 0), 0)
    (band,) = raster(page)
    assert band[4] == HEAD_DOTS // 8
    assert (band[8], band[-1]) == (0x80, 0x01)


def test_a_slip_begins_with_initialise_and_ends_with_feed_and_cut() -> None:
    data = slip_bytes(slip())
    assert data.startswith(b"\x1b@\x1dv0\x00")
    assert data.endswith(b"\x1bd\x03\x1dV\x42\x00")


def test_a_device_file_gets_exactly_these_bytes_between_two_questions(tmp_path: Path) -> None:
    device = tmp_path / "lp0"
    device.write_bytes(b"")
    assert EscPosPrinter(str(device)).print(slip(), reference="x").ok
    questions = b"\x10\x04\x02\x10\x04\x04"
    assert device.read_bytes() == questions + slip_bytes(slip()) + questions


def test_a_network_printer_gets_the_slip() -> None:
    with network_printer() as (address, received):
        assert EscPosPrinter(address).print(slip(), reference="x").ok
        for _ in range(100):
            if received.endswith(b"\x10\x04\x04"):
                break
            threading.Event().wait(0.02)
    assert slip_bytes(slip()) in received


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ({b"\x10\x04\x02": 0x12, b"\x10\x04\x04": 0x12}, "printer.ready"),
        ({b"\x10\x04\x04": 0x72}, "printer.out_of_paper"),
        ({b"\x10\x04\x02": 0x16}, "printer.cover_open"),
    ],
)
def test_the_printers_own_word_counts(answers: dict[bytes, int], code: str) -> None:
    with network_printer(answers) as (address, received):
        printed = EscPosPrinter(address).print(slip(), reference="x")
        assert printed.status.code == code
        assert printed.ok == (code == "printer.ready")
        assert EscPosPrinter(address).status().code == code
        assert (b"\x1dv0" in received) == printed.ok


def test_a_serial_printer_answers_over_its_line() -> None:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    heard = bytearray()

    def printer() -> None:
        while not heard.endswith(b"\x10\x04\x04"):
            heard.extend(os.read(ours, 100))
        os.write(ours, b"\x72")

    thread = threading.Thread(target=printer, daemon=True)
    thread.start()
    assert EscPosPrinter(os.ttyname(theirs)).status().code == "printer.out_of_paper"
    thread.join(5)
    os.close(ours)
    os.close(theirs)


@pytest.mark.parametrize(
    ("target", "state", "code"),
    [
        ("/dev/usb/lp77", DeviceState.MISSING, "printer.unplugged"),
        ("", DeviceState.MISSING, "printer.unplugged"),
        ("tcp://127.0.0.1:9", DeviceState.MISSING, "printer.unplugged"),
        ("tcp://127.0.0.1:99999", DeviceState.MISSING, "printer.unplugged"),
        ("tcp://", DeviceState.MISSING, "printer.unplugged"),
    ],
)
def test_a_printer_that_is_not_there_is_missing(target: str, state: DeviceState, code: str) -> None:
    status = EscPosPrinter(target).status()
    assert (status.state, status.code) == (state, code)
