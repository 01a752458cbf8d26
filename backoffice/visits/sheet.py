"""What all kiosks of a visit are given alike, made once while what it is made of stays the same.

Every request reads what stands in the database now (`read`, some milliseconds for a thousand bookings) and compares it;
only what differs is made anew. Nothing is told to this store and nothing expires in it, so nothing can be forgotten: a
change by the console, the booking page, a command or another process reaches the next kiosk that asks.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from hashlib import sha256
from typing import Any  # a row of columns

from sqlalchemy import Row

from backoffice.cases import service as cases
from backoffice.devices.service import EnrolledDevice
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.organisations.service import Tenant
from backoffice.rules import service as rules
from backoffice.visits import service
from backoffice.visits.locks import fingerprint
from backoffice.visits.models import Visit
from backoffice.visits.repository import VisitRepository
from backoffice.visits.service import AttendantLine
from backoffice.visits.shared import Shared, keep
from schemas.bundle import Part, PartName, split
from schemas.ids import DeviceId, StaffId, VisitId
from schemas.known_forms import FORMS_LIMIT, KnownForms
from schemas.language import Wording
from schemas.personal import NamedBooking, PersonalData, PinLock
from schemas.rules import RuleSet
from schemas.visit import Attendant, CardTrust, OfficeKey, Place, RecipientKey, Slot, VisitBundle

_SHEETS = 32


@dataclass(frozen=True)
class Facts:
    """All that a visit's bundles are made of, but for the device. Two that are equal make the same sheet.

    `places`: (id, name, name_en) in order. `slots`: (id, place, day, begins, ends, capacity, walk_in) by time.
    `bookings`: (slot, number, name) by number, those that stand.
    """

    tenant: Tenant
    visit: VisitId
    words: tuple[str, str, str, str]
    places: tuple[tuple[str, str, str], ...]
    slots: tuple[tuple[str, str, date, time, time, int, int], ...]
    bookings: tuple[tuple[str, str, str], ...]
    people: tuple[AttendantLine, ...]
    rules: RuleSet
    recipient_keys: tuple[RecipientKey, ...]
    office_keys: tuple[OfficeKey, ...]
    known: KnownForms
    trust: CardTrust | None

    @property
    def locks(self) -> list[tuple[StaffId, PinLock]]:
        return [(person.staff, person.lock) for person in self.people if person.lock]


@dataclass(frozen=True)
class Sheet:
    """`parts`: all but the locked one. `names`: the locked one's canonical plain text, None when there is nothing to
    lock or nobody to lock it for; `fingerprint`: another one means, lock it anew."""

    facts: Facts
    draft: VisitBundle
    parts: tuple[Part, ...]
    names: bytes | None
    fingerprint: str | None


class Sheets:
    """The sheets in use. For one process; used by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Sheet] = OrderedDict()
        self._shared = Shared()

    def read(
        self, work: UnitOfWork, device: EnrolledDevice, visit: Visit, *, signing: SigningKeys, trust: CardTrust | None
    ) -> Facts:
        """As it stands now."""
        municipality, wanted = device.municipality, VisitId(visit.id)
        repository = VisitRepository(work.session, municipality)
        organisation = organisations.organisation(work, municipality, visit.organisation_id)
        places = repository.places(wanted)
        return Facts(
            tenant=organisations.tenant(work, municipality), visit=wanted,
            words=(visit.title, visit.title_en, visit.contact, organisation.name),
            places=tuple((place.id, place.name, place.name_en) for place in places),
            slots=_plain(repository.slots(wanted)),
            bookings=_plain(repository.booked_names(wanted)),
            people=tuple(service.attendants(work, municipality)), rules=_rules_of(work, visit),
            recipient_keys=signing.recipient_keys(work.now), office_keys=signing.office_keys(),
            known=self._known(work, device, wanted, signing), trust=trust,
        )  # fmt: skip

    def of(self, facts: Facts, device: DeviceId, work: UnitOfWork) -> Sheet:
        """The sheet of these facts."""
        key = (facts.tenant.code, facts.visit)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.facts != facts:
                kept = self._made(facts, _draft(facts, device, work))
            keep(self._kept, key, kept, most=_SHEETS)
            return kept

    def _known(self, work: UnitOfWork, device: EnrolledDevice, visit: VisitId, signing: SigningKeys) -> KnownForms:
        """Salted and cut short; of very many the youngest. The salt is the visit's: nobody can foretell it who has not
        our signing key, and all kiosks of a visit share one list."""
        key = signing.current(work.now).key
        salt = sha256(signing.sign(f"demado known forms v1\x00{device.municipality}\x00{visit}".encode(), key=key))
        return self._shared.known(
            salt.digest()[:16],
            cases.forms_mark(work, device.municipality),
            lambda: cases.forms_received(work, device.municipality, limit=FORMS_LIMIT),
        )

    def _made(self, facts: Facts, draft: VisitBundle) -> Sheet:
        ready = (
            self._shared.part(PartName.RULES, draft, draft.rules),
            self._shared.part(PartName.KNOWN, draft, draft.known_forms),
            self._shared.part(PartName.TRUST, draft, draft.card_trust),
        )
        parts = split(draft, ready=[part for part in ready if part is not None])
        if not facts.bookings or not facts.locks:
            return Sheet(facts, draft, parts, None, None)
        bookings = tuple(NamedBooking(number=number, name=name) for number, name in _by_time(facts))
        names = PersonalData(bookings=bookings).canonical()
        return Sheet(facts, draft, parts, names, fingerprint(names, facts.locks, facts.visit))


