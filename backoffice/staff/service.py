"""Accounts: added, invited, set up, disabled. Signing in is `sign_in` and `passkeys`, sessions are `sessions`."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.staff import codes
from backoffice.staff.authorisation import Role
from backoffice.staff.errors import CodeWrong, InvitationInvalid, PasswordUnfit
from backoffice.staff.models import Invitation, RecoveryCode, Staff
from backoffice.staff.passwords import hash_password
from backoffice.staff.repository import StaffRepository
from backoffice.staff.sealing import Sealing
from backoffice.staff.tokens import Token
from schemas.ids import MunicipalityCode, StaffId, Uuid7, contains_my_number

INVITATION_HOLDS: Final = timedelta(hours=72)
_LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,38}[a-z0-9]", re.ASCII)


@dataclass(frozen=True)
class Newcomer:
    """A new account. `login`: what is typed to sign in with a password; made up when empty."""

    name: str
    role: Role
    login: str = ""


def add(work: UnitOfWork, municipality: str, new: Newcomer, *, by: str) -> Staff:
    """A new account, not yet able to sign in: give out an invitation. `NotFound` for an unknown municipality."""
    organisations.tenant(work, MunicipalityCode(municipality))
    repository = StaffRepository(work.session, municipality)
    name = unicodedata.normalize("NFC", new.name).strip()
    login = unicodedata.normalize("NFKC", new.login).strip().lower() or f"s{int.from_bytes(work.randomness(4)):010d}"
    if not 1 <= len(name) <= 80 or contains_my_number(name):
        raise Refused("staff.name_invalid", "氏名は1文字以上80文字以内で入力してください。", status=422)
    if not _LOGIN.fullmatch(login) or contains_my_number(login):
        raise Refused(
            "staff.login_invalid", "ログイン名は半角英数字と . _ - で3文字以上40文字以内にしてください。", status=422
        )
    if repository.by_login(login):
        raise Refused("staff.login_taken", "このログイン名はすでに使われています。", status=409)
    staff = Staff(
        municipality_id=municipality, id=work.new_id(StaffId), login=login, name=name, role=new.role,
        created_at=work.now,
    )  # fmt: skip
    repository.add(staff)
    _note(work, staff, "staff.added", by=by, detail=new.role)
    return staff


def invite(work: UnitOfWork, staff: Staff, *, by: str) -> Token:
    """A one-time link for setting up the means to sign in; earlier links of the account end."""
    repository = StaffRepository(work.session, staff.municipality_id)
    repository.withdraw_invitations(staff.id, now=work.now)
    token = Token.new(staff.municipality_id, work.randomness)
    repository.add(
        Invitation(
            municipality_id=staff.municipality_id, id=work.new_id(Uuid7), staff_id=staff.id, token_hash=token.hash,
            created_by=by, created_at=work.now, expires_at=work.now + INVITATION_HOLDS,
        )
    )  # fmt: skip
    _note(work, staff, "staff.invited", by=by)
    return token


def invited(work: UnitOfWork, link: str) -> tuple[Invitation, Staff]:
    """Whose link this is. `InvitationInvalid` when it is unknown, used, expired, or the account is disabled."""
    token = Token.parse(link)
    if token is None:
        raise InvitationInvalid
    repository = StaffRepository(work.session, token.municipality)
    return usable(work, repository.invitation_by_token(token.hash))


def usable(work: UnitOfWork, invitation: Invitation | None) -> tuple[Invitation, Staff]:
    """The invitation and its account, if it still holds."""
    if invitation is None or invitation.used_at is not None or invitation.expires_at <= work.now:
        raise InvitationInvalid
    staff = StaffRepository(work.session, invitation.municipality_id).get(invitation.staff_id)
    if staff is None or staff.disabled_at is not None:
        raise InvitationInvalid
    return invitation, staff


def accept(work: UnitOfWork, invitation: Invitation) -> None:
    """The link has done its work."""
    invitation.used_at = work.now


def pending_secret(work: UnitOfWork, staff: Staff, sealing: Sealing) -> bytes:
    """The authenticator secret being set up: the same until it is confirmed, so that a reloaded page still fits."""
    if staff.totp_pending is None:
        staff.totp_pending = sealing.seal(codes.new_secret(work.randomness), staff, now=work.now)
    return sealing.open(staff.totp_pending, staff)


@dataclass(frozen=True)
class NewPassword:
    """What a person gives to set up password and authenticator app."""

    password: str
    again: str
    code: str


def set_password(work: UnitOfWork, staff: Staff, given: NewPassword, sealing: Sealing) -> tuple[str, ...]:
    """Password and confirmed authenticator; returns the recovery codes, shown once."""
    if given.password != given.again:
        raise PasswordUnfit("staff.password_differs", "2つのパスワードが一致しません。")
    secret = pending_secret(work, staff, sealing)
    encoded = hash_password(given.password, login=staff.login)
    step = codes.matching_step(secret, given.code, now=work.now, after=None)
    if step is None:
        raise CodeWrong
    staff.password_hash, staff.totp_secret = encoded, sealing.seal(secret, staff, now=work.now)
    staff.totp_pending, staff.totp_last_step = None, step
    _note(work, staff, "staff.password_set", by=staff.id)
    return renew_recovery_codes(work, staff)


def renew_recovery_codes(work: UnitOfWork, staff: Staff) -> tuple[str, ...]:
    """Ten new codes; the old ones end."""
    fresh = codes.new_recovery_codes(work.randomness)
    rows = [
        RecoveryCode(
            municipality_id=staff.municipality_id, id=work.new_id(Uuid7), staff_id=staff.id,
            code_hash=codes.hash_recovery_code(code),
        )
        for code in fresh
    ]  # fmt: skip
    StaffRepository(work.session, staff.municipality_id).replace_recovery_codes(staff.id, rows)
    _note(work, staff, "staff.recovery_codes_made", by=staff.id)
    return fresh


def unused_recovery_codes(work: UnitOfWork, staff: Staff) -> int:
    return StaffRepository(work.session, staff.municipality_id).unused_recovery_codes(staff.id)


def read(work: UnitOfWork, municipality: str, staff: str) -> Staff:
    found = StaffRepository(work.session, municipality).get(staff)
    if found is None:
        raise NotFound("staff.unknown", "この職員は見つかりません。")
    return found


def by_login(work: UnitOfWork, municipality: str, login: str) -> Staff:
    found = StaffRepository(work.session, municipality).by_login(login)
    if found is None:
        raise NotFound("staff.unknown", "この職員は見つかりません。")
    return found


def all_of(work: UnitOfWork, municipality: str) -> list[Staff]:
    return StaffRepository(work.session, municipality).all()


def names(work: UnitOfWork, municipality: str) -> dict[str, str]:
    """The names of all accounts by id, for histories."""
    return {staff.id: staff.name for staff in all_of(work, municipality)}


def able_to_sign_in(work: UnitOfWork, municipality: str) -> set[str]:
    """Accounts that have a passkey, a password or a person at the OpenID provider."""
    repository = StaffRepository(work.session, municipality)
    by_password = {staff.id for staff in repository.all() if staff.password_hash is not None}
    return by_password | repository.with_passkey() | repository.with_identity()


def open_invitations(work: UnitOfWork, municipality: str) -> dict[str, Invitation]:
    """Links not yet used, by account."""
    found = StaffRepository(work.session, municipality).open_invitations(now=work.now)
    return {invitation.staff_id: invitation for invitation in found}


def disable(work: UnitOfWork, staff: Staff, *, by: str) -> None:
    """The account can no longer sign in and its sessions end at once. Not one's own, not the last administrator's."""
    if staff.id == by:
        raise Refused("staff.own_account", "自分のアカウントは停止できません。", status=409)
    _keep_an_administrator(work, staff)
    staff.disabled_at = work.now
    repository = StaffRepository(work.session, staff.municipality_id)
    repository.withdraw_invitations(staff.id, now=work.now)
    repository.revoke_sessions(staff.id, now=work.now)
    _note(work, staff, "staff.disabled", by=by)


def enable(work: UnitOfWork, staff: Staff, *, by: str) -> None:
    staff.disabled_at = None
    _note(work, staff, "staff.enabled", by=by)


def change_role(work: UnitOfWork, staff: Staff, role: Role, *, by: str) -> None:
    """Another role from the next request on."""
    if staff.id == by:
        raise Refused("staff.own_account", "自分の役割は変更できません。", status=409)
    if role is not Role.ADMINISTRATOR:
        _keep_an_administrator(work, staff)
    before, staff.role = staff.role, role
    _note(work, staff, "staff.role_changed", by=by, detail=f"{before} -> {role}")


def end_sessions(work: UnitOfWork, staff: Staff, *, by: str, only: str | None = None, keep: str | None = None) -> int:
    """Sign the account out elsewhere: one session, or all but one."""
    repository = StaffRepository(work.session, staff.municipality_id)
    ended = repository.revoke_sessions(staff.id, now=work.now, only=only, keep=keep)
    if ended:
        _note(work, staff, "staff.sessions_ended", by=by, detail=str(ended))
    return ended


def _keep_an_administrator(work: UnitOfWork, staff: Staff) -> None:
    others = [
        other
        for other in all_of(work, staff.municipality_id)
        if other.role is Role.ADMINISTRATOR and other.disabled_at is None and other.id != staff.id
    ]
    if staff.role is Role.ADMINISTRATOR and not others:
        raise Refused("staff.last_administrator", "管理者が一人もいなくなるため、この変更はできません。", status=409)


def _note(work: UnitOfWork, staff: Staff, action: str, *, by: str, detail: str = "") -> None:
    audit.write(
        work, municipality=staff.municipality_id, actor=by, action=action, subject=f"staff:{staff.id}", detail=detail
    )
