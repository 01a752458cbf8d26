"""Passkeys: WebAuthn level 3 with discoverable credentials and user verification, so a passkey alone is two factors.

The user handle is `municipality.staff id`: signing in needs no name, and every look-up stays within one tenant. A
challenge holds five minutes and is taken once.
"""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff.errors import PasskeyRejected
from backoffice.staff.models import Passkey, PasskeyChallenge, Staff
from backoffice.staff.repository import StaffRepository
from backoffice.staff.sign_in import NO_MUNICIPALITY
from backoffice.staff.site import Site
from schemas.ids import Uuid7

HOLDS: Final = timedelta(minutes=5)
# What the library lets out for an answer that is not one, besides its own errors.
_MALFORMED: Final = (WebAuthnException, ValueError, LookupError, TypeError, EOFError, struct.error)


@dataclass(frozen=True)
class Ceremony:
    """What the browser needs: the options as JSON, and the name of the challenge to send back with its answer."""

    id: str
    options: dict[str, Any]


def begin_registration(work: UnitOfWork, staff: Staff, site: Site) -> Ceremony:
    """Options for `navigator.credentials.create()`."""
    repository = StaffRepository(work.session, staff.municipality_id)
    challenge = work.randomness(32)
    options = generate_registration_options(
        rp_id=site.domain, rp_name="出窓 Demado", user_name=staff.login, user_display_name=staff.name,
        user_id=f"{staff.municipality_id}.{staff.id}".encode(), challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(known.credential_id))
            for known in repository.passkeys(staff.id)
        ],
    )  # fmt: skip
    ceremony = _give_out(work, repository, staff.municipality_id, challenge, staff=staff.id)
    return Ceremony(ceremony, json.loads(options_to_json(options)))


def register(
    work: UnitOfWork, staff: Staff, site: Site, *, ceremony: str, credential: dict[str, Any], label: str
) -> Passkey:
    """Keep the public half of a new passkey. `PasskeyRejected` when the answer does not fit."""
    repository = StaffRepository(work.session, staff.municipality_id)
    given = repository.take_challenge(ceremony, now=work.now)
    if given is None or given.staff_id != staff.id:
        raise PasskeyRejected
    try:
        verified = verify_registration_response(
            credential=credential, expected_challenge=given.challenge, expected_rp_id=site.domain,
            expected_origin=site.origin, require_user_verification=True,
        )  # fmt: skip
    except _MALFORMED:
        raise PasskeyRejected from None
    credential_id = bytes_to_base64url(verified.credential_id)
    if repository.passkey(credential_id):
        raise PasskeyRejected
    passkey = Passkey(
        municipality_id=staff.municipality_id, id=work.new_id(Uuid7), staff_id=staff.id, credential_id=credential_id,
        public_key=verified.credential_public_key, sign_count=verified.sign_count, created_at=work.now,
        label=label.strip()[:60] or "パスキー",
    )  # fmt: skip
    repository.add(passkey)
    _note(work, staff, "staff.passkey_added")
    return passkey


def begin_sign_in(work: UnitOfWork, site: Site) -> Ceremony:
    """Options for `navigator.credentials.get()`; the authenticator itself names the account."""
    challenge = work.randomness(32)
    options = generate_authentication_options(
        rp_id=site.domain, challenge=challenge, user_verification=UserVerificationRequirement.REQUIRED
    )
    repository = StaffRepository(work.session, NO_MUNICIPALITY)
    ceremony = _give_out(work, repository, NO_MUNICIPALITY, challenge)
    return Ceremony(ceremony, json.loads(options_to_json(options)))


def sign_in(work: UnitOfWork, site: Site, *, ceremony: str, credential: dict[str, Any]) -> Staff:
    """The account a passkey belongs to. `PasskeyRejected` for every kind of answer that does not fit."""
    given = StaffRepository(work.session, NO_MUNICIPALITY).take_challenge(ceremony, now=work.now)
    passkey, staff = _named(work, credential)
    if given is None or passkey is None or staff is None or staff.disabled_at is not None:
        raise PasskeyRejected
    try:
        verified = verify_authentication_response(
            credential=credential, expected_challenge=given.challenge, expected_rp_id=site.domain,
            expected_origin=site.origin, credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count, require_user_verification=True,
        )  # fmt: skip
    except _MALFORMED:
        raise PasskeyRejected from None
    passkey.sign_count, passkey.used_at = verified.new_sign_count, work.now
    _note(work, staff, "staff.signed_in", "passkey")
    return staff


def _named(work: UnitOfWork, credential: dict[str, Any]) -> tuple[Passkey | None, Staff | None]:
    """The passkey and account that the answer claims; both only if they belong together."""
    try:
        handle = base64url_to_bytes(credential["response"]["userHandle"]).decode("ascii")
        identity = str(credential["id"])
    except _MALFORMED:
        return None, None
    municipality, _, staff = handle.partition(".")
    repository = StaffRepository(work.session, municipality)
    passkey = repository.passkey(identity)
    if passkey is None or passkey.staff_id != staff:
        return None, None
    return passkey, repository.get(staff)


def of_account(work: UnitOfWork, staff: Staff) -> list[Passkey]:
    return StaffRepository(work.session, staff.municipality_id).passkeys(staff.id)


def remove(work: UnitOfWork, staff: Staff, passkey: str) -> None:
    """Take a passkey off the account. `NotFound` when it is not the account's."""
    repository = StaffRepository(work.session, staff.municipality_id)
    found = next((known for known in repository.passkeys(staff.id) if known.id == passkey), None)
    if found is None:
        raise NotFound("staff.passkey_unknown", "このパスキーは見つかりません。")
    repository.remove(found)
    _note(work, staff, "staff.passkey_removed")


def _give_out(
    work: UnitOfWork, repository: StaffRepository, municipality: str, challenge: bytes, *, staff: str | None = None
) -> str:
    identity = str(work.new_id(Uuid7))
    repository.forget_challenges(now=work.now)
    repository.add(
        PasskeyChallenge(
            municipality_id=municipality, id=identity, staff_id=staff, challenge=challenge, expires_at=work.now + HOLDS
        )
    )
    return identity


def _note(work: UnitOfWork, staff: Staff, action: str, detail: str = "") -> None:
    audit.write(
        work, municipality=staff.municipality_id, actor=staff.id, action=action, subject=f"staff:{staff.id}",
        detail=detail,
    )  # fmt: skip
