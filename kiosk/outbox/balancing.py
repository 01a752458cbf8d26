"""This side of the closing balance, and the office's as it answers: captured = received = erased, or it is not over."""

from __future__ import annotations

from pydantic import ValidationError

from kiosk.errors import AnswerInvalid
from kiosk.outbox.stubs import Counts
from schemas.balance import Balance
from schemas.canonical import places
from schemas.ids import DeviceId, VisitId
from schemas.stamp import Stamp


def balance_of(counts: Counts, *, device: DeviceId, visit: VisitId | None, at: Stamp) -> Balance:
    """What this device says of itself."""
    return Balance(
        side="kiosk",
        device=device,
        visit=visit,
        captured=counts.captured,
        received=counts.received,
        erased=counts.erased,
        refused=counts.refused,
        head=counts.head,
        at=at,
    )


def read_office_balance(body: bytes, *, device: DeviceId) -> Balance:
    """The office's answer about this device. Raises `AnswerInvalid`."""
    try:
        balance = Balance.model_validate_json(body)
    except ValidationError as error:
        raise AnswerInvalid("balance.malformed", places(error)) from None
    if (balance.side, balance.device) != ("office", device):
        raise AnswerInvalid("balance.misdirected", "the office's balance is of another device")
    return balance
