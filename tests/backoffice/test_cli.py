"""demado-backoffice as people and scripts use it: JSON on stdout, exit 0 only for success, never a traceback."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from backoffice import migrations
from backoffice.app import create_app
from backoffice.kit.unit_of_work import utc_now
from backoffice.settings import Settings
from schemas.enrolment import EnrolmentTicket
from schemas.protocol import HEALTH_PATH, PACKETS_PATH
from tests.backoffice.counter import Counter
from tests.backoffice.office import CHEAP
from tests.backoffice.shell import PROGRAM, Shell, environment_of, in_a_process


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path / "office", monkeypatch, capsys)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new installation with the demo's data, made as the README says."""
    folder = tmp_path_factory.mktemp("installation")
    for command in (("keys", "init", "--make-secrets"), ("migrate",), ("demo-data",)):
        assert in_a_process(folder, *command)[0] == 0
    return folder


@pytest.fixture
def installed(shell: Shell, template: Path) -> Shell:
    shutil.copytree(template, shell.folder)
    return shell


def test_new_installation_is_led_from_one_command_to_the_next(shell: Shell) -> None:
    code, lines = shell("serve")
    assert (code, lines[-1]["error"]) == (1, "setup.invalid")
    assert "demado-backoffice migrate" in lines[-1]["message"]
    assert shell("migrate") == (0, [{"before": None, "after": migrations.newest()}])
    code, lines = shell("serve")
    assert (code, "keys init --make-secrets" in lines[-1]["message"]) == (1, True)
    code, lines = shell("keys", "init", "--make-secrets")
    assert (code, [line.get("use") for line in lines[1:]]) == (0, ["signing", "recipient", "storage"])
    assert "backup" in lines[0]["message"]


def test_a_municipality_is_taken_on_before_its_first_administrator(shell: Shell) -> None:
    assert shell("migrate")[0] == 0
    staff = ("staff", "add", "--municipality", "072028", "--name", "管理 一郎（架空）", "--role", "administrator")
    assert shell(*staff)[1][-1]["error"] == "municipality.not_found"
    code, (line,) = shell("municipality", "add", "072028", "--contact", "市民課")
    assert (code, line["name"], line["contact"]) == (0, "会津若松市", "市民課")
    assert shell("municipality", "add", "072028")[1][-1]["error"] == "municipality.exists"
    assert (
        shell("municipality", "add", "131016")[1][-1]["error"] == "field.name"
    )  # not in our list: a name is asked for
    assert shell("municipality", "add", "072029")[0] == 2  # check digit
    code, (line,) = shell("municipality", "change", "072028", "--name-en", "Aizu")
    assert (line["name"], line["name_en"], line["contact"]) == ("会津若松市", "Aizu", "市民課")
    assert [each["municipality"] for each in shell("municipality", "list")[1]] == ["072028"]
    assert shell(*staff)[0] == 0


def test_unsafe_settings_stop_every_command(shell: Shell) -> None:
    code, lines = shell("migrate", DEMADO_BACKOFFICE_PUBLIC_URL="http://office.example.jp")
    assert (code, lines[-1]["error"], "https://" in lines[-1]["message"]) == (1, "setup.invalid", True)


def test_demo_data_prints_the_pins_once(installed: Shell) -> None:
    code, (line,) = installed("demo-data")
    assert (code, line["municipality"], len(line["attendants"])) == (0, "072010", 4)
    assert all(len(person["pin"]) == 6 and person["name"].endswith("（架空）") for person in line["attendants"])


def test_enrolment_ticket_is_made_for_a_visit(installed: Shell) -> None:
    visit = installed("demo-data")[1][0]["visit"]
    code, (line,) = installed("enrol-ticket", "--municipality", "072010", "--visit", visit)
    ticket = EnrolmentTicket.parse(line["ticket"])
    assert (code, ticket.office_url) == (0, "http://127.0.0.1:8500")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--municipality", "011002"), "municipality.not_found"),
        (("--municipality", "072010", "--visit", "019f0000-0000-7000-8000-000000000001"), "visit.not_found"),
    ],
)
def test_ticket_for_nothing_is_refused(installed: Shell, arguments: tuple[str, ...], error: str) -> None:
    code, lines = installed("enrol-ticket", *arguments)
    assert (code, lines[-1]["error"]) == (1, error)


