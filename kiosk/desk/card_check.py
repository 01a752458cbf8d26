"""The check of an existing card, in its own thread: start, watch, take the answer.

The PIN is an argument of one thread's one call. It is held nowhere else and never repeated by itself; before it is
asked for, the tries left are known, and the last try needs the person's own word.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from hardware.card import CardDesk, CardReport
from kiosk.desk.errors import DeskRefused
from kiosk.desk.pin_entry import require_form, require_try
from schemas.card import CardCheck as CardWord
from schemas.card import CardVerdict
from schemas.triage import last_day

_NO_WORD = frozenset({CardVerdict.NO_CARD, CardVerdict.REMOVED, CardVerdict.WRONG_PIN, CardVerdict.NOT_MY_NUMBER_CARD})


class CardPhase(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    REPORTED = "reported"


@dataclass(frozen=True)
class CardView:
    """`report`: the last check. `word`: what may be kept of this card (a wrong PIN does not take it back)."""

    phase: CardPhase = CardPhase.WAITING
    with_pin: bool = False
    report: CardReport | None = None
    word: CardWord | None = None

    @property
    def tries_left(self) -> int | None:
        return self.report.tries_left if self.report else None


class CardCheck:
    """One reader, one check at a time. `changed` is called after each change of the view."""

    def __init__(self, desk: CardDesk, *, wait_s: float, changed: Callable[[], None]) -> None:
        self._desk, self._wait_s, self._changed = desk, wait_s, changed
        self._lock = threading.Lock()
        self._turn = 0
        self._running = False
        self._empty = False
        self._view = CardView()

    def view(self) -> CardView:
        with self._lock:
            return self._view

    def start(self, *, pin: str | None = None, last_try_confirmed: bool = False) -> None:
        """Begin a check; one that reads the card already is enough. Raises `DeskRefused` for a PIN that cannot be one,
        a busy reader, an unconfirmed last try."""
        with self._lock:
            if self._running and pin is None and self._view.phase is CardPhase.READING and not self._view.with_pin:
                return
            if self._running:
                raise DeskRefused("card.reading")
            if pin is not None:
                self._may_try(pin, last_try_confirmed)
            self._turn += 1
            self._running = True
            self._view = replace(self._view, phase=CardPhase.READING, with_pin=pin is not None)
            thread = threading.Thread(
                target=self._run, args=(self._turn, pin, last_try_confirmed), name="card check", daemon=True
            )
        self._changed()
        thread.start()

    def watch(self) -> None:
        """One look at the reader: a card laid down before this person's eyes is read without a word more. One that lay
        there before may be the last person's and waits for a touch."""
        if self._running or self.view().phase is not CardPhase.WAITING:
            return
        present = self._desk.present()
        laid, self._empty = present and self._empty, not present
        if laid:
            self.start()

    def clear(self) -> None:
        """Forget the card. A check that still runs comes back to nobody."""
        with self._lock:
            self._turn += 1
            self._empty = False
            self._view = CardView()

    def _may_try(self, pin: str, last_try_confirmed: bool) -> None:
        require_form(pin)
        if self._view.word is None:
            raise DeskRefused("pin.not_now")
        require_try(self._view.tries_left, last_try_confirmed=last_try_confirmed)

    def _run(self, turn: int, pin: str | None, last_try_confirmed: bool) -> None:
        try:
            report = self._desk.check(pin=pin, last_try_confirmed=last_try_confirmed, wait_s=self._wait_s)
            self._take(turn, replace(report, serial=None))
        finally:
            with self._lock:
                self._running = False
            self._changed()

    def _take(self, turn: int, report: CardReport) -> None:
        with self._lock:
            if turn != self._turn:
                return
            self._view = replace(self._view, phase=CardPhase.REPORTED, report=report, word=self._word(report))

    def _word(self, report: CardReport) -> CardWord | None:
        if report.verdict is CardVerdict.WRONG_PIN:
            return self._view.word
        if report.verdict in _NO_WORD:
            return None
        return CardWord(
            verdict=report.verdict,
            revocation=report.revocation,
            possession=report.possession,
            not_before=report.not_before,
            not_after=report.not_after if last_day(report.not_after) else None,
            card_expires=report.card_expires,
        )
