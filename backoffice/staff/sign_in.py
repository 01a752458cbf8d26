"""Signing in with password and a code of the authenticator app (or a recovery code), behind a rate limit.

Every failure looks the same and takes the same time. Five failures of an account or thirty from one address within 15
minutes end tries by password; passkeys stay open, so nobody can lock another person out for good.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff import codes
from backoffice.staff.errors import TooManyTries
from backoffice.staff.models import SignInFailure, Staff
from backoffice.staff.passwords import password_fits
from backoffice.staff.repository import StaffRepository
from backoffice.staff.sealing import Sealing
from schemas.ids import Uuid7

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT: Final = 5
PER_ADDRESS: Final = 30
NO_MUNICIPALITY: Final = "000000"


@dataclass(frozen=True)
class Attempt:
    """What was typed, and from where."""

    municipality: str
    login: str
    password: str
    code: str
    address: str

    @property
    def tenant(self) -> str:
        return self.municipality if re.fullmatch(r"[0-9]{6}", self.municipality) else NO_MUNICIPALITY

    @property
    def account(self) -> str:
        """The login as it is stored."""
        return self.login.strip().lower()


def by_password(work: UnitOfWork, attempt: Attempt, sealing: Sealing) -> Staff | None:
    """The account if everything fits, else None after the failure is counted. `TooManyTries` before that."""
    repository = StaffRepository(work.session, attempt.tenant)
    _hold_back(work, repository, attempt)
    staff = repository.by_login(attempt.account)
    usable = staff is not None and staff.disabled_at is None
    fits = password_fits(attempt.password, staff.password_hash if staff and usable else None)
    if staff is None or not fits or not _second_factor(work, staff, attempt.code, sealing):
        _count(work, repository, attempt, staff)
        return None
    repository.forget_failures(before=work.now, account=_hash(attempt.tenant, attempt.account))
    _note(work, staff, "staff.signed_in", "password")
    return staff


def by_code(work: UnitOfWork, staff: Staff, code: str, sealing: Sealing, *, address: str) -> bool:
    """The second factor alone, for somebody the OpenID provider knows by one. Failures count as those by password."""
    repository = StaffRepository(work.session, staff.municipality_id)
    attempt = Attempt(staff.municipality_id, staff.login, "", code, address)
    _hold_back(work, repository, attempt)
    if not _second_factor(work, staff, code, sealing):
        _count(work, repository, attempt, staff)
        return False
    repository.forget_failures(before=work.now, account=_hash(attempt.tenant, attempt.account))
    return True


def _second_factor(work: UnitOfWork, staff: Staff, code: str, sealing: Sealing) -> bool:
    if staff.totp_secret is None:
        return False
    secret = sealing.open(staff.totp_secret, staff)
    step = codes.matching_step(secret, code, now=work.now, after=staff.totp_last_step)
    if step is not None:
        staff.totp_last_step = step
        return True
    repository = StaffRepository(work.session, staff.municipality_id)
    used = repository.use_recovery_code(staff.id, codes.hash_recovery_code(code), now=work.now)
    if used:
        _note(work, staff, "staff.recovery_code_used")
    return used


def _hold_back(work: UnitOfWork, repository: StaffRepository, attempt: Attempt) -> None:
    since = work.now - WINDOW
    repository.forget_failures(before=since)
    of_account = repository.failures(account=_hash(attempt.tenant, attempt.account), since=since)
    if of_account >= PER_ACCOUNT or repository.failures(address=_hash(attempt.address), since=since) >= PER_ADDRESS:
        raise TooManyTries


def _count(work: UnitOfWork, repository: StaffRepository, attempt: Attempt, staff: Staff | None) -> None:
    repository.add(
        SignInFailure(
            municipality_id=attempt.tenant, id=work.new_id(Uuid7), account=_hash(attempt.tenant, attempt.account),
            address=_hash(attempt.address), at=work.now,
        )
    )  # fmt: skip
    if staff is not None:
        _note(work, staff, "staff.sign_in_failed")


def _note(work: UnitOfWork, staff: Staff, action: str, detail: str = "") -> None:
    audit.write(
        work, municipality=staff.municipality_id, actor=staff.id, action=action, subject=f"staff:{staff.id}",
        detail=detail,
    )  # fmt: skip


def _hash(*parts: str) -> str:
    return sha256("\x00".join(parts).encode()).hexdigest()
