"""Hearing the time: which signed moments lie between which readings of our own clock, and writing the last one down.

A receipt cannot be older than the packet it names was first sent, a time header not older than the request whose nonce
it repeats. A receipt for a packet that an earlier process already tried to send says nothing about now.
"""

from __future__ import annotations

from datetime import datetime

from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.shelf import Shelf
from kiosk.outbox.store import Store, Stub
from kiosk.outbox.trust import read_time
from kiosk.outbox.uplink import Answer
from schemas.receipt import Receipt

_WRITE_EVERY = 600.0  # seconds


class Hearing:
    """Used by whoever gets answers from the office."""

    def __init__(self, clock: OfficeClock, store: Store, shelf: Shelf) -> None:
        self._clock, self._store, self._shelf = clock, store, shelf
        self._first_sent: dict[int, float] = {}

    def sending(self, stub: Stub) -> None:
        """Note the moment before a packet's first sending."""
        if stub.attempts == 0:
            self._first_sent.setdefault(stub.sequence, self._clock.monotonic())

    def answer(self, answer: Answer) -> None:
        """Take the time header, if there is one to be believed."""
        if not answer.time:
            return
        at = read_time(answer.time, nonce=answer.nonce, identity=self._shelf.identity)
        if at is not None:
            self._heard(at, answer.asked, answer.answered)

    def receipt(self, receipt: Receipt, answer: Answer) -> None:
        """Take a verified receipt's moment."""
        first_sent = self._first_sent.pop(receipt.sequence, None)
        if first_sent is not None:
            self._heard(receipt.received_at, first_sent, answer.answered)

    def _heard(self, at: datetime, not_before: float, not_after: float) -> None:
        if not self._clock.heard(at, not_before=not_before, not_after=not_after):
            return
        known, anchor = self._store.office_time(), self._clock.anchor
        assert anchor is not None
        if known is None or known.boot != anchor.boot or anchor.monotonic - known.monotonic > _WRITE_EVERY:
            self._store.note_office_time(anchor)
