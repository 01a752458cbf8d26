"""Reading the four attributes (基本4情報) with the attribute PIN, in one go, only where a municipality's rules ask.

The same care as with the certificate: tries left first, the PIN's form here and not on the card, one VERIFY, the last
try by an explicit yes. The file of the 個人番号 has no name in this program.
"""

from __future__ import annotations

from hardware.card import AttributesReport
from hardware.card.channel import Channel
from hardware.card.errors import (
    CardRemoved,
    ExchangeTooLong,
    NotThisApplication,
    PinLocked,
    PinNotSent,
    PinWrong,
    ResponseMalformed,
    TlvMalformed,
    UnexpectedStatus,
)
from hardware.card.exchange import PinEntry
from hardware.card.my_number import CardInputSupport
from hardware.card.pin import admit_pin
from schemas.card import CardVerdict


def read_attributes(channel: Channel, entry: PinEntry | None) -> AttributesReport:
    """VALID with the attributes (without an entry: with the tries left only), or why not: locked, wrong_pin, removed,
    not_my_number_card. Nothing of `CardError` comes out."""
    try:
        return _read(CardInputSupport(channel), entry)
    except NotThisApplication:
        return AttributesReport(CardVerdict.NOT_MY_NUMBER_CARD, "the application is not on this card")
    except (CardRemoved, ExchangeTooLong) as gone:
        return AttributesReport(CardVerdict.REMOVED, f"place the card again: {gone}")
    except (UnexpectedStatus, ResponseMalformed, TlvMalformed) as odd:
        return AttributesReport(CardVerdict.NOT_MY_NUMBER_CARD, f"not the answers of this kind of card: {odd}")


def _read(application: CardInputSupport, entry: PinEntry | None) -> AttributesReport:
    tries_left = application.tries_left()
    if tries_left is None:
        application.still_there()
    if entry is None and tries_left != 0:
        return AttributesReport(CardVerdict.VALID, "the PIN may be asked for", tries_left=tries_left)
    try:
        typed, confirmed = ("", False) if entry is None else (entry.typed, entry.last_try_confirmed)
        digits = admit_pin(typed, tries_left=tries_left, last_try_confirmed=confirmed)
        application.verify_pin(digits)
    except PinLocked as locked:
        return AttributesReport(CardVerdict.LOCKED, str(locked), tries_left=0)
    except (PinWrong, PinNotSent) as refused:
        return AttributesReport(CardVerdict.WRONG_PIN, str(refused), tries_left=refused.tries_left)
    return AttributesReport(CardVerdict.VALID, "the four attributes were read", attributes=application.attributes())
