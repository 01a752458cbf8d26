"""Our side of vpcd's protocol, against a driver played here."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from hardware.card.errors import ReaderBusy
from hardware.card.virtual.card import Mood
from hardware.card.virtual.slot import VirtualSlot
from hardware.card.virtual.states import CardMaker, CardState

SELECT = bytes.fromhex("00A4040C0AD392F000260100000001")


@dataclass
class _Driver:
    """The listening side: accepts one card and asks for its ATR, as pcscd's first look does."""

    server: socket.socket
    polite: bool = True
    connection: socket.socket | None = None
    thread: threading.Thread | None = field(default=None, repr=False)

    @property
    def port(self) -> int:
        return int(self.server.getsockname()[1])

    def accept(self) -> None:
        self.thread = threading.Thread(target=self._accept)
        self.thread.start()

    def _accept(self) -> None:
        self.connection, _ = self.server.accept()
        if self.polite:
            self.connection.sendall(b"\x00\x01\x04")

    def ask(self, message: bytes) -> bytes | None:
        assert self.connection is not None
        self.connection.sendall(struct.pack(">H", len(message)) + message)
        return self.hear()

    def hear(self) -> bytes | None:
        assert self.connection is not None
        head = self.connection.recv(2, socket.MSG_WAITALL)
        return self.connection.recv(struct.unpack(">H", head)[0], socket.MSG_WAITALL) if head else None


@pytest.fixture
def driver() -> Iterator[_Driver]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = _Driver(server)
        yield made
        if made.thread is not None:
            made.thread.join(5)
        if made.connection is not None:
            made.connection.close()


def test_the_card_answers_atr_and_commands(maker: CardMaker, driver: _Driver) -> None:
    card, slot = maker.card(CardState.VALID), VirtualSlot(driver.port, until_noticed_s=0)
    driver.accept()
    slot.insert(card)
    assert driver.hear() == card.atr
    assert driver.ask(SELECT) == b"\x90\x00"
    slot.remove()
    assert driver.hear() is None


def test_power_off_forgets_what_was_selected(maker: CardMaker, driver: _Driver) -> None:
    card, slot = maker.card(CardState.VALID), VirtualSlot(driver.port, until_noticed_s=0)
    driver.accept()
    slot.insert(card)
    driver.hear()
    driver.ask(SELECT)
    assert driver.connection is not None
    driver.connection.sendall(b"\x00\x01\x00\x00\x01\x01")
    assert driver.ask(b"\x04") == card.atr
    assert card.current is None
    slot.remove()


@pytest.mark.parametrize("tear", [False, True])
def test_a_card_that_leaves_hangs_up(maker: CardMaker, driver: _Driver, tear: bool) -> None:
    slot = VirtualSlot(driver.port, until_noticed_s=0)
    driver.accept()
    slot.insert(maker.card(CardState.VALID, mood=Mood(remove_after=0, tear=tear)))
    driver.hear()
    answer = driver.ask(SELECT)
    assert (answer is None) != tear
    assert answer is None or len(answer) < 64
    assert slot.wait_until_gone(5)
    slot.remove()


def test_a_driver_that_asks_nothing_means_the_slot_is_taken(maker: CardMaker, driver: _Driver) -> None:
    driver.polite = False
    driver.accept()
    with pytest.raises(ReaderBusy):
        VirtualSlot(driver.port).insert(maker.card(CardState.VALID), wait_s=0.2)


def test_removing_twice_is_harmless(driver: _Driver) -> None:
    slot = VirtualSlot(driver.port)
    slot.remove()
    slot.remove()
    assert not slot.wait_until_gone(0)


def test_a_removal_lasts_until_the_driver_has_noticed(maker: CardMaker, driver: _Driver) -> None:
    slot = VirtualSlot(driver.port)
    driver.accept()
    slot.insert(maker.card(CardState.VALID))
    driver.hear()
    removal = threading.Thread(target=slot.remove)
    removal.start()
    assert driver.hear() is None
    removal.join(0.7)
    assert removal.is_alive()
    assert driver.connection is not None
    driver.connection.close()
    removal.join(5)
    assert not removal.is_alive()


def test_a_claimed_slot_admits_nobody_else(maker: CardMaker, driver: _Driver) -> None:
    slot = VirtualSlot(driver.port)
    slot.claim()
    with pytest.raises(ReaderBusy):
        VirtualSlot(driver.port).insert(maker.card(CardState.VALID), wait_s=0.1)
    slot.remove()


def test_a_slot_holds_one_card(maker: CardMaker, driver: _Driver) -> None:
    slot = VirtualSlot(driver.port, until_noticed_s=0)
    driver.accept()
    slot.insert(maker.card(CardState.VALID))
    with pytest.raises(ReaderBusy):
        slot.insert(maker.card(CardState.VALID))
    slot.remove()
