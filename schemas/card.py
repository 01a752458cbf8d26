"""Words for what an existing card's chip says; stable, other people's scripts read them (README, "Commands")."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime

from schemas.canonical import Wire


class CardVerdict(StrEnum):
    """Verdict on the 利用者証明用電子証明書 of an existing card."""

    VALID = "valid"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    REVOKED = "revoked"
    UNTRUSTED = "untrusted"
    FORGED = "forged"
    NOT_ISSUED = "not_issued"
    LOCKED = "locked"
    WRONG_PIN = "wrong_pin"
    NOT_MY_NUMBER_CARD = "not_my_number_card"
    REMOVED = "removed"
    NO_CARD = "no_card"


GENUINE: Final = frozenset({CardVerdict.VALID, CardVerdict.EXPIRED, CardVerdict.LOCKED})
"""Verdicts on a card that its authority has signed and not taken back: others are given no PIN."""


class Revocation(StrEnum):
    """What is known about revocation: without a source the honest word is 失効未確認 (unchecked)."""

    GOOD = "good"
    REVOKED = "revoked"
    UNCHECKED = "unchecked"
    STALE = "stale"


class CardCheck(Wire):
    """What the chip said, without serial or name. `possession`: the card proved its private key with the PIN.
    `not_after` is None without an end (RFC 5280 4.1.2.5) too. `card_expires`: last day of the plastic card itself, as
    its chip says (not signed); None when it was not read."""

    verdict: CardVerdict
    revocation: Revocation = Revocation.UNCHECKED
    possession: bool = False
    not_before: AwareDatetime | None = None
    not_after: AwareDatetime | None = None
    card_expires: date | None = None
