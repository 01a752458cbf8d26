"""The visit bundle of a device: signed, counted up only when something in it changed.

Bookings go down as numbers; who stands behind a number goes down locked, for attendants only (`visits.locks`). What all
kiosks of a visit have alike is a sheet (`visits.sheet`); here comes what is the device's own: the locked names, the
version, the signature.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backoffice.devices.service import EnrolledDevice
from backoffice.kit.errors import NotFound
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits.locks import lock_up
from backoffice.visits.models import BundleIssue, Visit, VisitState
from backoffice.visits.repository import VisitRepository
from backoffice.visits.sheet import Sheet, Sheets
from schemas.bundle import Part, PartName, SignedBundle, head_of, part_around
from schemas.canonical import sha256_hex
from schemas.visit import CardTrust, VisitBundle

_ISSUE = frozenset({"version", "issued_at"})
_sheets = Sheets()


def offer(
    work: UnitOfWork, device: EnrolledDevice, *, signing: SigningKeys, trust: CardTrust | None = None, have: int = 0
) -> SignedBundle | None:
    """The bundle of the visit the device is sent to, None when `have` is the newest. `NotFound` when there is no visit.
    Unchanged content keeps its version and its bytes. A device that knows a higher version (a restored database) gets
    one above that."""
    visit = _visit(work, device)
    issue = _issue(work, device)
    sheet = _sheets.of(_sheets.read(work, device, visit, signing=signing, trust=trust), device.id, work)
    parts = (*sheet.parts, *_personal(work, device, sheet, issue))
    draft = sheet.draft.model_copy(update={"device": device.id, "device_name": device.name})
    _count_up(issue, sha256_hex(head_of(draft, parts).canonical(without=_ISSUE)), have=have, now=work.now)
    if issue.version <= have:
        return None
    bundle = draft.model_copy(update={"version": issue.version, "issued_at": issue.issued_at})
    unsigned = SignedBundle.unsigned(bundle, signing.current(work.now).key, parts=parts)
    signature = signing.sign(unsigned.signed_part(), key=unsigned.office_key)
    return unsigned.model_copy(update={"signature": signature})


@dataclass(frozen=True)
class Preview:
    """What a device would be given now, and what it was given last. `names`: how many, locked for attendants."""

    bundle: VisitBundle
    names: int
    sizes: dict[str, int]
    version: int
    issued_at: datetime | None


def preview(
    work: UnitOfWork, device: EnrolledDevice, *, signing: SigningKeys, trust: CardTrust | None = None
) -> Preview:
    """For people to look at; nothing is counted up or given out. `NotFound` when there is no visit."""
    visit = _visit(work, device)
    sheet = _sheets.of(_sheets.read(work, device, visit, signing=signing, trust=trust), device.id, work)
    issue = VisitRepository(work.session, device.municipality).issue(device.id)
    given = issue is not None and issue.version > 0
    return Preview(
        sheet.draft, len(sheet.facts.bookings) if sheet.names else 0,
        {part.name.value: len(part.canonical()) for part in sheet.parts},
        issue.version if issue and given else 0, issue.issued_at if issue and given else None,
    )  # fmt: skip


def _visit(work: UnitOfWork, device: EnrolledDevice) -> Visit:
    if device.visit is not None:
        visit = VisitRepository(work.session, device.municipality).visit(device.visit)
        if visit is not None and visit.state in (VisitState.TALKING, VisitState.CONFIRMED, VisitState.DAY):
            return visit
    raise NotFound("visit.none_assigned", "この端末に訪問が割り当てられていません。")


def _personal(work: UnitOfWork, device: EnrolledDevice, sheet: Sheet, issue: BundleIssue) -> list[Part]:
    """The names behind the booking numbers, locked anew only when names or locks have changed."""
    if sheet.names is None:
        issue.personal = issue.personal_sha256 = None
        return []
    if issue.personal is None or issue.personal_sha256 != sheet.fingerprint:
        locks, visit = sheet.facts.locks, sheet.facts.visit
        part = lock_up(sheet.names, locks, device=device.id, visit=visit, randomness=work.randomness)
        issue.personal, issue.personal_sha256 = part.canonical().decode(), sheet.fingerprint
    return [part_around(PartName.PERSONAL, issue.personal)]


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
