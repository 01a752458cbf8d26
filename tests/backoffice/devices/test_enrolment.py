"""Enrolment: a one-time code becomes a device, once; a lost answer can be asked for again by the same device."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from sqlmodel import select

from backoffice.audit import service as audit
from backoffice.devices import service
from backoffice.devices.models import EnrolmentCode
from backoffice.devices.service import DeviceState
from backoffice.kit import key_life
from backoffice.kit.hpke import key_id_of
from backoffice.kit.key_life import KeyUse
from backoffice.kit.keyring import SigningKeys
from schemas.enrolment import EnrolmentGrant, EnrolmentTicket
from schemas.protocol import ENROL_PATH
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, KORIYAMA


def fresh(office: Office) -> Counter:
    return Counter(office.client, office.app.state.signing.recipient_keys(office.clock())[0], office.clock)


def test_code_becomes_a_device_with_a_grant_signed_by_the_promised_key(each_office: Office) -> None:
    with each_office.work() as work:
        ticket = service.issue_ticket(
            work, FUKUSHIMA, signing=each_office.app.state.signing, office_url="http://127.0.0.1:8500", minutes=30,
            actor="test",
        ).ticket  # fmt: skip
    counter = fresh(each_office)
    grant = EnrolmentGrant.model_validate_json(counter.enrol(ticket.code).content)
    Ed25519PublicKey.from_public_bytes(grant.office_public_key).verify(grant.signature, grant.signed_part)
    assert key_id_of(grant.office_public_key) == ticket.office_key
    assert grant.device_key == key_id_of(counter.key.public_key().public_bytes_raw())
    assert (grant.municipality, grant.counter, grant.issued_at) == (FUKUSHIMA, "A1", each_office.clock())


def test_ticket_survives_its_way_through_a_qr(office: Office) -> None:
    with office.work() as work:
        ticket = service.issue_ticket(
            work, FUKUSHIMA, signing=office.app.state.signing, office_url="https://office.example", minutes=5, actor="t"
        ).ticket
    assert EnrolmentTicket.parse(str(ticket)) == ticket


def test_code_itself_is_not_kept(each_office: Office) -> None:
    code = each_office.ticket()
    with each_office.work() as work:
        row = work.session.exec(select(EnrolmentCode)).one()
        assert code not in str(row.model_dump())


def test_unknown_code_is_refused(each_office: Office) -> None:
    answer = fresh(each_office).enrol("A" * 16)
    assert (answer.status_code, answer.json()["code"]) == (404, "enrolment.code_unknown")


def test_expired_code_is_refused(each_office: Office) -> None:
    code = each_office.ticket(minutes=10)
    each_office.clock.move(minutes=10, seconds=1)
    answer = fresh(each_office).enrol(code)
    assert (answer.status_code, answer.json()["code"]) == (410, "enrolment.code_expired")


def test_used_code_is_refused_to_another_device(each_office: Office) -> None:
    code = each_office.ticket()
    assert fresh(each_office).enrol(code).status_code == 200
    answer = fresh(each_office).enrol(code)
    assert (answer.status_code, answer.json()["code"]) == (409, "enrolment.code_used")


def test_device_whose_answer_got_lost_is_granted_the_same_again(each_office: Office) -> None:
    code, counter = each_office.ticket(), fresh(each_office)
    first = EnrolmentGrant.model_validate_json(counter.enrol(code).content)
    each_office.clock.move(minutes=3)
    again = EnrolmentGrant.model_validate_json(counter.enrol(code).content)
    assert (again.device, again.counter) == (first.device, first.counter)
    assert again.issued_at == each_office.clock()
    with each_office.work() as work:
        assert len(service.devices(work, FUKUSHIMA)) == 1


def test_grant_is_signed_by_the_key_of_the_ticket_even_after_a_rotation(office: Office) -> None:
    code, before = office.ticket(), office.app.state.signing.current(office.clock()).key
    key_life.rotate(office.settings.keys, office.settings.passphrases(), KeyUse.SIGNING, begins=office.clock())
    office.app.state.signing = SigningKeys.load(office.settings.keys, b"signing-secret-of-the-tests")
    assert office.app.state.signing.current(office.clock()).key != before
    grant = EnrolmentGrant.model_validate_json(fresh(office).enrol(code).content)
    assert key_id_of(grant.office_public_key) == before


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"code":"short","name":"x","public_key":"AA=="}', b"\xff"])
def test_malformed_enrolment_is_refused_in_its_own_words(office: Office, body: bytes) -> None:
    answer = office.client.post(ENROL_PATH, content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_counters_are_given_in_order_and_never_twice(each_office: Office) -> None:
    counters = [each_office.counter() for _ in range(2)]
    with each_office.work() as work:
        service.end(work, FUKUSHIMA, counters[0].device, actor="test")
    each_office.counter()
    each_office.counter(municipality=KORIYAMA)
    with each_office.work() as work:
        assert [device.counter for device in service.devices(work, FUKUSHIMA)] == ["A1", "A2", "A3"]
        assert [device.counter for device in service.devices(work, KORIYAMA)] == ["A1"]


def test_counters_go_on_with_letters_and_leave_out_what_looks_like_figures() -> None:
    every = list(service._counters())
    assert every[:10] == ["A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "A9", "B1"]
    assert len(every) == len(set(every)) == 24 * 9 + 24 * 24
    assert not any(letter in counter for counter in every for letter in "IO0")


def test_control_characters_in_a_name_do_not_reach_the_database(each_office: Office) -> None:
    counter = fresh(each_office)
    assert counter.enrol(each_office.ticket(), name="a\x00b\nc").status_code == 200
    with each_office.work() as work:
        assert [device.name for device in service.devices(work, FUKUSHIMA)] == ["abc"]


def test_device_is_renamed_moved_and_ended_with_an_audit_entry_each(each_office: Office) -> None:
    device = each_office.counter().device
    visit = each_office.visit()
    with each_office.work() as work:
        service.rename(work, FUKUSHIMA, device, name="受付端末1", actor="staff")
        service.assign(work, FUKUSHIMA, device, visit=visit, actor="staff")
        service.end(work, FUKUSHIMA, device, lost=True, actor="staff")
    with each_office.work() as work:
        (found,) = service.devices(work, FUKUSHIMA)
        actions = [entry.action for entry in audit.search(work, FUKUSHIMA, audit.Search(subject=f"device:{device}"))]
    assert (found.name, found.visit, found.state, found.ended_at) == (
        "受付端末1", visit, DeviceState.LOST, each_office.clock()
    )  # fmt: skip
    assert actions == ["device.lost", "device.assigned", "device.renamed", "device.enrolled"]


def test_device_of_another_municipality_is_not_found(office: Office) -> None:
    device = office.counter(municipality=KORIYAMA).device
    with office.work() as work, pytest.raises(Exception, match=r"device\.not_found"):
        service.rename(work, FUKUSHIMA, device, name="x", actor="staff")


def test_ended_device_cannot_be_ended_again(office: Office) -> None:
    device = office.counter().device
    with office.work() as work:
        service.end(work, FUKUSHIMA, device, actor="staff")
    with office.work() as work, pytest.raises(Exception, match=r"device\.ended_already"):
        service.end(work, FUKUSHIMA, device, actor="staff")


def test_last_contact_is_noted_at_most_twice_a_minute(office: Office) -> None:
    counter = office.counter()
    for seconds, noted in ((0, 0), (10, 0), (25, 35)):
        office.clock.move(seconds=seconds)
        counter.send(counter.seal())
        with office.work() as work:
            (found,) = service.devices(work, FUKUSHIMA)
        assert found.last_seen_at is not None
        assert (found.last_seen_at - found.enrolled_at).total_seconds() == noted


def test_key_of_one_device_does_not_sign_for_another(office: Office) -> None:
    first, second = office.counter(), office.counter()
    assert first.get("/api/v1/balance", keyid=str(second.device)).status_code == 401
    assert first.get("/api/v1/balance", key=Ed25519PrivateKey.generate()).status_code == 401
    assert first.get("/api/v1/balance").status_code == 200
