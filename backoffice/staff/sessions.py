"""Server-side sessions: a hashed token, an idle and an absolute end, revocable at once.

Limits after NIST SP 800-63B section 4.2.3: 30 minutes of silence, 12 hours in all. The moment of last use is written
at most once a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Action, Role, allows
from backoffice.staff.models import LoginSession, Staff
from backoffice.staff.repository import StaffRepository
from backoffice.staff.tokens import Token, derived
from schemas.ids import MunicipalityCode, StaffId, Uuid7
from schemas.language import Wording

IDLE: Final = timedelta(minutes=30)
ABSOLUTE: Final = timedelta(hours=12)
_SEEN_EVERY: Final = timedelta(minutes=1)


@dataclass(frozen=True)
class Signed:
    """A person who is signed in, as every page knows them."""

    municipality: MunicipalityCode
    staff: StaffId
    login: str
    name: str
    role: Role
    session: str
    means: str
    csrf: str
    office: Wording

    def may(self, action: Action | str) -> bool:
        return allows(self.role, Action(action))


def begin(work: UnitOfWork, staff: Staff, *, means: str, browser: str) -> Token:
    """Sign an account in. `means`: passkey or password. The token goes into the browser's cookie."""
    token = Token.new(staff.municipality_id, work.randomness)
    StaffRepository(work.session, staff.municipality_id).add(
        LoginSession(
            municipality_id=staff.municipality_id, id=work.new_id(Uuid7), staff_id=staff.id, token_hash=token.hash,
            means=means, browser=browser[:120], created_at=work.now, seen_at=work.now, expires_at=work.now + ABSOLUTE,
        )
    )  # fmt: skip
    return token


def look_up(work: UnitOfWork, token: Token, *, in_use: bool = True) -> Signed | None:
    """Who holds this token; None when the session has ended or the account is disabled.

    `in_use` False: a page asks by itself, nobody may be sitting there, so silence goes on.
    """
    repository = StaffRepository(work.session, token.municipality)
    session = repository.session_by_token(token.hash)
    if session is None or not _alive(session, work.now):
        return None
    staff = repository.get(session.staff_id)
    if staff is None or staff.disabled_at is not None:
        return None
    if in_use and work.now - session.seen_at >= _SEEN_EVERY:
        session.seen_at = work.now
    return Signed(
        municipality=MunicipalityCode(staff.municipality_id), staff=StaffId(staff.id), login=staff.login,
        name=staff.name, role=staff.role, session=session.id, means=session.means,
        csrf=derived(str(token), "csrf"),
        office=organisations.tenant(work, MunicipalityCode(staff.municipality_id)).named.name,
    )  # fmt: skip


def _alive(session: LoginSession, now: datetime) -> bool:
    return session.revoked_at is None and now < session.expires_at and now - session.seen_at < IDLE


def end(work: UnitOfWork, signed: Signed) -> None:
    StaffRepository(work.session, signed.municipality).revoke_sessions(signed.staff, now=work.now, only=signed.session)


def of_account(work: UnitOfWork, municipality: str, staff: str) -> list[LoginSession]:
    """The sessions that still hold, last used first."""
    repository = StaffRepository(work.session, municipality)
    return repository.live_sessions(staff, seen_since=work.now - IDLE, now=work.now)
