"""Enrolment: a one-time ticket from the office's console becomes this device's identity.

The key is made here and durable before it is sent; a try whose answer was lost uses it again. The office's first key is
believed because its fingerprint stood in the ticket a person carried over.
"""

from __future__ import annotations

from collections.abc import Callable

import structlog

from kiosk.errors import EnrolmentRefused, OutboxFault, UplinkRefused
from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.keys import Identity, Keys, key_id
from kiosk.outbox.trust import read_grant
from kiosk.outbox.uplink import Uplink, is_this_machine
from schemas.enrolment import EnrolmentRequest, EnrolmentTicket
from schemas.ids import KeyId
from schemas.visit import OfficeKey

_log = structlog.get_logger("enrol")


def enrol(
    ticket: EnrolmentTicket,
    name: str,
    *,
    keys: Keys,
    clock: OfficeClock,
    randomness: Callable[[int], bytes],
    allow_plain_http: bool,
) -> Identity:
    """Ask the office, check its grant, write the identity. `EnrolmentRefused` when this ticket will never do,
    another `UplinkError` when trying again may help; the old identity stays in force in both cases."""
    _refuse_plain_http(ticket.office_url, allowed=allow_plain_http)
    old = keys.identity()
    key = keys.candidate(old.device_key if old else None)
    request = EnrolmentRequest(code=ticket.code, name=name, public_key=key.public)
    with Uplink(ticket.office_url, clock=clock, randomness=randomness) as uplink:
        try:
            answer = uplink.enrol(request.canonical())
        except UplinkRefused as refusal:
            if refusal.transient:
                raise
            raise EnrolmentRefused(refusal.code, refusal.problem.title) from refusal
    grant = read_grant(answer.body, ticket=ticket, device_key=key.key_id)
    clock.heard(grant.issued_at, not_before=answer.asked, not_after=answer.answered)
    identity = Identity(
        municipality=grant.municipality,
        device=grant.device,
        name=name,
        counter=grant.counter,
        device_key=key.key_id,
        office_url=ticket.office_url,
        office_keys=(OfficeKey(key=key_id(grant.office_public_key), public=grant.office_public_key),),
        enrolled_at=grant.issued_at,
    )
    keys.write_identity(identity)
    if old is not None and old.device_key != key.key_id:
        _forget(keys, old.device_key)
    return identity


def _forget(keys: Keys, old: KeyId) -> None:
    """The new identity stands; a disk that cannot wipe the old key is no reason to say otherwise."""
    try:
        keys.forget(old)
    except OutboxFault as error:
        _log.error("enrol.old_key_stays", code=error.code, key=old)


def _refuse_plain_http(url: str, *, allowed: bool) -> None:
    """The one-time code must not travel in clear, except to this machine itself or in development."""
    if not (url.startswith("https://") or allowed or is_this_machine(url)):
        raise EnrolmentRefused("enrolment.plain_http", "the office's address in the ticket is not https")
