"""The visit bundle of a device: signed, counted up only when something in it changed.

Bookings go down as numbers; no applicant's name leaves the office.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backoffice.devices.service import EnrolledDevice
from backoffice.kit.errors import NotFound
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.visits import service
from backoffice.visits.models import BundleIssue, VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.service import PlaceView, SlotView, VisitView
from schemas.canonical import sha256_hex
from schemas.ids import VisitId
from schemas.language import Wording
from schemas.rules import default_rules
from schemas.visit import Attendant, Place, SignedBundle, Slot, VisitBundle

_ISSUE = frozenset({"version", "issued_at"})


@dataclass(frozen=True)
class Offer:
    """The newest bundle of a device."""

    version: int
    signed: SignedBundle


def offer(work: UnitOfWork, device: EnrolledDevice, *, signing: SigningKeys, have: int = 0) -> Offer:
    """The bundle of the visit the device is sent to. `NotFound` when it has none. Unchanged content keeps its version
    and its bytes. A device that knows a higher version (a restored database) gets one above that."""
    visit = _visit(work, device)
    draft = _draft(work, device, visit, signing)
    issue = _issue(work, device, sha256_hex(draft.canonical(without=_ISSUE)), have=have)
    bundle = draft.model_copy(update={"version": issue.version, "issued_at": issue.issued_at})
    content, key = bundle.canonical(), signing.current(work.now).key
    unsigned = SignedBundle(content=content, office_key=key, signature=b"")
    signature = signing.sign(unsigned.signed_part(), key=key)
    return Offer(issue.version, unsigned.model_copy(update={"signature": signature}))


def _visit(work: UnitOfWork, device: EnrolledDevice) -> VisitView:
    if device.visit is not None:
        visit = service.look(work, device.municipality, VisitId(device.visit))
        if visit.state in (VisitState.PLANNED, VisitState.CONFIRMED):
            return visit
    raise NotFound("visit.none_assigned", "この端末に訪問が割り当てられていません。")


def _draft(work: UnitOfWork, device: EnrolledDevice, visit: VisitView, signing: SigningKeys) -> VisitBundle:
    tenant = organisations.tenant(work, device.municipality)
    return VisitBundle(
        version=1, issued_at=work.now, device=device.id, municipality=tenant.named, visit=visit.id,
        title=_worded(visit.title, visit.title_en), organisation=visit.organisation,
        places=tuple(_place(place) for place in visit.places), contact=visit.contact or tenant.contact,
        rules=default_rules(), municipalities=organisations.home_municipalities(tenant),
        attendants=tuple(
            Attendant(staff=line.staff, name=line.name, role=line.role, pin_hash=line.pin_hash)
            for line in service.attendants(work, device.municipality)
        ),
        recipient_keys=signing.recipient_keys(work.now), office_keys=signing.office_keys(),
    )  # fmt: skip


def _issue(work: UnitOfWork, device: EnrolledDevice, content_sha256: str, *, have: int) -> BundleIssue:
    repository = VisitRepository(work.session, device.municipality)
    issue = repository.issue(device.id)
    if issue is None:
        issue = _first(device, content_sha256, have + 1, work.now)
        repository.add([issue])
    elif issue.content_sha256 != content_sha256 or have > issue.version:
        issue.version = max(issue.version, have) + 1
        issue.content_sha256, issue.issued_at = content_sha256, work.now
    return issue


def _first(device: EnrolledDevice, content_sha256: str, version: int, now: datetime) -> BundleIssue:
    return BundleIssue(
        municipality_id=device.municipality, device_id=device.id, version=version, content_sha256=content_sha256,
        issued_at=now,
    )  # fmt: skip


def _worded(ja: str, en: str) -> Wording:
    return Wording(ja=ja, en=en or None)


def _place(place: PlaceView) -> Place:
    return Place(name=_worded(place.name, place.name_en), slots=tuple(_slot(slot) for slot in place.slots))


def _slot(slot: SlotView) -> Slot:
    numbers = tuple(booking.number for booking in slot.bookings)
    return Slot(day=slot.day, begins=slot.begins, ends=slot.ends, capacity=slot.capacity, booked=numbers)
