"""The courier: oldest first, nobody blocks the rest, nothing is erased without the office's own signature."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from starlette.responses import HTMLResponse, Response

from kiosk.outbox import Outbox, State
from schemas.intake import IntakeRecord
from schemas.packet import Packet
from schemas.problem import PROBLEM_JSON
from schemas.protocol import BUNDLE_PATH, HEALTH_PATH, PACKETS_PATH
from schemas.receipt import Receipt
from tests.kiosk.outbox.conftest import HandClock, wait_until
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import Refusal, SigningKey
from tests.kiosk.outbox.running_office import RunningOffice

ARecord = Callable[..., IntakeRecord]


def keep(outbox: Outbox, a_record: ARecord, number: int) -> None:
    for _ in range(number):
        outbox.keep(a_record(outbox), None)


def received(office: Office) -> list[int]:
    (device,) = office.devices.values()
    return list(device.packets)


def attempts(outbox: Outbox) -> int:
    return sum(stub.attempts for stub in outbox.packets(*State))


def test_packets_go_oldest_first(outbox: Outbox, office: Office, a_record: ARecord) -> None:
    keep(outbox, a_record, 5)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed)
    assert received(office) == [1, 2, 3, 4, 5]


def test_a_new_packet_wakes_the_courier(outbox: Outbox, a_record: ARecord) -> None:
    outbox.start_courier()
    wait_until(lambda: outbox.gauges().online is True)
    time.sleep(0.1)
    began = time.monotonic()
    keep(outbox, a_record, 1)
    wait_until(lambda: outbox.balance().closed)
    assert time.monotonic() - began < 1.0


def test_a_refused_packet_goes_into_quarantine_and_blocks_nobody(
    outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    office.refuse[2] = Refusal("packet.wrong_municipality", 422)
    keep(outbox, a_record, 4)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().erased == 3)
    balance = outbox.balance()
    (stub,) = outbox.packets(State.REFUSED)
    assert (balance.refused, balance.closed) == (1, False)
    assert (stub.sequence, stub.problem) == (2, "packet.wrong_municipality")
    assert outbox.gauges().alarms[0].gauge == "refused"


def test_the_quarantine_has_a_way_on(outbox: Outbox, office: Office, a_record: ARecord) -> None:
    office.refuse[1] = Refusal("device.revoked", 403)
    keep(outbox, a_record, 2)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().refused == 1)
    office.refuse.clear()
    assert outbox.retry_refused() == 1
    wait_until(lambda: outbox.balance().closed)


def test_a_packet_the_office_stumbles_over_waits_alone(outbox: Outbox, office: Office, a_record: ARecord) -> None:
    office.refuse[1] = Refusal("office.unavailable", 503, transient=True)
    keep(outbox, a_record, 3)
    outbox.start_courier()
    wait_until(lambda: received(office) == [2, 3])
    wait_until(lambda: outbox.packets(State.QUEUED, State.SENDING)[0].attempts > 2)
    office.refuse.clear()
    wait_until(lambda: outbox.balance().closed)


def test_a_packet_that_breaks_the_line_each_time_blocks_nobody(
    outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    keep(outbox, a_record, 3)
    (first, *_rest) = outbox.packets(State.QUEUED)

    def break_at_the_first(path: str, response: Response) -> Response:
        if path == PACKETS_PATH and first.packet_id.encode() in bytes(response.body):
            raise RuntimeError("the answer never leaves")
        return response

    office.mischief = break_at_the_first
    outbox.start_courier()
    wait_until(lambda: outbox.balance().erased == 2)
    assert [stub.sequence for stub in outbox.packets(State.QUEUED, State.SENDING)] == [1]
    office.mischief = None
    wait_until(lambda: outbox.balance().closed)


@pytest.mark.parametrize(
    "changes",
    [
        {"sequence": 9}, {"packet": "0" * 64}, {"record": "018bcfe5-6800-7030-b030-303030303030"},
        {"device": "018bcfe5-6800-7030-b030-303030303030"}, {"municipality": "072036"},
    ],
)  # fmt: skip
def test_a_receipt_for_something_else_erases_nothing(
    outbox: Outbox, office: Office, a_record: ARecord, changes: dict[str, object]
) -> None:
    def misdirect(path: str, response: Response) -> Response:
        if path != PACKETS_PATH:
            return response
        wrong = Receipt.model_validate_json(bytes(response.body)).model_copy(update=changes)
        signed = wrong.model_copy(update={"signature": office.signing.private.sign(wrong.signed_part)})
        return Response(signed.canonical(), response.status_code)

    assert_nothing_erased(outbox, office, a_record, misdirect)


def test_a_forged_receipt_erases_nothing(outbox: Outbox, office: Office, a_record: ARecord) -> None:
    forger = SigningKey()

    def forge(path: str, response: Response) -> Response:
        if path != PACKETS_PATH:
            return response
        receipt = Receipt.model_validate_json(bytes(response.body))
        forged = receipt.model_copy(update={"signature": forger.private.sign(receipt.signed_part)})
        return Response(forged.canonical(), response.status_code)

    assert_nothing_erased(outbox, office, a_record, forge)


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"\xff\xfe", b"<html>ok</html>", b"[" * 100_000, b"1" * 400_000])
def test_an_answer_that_is_no_receipt_erases_nothing(
    outbox: Outbox, office: Office, a_record: ARecord, body: bytes
) -> None:
    def spoil(path: str, response: Response) -> Response:
        return Response(body, 201) if path == PACKETS_PATH else response

    assert_nothing_erased(outbox, office, a_record, spoil)


@pytest.mark.parametrize("status", [302, 400, 403, 404, 410, 422, 500])
def test_a_proxys_page_is_not_the_offices_word(outbox: Outbox, office: Office, a_record: ARecord, status: int) -> None:
    def portal(path: str, response: Response) -> Response:
        page = HTMLResponse("<html>Sign in to the network</html>", status, headers={"location": "http://127.0.0.1:9/"})
        return page if path == PACKETS_PATH else response

    assert_nothing_erased(outbox, office, a_record, portal)
    assert outbox.balance().refused == 0


@pytest.mark.parametrize(
    "problem", ["{}", '{"type":"about:blank","title":"no","status":422,"code":"packet.truncated"}', "[]", "\x00"]
)
def test_a_problem_that_is_not_the_offices_refuses_nothing(
    outbox: Outbox, office: Office, a_record: ARecord, problem: str
) -> None:
    def forge(path: str, response: Response) -> Response:
        return Response(problem, 422, media_type=PROBLEM_JSON) if path == PACKETS_PATH else response

    assert_nothing_erased(outbox, office, a_record, forge)
    assert outbox.balance().refused == 0


def assert_nothing_erased(
    outbox: Outbox, office: Office, a_record: ARecord, mischief: Callable[[str, Response], Response]
) -> None:
    office.mischief = mischief
    keep(outbox, a_record, 1)
    outbox.start_courier()
    wait_until(lambda: attempts(outbox) >= 2)
    balance = outbox.balance()
    assert (balance.captured, balance.received, balance.erased) == (1, 0, 0)
    office.mischief = None
    wait_until(lambda: outbox.balance().closed)
    assert len(received(office)) == 1


def test_an_office_that_does_not_know_the_device_stops_the_line_and_loses_nothing(
    outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    known = dict(office.devices)
    office.devices.clear()
    keep(outbox, a_record, 3)
    outbox.start_courier()
    wait_until(lambda: outbox.gauges().problem == "device.unknown")
    assert outbox.balance().refused == 0
    assert attempts(outbox) <= 1
    office.devices.update(known)
    wait_until(lambda: outbox.balance().closed)
    assert outbox.gauges().problem is None


def test_a_packet_received_before_a_lost_answer_is_not_doubled(
    outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    lost: list[str] = []

    def lose_once(path: str, response: Response) -> Response:
        if path == PACKETS_PATH and not lost:
            lost.append(path)
            raise RuntimeError("power cut at the office after its commit")
        return response

    office.mischief = lose_once
    keep(outbox, a_record, 1)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed)
    assert received(office) == [1]
    assert office.requests.count(PACKETS_PATH) == 2


def test_a_dead_rtc_is_overcome_by_the_offices_date(
    open_outbox: Callable[..., Outbox], outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    outbox.close()
    dead = HandClock(datetime(1970, 1, 1, tzinfo=UTC))
    again = open_outbox(clock=dead.wall, boot=lambda: "another boot")
    office.now = lambda: datetime.now(UTC) + timedelta(hours=3)
    kept = again.keep(a_record(again), None)
    again.start_courier()
    wait_until(lambda: again.balance().closed)
    header = Packet.parse(office.devices[next(iter(office.devices))].packets[kept.sequence]).header
    assert header.sealed.uncertainty_ms is None
    assert abs(again.stamp().corrected() - office.now()) < timedelta(seconds=5)
    assert again.stamp().uncertainty_ms is not None


def test_an_office_whose_clock_was_set_is_followed_without_losing_a_packet(
    outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    outbox.start_courier()
    outbox.keep(a_record(outbox), None)
    wait_until(lambda: outbox.balance().closed)
    office.now = lambda: datetime.now(UTC) - timedelta(days=400)
    outbox.keep(a_record(outbox), None)
    wait_until(lambda: outbox.balance().closed)


def test_a_new_bundle_arrives_by_itself(outbox: Outbox, office: Office) -> None:
    outbox.start_courier()
    (device,) = office.devices.values()
    device.bundle = office.bundle(device.id, version=2)
    wait_until(lambda: outbox.bundle is not None and outbox.bundle.version == 2)


def test_a_device_without_visit_is_online_all_the_same(
    open_outbox: Callable[..., Outbox], running_office: RunningOffice
) -> None:
    outbox = open_outbox()
    identity = outbox.enrol(running_office.office.ticket(running_office.url), "端末")
    running_office.office.devices[identity.device].bundle = None
    outbox.start_courier()
    wait_until(lambda: outbox.gauges().online is True)
    assert outbox.bundle is None
    running_office.office.devices[identity.device].bundle = running_office.office.bundle(identity.device)
    wait_until(lambda: outbox.bundle is not None)


def test_with_the_line_down_only_the_line_is_asked_for(
    outbox: Outbox, running_office: RunningOffice, a_record: ARecord
) -> None:
    running_office.down()
    keep(outbox, a_record, 3)
    outbox.start_courier()
    wait_until(lambda: outbox.gauges().online is False)
    time.sleep(0.3)
    assert attempts(outbox) == 0
    running_office.up()
    wait_until(lambda: outbox.balance().closed)
    assert running_office.office.requests[:1] == [BUNDLE_PATH] or HEALTH_PATH in running_office.office.requests


def test_the_slow_pace_of_a_failing_packet_does_not_wear_the_office(
    outbox: Outbox, office: Office, a_record: ARecord
) -> None:
    office.refuse[1] = Refusal("office.unavailable", 503, transient=True)
    keep(outbox, a_record, 1)
    outbox.start_courier()
    time.sleep(1.0)
    assert 3 <= office.requests.count(PACKETS_PATH) <= 40
