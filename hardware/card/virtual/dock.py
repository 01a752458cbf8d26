"""Cards for the development dock: put on the reader, swapped and torn away by a click, judged like any others.

They go through pcscd and vpcd where both are there, else straight into this process. Their authority is made anew at
every start and lies in a folder of its own that goes with the process: nothing else ever trusts it.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

import structlog

from hardware.card import CardDesk
from hardware.card.desk import ReaderDesk, Readers
from hardware.card.errors import ReaderBusy, ReaderTrouble
from hardware.card.generations import known_generations
from hardware.card.pcsc import pcsc_readers
from hardware.card.sources import TrustSources
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import Mood, VirtualCard
from hardware.card.virtual.service import pcscd_running
from hardware.card.virtual.slot import FIRST_PORT, SECOND_PORT, VirtualSlot
from hardware.card.virtual.states import CardMaker, CardState, Holder
from hardware.card.virtual.transport import InProcessReaders
from hardware.settings import DeviceSettings

_CLAIM_SECONDS = 0.3
_INSERT_SECONDS = 5.0
_TORN_AT = 9
"""Commands after which a torn card is gone: in the middle of its certificate."""
_HERE = "simulated reader"
_log = structlog.get_logger("hardware.card.dock")


class _Place(Protocol):
    """Where a card is laid."""

    def lay(self, card: VirtualCard) -> None:
        """Raises `ReaderTrouble`."""

    def lift(self) -> None: ...


class _Vpcd:
    def __init__(self, slot: VirtualSlot) -> None:
        self._slot = slot

    def lay(self, card: VirtualCard) -> None:
        self._slot.insert(card, wait_s=_INSERT_SECONDS)

    def lift(self) -> None:
        self._slot.remove()


class _InProcess:
    def __init__(self, readers: InProcessReaders) -> None:
        self._readers = readers

    def lay(self, card: VirtualCard) -> None:
        self._readers.cards[_HERE] = card

    def lift(self) -> None:
        """Gone for whoever is reading it this moment, too."""
        lying, self._readers.cards[_HERE] = self._readers.cards[_HERE], None
        if lying is not None:
            lying.removed = True


@dataclass(frozen=True)
class Laid:
    """What lies on the reader."""

    state: CardState
    torn: bool = False
    slow: bool = False
    tries: int = 3


class CardDock:
    """One reader and one card at most. `through_pcsc` False keeps everything in this process."""

    def __init__(self, now: Callable[[], datetime], *, through_pcsc: bool = True) -> None:
        self._open = ExitStack()
        self._lock = threading.Lock()
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="demado-dock-")))
        self._maker = CardMaker(VirtualAuthority.create(now()), now)
        self.trust, self.revoked = self._folder / "trust", self._folder / "revoked.crl"
        self.trust.mkdir()
        (self.trust / "authority.pem").write_bytes(self._maker.authority.pem)
        self._laid: Laid | None = None
        self._card: VirtualCard | None = None
        self.readers, self._place = self._reader(through_pcsc)

    @property
    def laid(self) -> Laid | None:
        """What lies there now; None when nothing was put there, or it has left by itself."""
        with self._lock:
            return None if self._card is None or self._card.removed else self._laid

    def put(self, laid: Laid) -> None:
        """Take away what lies there, then put this one. Raises `ReaderTrouble`."""
        mood = Mood(remove_after=_TORN_AT if laid.torn else None, tear=laid.torn, slow_s=0.4 if laid.slow else 0.0)
        card = self._maker.card(laid.state, Holder(tries=laid.tries), mood=mood)
        with self._lock:
            self._lift()
            self.revoked.unlink(missing_ok=True)
            if laid.state is CardState.REVOKED:
                self.revoked.write_bytes(self._maker.revocation_list(card))
            self._place.lay(card)
            self._laid, self._card = laid, card

    def take(self) -> None:
        """The card is gone, even in the middle of a reading."""
        with self._lock:
            self._lift()

    def close(self) -> None:
        self.take()
        self._open.close()

    def _lift(self) -> None:
        self._place.lift()
        self._laid = self._card = None

    def _reader(self, through_pcsc: bool) -> tuple[Readers, _Place]:
        try:
            if through_pcsc:
                return self._vpcd()
        except ReaderTrouble as trouble:
            _log.warning("dock_without_pcsc", reason=str(trouble))
        here = InProcessReaders({_HERE: None})
        return here, _InProcess(here)

    def _vpcd(self) -> tuple[Readers, _Place]:
        """The first free slot; `claim` without a card tells. Raises `ReaderTrouble`."""
        with ExitStack() as opened:
            opened.enter_context(pcscd_running())
            for port in (FIRST_PORT, SECOND_PORT):
                slot = VirtualSlot(port)
                try:
                    slot.claim(wait_s=_CLAIM_SECONDS)
                except ReaderBusy:
                    continue
                readers = pcsc_readers(slot.reader)
                self._open.push(opened.pop_all())
                return readers, _Vpcd(slot)
            raise ReaderBusy("both slots of vpcd are taken")


def docked_desk(dock: CardDock, settings: DeviceSettings, now: Callable[[], datetime]) -> CardDesk:
    """The desk over the dock's reader; what the kiosk's bundle brings counts beside the dock's authority."""
    sources = TrustSources(dock.trust, (dock.revoked,), now, None, settings.card_bundle)
    return ReaderDesk(
        dock.readers, sources, card_expiry=True, attributes_allowed=settings.card_attributes,
        layouts=known_generations(),
    )  # fmt: skip
