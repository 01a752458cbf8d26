"""demado-kiosk: one JSON object a line, exit 0 only for success, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.__main__ import main
from kiosk.outbox import Outbox
from schemas.device_life import DeviceStanding
from schemas.ids import VisitId
from schemas.usb import SUFFIX
from tests.factories import intake_record
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.running_office import RunningOffice

Command = Callable[..., tuple[int, list[dict[str, Any]]]]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data"
    monkeypatch.setenv("DEMADO_KIOSK_DATA", str(folder))
    return folder


@pytest.fixture
def running_office(free_port: Callable[[], int]) -> Iterator[RunningOffice]:
    with RunningOffice(Office(), free_port()) as running:
        yield running


@pytest.fixture
def command(data: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Run one command here; its exit code and the lines of its stdout."""

    def run(*arguments: object) -> tuple[int, list[dict[str, Any]]]:
        code = main([str(argument) for argument in arguments])
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


@pytest.fixture
def enrolled(command: Command, running_office: RunningOffice) -> RunningOffice:
    assert command("enrol", running_office.office.ticket(running_office.url), "--name", "端末A")[0] == 0
    return running_office


def keep(data: Path, number: int, *, send: bool = False) -> None:
    """As the service would: some records kept, and sent if wanted."""
    outbox = Outbox.open(data)
    assert outbox.identity is not None
    assert outbox.bundle is not None
    for _ in range(number):
        record = intake_record(device=outbox.identity.device, visit=outbox.bundle.visit, record=outbox.new_record_id())
        outbox.keep(record, None)
    if send:
        outbox.start_courier()
        wait_until(lambda: outbox.balance().closed)
    outbox.close()


def test_enrol_makes_this_machine_a_device_with_its_visit(command: Command, running_office: RunningOffice) -> None:
    code, lines = command("enrol", running_office.office.ticket(running_office.url), "--name", "端末A")
    (device,) = running_office.office.devices
    assert (code, lines) == (0, [{"device": device, "municipality": "072010", "counter": "A1", "name": "端末A"}])
    assert command("balance")[1][0]["captured"] == 0


@pytest.mark.parametrize("ticket", ["", "https://example.com/", "DEMADO-ENROL.1.x.y.z", "1234 5678 9012"])
def test_another_text_is_no_ticket(command: Command, ticket: str) -> None:
    code, lines = command("enrol", ticket)
    assert (code, lines[-1]["error"]) == (1, "enrolment.ticket_invalid")


def test_a_ticket_is_good_once(command: Command, enrolled: RunningOffice) -> None:
    code, lines = command("enrol", enrolled.office.ticket(enrolled.url))
    assert (code, lines[-1]["error"]) == (1, "enrolment.code_unknown")
    assert command("balance", "--offline")[0] == 0


def test_an_office_that_is_not_there_is_said_plainly(command: Command, running_office: RunningOffice) -> None:
    running_office.down()
    code, lines = command("enrol", running_office.office.ticket(running_office.url))
    assert (code, lines[-1]["error"]) == (1, "uplink.unreachable")


def test_before_enrolment_there_is_no_balance(command: Command) -> None:
    code, lines = command("balance")
    assert (code, lines[-1]["error"]) == (1, "device.not_enrolled")


def test_balance_tells_both_sides(command: Command, enrolled: RunningOffice, data: Path) -> None:
    keep(data, 2, send=True)
    code, (line,) = command("balance")
    assert code == 0
    assert (line["captured"], line["received"], line["erased"], line["unsent"], line["refused"]) == (2, 2, 2, 0, 0)
    assert (line["balanced"], line["office"]["received"], line["office"]["gaps"]) == (True, 2, [])


def test_balance_without_the_office_says_so_and_counts_what_is_here(
    command: Command, enrolled: RunningOffice, data: Path
) -> None:
    enrolled.down()
    keep(data, 3)
    code, (line,) = command("balance")
    assert code == 0
    assert (line["captured"], line["unsent"], line["balanced"], line["office"]) == (3, 3, False, None)
    assert line["office_problem"] == "uplink.unreachable"
    assert "office" in line
    assert command("balance", "--offline")[1][0]["office_problem"] is None


