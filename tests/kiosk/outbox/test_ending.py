"""The end of a device: on the office's signed word only, never before the office holds every packet, then nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import Response

from kiosk.errors import AnswerInvalid, DeviceErased
from kiosk.outbox import Outbox, ending
from kiosk.outbox.keys import Identity
from kiosk.outbox.trust import read_statement
from schemas.device_life import DeviceStanding
from schemas.ids import DeviceId, KeyId
from schemas.intake import IntakeRecord
from schemas.protocol import STATEMENT_PATH
from tests.factories import FUKUSHIMA, MORNING, jpeg_photo, uuid7
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import SigningKey
from tests.kiosk.outbox.running_office import RunningOffice

ARecord = Callable[..., IntakeRecord]
PHOTO = jpeg_photo(1)


def revoke(office: Office, standing: DeviceStanding = DeviceStanding.REVOKED) -> None:
    (device,) = office.devices.values()
    device.standing = standing


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("standing", [DeviceStanding.REVOKED, DeviceStanding.LOST])
def test_a_revoked_device_delivers_into_quarantine_and_then_destroys_everything(
    outbox: Outbox, office: Office, a_record: ARecord, tmp_path: Path, standing: DeviceStanding
) -> None:
    for _ in range(3):
        outbox.keep(a_record(outbox, photo=PHOTO), PHOTO)
    revoke(office, standing)
    outbox.start_courier()
    wait_until(lambda: outbox.ended is not None and left(tmp_path / "data") == {"outbox.lock", "ended.json"})
    assert len({frame for _, frame in office.quarantine}) == 3
    assert (outbox.identity, outbox.bundle, outbox.ended and outbox.ended.standing) == (None, None, standing)
    with pytest.raises(DeviceErased):
        outbox.balance()


def test_it_says_so_after_a_restart_and_begins_anew_with_a_new_ticket(
    outbox: Outbox, open_outbox: Callable[..., Outbox], running_office: RunningOffice, tmp_path: Path
) -> None:
    revoke(running_office.office)
    outbox.start_courier()
    wait_until(lambda: left(tmp_path / "data") == {"outbox.lock", "ended.json"})
    outbox.close()
    again = open_outbox()
    assert (again.identity, again.ended is not None) == (None, True)
    running_office.office.codes.add("ABCDEFGHIJKLMNOP")
    again.enrol(running_office.office.ticket(running_office.url), "また使う端末")
    again.close()
    third = open_outbox()
    assert (third.identity is not None, third.ended) == (True, None)


def test_packets_the_office_does_not_hold_are_kept_and_offered_again(
    outbox: Outbox, office: Office, a_record: ARecord, tmp_path: Path
) -> None:
    outbox.keep(a_record(outbox), None)
    revoke(office)
    (device,) = office.devices.values()

    def forgetful(path: str, response: Response) -> Response:
        if path != STATEMENT_PATH or asked["times"] >= 3:
            return response
        asked["times"] += 1
        return Response(office.statement(device, held=()).canonical(), media_type="application/json")

    asked = {"times": 0}
    office.mischief = forgetful
    outbox.start_courier()
    wait_until(lambda: asked["times"] >= 2)
    assert outbox.ended is None
    assert outbox.balance().captured == 1
    assert outbox.bundle is None  # the visit with its names went at the first word
    wait_until(lambda: outbox.ended is not None)
    assert len(office.quarantine) > 1


@pytest.mark.parametrize("spoiled", ["forged", "other", "active", "noise"])
def test_without_the_offices_signed_word_nothing_is_destroyed(
    outbox: Outbox, office: Office, a_record: ARecord, tmp_path: Path, spoiled: str
) -> None:
    outbox.keep(a_record(outbox), None)
    (device,) = office.devices.values()
    said = {
        "forged": office.statement(device, by=SigningKey(), standing=DeviceStanding.REVOKED).canonical(),
        "other": office.statement(device, standing=DeviceStanding.REVOKED, device_key="0" * 16).canonical(),
        "active": office.statement(device, standing=DeviceStanding.ACTIVE).canonical(),
        "noise": b"{}",
    }[spoiled]
    heard: list[str] = []

    def spoil(path: str, response: Response) -> Response:
        if path != STATEMENT_PATH:
            return response
        heard.append(path)
        return Response(said, media_type="application/json")

    revoke(office)
    office.mischief = spoil
    outbox.start_courier()
    wait_until(lambda: len(heard) >= 2)
    assert (outbox.ended, outbox.balance().captured) == (None, 1)
    assert outbox.gauges().problem == "device.revoked"
    assert outbox.bundle is not None


def test_a_power_cut_while_destroying_is_finished_at_the_next_start(
    outbox: Outbox, open_outbox: Callable[..., Outbox], office: Office, tmp_path: Path
) -> None:
    (device,) = office.devices.values()
    revoke(office)
    outbox.close()
    (tmp_path / "data" / "ended.json").write_bytes(office.statement(device).canonical())
    assert open_outbox().ended is not None
    assert left(tmp_path / "data") == {"outbox.lock", "ended.json"}


def test_an_end_nobody_signed_is_nothing(
    outbox: Outbox, open_outbox: Callable[..., Outbox], office: Office, tmp_path: Path
) -> None:
    (device,) = office.devices.values()
    outbox.close()
    forged = office.statement(device, by=SigningKey(), standing=DeviceStanding.LOST)
    (tmp_path / "data" / "ended.json").write_bytes(forged.canonical())
    again = open_outbox()
    assert (again.identity is not None, again.ended) == (True, None)


@given(noise=st.binary(max_size=300))
def test_noise_is_no_statement(noise: bytes) -> None:
    office = Office()
    identity = Identity(
        municipality=FUKUSHIMA, device=uuid7(DeviceId, 1), name="x", counter="A1", device_key=KeyId("0" * 16),
        office_url="https://office.example", office_keys=(office.signing.public,), enrolled_at=MORNING,
    )  # fmt: skip
    with pytest.raises(AnswerInvalid):
        read_statement(noise, identity=identity)


def test_other_files_in_the_folder_are_not_touched(tmp_path: Path) -> None:
    kept = tmp_path / "tls.pem"
    kept.write_text("not ours")
    (tmp_path / "device-0000000000000000.key").write_text("ours")
    (tmp_path / "parked").mkdir()
    (tmp_path / "parked" / "A1-0001-4.parked").write_text("ours")
    ending.destroy(tmp_path)
    assert left(tmp_path) == {"tls.pem"}
