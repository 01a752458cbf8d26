"""The visit bundle of a device: signed, counted up only when something in it changed.

Bookings go down as numbers; who stands behind a number goes down locked, for attendants only (`visits.locks`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from backoffice.cases import service as cases
from backoffice.devices.service import EnrolledDevice
from backoffice.kit.errors import NotFound
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.rules import service as rules
from backoffice.visits import service
from backoffice.visits.locks import fingerprint, lock_up
from backoffice.visits.models import BundleIssue, VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.service import AttendantLine, PlaceView, SlotView, VisitView
from backoffice.visits.shared import Shared
from schemas.bundle import Part, PartName, SignedBundle, head_of, split
from schemas.canonical import sha256_hex
from schemas.ids import VisitId
from schemas.known_forms import FORMS_LIMIT, KnownForms
from schemas.language import Wording
from schemas.personal import NamedBooking, PersonalData, PersonalPart
from schemas.rules import RuleSet
from schemas.visit import Attendant, CardTrust, Place, Slot, VisitBundle

_ISSUE = frozenset({"version", "issued_at"})
_shared = Shared()


@dataclass(frozen=True)
class Offer:
    """The newest bundle of a device."""

    version: int
    signed: SignedBundle


def offer(
    work: UnitOfWork, device: EnrolledDevice, *, signing: SigningKeys, trust: CardTrust | None = None, have: int = 0
) -> Offer:
    """The bundle of the visit the device is sent to. `NotFound` when it has none. Unchanged content keeps its version
    and its bytes. A device that knows a higher version (a restored database) gets one above that."""
    visit = _visit(work, device)
    issue = _issue(work, device)
    people = service.attendants(work, device.municipality)
    known = _known_forms(work, device, visit, signing)
    draft = _draft(work, device, visit, signing, people).model_copy(
        update={"known_forms": known, "card_trust": trust, "personal": _personal(work, device, visit, people, issue)}
    )
    parts = split(draft, ready=_ready(draft))
    _count_up(issue, sha256_hex(head_of(draft, parts).canonical(without=_ISSUE)), have=have, now=work.now)
    bundle = draft.model_copy(update={"version": issue.version, "issued_at": issue.issued_at})
    unsigned = SignedBundle.unsigned(bundle, signing.current(work.now).key, parts=parts)
    signature = signing.sign(unsigned.signed_part(), key=unsigned.office_key)
    return Offer(issue.version, unsigned.model_copy(update={"signature": signature}))


def _visit(work: UnitOfWork, device: EnrolledDevice) -> VisitView:
    if device.visit is not None:
        visit = service.look(work, device.municipality, VisitId(device.visit))
        if visit.state in (VisitState.TALKING, VisitState.CONFIRMED, VisitState.DAY):
            return visit
    raise NotFound("visit.none_assigned", "この端末に訪問が割り当てられていません。")


def _draft(
    work: UnitOfWork, device: EnrolledDevice, visit: VisitView, signing: SigningKeys, people: list[AttendantLine]
) -> VisitBundle:
    tenant = organisations.tenant(work, device.municipality)
    return VisitBundle(
        version=1, issued_at=work.now, device=device.id, device_name=device.name,
        municipality=tenant.named, visit=visit.id, title=_worded(visit.title, visit.title_en),
        organisation=visit.organisation,
        places=tuple(_place(place) for place in visit.places), contact=visit.contact or tenant.contact,
        rules=_rules(work, device, visit), municipalities=organisations.home_municipalities(tenant),
        attendants=tuple(
            Attendant(staff=line.staff, name=line.name, role=line.role, pin_hash=line.pin_hash, lock=line.lock)
            for line in people
        ),
        recipient_keys=signing.recipient_keys(work.now), office_keys=signing.office_keys(),
    )  # fmt: skip


def _rules(work: UnitOfWork, device: EnrolledDevice, visit: VisitView) -> RuleSet:
    """What holds when the visit begins; once it has begun, what holds today."""
    return rules.in_force(work, device.municipality, max(visit.starts_on, rules.today(work.now))).rules


def _ready(draft: VisitBundle) -> list[Part]:
    """The parts that many devices have in common and that are large: made once while their values stay the same."""
    made = (
        _shared.part(PartName.RULES, draft, draft.rules),
        _shared.part(PartName.KNOWN, draft, draft.known_forms),
        _shared.part(PartName.TRUST, draft, draft.card_trust),
    )
    return [part for part in made if part is not None]


def _known_forms(work: UnitOfWork, device: EnrolledDevice, visit: VisitView, signing: SigningKeys) -> KnownForms:
    """Salted and cut short; of very many the youngest. The salt is the visit's: nobody can foretell it who has not our
    signing key, and all kiosks of a visit share one list."""
    key = signing.current(work.now).key
    salt = sha256(signing.sign(f"demado known forms v1\x00{device.municipality}\x00{visit.id}".encode(), key=key))
    return _shared.known(
        salt.digest()[:16],
        cases.forms_mark(work, device.municipality),
        lambda: cases.forms_received(work, device.municipality, limit=FORMS_LIMIT),
    )


def _personal(
    work: UnitOfWork, device: EnrolledDevice, visit: VisitView, people: list[AttendantLine], issue: BundleIssue
) -> PersonalPart | None:
    """The names behind the booking numbers, locked anew only when names or locks have changed."""
    locks = [(person.staff, person.lock) for person in people if person.lock]
    data = PersonalData(
        bookings=tuple(
            NamedBooking(number=booking.number, name=booking.name)
            for place in visit.places
            for slot in place.slots
            for booking in slot.bookings
        )
    )
    if not locks or not data.bookings:
        issue.personal = issue.personal_sha256 = None
        return None
    wanted = fingerprint(data, locks, visit.id)
    if issue.personal is not None and issue.personal_sha256 == wanted:
        return PersonalPart.model_validate_json(issue.personal)
    part = lock_up(data, locks, device=device.id, visit=visit.id, randomness=work.randomness)
    issue.personal, issue.personal_sha256 = part.canonical().decode(), wanted
    return part


def _issue(work: UnitOfWork, device: EnrolledDevice) -> BundleIssue:
    """What the device was last offered, locked; version 0 for nothing yet."""
    repository = VisitRepository(work.session, device.municipality)
    issue = repository.issue(device.id)
    if issue is None:
        issue = BundleIssue(
            municipality_id=device.municipality, device_id=device.id, version=0, content_sha256="", issued_at=work.now
        )
        repository.add([issue])
    return issue


def _count_up(issue: BundleIssue, content_sha256: str, *, have: int, now: datetime) -> None:
    if issue.content_sha256 != content_sha256 or have > issue.version:
        issue.version = max(issue.version, have) + 1
        issue.content_sha256, issue.issued_at = content_sha256, now


def _worded(ja: str, en: str) -> Wording:
    return Wording(ja=ja, en=en or None)


def _place(place: PlaceView) -> Place:
    return Place(name=_worded(place.name, place.name_en), slots=tuple(_slot(slot) for slot in place.slots))


def _slot(slot: SlotView) -> Slot:
    numbers = tuple(booking.number for booking in slot.bookings)
    return Slot(day=slot.day, begins=slot.begins, ends=slot.ends, capacity=slot.capacity, booked=numbers)