def test_balance_of_one_visit_leaves_the_others_out(command: Command, enrolled: RunningOffice, data: Path) -> None:
    keep(data, 1)
    other = VisitId.new(unix_ms=0, randomness=bytes(10))
    assert command("balance", "--offline", "--visit", other)[1][0]["captured"] == 0
    assert command("balance", "--offline", "--visit", enrolled.office.visit)[1][0]["captured"] == 1


def test_balance_works_beside_a_running_service(command: Command, enrolled: RunningOffice, data: Path) -> None:
    service = Outbox.open(data)
    assert command("balance")[0] == 0
    service.close()


def test_commands_that_change_things_wait_for_the_service(
    command: Command, enrolled: RunningOffice, data: Path, tmp_path: Path
) -> None:
    service = Outbox.open(data)
    (tmp_path / "x.receipts.json").write_text("{}", "utf-8")
    code, lines = command("receipts", tmp_path / "x.receipts.json")
    assert (code, lines[-1]["error"]) == (1, "outbox.in_use")
    service.close()


def test_export_writes_and_names_what_it_wrote(
    command: Command, enrolled: RunningOffice, data: Path, tmp_path: Path
) -> None:
    keep(data, 2)
    stick = tmp_path / "stick"
    stick.mkdir()
    code, (line,) = command("export", stick)
    assert (code, line["packets"], len(line["files"])) == (0, 2, 1)
    assert [str(path) for path in stick.iterdir()] == line["files"]
    assert line["files"][0].endswith(SUFFIX)


def test_a_stick_that_is_not_there_is_said_plainly(command: Command, enrolled: RunningOffice, tmp_path: Path) -> None:
    code, lines = command("export", tmp_path / "nowhere")
    assert (code, lines[-1]["error"]) == (1, "usb.not_there")


def test_a_refused_setting_is_an_answer_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DEMADO_KIOSK_HOST", "0.0.0.0")
    code, lines = command("balance")
    assert (code, lines[-1]["error"]) == (1, "settings.refused")


