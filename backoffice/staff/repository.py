"""Queries of the staff room, each within one municipality."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, delete, func, select, update

from backoffice.staff.models import (
    Invitation,
    LoginSession,
    Passkey,
    PasskeyChallenge,
    ProviderIdentity,
    ProviderTrip,
    RecoveryCode,
    SignInFailure,
    Staff,
)

Row = (
    Staff
    | Passkey
    | PasskeyChallenge
    | ProviderIdentity
    | ProviderTrip
    | RecoveryCode
    | LoginSession
    | Invitation
    | SignInFailure
)


class StaffRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def add(self, row: Row) -> None:
        self._session.add(row)
        self._session.flush()

    def get(self, staff: str) -> Staff | None:
        return self._session.get(Staff, (self._municipality, staff))

    def by_login(self, login: str) -> Staff | None:
        found = select(Staff).where(Staff.municipality_id == self._municipality, Staff.login == login)
        return self._session.exec(found).one_or_none()

    def all(self) -> list[Staff]:
        """Every account, in use first, then by login."""
        found = select(Staff).where(Staff.municipality_id == self._municipality)
        return sorted(self._session.exec(found), key=lambda staff: (staff.disabled_at is not None, staff.login))

    # Passkeys

    def passkeys(self, staff: str) -> list[Passkey]:
        found = select(Passkey).where(Passkey.municipality_id == self._municipality, Passkey.staff_id == staff)
        return list(self._session.exec(found.order_by(col(Passkey.created_at))))

    def with_passkey(self) -> set[str]:
        """The accounts that have one."""
        found = select(Passkey.staff_id).where(Passkey.municipality_id == self._municipality).distinct()
        return set(self._session.exec(found))

    def passkey(self, credential: str) -> Passkey | None:
        found = select(Passkey).where(
            Passkey.municipality_id == self._municipality, Passkey.credential_id == credential
        )
        return self._session.exec(found).one_or_none()

    def remove(self, row: Row) -> None:
        self._session.delete(row)
        self._session.flush()

    def take_challenge(self, challenge: str, *, now: datetime) -> PasskeyChallenge | None:
        """The challenge if it still holds; it is gone afterwards."""
        found = self._session.get(PasskeyChallenge, (self._municipality, challenge))
        if found is not None:
            self.remove(found)
        return found if found is not None and found.expires_at > now else None

    def forget_challenges(self, *, now: datetime) -> None:
        """Those that have expired."""
        of_municipality = col(PasskeyChallenge.municipality_id) == self._municipality
        self._session.exec(delete(PasskeyChallenge).where(of_municipality, col(PasskeyChallenge.expires_at) < now))

    # The OpenID provider

    def linked(self, staff: str) -> ProviderIdentity | None:
        return self._session.get(ProviderIdentity, (self._municipality, staff))

    def by_identity(self, issuer: str, subject: str) -> ProviderIdentity | None:
        found = select(ProviderIdentity).where(
            ProviderIdentity.municipality_id == self._municipality,
            ProviderIdentity.issuer == issuer,
            ProviderIdentity.subject == subject,
        )
        return self._session.exec(found).one_or_none()

    def with_identity(self) -> set[str]:
        """The accounts that have one."""
        found = select(ProviderIdentity.staff_id).where(ProviderIdentity.municipality_id == self._municipality)
        return set(self._session.exec(found))

    def trip(self, token_hash: str, *, now: datetime) -> ProviderTrip | None:
        """The trip if it still holds, locked."""
        found = self._session.get(ProviderTrip, (self._municipality, token_hash), with_for_update=True)
        return found if found is not None and found.expires_at > now else None

    def forget_trips(self, *, now: datetime) -> None:
        """Those that have expired."""
        of_municipality = col(ProviderTrip.municipality_id) == self._municipality
        self._session.exec(delete(ProviderTrip).where(of_municipality, col(ProviderTrip.expires_at) < now))

    # Recovery codes

    def replace_recovery_codes(self, staff: str, codes: list[RecoveryCode]) -> None:
        of_staff = (col(RecoveryCode.municipality_id) == self._municipality, col(RecoveryCode.staff_id) == staff)
        self._session.exec(delete(RecoveryCode).where(*of_staff))
        self._session.add_all(codes)
        self._session.flush()

    def use_recovery_code(self, staff: str, code_hash: str, *, now: datetime) -> bool:
        """Mark the code used; False when there is none. One statement, so two tries cannot both use it."""
        used = (
            update(RecoveryCode)
            .where(
                col(RecoveryCode.municipality_id) == self._municipality,
                col(RecoveryCode.staff_id) == staff,
                col(RecoveryCode.code_hash) == code_hash,
                col(RecoveryCode.used_at).is_(None),
            )
            .values(used_at=now)
        )
        return self._session.exec(used).rowcount == 1

    def unused_recovery_codes(self, staff: str) -> int:
        counted = select(func.count()).where(
            RecoveryCode.municipality_id == self._municipality,
            RecoveryCode.staff_id == staff,
            col(RecoveryCode.used_at).is_(None),
        )
        return self._session.exec(counted).one()

    # Sessions and invitations

    def session_by_token(self, token_hash: str) -> LoginSession | None:
        found = select(LoginSession).where(
            LoginSession.municipality_id == self._municipality, LoginSession.token_hash == token_hash
        )
        return self._session.exec(found).one_or_none()

    def live_sessions(self, staff: str, *, seen_since: datetime, now: datetime) -> list[LoginSession]:
        found = select(LoginSession).where(
            LoginSession.municipality_id == self._municipality,
            LoginSession.staff_id == staff,
            col(LoginSession.revoked_at).is_(None),
            col(LoginSession.expires_at) > now,
            col(LoginSession.seen_at) > seen_since,
        )
        return list(self._session.exec(found.order_by(col(LoginSession.seen_at).desc())))

    def revoke_sessions(
        self, staff: str, *, now: datetime, only: str | None = None, keep: str | None = None, means: str | None = None
    ) -> int:
        """End the sessions of an account: one (`only`), all but one (`keep`), those begun one way (`means`). Returns
        how many ended."""
        ended = update(LoginSession).where(
            col(LoginSession.municipality_id) == self._municipality,
            col(LoginSession.staff_id) == staff,
            col(LoginSession.revoked_at).is_(None),
        )
        if only is not None:
            ended = ended.where(col(LoginSession.id) == only)
        if keep is not None:
            ended = ended.where(col(LoginSession.id) != keep)
        if means is not None:
            ended = ended.where(col(LoginSession.means) == means)
        return self._session.exec(ended.values(revoked_at=now)).rowcount

    def invitation_by_token(self, token_hash: str) -> Invitation | None:
        found = select(Invitation).where(
            Invitation.municipality_id == self._municipality, Invitation.token_hash == token_hash
        )
        return self._session.exec(found.with_for_update()).one_or_none()

    def invitation(self, wanted: str) -> Invitation | None:
        return self._session.get(Invitation, (self._municipality, wanted), with_for_update=True)

    def open_invitations(self, *, now: datetime) -> list[Invitation]:
        found = select(Invitation).where(
            Invitation.municipality_id == self._municipality,
            col(Invitation.used_at).is_(None),
            col(Invitation.expires_at) > now,
        )
        return list(self._session.exec(found))

    def withdraw_invitations(self, staff: str, *, now: datetime) -> None:
        open_ones = update(Invitation).where(
            col(Invitation.municipality_id) == self._municipality,
            col(Invitation.staff_id) == staff,
            col(Invitation.used_at).is_(None),
        )
        self._session.exec(open_ones.values(used_at=now))

    # Failures

    def failures(self, *, account: str | None = None, address: str | None = None, since: datetime) -> int:
        counted = select(func.count()).where(
            SignInFailure.municipality_id == self._municipality, col(SignInFailure.at) > since
        )
        if account is not None:
            counted = counted.where(SignInFailure.account == account)
        if address is not None:
            counted = counted.where(SignInFailure.address == address)
        return self._session.exec(counted).one()

    def forget_failures(self, *, before: datetime, account: str | None = None) -> None:
        """Old ones go; an account's own go when it signs in."""
        gone = delete(SignInFailure).where(col(SignInFailure.municipality_id) == self._municipality)
        gone = gone.where(col(SignInFailure.at) < before if account is None else col(SignInFailure.account) == account)
        self._session.exec(gone)
