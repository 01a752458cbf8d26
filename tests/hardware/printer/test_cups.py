"""CUPS: the PDF goes through `lp`'s standard input, and what `lpstat` says becomes a status."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardware.printer.cups import CupsPrinter
from hardware.status import DeviceState
from tests.hardware.printer.conftest import slip


def test_the_slip_goes_to_the_queue_as_pdf(lp: Path) -> None:
    printed = CupsPrinter("slips").print(slip(), reference="A1-0042-7; rm")
    assert printed.ok
    assert printed.reference == "A1-0042-7_rm"
    assert (lp / "calls").read_text() == "-d slips -o fit-to-page -t A1-0042-7_rm -- -\n"
    assert (lp / "printed.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("says", "state", "code"),
    [
        ("printer slips is idle.  enabled since today", DeviceState.READY, "printer.ready"),
        ("printer slips disabled since today -\n\tPaused", DeviceState.FAULT, "printer.queue_stopped"),
        ("printer slips now printing.\n\tOut of paper", DeviceState.FAULT, "printer.out_of_paper"),
        ("printer slips now printing.\n\tPaper jam", DeviceState.FAULT, "printer.jam"),
        ("printer slips is idle.\n\tThe printer is offline", DeviceState.MISSING, "printer.unplugged"),
    ],
)
def test_what_the_system_says_becomes_a_status(lp: Path, says: str, state: DeviceState, code: str) -> None:
    (lp / "state").write_text(says + "\n")
    status = CupsPrinter("slips").status()
    assert (status.state, status.code) == (state, code)


def test_an_unknown_queue_is_missing(lp: Path) -> None:
    (lp / "answer").write_text("1")
    assert CupsPrinter("none").status().code == "printer.queue_unknown"
    assert CupsPrinter("none").print(slip(), reference="x").status.code == "printer.refused"


def test_without_a_default_queue_the_default_printer_is_missing(lp: Path) -> None:
    (lp / "state").write_text("no system default destination\n")
    assert CupsPrinter().status().code == "printer.queue_unknown"


def test_without_the_programs_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert CupsPrinter("slips").status().code == "printer.cups_missing"
    assert CupsPrinter("slips").print(slip(), reference="x").status.code == "printer.cups_missing"