def test_wrong_municipality_code_is_an_error_of_the_command_line(installed: Shell) -> None:
    assert installed("enrol-ticket", "--municipality", "072011")[0] == 2


def test_keys_are_rotated_backed_up_and_restored(installed: Shell, tmp_path: Path) -> None:
    code, lines = installed("keys", "rotate", "recipient", "--in-hours", "1")
    assert (code, lines[0]["notice"]) == (0, "keys.restart_needed")
    recipients = [line for line in lines if line.get("use") == "recipient"]
    assert [line["current"] for line in recipients] == [True, False]
    secret = tmp_path / "safe"
    secret.write_text("a passphrase for the safe")
    secret.chmod(0o600)
    backup = ("keys", "backup", str(tmp_path / "backup"), "--passphrase-file", str(secret))
    assert installed(*backup)[0] == 0
    assert installed(*backup)[0] == 1
    (installed.folder / "keys" / "records.key").unlink()
    (installed.folder / "keys" / "signing.key").unlink()
    restored = installed("keys", "restore", str(tmp_path / "backup"), "--passphrase-file", str(secret))
    assert (restored[0], restored[1]) == installed("keys", "show")


def test_a_lost_key_is_said_beforehand_and_a_backup_is_tried_without_restoring(
    installed: Shell, tmp_path: Path
) -> None:
    assert installed("keys", "show")[1][-1]["notice"] == "keys.not_backed_up"
    secret = tmp_path / "safe"
    secret.write_text("a passphrase for the safe")
    secret.chmod(0o600)
    file = (str(tmp_path / "backup"), "--passphrase-file", str(secret))
    assert all(line.get("backed_up", True) for line in installed("keys", "backup", *file)[1])
    assert all("notice" not in line for line in installed("keys", "show")[1])
    code, (found,) = installed("keys", "check", *file)
    assert (code, found["missing"]) == (0, [])
    fresh = installed("keys", "rotate", "recipient")[1][-1]
    assert (fresh["notice"], len(fresh["keys"])) == ("keys.not_backed_up", 1)
    code, (found,) = installed("keys", "check", *file)
    assert (code, found["missing"]) == (1, fresh["keys"])
    secret.write_text("another passphrase, a wrong one")
    assert installed("keys", "check", *file)[0] == 1


def test_attendant_is_added_with_a_pin_from_a_file(installed: Shell, tmp_path: Path) -> None:
    pin = tmp_path / "pin"
    for content, code in (("135790\n", 0), ("12", 1)):
        pin.write_text(content)
        answer = installed("attendant", "--municipality", "072010", "--name", "（架空）", "--pin-file", str(pin))
        assert answer[0] == code
    assert installed("attendant", "--municipality", "072010", "--name", "x", "--pin-file", "/none")[0] == 1


def test_balance_and_reopen_say_nothing_of_devices_that_are_not_there(installed: Shell) -> None:
    assert installed("balance") == (0, [])
    assert installed("reopen") == (0, [{"municipality": "072010", "packets": 0, "jobs": 0}])


def test_audit_log_is_verified_by_command_and_a_break_is_named(installed: Shell) -> None:
    code, (line,) = installed("audit-verify")
    assert (code, line["broken_at"], line["entries"] > 10) == (0, None, True)
    with closing(sqlite3.connect(installed.folder / "office.db")) as database:
        database.execute("UPDATE audit_entry SET actor = 'nobody' WHERE sequence = 7")
        database.commit()
    code, (line,) = installed("audit-verify", "--municipality", "072010")
    assert (code, line["broken_at"]) == (1, 7)


def test_what_strangers_sent_is_listed_by_command(installed: Shell) -> None:
    assert installed("quarantine") == (0, [])
    settings = Settings.load(data_dir=installed.folder, scrypt_cost=CHEAP, role="ingest")
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8500") as client:
        client.post(PACKETS_PATH, content=b"a stranger's bytes")
    code, (line,) = installed("quarantine")
    assert (code, line["municipality"], line["reason"]) == (0, "000000", "request.signature_missing")
    assert (installed.folder / "blobs" / line["blob"]).read_bytes() == b"a stranger's bytes"
    assert installed("quarantine", "list") == (0, [line])
    assert installed("quarantine", "list", "--municipality", "072010") == (0, [])
    accept = ("quarantine", "accept", line["packet"], "--municipality", "072010", "--reason", "試し")
    code, lines = installed(*accept)
    assert (code, lines[-1]["error"]) == (1, "quarantine.not_found")


