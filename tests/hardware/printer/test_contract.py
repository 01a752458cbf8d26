"""What every slip printer keeps, the simulated one included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.absent import AbsentPrinter
from hardware.printer import SlipPrinter
from hardware.printer.choice import choose_printer
from hardware.settings import DeviceSettings
from hardware.status import DeviceKind, DeviceState
from tests.hardware.printer.conftest import network_printer, slip

KINDS = ["pdf", "escpos file", "escpos network", "cups", "simulated"]


@pytest.fixture(params=KINDS)
def printer(request: pytest.FixtureRequest, tmp_path: Path, lp: Path) -> Iterator[SlipPrinter]:
    """A working printer of each kind."""
    if request.param == "escpos network":
        with network_printer() as (address, _received):
            yield choose_printer(DeviceSettings(printer=f"escpos:{address}"))
        return
    (tmp_path / "lp0").write_bytes(b"")
    setting = {"escpos file": f"escpos:{tmp_path / 'lp0'}", "cups": "cups:slips"}.get(request.param, request.param)
    yield choose_printer(DeviceSettings(printer=setting, printer_folder=tmp_path / "slips"))


@pytest.fixture(params=KINDS)
def broken(request: pytest.FixtureRequest, tmp_path: Path, lp: Path) -> SlipPrinter:
    """A printer of each kind that cannot print."""
    (lp / "answer").write_text("1")
    (tmp_path / "file").write_bytes(b"")
    setting = {
        "escpos file": f"escpos:{tmp_path / 'none'}",
        "escpos network": "escpos:tcp://127.0.0.1:9",
        "cups": "cups:slips",
    }.get(request.param, request.param)
    made = choose_printer(DeviceSettings(printer=setting, printer_folder=tmp_path / "file" / "slips"))
    if request.param == "simulated":
        made.fail("printer.jam")  # type: ignore[attr-defined]
    return made


def test_a_working_printer_is_ready_and_prints(printer: SlipPrinter) -> None:
    assert printer.status().state is DeviceState.READY
    assert printer.status().kind is DeviceKind.PRINTER
    assert printer.status().name
    printed = printer.print(slip(), reference="A1-0042-7")
    assert printed.ok
    assert printed.status.usable
    assert printed.reference == "A1-0042-7"


def test_a_slip_without_a_code_and_with_nothing_on_it_prints_too(printer: SlipPrinter) -> None:
    assert printer.print(slip(qr=None), reference="A1-0043-5").ok
    assert printer.print(slip(title="", lines=(), qr=None), reference="x").ok


def test_trouble_is_a_status_and_never_raised(broken: SlipPrinter) -> None:
    printed = broken.print(slip(), reference="A1-0042-7")
    assert not printed.ok
    assert printed.reference == ""
    for status in (printed.status, broken.status()):
        assert status.state in (DeviceState.FAULT, DeviceState.MISSING)
        assert status.code.startswith("printer.")
        assert status.code != "printer.ready"


@pytest.mark.parametrize(
    ("setting", "state", "code"),
    [
        ("off", DeviceState.OFF, "printer.off"),
        ("", DeviceState.OFF, "printer.off"),
        ("lpt1", DeviceState.FAULT, "printer.setting_unknown"),
    ],
)
def test_a_printer_switched_off_or_unknown_is_there_and_says_so(setting: str, state: DeviceState, code: str) -> None:
    printer = choose_printer(DeviceSettings(printer=setting))
    assert isinstance(printer, AbsentPrinter)
    assert (printer.status().state, printer.status().code) == (state, code)
    assert not printer.print(slip(), reference="x").ok


def test_the_simulated_printer_keeps_slips_and_can_run_out_of_paper() -> None:
    from hardware.printer.simulated import SimulatedPrinter

    printer = SimulatedPrinter()
    printer.print(slip(), reference="one")
    printer.fail("printer.out_of_paper")
    assert printer.print(slip(), reference="two").status.code == "printer.out_of_paper"
    printer.fail(None)
    printer.print(slip(), reference="two")
    assert [reference for reference, _slip in printer.slips] == ["one", "two"]
