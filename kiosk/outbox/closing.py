"""The closing balance with two signatures: this device's word about what it captured and erased, and the office's.

Stated by itself whenever something has changed, so that the office knows of packets that have not reached it, and once
more when staff ask. The newest answer of each visit is kept for printing, with or without a line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from kiosk.errors import AnswerInvalid
from kiosk.outbox.balancing import balance_of
from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.keys import DeviceKey, Identity, verified
from kiosk.outbox.store import Store
from kiosk.outbox.uplink import Answer, Uplink
from schemas.balance import BalanceStatement, ClosingBalance, Gifts
from schemas.canonical import places
from schemas.ids import VisitId

GiftsOf = Callable[[VisitId | None], Gifts | None]
"""What the tablet knows of a visit's gifts; None: nothing, or the device's whole life is asked about."""


class Closer:
    """States and keeps the balances of one device."""

    def __init__(self, store: Store, key: DeviceKey, clock: OfficeClock, gifts: GiftsOf) -> None:
        self._store, self._key, self._clock, self._gifts = store, key, clock, gifts

    def kept(self, visit: VisitId | None) -> ClosingBalance | None:
        """The newest one, as the office has answered it; None before the first."""
        try:
            return ClosingBalance.model_validate_json(self._store.closing(visit) or b"")
        except ValidationError:
            return None

    def tell(self, uplink: Uplink, identity: Identity) -> Iterator[Answer]:
        """State everything that has changed, one after the other. Raises an `UplinkError`."""
        for visit in self.changed():
            yield self.close(visit, uplink, identity)[1]

    def changed(self) -> tuple[VisitId | None, ...]:
        """What the office has not been told as it is now: visits, and None for the device's whole life."""
        visits: list[VisitId | None] = [*self._store.visits()]
        return tuple(visit for visit in (*visits, None) if visits and self._differs(visit))

    def close(self, visit: VisitId | None, uplink: Uplink, identity: Identity) -> tuple[ClosingBalance, Answer]:
        """State it now. Raises an `UplinkError`."""
        stated = self.statement(visit, identity)
        answer = uplink.close_balance(stated.canonical(), visit)
        closing = read_closing(answer.body, stated=stated, identity=identity)
        self._store.note_closing(visit, closing.canonical())
        return closing, answer

    def statement(self, visit: VisitId | None, identity: Identity) -> BalanceStatement:
        """This side, signed."""
        own = balance_of(self._store.counts(visit), device=identity.device, visit=visit, at=self._clock.stamp())
        unsigned = BalanceStatement(
            municipality=identity.municipality, balance=own, gifts=self._gifts(visit), signer=self._key.key_id
        )
        return unsigned.model_copy(update={"signature": self._key.sign(unsigned.signed_part)})

    def _differs(self, visit: VisitId | None) -> bool:
        kept, counts = self.kept(visit), self._store.counts(visit)
        now = (counts.captured, counts.received, counts.erased, counts.refused)
        if kept is None or kept.kiosk.balance.counts != now:
            return True
        return visit is not None and kept.kiosk.gifts != self._gifts(visit)


def read_closing(body: bytes, *, stated: BalanceStatement, identity: Identity) -> ClosingBalance:
    """The office's answer to this very statement, signed by a believed key. Raises `AnswerInvalid`."""
    try:
        closing = ClosingBalance.model_validate_json(body)
    except ValidationError as error:
        raise AnswerInvalid("balance.malformed", places(error)) from None
    office, asked = closing.office, stated.balance
    if not verified(office.signed_part, office.signature, office.signer, identity.office_keys):
        raise AnswerInvalid("balance.forged", "the office's balance is not signed by the office")
    about = (office.municipality, office.balance.side, office.balance.device, office.balance.visit, office.answers)
    if about != (stated.municipality, "office", asked.device, asked.visit, stated.digest) or closing.kiosk != stated:
        raise AnswerInvalid("balance.misdirected", "the office's balance answers another statement")
    return closing