def _rules_of(work: UnitOfWork, visit: Visit) -> RuleSet:
    """What holds when the visit begins; once it has begun, what holds today. The same rules are the same object."""
    return rules.in_force(work, visit.municipality_id, max(visit.starts_on, rules.today(work.now))).rules


def _plain(found: Sequence[Row[Any]]) -> tuple[tuple[Any, ...], ...]:
    """Rows as tuples, which compare fast."""
    return tuple(tuple(row) for row in found)


def _by_time(facts: Facts) -> list[tuple[str, str]]:
    """(number, name) in the order of places and slots."""
    booked = _booked(facts)
    return [
        (number, name)
        for place, _ja, _en in facts.places
        for slot in facts.slots
        if slot[1] == place
        for number, name in booked.get(slot[0], ())
    ]


def _booked(facts: Facts) -> dict[str, list[tuple[str, str]]]:
    booked: dict[str, list[tuple[str, str]]] = {}
    for slot, number, name in facts.bookings:
        booked.setdefault(slot, []).append((number, name))
    return booked


def _draft(facts: Facts, device: DeviceId, work: UnitOfWork) -> VisitBundle:
    title, title_en, contact, organisation = facts.words
    return VisitBundle(
        version=1, issued_at=work.now, device=device, municipality=facts.tenant.named, visit=facts.visit,
        title=_worded(title, title_en), organisation=organisation, places=tuple(_places(facts)),
        contact=contact or facts.tenant.contact, rules=facts.rules,
        municipalities=organisations.home_municipalities(facts.tenant),
        attendants=tuple(
            Attendant(staff=line.staff, name=line.name, role=line.role, pin_hash=line.pin_hash, lock=line.lock)
            for line in facts.people
        ),
        recipient_keys=facts.recipient_keys, office_keys=facts.office_keys, known_forms=facts.known,
        card_trust=facts.trust,
    )  # fmt: skip


def _places(facts: Facts) -> list[Place]:
    booked = _booked(facts)
    slots: dict[str, list[Slot]] = {}
    for slot, place, day, begins, ends, capacity, _walk_in in facts.slots:
        numbers = tuple(number for number, _name in booked.get(slot, ()))
        made = Slot(day=day, begins=begins, ends=ends, capacity=capacity, booked=numbers)
        slots.setdefault(place, []).append(made)
    return [Place(name=_worded(ja, en), slots=tuple(slots.get(place, ()))) for place, ja, en in facts.places]


def _worded(ja: str, en: str) -> Wording:
    return Wording(ja=ja, en=en or None)
