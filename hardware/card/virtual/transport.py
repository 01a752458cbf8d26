"""The virtual card without PC/SC: the same bytes, in this process, for fast tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from hardware.card import Transport
from hardware.card.errors import CardRemoved, ReaderMissing
from hardware.card.virtual.card import TORN_ANSWER, VirtualCard
from hardware.status import DeviceKind, DeviceState, DeviceStatus


class InProcessTransport:
    """`Transport` straight into a card."""

    def __init__(self, card: VirtualCard) -> None:
        self._card = card
        self._torn = False

    def transmit(self, apdu: bytes) -> tuple[bytes, int]:
        answer = self._card.transmit(apdu)
        if answer is None and self._card.mood.tear and not self._torn:
            self._torn, answer = True, TORN_ANSWER
        if answer is None:
            raise CardRemoved("the card was taken away")
        return answer[:-2], int.from_bytes(answer[-2:], "big")


class InProcessReaders:
    """`Readers` with a card (or none) on each; change `cards` to insert and remove."""

    def __init__(self, cards: dict[str, VirtualCard | None]) -> None:
        self.cards = cards

    def occupied(self) -> tuple[str, ...]:
        if not self.cards:
            raise ReaderMissing("no card reader is plugged in")
        return tuple(name for name, card in self.cards.items() if card is not None and not card.removed)

    def wait(self, seconds: float) -> None:
        """Nothing changes by itself here."""

    @contextmanager
    def connect(self, reader: str) -> Iterator[Transport]:
        card = self.cards[reader]
        if card is None or card.removed:
            raise CardRemoved("the card was taken away")
        try:
            yield InProcessTransport(card)
        finally:
            card.power_off()

    def status(self) -> DeviceStatus:
        state = DeviceState.READY if self.cards else DeviceState.MISSING
        return DeviceStatus(DeviceKind.CARD, state, "card.ready" if self.cards else "card.reader_missing")