def test_doctor_names_each_thing_and_what_to_do(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    for device in ("CAMERA", "CARD", "PRINTER"):
        monkeypatch.setenv(f"DEMADO_KIOSK_DEVICES__{device}", "off")
    code, lines = command("doctor")
    found = {line["check"]: line for line in lines}
    assert code == 1
    assert {"camera", "qr", "photo", "card", "printer", "enrolment", "clock", "outbox"} <= set(found)
    assert (found["camera"]["ok"], found["camera"]["code"]) == (True, "camera.off")
    assert (found["parking"]["ok"], found["parking"]["code"]) == (True, "parking")
    monkeypatch.setenv("DEMADO_KIOSK_PARKED_KEY_FOLDER", "/proc")
    found["parking"] = next(line for line in command("doctor")[1] if line["check"] == "parking")
    assert (found["parking"]["ok"], found["parking"]["code"]) == (False, "parking.no_memory")
    assert "RuntimeDirectory" in found["parking"]["advice"]["ja"]
    assert (found["enrolment"]["ok"], found["enrolment"]["code"]) == (False, "device.not_enrolled")
    assert "demado-kiosk enrol" in found["enrolment"]["advice"]["en"]
    assert found["enrolment"]["advice"]["ja"]


def test_doctor_of_an_enrolled_kiosk_says_whether_the_office_answers(
    command: Command, enrolled: RunningOffice, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for device in ("CAMERA", "CARD", "PRINTER"):
        monkeypatch.setenv(f"DEMADO_KIOSK_DEVICES__{device}", "off")
    keep(data, 1)
    found = {line["check"]: line for line in command("doctor")[1]}
    assert all(found[check]["ok"] for check in ("enrolment", "visit", "clock", "line", "outbox"))
    assert found["outbox"]["detail"].startswith("1 unsent, 0 refused")
    enrolled.down()
    line = next(line for line in command("doctor")[1] if line["check"] == "line")
    assert (line["ok"], line["code"]) == (False, "uplink.unreachable")
    assert line["advice"]["ja"]


def test_doctor_reports_a_damaged_outbox(command: Command, enrolled: RunningOffice, data: Path) -> None:
    (database,) = data.glob("outbox-*.db")
    database.write_bytes(b"x" * 5000)
    found = {line["check"]: line for line in command("doctor")[1]}
    assert found["outbox"]["code"] == "outbox.corrupt"
    assert database.read_bytes() == b"x" * 5000


def test_doctor_says_what_to_do_about_a_folder_that_is_none(command: Command, data: Path) -> None:
    data.parent.mkdir(parents=True, exist_ok=True)
    data.write_text("a file where the folder should be")
    data.chmod(0o600)
    found = {line["check"]: line for line in command("doctor")[1]}
    assert found["outbox"]["code"] == "outbox.folder"
    assert all(found["outbox"]["advice"].values())


def test_with_nothing_unsent_export_says_so_and_writes_no_file(
    command: Command, enrolled: RunningOffice, data: Path, tmp_path: Path
) -> None:
    keep(data, 1, send=True)
    stick = tmp_path / "stick"
    stick.mkdir()
    code, (line,) = command("export", stick)
    assert (code, line["error"], list(stick.iterdir())) == (3, "usb.nothing_unsent", [])


def test_what_is_no_folder_is_no_stick(command: Command, enrolled: RunningOffice, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    code, (line,) = command("export", file)
    assert (code, line["error"]) == (1, "usb.not_there")


def test_a_new_key_is_printed_for_systemd(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["new-key"]) == 0
    assert capsys.readouterr().out.startswith("-----BEGIN PRIVATE KEY-----")
    assert not data.exists() or list(data.iterdir()) == []


def test_a_revoked_device_says_what_happened(command: Command, enrolled: RunningOffice, data: Path) -> None:
    (device,) = enrolled.office.devices.values()
    device.standing = DeviceStanding.REVOKED
    outbox = Outbox.open(data)
    outbox.start_courier()
    wait_until(lambda: outbox.ended is not None and not (data / "identity.json").exists())
    outbox.close()
    code, (line,) = command("balance", "--offline")
    assert (code, line["error"]) == (1, "device.erased")


def test_serve_beside_a_running_service_says_so(command: Command, enrolled: RunningOffice, data: Path) -> None:
    """An answer of the command, not a traceback of the web server."""
    outbox = Outbox.open(data)
    try:
        code, lines = command("serve")
    finally:
        outbox.close()
    assert (code, lines[-1]["error"]) == (1, "outbox.in_use")


@pytest.mark.parametrize("killed", [False, True], ids=["closed in order", "killed"])
def test_what_lies_on_a_disk_that_takes_no_writes_still_goes_onto_a_stick(
    command: Command, enrolled: RunningOffice, data: Path, tmp_path: Path, killed: bool
) -> None:
    """A failing disk is mounted read-only by the kernel (mount(8), errors=remount-ro)."""
    if os.getuid() != 0:
        pytest.skip("needs root (mounts the folder read-only)")
    keep(data, 2)
    if killed:
        living = Outbox.open(data)  # its WAL lies beside the file
        shutil.copytree(data, tmp_path / "dead")
        living.close()
        shutil.rmtree(data)
        shutil.move(tmp_path / "dead", data)
    stick = tmp_path / "stick"
    stick.mkdir()
    mounted = [["mount", "--bind", data, data], ["mount", "-o", "remount,ro,bind", data]]
    if subprocess.run(mounted[0], check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        subprocess.run(mounted[1], check=True)
        assert command("balance", "--offline")[1][0]["unsent"] == 2
        assert command("export", stick)[0] == 0
        code, lines = command("serve")
    finally:
        subprocess.run(["umount", data], check=True)
    assert len(list(stick.glob(f"*{SUFFIX}"))) == 1
    assert (code, lines[-1]["error"]) == (1, "outbox.folder")
