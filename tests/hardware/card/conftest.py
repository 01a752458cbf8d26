"""Cards, readers and the running pcscd for the tests of the card room.

Keys are made once a session; a card is made for every test, because cards remember.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog

from hardware.card import CardReport
from hardware.card.channel import Channel
from hardware.card.errors import ServiceMissing
from hardware.card.exchange import CardCheckup, PinEntry
from hardware.card.revocation import load_crls
from hardware.card.trust import Anchor
from hardware.card.verify import Verifier
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import VirtualCard
from hardware.card.virtual.service import pcscd_running
from hardware.card.virtual.slot import SECOND_PORT, UNTIL_NOTICED_S, VirtualSlot
from hardware.card.virtual.states import CardMaker
from hardware.card.virtual.transport import InProcessTransport

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)

RunCheck = Callable[..., CardReport]
Holding = Callable[..., AbstractContextManager[VirtualSlot]]

# The commands of a check that needs a PIN, and of one that does not.
WITH_PIN, WITHOUT_PIN = 14, 11


@pytest.fixture(autouse=True)
def logs_as_written() -> None:
    """What a fixture of a longer life has configured in this process does not filter the lines under test."""
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def maker() -> CardMaker:
    """Makes cards of one authority; `now` stands still."""
    return CardMaker(VirtualAuthority.create(NOW), lambda: NOW)


@pytest.fixture(scope="session")
def anchor(maker: CardMaker) -> Anchor:
    return Anchor(maker.authority.certificate, "authority.pem")


@pytest.fixture
def trust(maker: CardMaker, tmp_path: Path) -> Path:
    """A trust folder with the authority in it."""
    folder = tmp_path / "trust"
    folder.mkdir()
    (folder / "authority.pem").write_bytes(maker.authority.pem)
    return folder


@pytest.fixture
def check(maker: CardMaker, anchor: Anchor, tmp_path: Path) -> RunCheck:
    """Check a card in this process: `check(card, pin=…, last_try=…, crl=PEM, anchors=…, now=…)`."""

    def run(
        card: VirtualCard,
        *,
        pin: str | None = None,
        last_try: bool = False,
        crl: bytes | None = None,
        anchors: tuple[Anchor, ...] | None = None,
        now: datetime = NOW,
    ) -> CardReport:
        paths = []
        if crl is not None:
            paths = [tmp_path / "list.crl"]
            paths[0].write_bytes(crl)
        verifier = Verifier((anchor,) if anchors is None else anchors, load_crls(paths), now)
        entry = None if pin is None else PinEntry(pin, last_try)
        return CardCheckup(verifier, bytes).run(Channel(InProcessTransport(card)), entry)

    return run


@pytest.fixture(scope="session")
def pcscd() -> Iterator[None]:
    """pcscd with vpcd runs: the machine's own, or one started here and stopped at the end."""
    try:
        with pcscd_running():
            yield
    except ServiceMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def holding(pcscd: None) -> Holding:
    """A card on the second virtual reader (the first belongs to demonstrations): `holding(card)`, or with
    `until_noticed_s=0` a card that is gone, and the slot free, before pcscd has looked."""

    @contextmanager
    def hold(card: VirtualCard, *, until_noticed_s: float = UNTIL_NOTICED_S) -> Iterator[VirtualSlot]:
        slot = VirtualSlot(SECOND_PORT, until_noticed_s=until_noticed_s)
        slot.insert(card, wait_s=30)
        try:
            yield slot
        finally:
            slot.remove()

    return hold


@pytest.fixture
def empty(pcscd: None) -> Iterator[VirtualSlot]:
    """The second virtual reader without a card: nobody else of this machine puts one in."""
    slot = VirtualSlot(SECOND_PORT)
    slot.claim(wait_s=30)
    yield slot
    slot.remove()
