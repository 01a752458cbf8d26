"""The outbox: what is sealed stays until the office has signed for it, and cannot be read here again.

`Outbox` is the whole contract; the siblings implement it. Screens call it from any thread. A slip is printed only
after `keep` has returned: by then the record is sealed, sequenced, chained and durable.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Self

from pydantic import ValidationError

from kiosk.errors import DeviceErased, EnrolmentRefused, KioskError, NotEnrolled, NoVisit, OutboxInUse
from kiosk.outbox import ending, usb
from kiosk.outbox.balancing import balance_of, read_office_balance
from kiosk.outbox.clock import OfficeClock, boot_id, boottime, utc_now
from kiosk.outbox.closing import GiftsOf
from kiosk.outbox.courier import Courier
from kiosk.outbox.enrol import enrol
from kiosk.outbox.enrolled import Enrolled
from kiosk.outbox.files import FolderLock, free_bytes, make_private_folder
from kiosk.outbox.gauges import Alarm, CourierStatus, Gauges, Level, Limits, measure, require_room
from kiosk.outbox.keeping import keep
from kiosk.outbox.keys import Identity, Keys
from kiosk.outbox.pace import Pace
from kiosk.outbox.shelf import CameOf
from kiosk.outbox.store import Counts, Kept, State, Stub
from kiosk.outbox.tries import TryBook
from kiosk.outbox.usb import ExportReport, ReceiptsReport
from schemas.balance import Balance, ClosingBalance
from schemas.device_life import DeviceStatement
from schemas.enrolment import EnrolmentTicket
from schemas.ids import ApplicationFormId, RecordId, SlipNumber, VisitId
from schemas.intake import IntakeRecord
from schemas.slip_code import SlipCode
from schemas.stamp import Stamp
from schemas.visit import VisitBundle

__all__ = [
    "Alarm", "Counts", "ExportReport", "Gauges", "Identity", "Kept", "Level", "Limits", "Outbox", "Pace",
    "ReceiptsReport", "State", "Stub",
]  # fmt: skip


class Outbox:
    """One data folder, owned by this process until `close`."""

    def __init__(
        self,
        folder: Path,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float],
        randomness: Callable[[int], bytes],
        boot: Callable[[], str],
        readonly: bool,
        limits: Limits,
        pace: Pace,
        allow_plain_http: bool,
    ) -> None:
        self._folder, self._randomness, self._limits, self._pace = folder, randomness, limits, pace
        self._allow_plain_http, self._readonly = allow_plain_http, readonly
        self._changing = threading.Lock()
        self._courier: Courier | None = None
        self._courier_wanted = False
        self.gifts: GiftsOf = lambda _visit: None  # the tablet's sheet
        self.came: CameOf = lambda _bundle: None  # the venue's queue
        self._clock = OfficeClock(clock, monotonic, boot=boot())
        self._keys, self.tries = Keys(folder), TryBook(folder)
        self._lock = None if readonly else FolderLock(folder)
        try:
            identity = self._keys.identity()
            self._ended = ending.resume(folder, identity, looking=readonly)
            self._enrolled = self._begin(identity) if identity and not self._ended else None
        except KioskError:
            self._unlock()
            raise

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        clock: Callable[[], datetime] = utc_now,
        monotonic: Callable[[], float] = boottime,
        randomness: Callable[[int], bytes] = os.urandom,
        boot: Callable[[], str] = boot_id,
        readonly: bool = False,
        limits: Limits | None = None,
        pace: Pace | None = None,
        allow_plain_http: bool = False,
    ) -> Self:
        """Open or make the outbox in `folder` (0700). Raises `OutboxInUse` when another process owns it, and
        `OutboxFault` when it cannot be used; `readonly` looks into a running one without disturbing it."""
        make_private_folder(folder)
        return cls(
            folder, clock=clock, monotonic=monotonic, randomness=randomness, boot=boot, readonly=readonly,
            limits=limits or Limits(), pace=pace or Pace(), allow_plain_http=allow_plain_http,
        )  # fmt: skip

    @property
    def identity(self) -> Identity | None:
        return self._enrolled.identity if self._enrolled else None

    @property
    def bundle(self) -> VisitBundle | None:
        """The newest verified visit bundle."""
        return self._enrolled.shelf.bundle if self._enrolled else None

    @property
    def ended(self) -> DeviceStatement | None:
        """The office's word after which everything here was destroyed; None while the device lives."""
        return self._ended

    def enrol(self, ticket: EnrolmentTicket, name: str) -> Identity:
        """Become the device the office's ticket speaks of. Nothing may be unsent under an older identity."""
        with self._changing:
            if self._enrolled and (counts := self._enrolled.store.counts()).unsent + counts.refused:
                raise EnrolmentRefused("enrolment.unsent_packets", "send or export what is unsent first")
            self._stop_courier()
            try:
                return self._become(ticket, name)
            finally:
                if self._courier_wanted and self._enrolled:
                    self._run_courier(self._enrolled)

    def _become(self, ticket: EnrolmentTicket, name: str) -> Identity:
        try:
            identity = enrol(
                ticket, name, keys=self._keys, clock=self._clock, randomness=self._randomness,
                allow_plain_http=self._allow_plain_http,
            )  # fmt: skip
        except ValidationError as error:
            raise EnrolmentRefused("enrolment.name_invalid", "a name has 1 to 80 characters") from error
        if self._enrolled:
            self._enrolled.store.close()
        if self._ended:
            ending.begin_anew(self._folder)
            self._ended = None
        self._enrolled = self._begin(identity)
        if self._clock.anchor:
            self._enrolled.store.note_office_time(self._clock.anchor)
        return identity

    def _begin(self, identity: Identity) -> Enrolled:
        return Enrolled(
            self._folder, identity, clock=self._clock, randomness=self._randomness, readonly=self._readonly,
            gifts=lambda visit: self.gifts(visit), came=lambda bundle: self.came(bundle),
        )  # fmt: skip

    def stamp(self) -> Stamp:
        return self._clock.stamp()

    def today(self) -> date:
        """The day in Japan, by the office's time as well as it is known."""
        return self._clock.today()

    def next_slip(self) -> SlipNumber:
        """The next slip number of this counter; a number given is never given again until 9999 is over."""
        enrolled = self._need()
        return SlipNumber.new(enrolled.identity.counter, enrolled.store.next_slip())

    def new_record_id(self) -> RecordId:
        return RecordId.new(
            unix_ms=max(0, round(self._clock.now().timestamp() * 1000)), randomness=self._randomness(10)
        )

    def slip_code(self, slip: SlipNumber) -> SlipCode:
        """A slip's number under this device's signature. Raises `NotEnrolled`."""
        key = self._need().key
        return SlipCode.sign(slip, key.key_id, key.sign)

    def keep(self, record: IntakeRecord, photo: bytes | None) -> Kept:
        """Seal the record and its photo; durable when this returns. Keeping the same record id again changes nothing
        and returns the first answer. Raises `OutboxFull`, `OutboxFault`, `RecordUnfit`, `NoVisit`, `NotEnrolled`;
        then nothing was kept and the record is still the caller's."""
        enrolled = self._need()
        if enrolled.shelf.bundle is None:
            raise NoVisit
        require_room(self._disk_free(), self._limits)
        kept = keep(
            record, photo, bundle=enrolled.shelf.bundle, key=enrolled.key, store=enrolled.store, clock=self._clock,
            most_unsent=self._limits.unsent[1],
        )  # fmt: skip
        enrolled.doubles.sealed(record.form.form_id)
        if self._courier:
            self._courier.wake()
        return kept

    def form_known(self, form: ApplicationFormId | None) -> bool:
        """Whether a form of this id was received or sealed before: a question to people, never a refusal."""
        return bool(form and self._enrolled and self._enrolled.doubles.knows(form, self.bundle))

    def gauges(self) -> Gauges:
        """How full, how old, how far from the office; with the alarms that are due."""
        return measure(
            self._enrolled.store.counts() if self._enrolled else None,
            self._courier.status if self._courier else CourierStatus(),
            checked=self._enrolled.shelf.checked_at if self._enrolled else None,
            disk_free=self._disk_free(),
            now=self._clock.now(),
            limits=self._limits,
        )

    def balance(self, visit: VisitId | None = None) -> Balance:
        """This side of the closing balance: over the device's life, or of one visit."""
        enrolled = self._need()
        return balance_of(enrolled.store.counts(visit), device=enrolled.identity.device, visit=visit, at=self.stamp())

    def office_balance(self, visit: VisitId | None = None) -> Balance:
        """The office's side, asked now. Raises an `UplinkError` when it cannot be had."""
        enrolled = self._need()
        return read_office_balance(enrolled.office_balance(visit), device=enrolled.identity.device)

    def closing(self, visit: VisitId | None = None) -> ClosingBalance | None:
        """The newest closing balance both sides have signed, for printing; None before the first."""
        return self._need().closer.kept(visit)

    def close_balance(self, visit: VisitId | None = None) -> ClosingBalance:
        """Have the balance signed by both sides now. Raises an `UplinkError` when the office cannot be asked."""
        return self._need().close_balance(visit)

    def packets(self, *states: State, after: int = 0) -> tuple[Stub, ...]:
        """Stubs for the staff screen, oldest first, 200 at a time; REFUSED is the quarantine with its reasons."""
        return self._need().store.stubs(*states, after=after)

    def retry_refused(self) -> int:
        """Send the quarantine once more, after the office has changed something. Returns how many packets."""
        number = self._need().store.requeue_refused()
        if self._courier:
            self._courier.forgive()
        return number

    def refresh_bundle(self) -> bool:
        """Ask for a newer bundle now. True when one came. Raises an `UplinkError` when the office cannot be asked."""
        return self._need().refresh_bundle()

    def start_courier(self) -> None:
        """Carry packets from now on, or as soon as there is an identity. Who only looks may not (`OutboxInUse`)."""
        if self._readonly:
            raise OutboxInUse
        with self._changing:
            self._courier_wanted = True
            if self._enrolled and self._courier is None:
                self._run_courier(self._enrolled)

    def export(self, folder: Path, *, file_limit: int = usb.FILE_LIMIT) -> ExportReport:
        """Put everything the office has not signed for onto a stick, proven by reading it back."""
        enrolled = self._need()
        return usb.export(
            folder, store=enrolled.store, identity=enrolled.identity, key=enrolled.key, stamp=self.stamp(),
            file_limit=file_limit,
        )  # fmt: skip

    def take_receipts(self, path: Path) -> ReceiptsReport:
        """Apply the receipts the office put onto a stick: what it signed for is erased."""
        enrolled = self._need()
        return usb.take_receipts(path, store=enrolled.store, identity=enrolled.identity)

    def close(self) -> None:
        with self._changing:
            self._stop_courier()
            if self._enrolled:
                self._enrolled.store.close()
            self._unlock()

    def _need(self) -> Enrolled:
        if self._enrolled is None:
            raise DeviceErased if self._ended else NotEnrolled
        return self._enrolled

    def _run_courier(self, enrolled: Enrolled) -> None:
        self._courier = enrolled.courier(self._pace, ended=self._end)
        self._courier.start()

    def _end(self, said: DeviceStatement) -> None:
        """The courier's last act, on its thread: nothing waits for it, so it takes no lock."""
        enrolled, self._enrolled, self._courier = self._enrolled, None, None
        self._ended = said
        if enrolled:
            enrolled.store.close()
        ending.finish(said, self._folder)

    def _stop_courier(self) -> None:
        if self._courier:
            self._courier.stop()
            self._courier = None

    def _unlock(self) -> None:
        if self._lock:
            self._lock.release()
            self._lock = None

    def _disk_free(self) -> int:
        return free_bytes(self._folder)
