"""What the office signs, checked before anything is done with it: grant, bundle, receipt, time (Ed25519, RFC 8032).

The bytes signed are `signed_part` of the model: a context label, NUL, and the canonical JSON without the signature
(for a bundle: the very bytes of `content`). An office key is believed when its fingerprint stood in the enrolment
ticket, or when a bundle signed by a believed key lists it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pydantic import ValidationError

from kiosk.errors import AnswerInvalid
from kiosk.outbox.keys import Identity, key_id, verified
from kiosk.outbox.seal import check_recipient
from schemas.bundle import Part, SignedBundle
from schemas.canonical import places
from schemas.device_life import DeviceStatement
from schemas.enrolment import EnrolmentGrant, EnrolmentTicket
from schemas.errors import BundleMalformed, IdentifierInvalid
from schemas.ids import KeyId
from schemas.office_time import OfficeTime
from schemas.receipt import Receipt
from schemas.visit import OfficeKey, VisitBundle


def read_grant(body: bytes, *, ticket: EnrolmentTicket, device_key: KeyId) -> EnrolmentGrant:
    """The grant for this device's key, signed by the key the ticket pinned. Raises `AnswerInvalid`."""
    try:
        grant = EnrolmentGrant.model_validate_json(body)
    except ValidationError as error:
        raise AnswerInvalid("enrolment.grant_malformed", places(error)) from None
    office_key = OfficeKey(key=key_id(grant.office_public_key), public=grant.office_public_key)
    if office_key.key != ticket.office_key:
        raise AnswerInvalid("enrolment.other_office", "the answer comes from another office than the ticket names")
    if not verified(grant.signed_part, grant.signature, office_key.key, (office_key,)):
        raise AnswerInvalid("enrolment.grant_forged", "the grant is not signed by the office")
    if grant.device_key != device_key:
        raise AnswerInvalid("enrolment.grant_misdirected", "the grant is for another device's key")
    return grant


def read_bundle(body: bytes, *, identity: Identity, held: Iterable[Part] = ()) -> tuple[SignedBundle, VisitBundle]:
    """A bundle for this device, signed by a believed key, with usable recipient keys; made whole from the parts that
    are `held` already. Raises `AnswerInvalid`."""
    try:
        signed = SignedBundle.model_validate_json(body)
        if not verified(signed.signed_part(), signed.signature, signed.office_key, identity.office_keys):
            raise AnswerInvalid("bundle.forged", "the visit bundle is not signed by the office")
        signed = signed.completed(held)
        bundle = signed.bundle()
    except ValidationError as error:
        raise AnswerInvalid("bundle.malformed", places(error)) from None
    except BundleMalformed as error:
        raise AnswerInvalid(error.code, str(error)) from None
    _check_recipients(bundle)
    if bundle.device != identity.device or bundle.municipality.code != identity.municipality:
        raise AnswerInvalid("bundle.misdirected", "the visit bundle is for another device")
    return signed, bundle


def _check_recipients(bundle: VisitBundle) -> None:
    try:
        for key in bundle.recipient_keys:
            check_recipient(key)
    except ValueError as error:
        raise AnswerInvalid("bundle.recipient_key", str(error)) from error


def read_statement(body: bytes, *, identity: Identity) -> DeviceStatement:
    """The office's word about this device, signed by a believed key. Raises `AnswerInvalid`."""
    try:
        statement = DeviceStatement.model_validate_json(body)
    except ValidationError as error:
        raise AnswerInvalid("statement.malformed", places(error)) from None
    if not verified(statement.signed_part, statement.signature, statement.office_key, identity.office_keys):
        raise AnswerInvalid("statement.forged", "the statement is not signed by the office")
    if (statement.device, statement.municipality, statement.device_key) != (
        identity.device, identity.municipality, identity.device_key,
    ):  # fmt: skip
        raise AnswerInvalid("statement.misdirected", "the statement is about another device")
    return statement


def read_receipt(body: bytes, *, identity: Identity) -> Receipt:
    """A receipt for this device, signed by a believed key. Whose packet it is, the caller compares."""
    try:
        receipt = Receipt.model_validate_json(body)
    except ValidationError as error:
        raise AnswerInvalid("receipt.malformed", places(error)) from None
    if not verified(receipt.signed_part, receipt.signature, receipt.office_key, identity.office_keys):
        raise AnswerInvalid("receipt.forged", "the receipt is not signed by the office")
    if receipt.device != identity.device or receipt.municipality != identity.municipality:
        raise AnswerInvalid("receipt.misdirected", "the receipt is for another device")
    return receipt


def read_time(header: str, *, nonce: str, identity: Identity) -> datetime | None:
    """The office's time from an answer to the request of that nonce; None when it is not to be believed."""
    try:
        time = OfficeTime.parse(header)
    except IdentifierInvalid:
        return None
    signed = verified(time.signed_part, time.signature, time.office_key, identity.office_keys)
    return time.at if signed and time.nonce == nonce else None
