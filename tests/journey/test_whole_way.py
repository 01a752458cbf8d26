"""One person's application through both real services – also with the office gone in the middle, and a kiosk killed.

Camera frames, QR decoding, PC/SC, sealing, HTTP, the worker and the console are the real parts; only the camera's
scenes and the card are ours.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.demo import intake
from deploy.demo.processes import BIN, wait_for
from deploy.demo.stage import Stage
from hardware.camera.simulated import DEMO_FORM_TEXT

pytestmark = [pytest.mark.pcsc, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def console(stage: Stage) -> Iterator[intake.Console]:
    """The office's first administrator, signed in by the one-time link."""
    with closing(intake.Console(stage.office_url)) as browser:
        browser.join(stage, "ひみつの合言葉 for tests 7")
        yield browser


@pytest.fixture
def kiosk(stage: Stage) -> Iterator[intake.Kiosk]:
    with closing(intake.Kiosk(stage.kiosk_url)) as browser:
        yield browser


def take_one(stage: Stage, kiosk: intake.Kiosk, *, with_card: bool = False) -> str:
    """An intake up to the sealed record; returns its slip number."""
    intake.apply(kiosk, with_card=with_card)
    intake.attend(stage.kiosk_url, stage.attendants[0])
    slip = str(intake.confirm(kiosk)["slip"])
    kiosk.act("/done")
    return slip


def balance(stage: Stage) -> dict[str, object]:
    return stage.shell.run("demado-kiosk", "balance")


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_paper_to_decided_case(stage: Stage, kiosk: intake.Kiosk, console: intake.Console) -> None:
    assert stage.card is not None, stage.card_trouble
    slip = take_one(stage, kiosk, with_card=True)
    case = console.find_case(slip)
    page = text_of(console.page(f"/cases/{case}"))
    assert "2026 0710 0000 0000 0000 017" in page
    assert "失効" in page
    assert "運転免許証" in page
    assert console.get(f"/cases/{case}/photo").content.startswith(b"\xff\xd8")
    console.approve(case)
    assert "承認" in text_of(console.page(f"/cases/{case}"))


def test_nothing_readable_stays_on_the_kiosk(stage: Stage, kiosk: intake.Kiosk, console: intake.Console) -> None:
    console.find_case(take_one(stage, kiosk))
    for path in sorted((stage.folder / "kiosk").rglob("*")):
        if path.is_file():
            held = path.read_bytes()
            assert DEMO_FORM_TEXT.encode() not in held, path
            assert b"1990-04-01" not in held, path
            assert b"JFIF\x00\x01" not in held, path
    for log in stage.folder.glob("*.log"):
        assert DEMO_FORM_TEXT not in log.read_text("utf-8"), log


def test_the_office_may_be_gone_and_nothing_is_lost(stage: Stage, kiosk: intake.Kiosk, console: intake.Console) -> None:
    before = int(str(balance(stage)["captured"]))
    stage.office.kill()
    slips = [take_one(stage, kiosk) for _ in range(2)]
    away = balance(stage)
    assert (away["captured"], away["unsent"]) == (before + 2, 2)
    stage.restart_office()
    wait_for("the kiosk catches up", lambda: balance(stage)["erased"] == before + 2, seconds=60, pause=0.5)
    for slip in slips:
        console.find_case(slip)
    found = balance(stage)
    assert found["captured"] == found["received"] == found["erased"]


def test_a_killed_kiosk_comes_back_with_every_sealed_record(
    stage: Stage, kiosk: intake.Kiosk, console: intake.Console
) -> None:
    stage.office.kill()
    slip = take_one(stage, kiosk)
    intake.apply(kiosk, with_card=False)
    stage.kiosk.kill()
    stage.restart_office()
    stage.restart_kiosk()
    console.find_case(slip)
    with closing(intake.Kiosk(stage.kiosk_url)) as fresh:
        assert fresh.state()["step"] == "idle"
        wait_for("the balance closes", lambda: balance(stage)["unsent"] == 0, seconds=30, pause=0.5)
        assert take_one(stage, fresh) > slip


def test_a_usb_stick_carries_what_the_line_cannot(
    stage: Stage, kiosk: intake.Kiosk, console: intake.Console, tmp_path: Path
) -> None:
    wait_for("the line is empty", lambda: balance(stage)["unsent"] == 0, pause=0.5)
    stage.office.kill()
    slip = take_one(stage, kiosk)
    stage.kiosk.stop()
    exported = stage.shell.run("demado-kiosk", "export", str(tmp_path))
    carried = next(tmp_path.iterdir())
    assert exported["packets"] == 1
    taken = stage.shell.run("demado-backoffice", "import", str(carried))
    assert (taken["received"], taken["known"]) == (1, 0)
    again = stage.shell.run("demado-backoffice", "import", str(carried))
    assert (again["received"], again["known"]) == (0, 1)
    stage.shell.run("demado-kiosk", "receipts", str(taken["receipts"]))
    assert balance(stage)["unsent"] == 0
    stage.restart_office()
    stage.restart_kiosk()
    console.find_case(slip)


def test_the_office_keeps_no_photo_in_the_clear(stage: Stage) -> None:
    photos = 0
    for path in sorted((stage.folder / "office").rglob("*")):
        if path.is_file():
            photos += 1
            assert b"JFIF\x00\x01" not in path.read_bytes(), path
    assert photos


def test_both_sides_count_the_same(stage: Stage) -> None:
    kiosk_side = balance(stage)
    lines = _lines(stage, "demado-backoffice", "balance")
    whole = next(line for line in lines if line["visit"] is None)
    assert whole["received"] == whole["opened"] == kiosk_side["captured"]
    assert not whole["gaps"]
    assert not whole["forks"]
    with closing(sqlite3.connect(stage.folder / "office" / "office.db")) as database:
        assert database.execute("SELECT count(*) FROM packet").fetchone()[0] == kiosk_side["captured"]


def _lines(stage: Stage, *command: str) -> list[dict[str, object]]:
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        env={**os.environ, **stage.shell.environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_logs_hold_no_pin(stage: Stage) -> None:
    pins = [person.pin for person in stage.attendants]
    for log in Path(stage.folder).glob("*.log"):
        written = log.read_text("utf-8")
        assert not any(f'"{pin}"' in written for pin in pins), log


def test_a_lost_kiosk_forgets_everything_once_the_office_holds_it(
    stage: Stage, kiosk: intake.Kiosk, console: intake.Console
) -> None:
    device = str(balance(stage)["device"])
    console.page(f"/devices/{device}")
    console.post(f"/devices/{device}/end", lost="true")
    take_one(stage, kiosk)
    kiosk.until("the kiosk has closed and erased its data", lambda state: state["trouble"] == "device.erased")
    page = text_of(console.page("/devices"))
    assert "隔離" in page or "要確認" in page or "紛失" in page
    with closing(sqlite3.connect(stage.folder / "office" / "office.db")) as database:
        assert database.execute("SELECT count(*) FROM quarantine").fetchone()[0] == 1
    assert not list((stage.folder / "kiosk").rglob("device-*.key"))
