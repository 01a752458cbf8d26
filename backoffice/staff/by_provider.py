"""Signing in through the municipality's OpenID provider: authorization code with PKCE (RFC 7636, RFC 9700).

A person at the provider opens only the account an invitation linked; nobody gets an account by being known there. The
cookie of the trip is the one secret: state, nonce and verifier derive from it, so an answer fits one browser, once.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff import service
from backoffice.staff.errors import ProviderOver, ProviderTaken, ProviderTooWeak, ProviderUnknown
from backoffice.staff.models import Invitation, ProviderIdentity, ProviderTrip, Staff
from backoffice.staff.openid import Identity, OpenIdClient
from backoffice.staff.repository import StaffRepository
from backoffice.staff.tokens import Token, derived

HOLDS: Final = timedelta(minutes=10)
NOBODY: Final = "provider"


@dataclass(frozen=True)
class Trip:
    """What a browser's trip is for, and what the provider is told of it."""

    token: Token
    next: str
    staff: str | None = None
    invitation: str | None = None

    @property
    def state(self) -> str:
        return derived(str(self.token), "state")

    @property
    def nonce(self) -> str:
        return derived(str(self.token), "nonce")

    @property
    def verifier(self) -> str:
        return derived(str(self.token), "verifier")

    @property
    def challenge(self) -> str:
        return base64.urlsafe_b64encode(sha256(self.verifier.encode()).digest()).decode().rstrip("=")


def begin(work: UnitOfWork, municipality: str, *, next: str, invitation: Invitation | None = None) -> Trip:
    """A trip to the provider: to sign in, or to link the account of an invitation."""
    return _begin(work, municipality, next=next, invitation=invitation.id if invitation else None)


def _begin(
    work: UnitOfWork, municipality: str, *, next: str, staff: str | None = None, invitation: str | None = None
) -> Trip:
    repository, token = StaffRepository(work.session, municipality), Token.new(municipality, work.randomness)
    repository.forget_trips(now=work.now)
    repository.add(
        ProviderTrip(
            municipality_id=municipality, token_hash=token.hash, staff_id=staff, invitation_id=invitation,
            next=next, expires_at=work.now + HOLDS,
        )
    )  # fmt: skip
    return Trip(token, next, staff, invitation)


def look(work: UnitOfWork, cookie: str) -> tuple[Trip, ProviderTrip]:
    """The trip of a browser. `ProviderOver` when there is none, or no longer."""
    token = Token.parse(cookie)
    row = StaffRepository(work.session, token.municipality).trip(token.hash, now=work.now) if token else None
    if token is None or row is None:
        raise ProviderOver
    return Trip(token, row.next, row.staff_id, row.invitation_id), row


def take(work: UnitOfWork, cookie: str) -> Trip:
    """The trip, over from now on."""
    trip, row = look(work, cookie)
    StaffRepository(work.session, trip.token.municipality).remove(row)
    return trip


def arrive(work: UnitOfWork, trip: Trip, who: Identity, client: OpenIdClient) -> Staff | Trip:
    """The account this person opens, or a trip on which only our own code is missing."""
    if trip.invitation is not None:
        return _link(work, trip, who, client)
    repository = StaffRepository(work.session, trip.token.municipality)
    linked = repository.by_identity(who.issuer, who.subject)
    staff = repository.get(linked.staff_id) if linked else None
    if linked is None or staff is None or staff.disabled_at is not None:
        raise ProviderUnknown
    if not who.proven_twice(client):
        if staff.totp_secret is None:
            raise ProviderTooWeak
        return _begin(work, staff.municipality_id, next=trip.next, staff=staff.id)
    return signed_in(work, staff)


def signed_in(work: UnitOfWork, staff: Staff) -> Staff:
    linked = StaffRepository(work.session, staff.municipality_id).linked(staff.id)
    if linked is None:
        raise ProviderUnknown
    linked.used_at = work.now
    _note(work, staff.municipality_id, "staff.signed_in", by=staff.id, subject=staff.id, detail="provider")
    return staff


def _link(work: UnitOfWork, trip: Trip, who: Identity, client: OpenIdClient) -> Staff:
    """Link the invited account with this person; an earlier link of the account ends."""
    repository = StaffRepository(work.session, trip.token.municipality)
    invitation, staff = service.usable(work, repository.invitation(trip.invitation or ""))
    if not who.proven_twice(client):
        raise ProviderTooWeak
    other, mine = repository.by_identity(who.issuer, who.subject), repository.linked(staff.id)
    if other is not None and other.staff_id != staff.id:
        raise ProviderTaken
    if mine is not None:
        repository.remove(mine)
    repository.add(
        ProviderIdentity(
            municipality_id=staff.municipality_id, staff_id=staff.id, issuer=who.issuer, subject=who.subject,
            linked_at=work.now,
        )
    )  # fmt: skip
    service.accept(work, invitation)
    _note(work, staff.municipality_id, "staff.provider_linked", by=staff.id, subject=staff.id)
    return signed_in(work, staff)


def linked(work: UnitOfWork, staff: Staff) -> ProviderIdentity | None:
    return StaffRepository(work.session, staff.municipality_id).linked(staff.id)


def all_linked(work: UnitOfWork, municipality: str) -> set[str]:
    """The accounts that the provider opens."""
    return StaffRepository(work.session, municipality).with_identity()


def unlink(work: UnitOfWork, staff: Staff, *, by: str) -> None:
    """The provider no longer opens this account, and what it opened ends."""
    repository = StaffRepository(work.session, staff.municipality_id)
    mine = repository.linked(staff.id)
    if mine is None:
        return
    repository.remove(mine)
    repository.revoke_sessions(staff.id, now=work.now, means="provider")
    _note(work, staff.municipality_id, "staff.provider_unlinked", by=by, subject=staff.id)


def refused(work: UnitOfWork, municipality: str, code: str) -> None:
    """Somebody came back from the provider and was not let in: why, and nothing of who."""
    audit.write(
        work, municipality=municipality, actor=NOBODY, action="staff.provider_refused",
        subject=f"municipality:{municipality}", detail=code,
    )  # fmt: skip


def _note(work: UnitOfWork, municipality: str, action: str, *, by: str, subject: str, detail: str = "") -> None:
    audit.write(work, municipality=municipality, actor=by, action=action, subject=f"staff:{subject}", detail=detail)
