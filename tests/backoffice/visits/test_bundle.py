"""The visit bundle: signed, counted up when something changed, without a name of an applicant."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from sqlmodel import select

from backoffice.cases import service as cases
from backoffice.devices import service as devices
from backoffice.kit import key_life
from backoffice.kit.key_life import KeyUse
from backoffice.kit.keyring import SigningKeys
from backoffice.rules import desk
from backoffice.rules import service as rules
from backoffice.visits import service
from backoffice.visits.models import BundleIssue, Visit
from backoffice.visits.service import VisitState
from kiosk.outbox.personal import open_personal
from schemas.bundle import PartName, SignedBundle, holds
from schemas.errors import BundleMalformed
from schemas.ids import DeviceId, PacketId
from schemas.intake import FormKind, FormReading
from schemas.protocol import BUNDLE_PATH
from schemas.visit import AttendantRole, VisitBundle
from tests.backoffice.counter import Counter
from tests.backoffice.office import Office
from tests.backoffice.rules.files import rule_file
from tests.factories import FUKUSHIMA, KORIYAMA, form_id, uuid7


def fetch(counter: Counter, have: int = 0) -> VisitBundle:
    answer = counter.get(f"{BUNDLE_PATH}?have={have}")
    assert answer.status_code == 200, answer.text
    return SignedBundle.model_validate_json(answer.content).bundle()


def first_slot(office: Office, counter: Counter) -> service.SlotId:
    with office.work() as work:
        return service.look(work, FUKUSHIMA, counter.visit).places[0].slots[0].id


def test_bundle_is_signed_and_tells_the_device_its_visit(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    signed = SignedBundle.model_validate_json(counter.get(f"{BUNDLE_PATH}?have=0").content)
    key = next(key for key in each_office.app.state.signing.office_keys() if key.key == signed.office_key)
    Ed25519PublicKey.from_public_bytes(key.public).verify(signed.signature, signed.signed_part())
    bundle = signed.bundle()
    assert (bundle.version, bundle.device, bundle.visit) == (1, counter.device, counter.visit)
    assert (bundle.municipality.code, bundle.organisation) == (FUKUSHIMA, "消防本部")
    assert [slot.begins.isoformat() for slot in bundle.places[0].slots] == [
        "15:00:00", "15:15:00", "15:30:00", "15:45:00"
    ]  # fmt: skip


def test_unchanged_bundle_is_not_sent_again(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    assert fetch(counter).version == 1
    each_office.clock.move(hours=1)
    answer = counter.get(f"{BUNDLE_PATH}?have=1")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_rule_set_put_into_force_counts_the_version_up_from_its_day_on(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    assert fetch(counter).rules.example
    today = rules.today(office.clock())
    with office.work() as work:
        file = desk.upload(work, FUKUSHIMA, rule_file().encode(), file_name="own.toml", by="a")
        desk.activate(work, FUKUSHIMA, file, day=today + timedelta(days=1), by="a")
    assert counter.get(f"{BUNDLE_PATH}?have=1").status_code == 204
    office.clock.move(days=1)
    newer = fetch(counter, have=1)
    assert (newer.version, newer.rules.id, newer.rules.example) == (2, "fukushima-1", False)


def test_same_version_is_the_same_bytes(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    first = counter.get(f"{BUNDLE_PATH}?have=0").content
    office.clock.move(hours=1)
    assert counter.get(f"{BUNDLE_PATH}?have=0").content == first


def test_booking_counts_the_version_up_and_goes_down_as_a_number_only(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    fetch(counter)
    slot = first_slot(each_office, counter)
    with each_office.work() as work:
        number = service.book(work, FUKUSHIMA, slot, name="予約 太郎（架空）", actor="test")
    bundle = fetch(counter, have=1)
    assert (bundle.version, bundle.places[0].slots[0].booked) == (2, (number,))
    assert "予約 太郎" not in bundle.canonical().decode()


def test_only_what_changed_is_sent(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    whole = SignedBundle.model_validate_json(counter.get(f"{BUNDLE_PATH}?have=0").content)
    assert {part.name for part in whole.parts} >= {PartName.VISIT, PartName.RULES, PartName.HOMES, PartName.KNOWN}
    with each_office.work() as work:
        service.book(work, FUKUSHIMA, first_slot(each_office, counter), name="予約 太郎（架空）", actor="test")
    answer = counter.get(f"{BUNDLE_PATH}?have=1&holds={holds(whole.parts)}")
    changed = SignedBundle.model_validate_json(answer.content)
    assert {part.name for part in changed.parts} == {PartName.VISIT}
    assert len(answer.content) < len(whole.canonical()) / 5
    assert changed.completed(whole.parts).bundle().version == 2
    with pytest.raises(BundleMalformed):
        changed.bundle()


@pytest.mark.parametrize("query", ["holds=x", "holds=" + "0" * 15, "holds=" + ".".join(["0" * 16] * 33), "sealed=-1"])
def test_a_question_that_is_none_is_malformed(office: Office, query: str) -> None:
    answer = office.counter(visit=office.visit()).get(f"{BUNDLE_PATH}?have=0&{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_names_behind_bookings_open_with_an_attendants_pin_only(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    with each_office.work() as work:
        service.add_attendant(work, FUKUSHIMA, name="窓口", role=AttendantRole.STAFF, pin="135790", actor="test")
        service.add_attendant(work, FUKUSHIMA, name="受付", role=AttendantRole.HELPER, pin="246800", actor="test")
    number = book_first(each_office, counter, "予約 太郎（架空）")
    bundle = fetch(counter)
    assert "予約 太郎" not in bundle.canonical().decode()
    for person in bundle.attendants:
        pin, other = ("135790", "246800") if person.name == "窓口" else ("246800", "135790")
        opened = open_personal(bundle, person, pin)
        assert opened is not None
        assert [(booking.number, booking.name) for booking in opened.bookings] == [(number, "予約 太郎（架空）")]
        assert open_personal(bundle, person, other) is None
        elsewhere = bundle.model_copy(update={"device": uuid7(DeviceId, 9)})
        assert open_personal(elsewhere, person, pin) is None


def test_unchanged_names_are_not_locked_anew(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    with each_office.work() as work:
        service.add_attendant(work, FUKUSHIMA, name="窓口", role=AttendantRole.STAFF, pin="135790", actor="test")
    book_first(each_office, counter, "予約 太郎（架空）")
    first = fetch(counter)
    assert counter.get(f"{BUNDLE_PATH}?have={first.version}").status_code == 204
    book_first(each_office, counter, "予約 次郎（架空）")
    assert fetch(counter).personal != first.personal


def test_known_forms_warn_without_telling_which(each_office: Office) -> None:
    visit = each_office.visit()
    first, second = each_office.counter(visit=visit), each_office.counter(visit=visit)
    with each_office.work() as work:
        cases.open_case(
            work, first.record(form=FormReading(kind=FormKind.QR, form_id=form_id(1))), photo_blob=None,
            packet=PacketId("0" * 64), received_at=each_office.clock(),
        )  # fmt: skip
    known, other = fetch(first).known_forms, fetch(second).known_forms
    assert known is not None
    assert other is not None
    assert (form_id(1) in known, form_id(2) in known, known.count) == (True, False, 1)
    assert known == other
    elsewhere = fetch(each_office.counter(visit=each_office.visit())).known_forms
    assert elsewhere is not None
    assert elsewhere.hashes != known.hashes  # each visit has its own salt
    assert form_id(1) not in known.canonical().decode()


def test_card_trust_goes_down_and_what_is_none_stays(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    assert fetch(counter).card_trust is None
    folder = office.settings.card_trust
    folder.mkdir()
    authority = Authority()
    (folder / "ca.pem").write_bytes(authority.certificate)
    (folder / "list.crl").write_bytes(authority.revocation_list)
    (folder / "readme.txt").write_text("not a certificate")
    trust = fetch(counter, have=1).card_trust
    assert trust is not None
    assert (trust.anchors, trust.crls) == ((authority.certificate,), (authority.revocation_list,))


def book_first(office: Office, counter: Counter, name: str) -> str:
    with office.work() as work:
        return service.book(work, FUKUSHIMA, first_slot(office, counter), name=name, actor="test")


class Authority:
    """A certificate authority with an empty revocation list."""

    def __init__(self) -> None:
        key, day = ec.generate_private_key(ec.SECP256R1()), timedelta(days=1)
        name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test authority")]), datetime.now(UTC)
        certificate = x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now - day, now + day
        ).add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        lists = x509.CertificateRevocationListBuilder(name, now, now + day)
        self.certificate = certificate.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
        self.revocation_list = lists.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_attendants_go_down_with_a_hash_of_their_pin(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    with each_office.work() as work:
        service.add_attendant(work, FUKUSHIMA, name="窓口", role=AttendantRole.STAFF, pin="135790", actor="test")
        service.add_attendant(work, KORIYAMA, name="他市", role=AttendantRole.STAFF, pin="135790", actor="test")
    (attendant,) = fetch(counter).attendants
    assert (attendant.name, attendant.role) == ("窓口", AttendantRole.STAFF)
    assert PasswordHasher().verify(attendant.pin_hash, "135790")


def test_next_recipient_key_is_announced_before_it_begins(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    key_life.rotate(office.settings.keys, office.settings.passphrases(), KeyUse.RECIPIENT, begins=in_a_month(office))
    office.app.state.signing = SigningKeys.load(office.settings.keys, b"signing-secret-of-the-tests")
    current, following = fetch(counter).recipient_keys
    assert (current.not_before < office.clock(), following.not_before) == (True, in_a_month(office))
    office.clock.move(days=2)
    assert [key.key for key in fetch(counter, have=1).recipient_keys] == [following.key]


def test_bundle_lists_where_applicants_may_live_tenant_first(office: Office) -> None:
    bundle = fetch(office.counter(visit=office.visit()))
    assert len(bundle.municipalities) == 59
    assert bundle.municipalities[0].code == FUKUSHIMA
    assert {place.code[:2] for place in bundle.municipalities} == {"07"}
    assert all(place.kana for place in bundle.municipalities)


def test_device_without_a_visit_is_told_so(office: Office) -> None:
    answer = office.counter().get(f"{BUNDLE_PATH}?have=0")
    assert (answer.status_code, answer.json()["code"]) == (404, "visit.none_assigned")


def test_cancelled_visit_is_no_visit(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    with office.work() as work:
        work.session.exec(select(Visit)).one().state = VisitState.CANCELLED
    assert counter.get(f"{BUNDLE_PATH}?have=0").status_code == 404


def test_device_moved_to_another_visit_gets_a_higher_version(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    fetch(counter)
    second = office.visit()
    with office.work() as work:
        devices.assign(work, FUKUSHIMA, counter.device, visit=second, actor="test")
    assert (fetch(counter, have=1).version, fetch(counter, have=1).visit) == (2, second)


def test_device_that_knows_a_higher_version_never_goes_back(each_office: Office) -> None:
    counter = each_office.counter(visit=each_office.visit())
    assert fetch(counter, have=7).version == 8
    with each_office.work() as work:
        work.session.exec(select(BundleIssue)).one().version = 2
    assert fetch(counter, have=8).version == 9


@pytest.mark.parametrize("query", ["have=-1", "have=x", "have=99999999999"])
def test_version_that_is_none_is_malformed(office: Office, query: str) -> None:
    counter = office.counter(visit=office.visit())
    answer = counter.get(f"{BUNDLE_PATH}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "request.malformed")


def test_query_changed_on_the_way_breaks_the_signature(office: Office) -> None:
    counter = office.counter(visit=office.visit())
    headers = counter.signed("GET", f"{BUNDLE_PATH}?have=0").headers
    answer = office.client.get(f"{BUNDLE_PATH}?have=1", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (401, "request.signature_invalid")


def in_a_month(office: Office) -> object:
    return office.app.state.signing.announced.signing[0].not_before + timedelta(days=31)
