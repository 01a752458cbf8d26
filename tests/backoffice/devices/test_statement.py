"""The office's signed word about a device: given to ended ones too, and it says which packets lie here."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from backoffice.devices import service
from schemas.canonical import sha256_hex
from schemas.device_life import DeviceStanding, DeviceStatement, StatementRequest
from schemas.ids import PacketId
from schemas.protocol import BUNDLE_PATH, STATEMENT_PATH
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA


def asked(office: Office, counter: Counter, *packets: str) -> DeviceStatement:
    body = StatementRequest(packets=tuple(PacketId(packet) for packet in packets)).canonical()
    message = counter.signed("POST", STATEMENT_PATH, body)
    answer = office.client.post(STATEMENT_PATH, content=body, headers=message.headers)
    assert answer.status_code == 200, answer.text
    said = DeviceStatement.model_validate_json(answer.content)
    key = next(key for key in office.app.state.signing.office_keys() if key.key == said.office_key)
    Ed25519PublicKey.from_public_bytes(key.public).verify(said.signature, said.signed_part)
    return said


@pytest.mark.parametrize(
    ("lost", "standing"), [(False, DeviceStanding.REVOKED), (True, DeviceStanding.LOST)], ids=["revoked", "lost"]
)
def test_an_ended_device_is_told_so_and_what_of_its_packets_is_here(
    each_office: Office, lost: bool, standing: DeviceStanding
) -> None:
    counter = each_office.counter(visit=each_office.visit())
    before, after, never = (counter.seal() for _ in range(3))
    assert counter.send(before).status_code == 201
    assert asked(each_office, counter).standing is DeviceStanding.ACTIVE
    with each_office.work() as work:
        service.end(work, FUKUSHIMA, counter.device, lost=lost, actor="test")
    assert counter.get(f"{BUNDLE_PATH}?have=0").status_code == 403
    assert counter.send(after).status_code == 403
    said = asked(each_office, counter, *(sha256_hex(frame) for frame in (before, after, never)))
    assert (said.standing, said.device) == (standing, counter.device)
    assert said.held == (sha256_hex(before), sha256_hex(after))
    with each_office.work() as work:
        device = service.find(work, counter.device)
        assert device is not None
        assert device.told_at == each_office.clock()


def test_another_devices_packets_are_not_spoken_of(office: Office) -> None:
    visit = office.visit()
    first, second = office.counter(visit=visit), office.counter(visit=visit)
    frame = first.seal()
    first.send(frame)
    assert asked(office, second, sha256_hex(frame)).held == ()


def test_a_question_that_is_none_is_malformed_and_a_stranger_is_refused(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    message = counter.signed("POST", STATEMENT_PATH, b"noise")
    answer = office.client.post(STATEMENT_PATH, content=b"noise", headers=message.headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")
    assert office.client.post(STATEMENT_PATH, content=b"{}").status_code == 401


def test_a_device_tells_how_far_it_is_with_every_question_for_a_bundle(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    assert counter.get(f"{BUNDLE_PATH}?have=0&holds=&sealed=7&unsent=2").status_code == 200
    with each_office.work() as work:
        device = service.find(work, counter.device)
        assert device is not None
        assert device.report == service.Report(sealed=7, unsent=2, at=each_office.clock())
