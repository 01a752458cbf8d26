"""What exists once a device has an identity: its key, its bundle, its packets, and its way to the office."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from kiosk.outbox.clock import OfficeClock
from kiosk.outbox.closing import Closer, GiftsOf
from kiosk.outbox.courier import Courier
from kiosk.outbox.doubles import Doubles
from kiosk.outbox.hearing import Hearing
from kiosk.outbox.keys import Identity, Keys
from kiosk.outbox.pace import Pace
from kiosk.outbox.shelf import CameOf, Shelf
from kiosk.outbox.store import Store
from kiosk.outbox.uplink import Answer, Signer, Uplink
from schemas.balance import ClosingBalance
from schemas.device_life import DeviceStatement
from schemas.ids import VisitId


class Enrolled:
    """One identity of this data folder. `readonly` looks without writing anything."""

    def __init__(
        self,
        folder: Path,
        identity: Identity,
        *,
        clock: OfficeClock,
        randomness: Callable[[int], bytes],
        readonly: bool,
        gifts: GiftsOf,
        came: CameOf,
    ) -> None:
        self._clock, self._randomness, self._readonly = clock, randomness, readonly
        self.key = Keys(folder).key(identity.device_key)
        self.shelf = Shelf(folder, identity, came=came)
        self.store = Store(folder / f"outbox-{identity.device}.db", readonly=readonly)
        self.closer = Closer(self.store, self.key, clock, gifts)
        self.doubles = Doubles(randomness)
        clock.recall(self.store.office_time())

    @property
    def identity(self) -> Identity:
        return self.shelf.identity

    def uplink(self) -> Uplink:
        """A line of its own, to be closed by the caller."""
        signer = Signer(self.identity.device, self.key)
        return Uplink(self.identity.office_url, clock=self._clock, randomness=self._randomness, signer=signer)

    def courier(self, pace: Pace, *, ended: Callable[[DeviceStatement], None]) -> Courier:
        """A courier, not started. `ended`: called on its thread, as its last act, when this device is over."""
        return Courier(
            self.store,
            self.shelf,
            self.uplink(),
            clock=self._clock,
            hearing=Hearing(self._clock, self.store, self.shelf),
            closer=self.closer,
            randomness=self._randomness,
            pace=pace,
            ended=ended,
        )

    def refresh_bundle(self) -> bool:
        """Ask for a newer bundle. True when one came. Raises an `UplinkError` when the office cannot be asked."""
        with self.uplink() as uplink:
            answer = uplink.bundle(self.shelf.question(self.store.counts()))
        self._hear(answer)
        return self.shelf.take(answer.body, at=self._clock.now())

    def office_balance(self, visit: str | None) -> bytes:
        """The office's answer about its side of the balance."""
        with self.uplink() as uplink:
            answer = uplink.balance(visit)
        self._hear(answer)
        return answer.body

    def close_balance(self, visit: VisitId | None) -> ClosingBalance:
        """Both sides' words about a visit, made now. Raises an `UplinkError`."""
        with self.uplink() as uplink:
            closing, answer = self.closer.close(visit, uplink, self.identity)
        self._hear(answer)
        return closing

    def _hear(self, answer: Answer) -> None:
        if not self._readonly:
            Hearing(self._clock, self.store, self.shelf).answer(answer)