def test_packet_of_a_copied_device_is_accepted_by_command(installed: Shell) -> None:
    _code, (made,) = installed("enrol-ticket", "--municipality", "072010")
    settings = Settings.load(data_dir=installed.folder, scrypt_cost=CHEAP, role="ingest")
    app = create_app(settings)
    with TestClient(app, base_url="http://127.0.0.1:8500") as client:
        counter = Counter(client, app.state.signing.recipient_keys(utc_now())[0], utc_now)
        assert counter.enrol(EnrolmentTicket.parse(made["ticket"]).code).status_code == 200
        first = counter.frame(counter.header(counter.record().record), b"one")
        second = counter.frame(counter.header(counter.record().record), b"two")
        assert [counter.send(frame).status_code for frame in (first, second)] == [201, 409]
        _code, (kept,) = installed("quarantine", "list")
        assert (kept["sequence"], kept["reason"]) == (1, "packet.sequence_conflict")
        accept = ("quarantine", "accept", kept["packet"], "--municipality", "072010", "--reason", "複製")
        assert [installed(*accept)[1][0]["new"] for _ in range(2)] == [True, False]
        assert installed("quarantine") == (0, [])
        _code, (life, _visit) = installed("balance")
        assert (life["received"], life["forks"], life["missing"], life["quarantined"]) == (2, [1], 0, 0)
        assert counter.send(second).status_code == 200


def test_work_once_does_what_is_due_and_ends(installed: Shell) -> None:
    assert installed("work", "--once") == (0, [{"jobs": 0, "mails": 0}])


def test_import_of_no_usb_file_is_refused(installed: Shell, tmp_path: Path) -> None:
    code, lines = installed("import", str(tmp_path / "none"))
    assert (code, lines[-1]["error"]) == (1, "usb.unreadable")


def test_first_administrator_is_made_by_command(installed: Shell) -> None:
    add = ("staff", "add", "--municipality", "072010", "--name", "管理 一郎（架空）", "--role", "administrator")
    code, (line,) = installed(*add)
    assert (code, line["role"], "/invitation/" in line["link"]) == (0, "administrator", True)


@pytest.mark.parametrize("command", [("serve",), ("serve", "--role", "ingest"), ("work",)])
def test_services_start_and_end_on_sigterm(
    installed: Shell, free_port: Callable[[], int], command: tuple[str, ...]
) -> None:
    port = free_port()
    environment = {**os.environ, **environment_of(installed.folder), "DEMADO_BACKOFFICE_PORT": str(port)}
    process = subprocess.Popen(
        [*PROGRAM, *command], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        if command[0] == "serve":
            assert _answers(port, process)
        else:
            time.sleep(3)
        process.send_signal(signal.SIGTERM)
        _out, errors = process.communicate(timeout=20)
    finally:
        process.kill()
        process.wait()
    assert process.returncode in (0, -signal.SIGTERM), errors
    assert "Traceback" not in errors
    assert all(json.loads(line) for line in errors.splitlines())


def _answers(port: int, process: subprocess.Popen[str]) -> bool:
    for _ in range(300):
        try:
            return httpx2.get(f"http://127.0.0.1:{port}{HEALTH_PATH}", trust_env=False).status_code == 200
        except httpx2.HTTPError:
            assert process.poll() is None, process.communicate()
            time.sleep(0.1)
    return False


def test_retention_says_what_is_due_before_it_erases(shell: Shell) -> None:
    shell("keys", "init", "--make-secrets")
    shell("migrate")
    shell("demo-data")
    nothing = {"municipality": "072010", "photo": 0, "packet": 0, "record": 0, "drafts": 0, "names": 0, "members": 0}
    assert shell("retention", "run", "--dry-run") == (0, [{**nothing, "dry_run": True}])
    assert shell("retention", "run", "--municipality", "072010") == (0, [{**nothing, "dry_run": False}])
    assert shell("retention", "run", DEMADO_BACKOFFICE_RETENTION_PHOTO_YEARS="-1")[0] == 1
