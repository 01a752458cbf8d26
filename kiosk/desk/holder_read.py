"""Name and birth date from the chip (券面事項入力補助), in its own thread, where the visit's rules ask for them.

The PIN is that application's own and lives for one call. It goes only to the card that was checked at this counter a
moment ago, after its certificate was found in order again. Of the four attributes two are kept, here and until the
person confirms them; address and sex end with the call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from pydantic import ValidationError

from hardware.card import AttributesReport, CardDesk
from kiosk.desk.card_check import CardPhase
from kiosk.desk.errors import DeskRefused
from kiosk.desk.pin_entry import require_form, require_try
from schemas.answers import CardHolder
from schemas.card import GENUINE, CardCheck, CardVerdict


@dataclass(frozen=True)
class HolderView:
    """`verdict`: of the last look, None before it. `holder`: what was read and waits for the person's yes."""

    phase: CardPhase = CardPhase.WAITING
    verdict: CardVerdict | None = None
    tries_left: int | None = None
    other_card: bool = False
    holder: CardHolder | None = field(default=None, repr=False)

    @property
    def pin_wanted(self) -> bool:
        """True when the card lies there and a PIN may be typed."""
        open_ = self.verdict in (CardVerdict.VALID, CardVerdict.WRONG_PIN) and self.tries_left != 0
        return self.phase is CardPhase.REPORTED and open_ and self.holder is None and not self.other_card


class HolderRead:
    """One reader, one look at a time. `changed` is called after each change of the view."""

    def __init__(self, desk: CardDesk, *, wait_s: float, changed: Callable[[], None]) -> None:
        self._desk, self._wait_s, self._changed = desk, wait_s, changed
        self._lock = threading.Lock()
        self._turn = 0
        self._running = False
        self._view = HolderView()

    def view(self) -> HolderView:
        with self._lock:
            return self._view

    def start(self, known: CardCheck, *, pin: str | None = None, last_try_confirmed: bool = False) -> None:
        """Look how many tries are left, or with a PIN read. `known`: what was found at the card's step. Raises
        `DeskRefused` for a PIN that cannot be one, a busy reader, an unconfirmed last try."""
        with self._lock:
            if self._running:
                raise DeskRefused("card.reading")
            if pin is not None:
                require_form(pin)
                if not self._view.pin_wanted:
                    raise DeskRefused("pin.not_now")
                require_try(self._view.tries_left, last_try_confirmed=last_try_confirmed)
            self._turn += 1
            self._running = True
            self._view = replace(self._view, phase=CardPhase.READING)
            how = (self._turn, known, pin, last_try_confirmed)
            thread = threading.Thread(target=self._run, args=how, name="holder", daemon=True)
        self._changed()
        thread.start()

    def clear(self) -> None:
        """Forget the person. A look that still runs comes back to nobody."""
        with self._lock:
            self._turn += 1
            self._view = HolderView()

    def _run(self, turn: int, known: CardCheck, pin: str | None, last_try_confirmed: bool) -> None:
        try:
            view = self._look(known, pin, last_try_confirmed)
            with self._lock:
                if turn == self._turn:
                    self._view = view
        finally:
            with self._lock:
                self._running = False
            self._changed()

    def _look(self, known: CardCheck, pin: str | None, last_try_confirmed: bool) -> HolderView:
        there = self._desk.check(wait_s=self._wait_s)
        if there.verdict not in GENUINE:
            return HolderView(CardPhase.REPORTED, there.verdict)
        if there.not_before != known.not_before:
            return HolderView(CardPhase.REPORTED, there.verdict, other_card=True)
        return _told(self._desk.attributes(pin=pin, last_try_confirmed=last_try_confirmed, wait_s=0.0))


def _told(report: AttributesReport) -> HolderView:
    found = report.attributes
    if found is None:
        return HolderView(CardPhase.REPORTED, report.verdict, report.tries_left)
    try:
        holder = CardHolder(name=found.name.strip(), birth_date=found.birth_date)
    except ValidationError:  # not a name: what the chip holds is not shown in part
        return HolderView(CardPhase.REPORTED, CardVerdict.NOT_MY_NUMBER_CARD)
    return HolderView(CardPhase.REPORTED, report.verdict, report.tries_left, holder=holder)
