"""The development dock: a click does what a hand would, and a kiosk that is not switched to it knows nothing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from hardware.card.virtual.dock import CardDock, Laid, docked_desk
from hardware.card.virtual.states import CardState
from hardware.devices import Devices, Stage
from hardware.settings import DeviceSettings
from kiosk.app import create_app
from kiosk.errors import SettingsRefused, UplinkUnreachable
from kiosk.outbox import Outbox
from kiosk.outbox.cuttable import CuttableOutbox
from kiosk.settings import KioskSettings
from tests.kiosk.web.conftest import _office, _port
from tests.kiosk.web.kiosk import QUICK, Kiosk, SimulatedDevices

SIMULATED = DeviceSettings(camera="simulated", card="simulated", printer="simulated")


def _docked(simulated: SimulatedDevices, dock: CardDock) -> Devices:
    stage = Stage(simulated.face, simulated.form, card=dock, printer=simulated.printer)
    return replace(simulated.devices, card=docked_desk(dock, SIMULATED, _now), stage=stage)


def _now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def _kiosk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kiosk]:
    folder = tmp_path_factory.mktemp("dock")
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        outbox = CuttableOutbox.open(folder / "outbox")
        stack.callback(outbox.close)
        outbox.enrol(office.office.ticket(office.url), "見本の端末")
        outbox.refresh_bundle()
        simulated, dock = SimulatedDevices(), CardDock(_now, through_pcsc=False)
        devices = _docked(simulated, dock)
        stack.callback(devices.close)
        settings = KioskSettings(data=folder / "data", development=True, dock=True, devices=SIMULATED)
        app = create_app(settings, outbox=outbox, devices=devices, timing=QUICK)
        yield Kiosk(app, stack.enter_context(TestClient(app)), outbox, simulated)


@pytest.fixture
def docked(_kiosk: Kiosk) -> Kiosk:
    _kiosk.clear()
    return _kiosk


def verdict_of(kiosk: Kiosk, **card: str) -> str:
    """What the kiosk says of a card that the dock puts on its reader."""
    person = kiosk.applicant
    assert person.post("/dock/card", action="put", **card)["status"] == 200
    person.come_to("card")
    person.post("/card", action="check")
    person.until(lambda now: now["card"] == "reported")
    report = kiosk.desk.card.view().report
    assert report is not None
    return str(report.verdict)


@pytest.mark.parametrize(
    ("card", "verdict"),
    [
        *(({"state": state}, state) for state in ("valid", "expired", "revoked", "forged")),
        ({"state": "valid", "tries": "0"}, "locked"),
        ({"state": "other_card"}, "not_my_number_card"),
        ({"state": "valid", "torn": "on"}, "removed"),
    ],
)
def test_a_card_of_every_state_lies_on_the_reader_at_once(docked: Kiosk, card: dict[str, str], verdict: str) -> None:
    assert verdict_of(docked, **card) == verdict


def test_cards_are_swapped_and_taken_away(docked: Kiosk) -> None:
    assert verdict_of(docked, state="valid") == "valid"
    told = docked.applicant.post("/dock/card", action="put", state="expired")
    assert (told["card"], "expired" in docked.applicant.page("/dock")) == ("expired", True)
    assert docked.applicant.post("/dock/card", action="take")["card"] is None
    docked.applicant.post("/card", action="check")
    docked.applicant.until(lambda now: now["card"] == "reported")
    assert docked.desk.card.view().report.verdict == "no_card"  # type: ignore[union-attr]


def test_cameras_are_covered_unplugged_and_shown_other_things(docked: Kiosk) -> None:
    person = docked.applicant
    assert person.post("/dock/camera", which="face", scene="covered")["face"] == "covered"
    assert person.post("/dock/camera", which="face", scene="unplugged")["face"] == "unplugged"
    assert person.post("/dock/camera", which="face", scene="other")["face"] == "person"
    person.come_to("form")
    assert person.post("/dock/form", sheet="my_number")["form"] == "form"
    person.until(lambda _: "マイナンバー" in str(person.client.get("/api/moment").json()["advice"]))
    person.post("/dock/form", sheet="another")
    person.until(lambda now: now["step"] == "card")


def test_the_printer_jams_and_works_again(docked: Kiosk) -> None:
    assert docked.applicant.post("/dock/printer", trouble="printer.jam")["printer"] == "printer.jam"
    assert docked.desk.devices.printer.status().code == "printer.jam"
    assert docked.applicant.post("/dock/printer", trouble="")["printer"] is None


def test_the_line_is_cut_and_mended(docked: Kiosk) -> None:
    assert docked.applicant.post("/dock/network", line="cut")["line"] == "cut"
    with pytest.raises(UplinkUnreachable):
        docked.outbox.refresh_bundle()
    assert docked.applicant.post("/dock/network", line="whole")["line"] == "whole"
    docked.outbox.refresh_bundle()


@pytest.mark.parametrize(
    "fields",
    [{"action": "put", "state": "gold"}, {"action": "put", "tries": "9"}, {"action": "eat"}, {}],
)
def test_what_the_dock_does_not_know_is_refused(docked: Kiosk, fields: dict[str, str]) -> None:
    assert docked.applicant.post("/dock/card", fields)["status"] == 422


def test_the_dock_takes_no_forged_posts(docked: Kiosk) -> None:
    answer = docked.client.post("/dock/network", data={"line": "cut"}, headers={"accept": "application/json"})
    assert answer.status_code == 403
    assert docked.outbox.line.is_cut is False  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/dock", "/dock/card", "/dock/camera", "/dock/printer", "/dock/network"])
def test_a_kiosk_without_the_setting_has_no_dock(kiosk: Kiosk, path: str) -> None:
    assert kiosk.client.get(path).status_code == 404
    assert kiosk.applicant.post(path, line="cut")["status"] == 404


def test_a_dock_before_a_real_device_does_not_start(tmp_path: Path) -> None:
    settings = KioskSettings(data=tmp_path / "data", development=True, dock=True, devices=SIMULATED)
    simulated = SimulatedDevices()
    outbox = Outbox.open(tmp_path / "outbox")
    app = create_app(settings, outbox=outbox, devices=simulated.devices)
    with pytest.raises(SettingsRefused) as caught, TestClient(app):
        pass
    outbox.close()
    assert "set dock=false" in str(caught.value)


@pytest.mark.pcsc
def test_the_docks_cards_go_through_pcscd_where_there_is_one() -> None:
    dock = CardDock(_now)
    desk = docked_desk(dock, SIMULATED, _now)
    try:
        for state in (CardState.VALID, CardState.EXPIRED):
            dock.put(Laid(state))
            assert desk.check(wait_s=5).verdict == state
        dock.take()
        assert not desk.present()
    finally:
        dock.close()
