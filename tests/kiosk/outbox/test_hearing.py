"""Hearing the office's time: fresh and signed, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import Response

from kiosk.outbox import Outbox
from schemas.intake import IntakeRecord
from schemas.office_time import TIME_HEADER, OfficeTime
from schemas.protocol import PACKETS_PATH
from tests.kiosk.outbox.conftest import HandClock, wait_until
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import SigningKey

ARecord = Callable[..., IntakeRecord]


@pytest.fixture
def rebooted(open_outbox: Callable[..., Outbox], outbox: Outbox) -> Outbox:
    """The same kiosk after a boot, with a wall clock an hour wrong and nothing heard yet."""
    outbox.close()
    return open_outbox(clock=lambda: datetime.now(UTC) - timedelta(minutes=4), boot=lambda: "another boot")


def test_asking_for_the_bundle_tells_the_time(rebooted: Outbox, office: Office) -> None:
    assert rebooted.stamp().uncertainty_ms is None
    rebooted.refresh_bundle()
    stamp = rebooted.stamp()
    assert stamp.uncertainty_ms is not None
    assert abs(stamp.offset_ms - 240_000) < 2_000


def test_the_courier_hears_the_time_without_any_packet(rebooted: Outbox) -> None:
    rebooted.start_courier()
    wait_until(lambda: rebooted.stamp().uncertainty_ms is not None)


def test_an_office_that_does_not_tell_the_time_is_heard_by_its_receipts(
    rebooted: Outbox, office: Office, a_record: ARecord
) -> None:
    office.tells_time = False
    rebooted.refresh_bundle()
    assert rebooted.stamp().uncertainty_ms is None
    rebooted.start_courier()
    rebooted.keep(a_record(rebooted), None)
    wait_until(lambda: rebooted.stamp().uncertainty_ms is not None)


def replaced(header: str) -> Callable[[str, Response], Response]:
    def replace(_path: str, response: Response) -> Response:
        response.headers[TIME_HEADER] = header
        return response

    return replace


def test_a_time_nobody_trusted_signed_is_not_believed(rebooted: Outbox, office: Office) -> None:
    forger = SigningKey()

    def forge(_path: str, response: Response) -> Response:
        nonce = OfficeTime.parse(response.headers[TIME_HEADER]).nonce
        response.headers[TIME_HEADER] = office.time(nonce, by=forger).header()
        return response

    office.mischief = forge
    rebooted.refresh_bundle()
    assert rebooted.stamp().uncertainty_ms is None


def test_an_old_answer_played_again_is_not_believed(rebooted: Outbox, office: Office) -> None:
    office.mischief = replaced(office.time("0123456789abcdef").header())
    rebooted.refresh_bundle()
    assert rebooted.stamp().uncertainty_ms is None


@pytest.mark.parametrize("header", ["x", "e30=", "=" * 3000])
def test_a_spoilt_header_is_passed_over(rebooted: Outbox, office: Office, header: str) -> None:
    office.mischief = replaced(header)
    assert rebooted.refresh_bundle() is False
    assert rebooted.stamp().uncertainty_ms is None


def test_a_receipt_of_a_packet_tried_by_an_earlier_process_says_nothing_about_now(
    open_outbox: Callable[..., Outbox], outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    office.tells_time = False
    outbox.keep(a_record(outbox), None)
    office.mischief = lambda path, response: Response(b"", 502) if path == PACKETS_PATH else response
    outbox.start_courier()
    wait_until(lambda: office.requests.count(PACKETS_PATH) > 1)
    outbox.close()
    office.mischief = None
    hand = HandClock(datetime.now(UTC))
    again = open_outbox(clock=hand.wall, boot=lambda: "another boot")
    again.start_courier()
    wait_until(lambda: again.balance().closed)
    assert again.stamp().uncertainty_ms is None
