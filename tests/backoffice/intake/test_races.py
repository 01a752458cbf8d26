"""Requests that come at the same moment: one packet, one receipt, one device a code, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlmodel import select

from backoffice.devices import service as devices
from backoffice.devices.service import EnrolledDevice
from backoffice.intake.models import ReceivedPacket
from backoffice.kit.errors import OfficeError
from backoffice.kit.models import Job
from schemas.enrolment import EnrolmentRequest
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA

Result = TypeVar("Result")
AT_ONCE = 8


def at_once(act: Callable[[int], Result]) -> list[Result]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(act, range(AT_ONCE)))


def device_of(office: Office, counter: Counter) -> EnrolledDevice:
    with office.work() as work:
        found = devices.find(work, counter.device)
    assert found
    return found


def test_same_packet_at_once_is_stored_once_and_receipted_alike(each_office: Office) -> None:
    counter = each_office.counter()
    frame, device = counter.seal(), device_of(each_office, counter)

    def send(_number: int) -> bytes:
        with each_office.work() as work:
            return each_office.app.state.intake.receive(work, frame, device=device).receipt.canonical()

    assert len(set(at_once(send))) == 1
    with each_office.work() as work:
        assert len(work.session.exec(select(ReceivedPacket)).all()) == 1
        assert len(work.session.exec(select(Job)).all()) == 1


def test_of_different_packets_with_one_number_exactly_one_is_taken(each_office: Office) -> None:
    counter = each_office.counter()
    device = device_of(each_office, counter)
    frames = [counter.frame(counter.header(counter.record().record), b"%d" % number) for number in range(AT_ONCE)]

    def send(number: int) -> str:
        with each_office.work() as work:
            try:
                each_office.app.state.intake.receive(work, frames[number], device=device)
            except OfficeError as refusal:
                return refusal.code
            return "taken"

    outcomes = at_once(send)
    assert sorted(outcomes) == ["packet.sequence_conflict"] * (AT_ONCE - 1) + ["taken"]


def test_one_nonce_is_claimed_once(each_office: Office) -> None:
    device = device_of(each_office, each_office.counter())

    def claim(_number: int) -> bool:
        with each_office.work() as work:
            return devices.claim_nonce(work, device, "the same nonce", keep=each_office.clock() - each_office.clock())

    assert sorted(at_once(claim)) == [False] * (AT_ONCE - 1) + [True]


def test_one_code_makes_one_device(each_office: Office) -> None:
    code = each_office.ticket()

    def enrol(number: int) -> str:
        asked = EnrolmentRequest(code=code, name=f"device {number}", public_key=bytes([number]) * 32)
        with each_office.work() as work:
            try:
                devices.enrol(work, asked, signing=each_office.app.state.signing)
            except OfficeError as refusal:
                return refusal.code
            return "enrolled"

    assert sorted(at_once(enrol)) == ["enrolled"] + ["enrolment.code_used"] * (AT_ONCE - 1)
    with each_office.work() as work:
        assert len(devices.devices(work, FUKUSHIMA)) == 1
