"""What happens to the one current intake of a kiosk: its devices, parking, and the silence that clears the screen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

import structlog

from hardware.camera import Pixels
from hardware.devices import Devices
from kiosk import flow
from kiosk.desk.card_check import CardCheck, CardPhase
from kiosk.desk.codes import known_already, shown
from kiosk.desk.errors import DeskRefused
from kiosk.desk.evidence import taken_photo
from kiosk.desk.excuse import excuse_of
from kiosk.desk.farewell import Farewell
from kiosk.desk.form_scan import FormScan
from kiosk.desk.holder_read import HolderRead
from kiosk.desk.lists import BookingBook, Lists, LooseLeaf
from kiosk.desk.loop import LiveLoop
from kiosk.desk.parking import Bay, Garage, read_bay
from kiosk.desk.photo_booth import PhotoBooth
from kiosk.desk.photo_cameras import FormCameras, PhotoCameras
from kiosk.desk.seat import Seat
from kiosk.desk.shots import BoothPhase, Shot
from kiosk.desk.timing import Timing
from kiosk.flow import CardAnswer, Context, FlowRefused, Intake, Step, advance, awaits_code, events, shared_answers
from schemas.form_code import BookingCode
from schemas.ids import RecordId, SlipNumber, StaffId
from schemas.intake import PhotoPlace, PhotoPoint
from schemas.stamp import Stamp

log = structlog.get_logger(__name__)


class Desk(Seat):
    """`context` gives the visit's rules (None: no visit); `hosts` whose links are forms; `stamp` the device's time;
    `place` where photos are taken; `first_version`: another one each start, so that pages drawn before notice it;
    `garage`: where the parked survive a crash of the service; `bookings`: which were used in the venue."""

    def __init__(
        self,
        devices: Devices,
        *,
        context: Callable[[], Context | None],
        hosts: Callable[[], Iterable[str]],
        stamp: Callable[[], Stamp],
        place: Callable[[], PhotoPlace] = PhotoPlace,
        monotonic: Callable[[], float] = time.monotonic,
        timing: Timing = Timing(),
        first_version: int = 0,
        garage: Garage | None = None,
        bookings: BookingBook | None = None,
    ) -> None:
        super().__init__(monotonic=monotonic, timing=timing, first_version=first_version, garage=garage)
        self.devices = devices
        self._context, self._hosts, self._place = context, hosts, place
        self.scan = FormScan(FormCameras(devices.form_camera, devices.tablet), devices.qr, wrong_for=timing.scan_word)
        cameras = PhotoCameras(devices.camera, devices.tablet)
        self.booth = PhotoBooth(cameras, devices.photo, timing=timing, stamp=stamp, changed=self._change)
        self.card = CardCheck(devices.card, wait_s=timing.card_wait, changed=self._change)
        self.holder = HolderRead(devices.card, wait_s=timing.card_wait, changed=self._change)
        self._lists = Lists(bookings or LooseLeaf())
        self._loop = LiveLoop(self.tick)

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        """Whoever was parked when the service before this one ended is back; its open intake is not."""
        with self._lock:
            self._parked.restore(self._monotonic(), self._context)
        self.devices.start()
        self._loop.start()

    def close(self) -> None:
        """Stop the loop, forget all but the garage. The devices belong to whoever opened them."""
        self._loop.stop()
        with self._lock:
            self._parked.leave_garage_closed()
        self.reset()

    # ── one intake ───────────────────────────────────────────────────────────────────────────────────

    def begin(self, intake: Intake) -> None:
        with self._lock:
            if self._intake is not None:
                raise DeskRefused("desk.busy")
            self._wipe()
            self._farewell = self._family = None
            self._intake = intake
            self.touch()
        self._change()

    def advance(self, event: events.Event, *, of: RecordId | None = None) -> Intake:
        """The intake after the event. `of`: take it only for this applicant. Raises `FlowRefused`, `DeskRefused`."""
        with self._lock:
            intake, context = self._intake, self._context()
            if intake is None or context is None or (of is not None and intake.record != of):
                raise DeskRefused("desk.nobody_here")
            parked = (bay.intake for bay in self._parked.bays())
            after = advance(intake, event, self._lists.seen_by(context, parked))
            if after.step is not intake.step or after.special != intake.special:
                self._wipe()
            self._intake = after
            self.touch()
        if not flow.beside_the_screen(event, intake, after):
            self._change()
        return after

    def reset(self) -> None:
        """The person leaves: nothing remains. Refused only while a record is being stored this very moment."""
        with self._lock:
            if self._intake is not None and self._intake.step is Step.SEALING:
                raise DeskRefused("desk.sealing")
            self._wipe()
            self._intake, self._farewell, self._family, self._help = None, None, None, False
        self._change()

    def finish(self, farewell: Farewell) -> None:
        """The record is stored: wipe the person, keep the farewell for the last screen."""
        with self._lock:
            if self._intake is None or self._intake.step is not Step.SEALED:
                raise DeskRefused("desk.not_sealed")
            self._wipe()
            self._lists.came(self._context(), self._intake)
            self._family = shared_answers(self._intake)
            self._intake, self._help = None, False
            self._farewell = replace(farewell, ends_at=self._monotonic() + self.timing.farewell)
        self._change()

    # ── parking ──────────────────────────────────────────────────────────────────────────────────────

    def park(self) -> SlipNumber:
        """Take the intake off the screen, keep it for the person's return."""
        with self._lock:
            intake, context = self._intake, self._context()
            if intake is None or intake.step in (Step.SEALING, Step.SEALED):
                raise DeskRefused("desk.nobody_here")
            view = self.booth.view()
            visit = context.visit if context else None
            self._parked.put(Bay(intake, self._monotonic(), view.shots, view.chosen, visit))
            self._wipe()
            self._intake, self._help = None, False
        self._change()
        return intake.slip

    def resume(self, slip: SlipNumber) -> Intake:
        with self._lock:
            if self._intake is not None:
                raise DeskRefused("desk.busy")
            return self._sit_down(self._parked.take(slip))

    def take_over(self, content: bytes) -> Intake:
        """Go on with an intake parked at another kiosk of this visit. Raises `DeskRefused`."""
        with self._lock:
            return self._sit_down(read_bay(content, self._context()))

    def _sit_down(self, bay: Bay) -> Intake:
        self.begin(bay.intake)
        if bay.shots:
            self.booth.put_back(bay.shots, bay.chosen)
        self._change()
        return bay.intake

    # ── the person's hand ────────────────────────────────────────────────────────────────────────────

    def keep_going(self) -> None:
        """Start the live loop again if a device has brought it down: silence must always be watched."""
        with self._lock:
            if self._loop.died:
                log.error("desk loop had stopped; started again")
                self._loop.start()

    def scanned(self, text: str) -> Intake:
        """Take the line of a hand scanner that types into the page. Raises `DeskRefused` for another code."""
        with self._lock:
            intake = self._intake
            if intake is None or not awaits_code(intake):
                raise FlowRefused("flow.out_of_step")
            self.touch()
        reading = self.scan.typed(self._monotonic(), text, self._hosts())
        if reading is None:
            raise DeskRefused(f"form_code.{self.scan.view().wrong or 'other'}")
        return self.advance(shown(reading), of=intake.record)

    def check_card(self, *, pin: str | None = None, last_try_confirmed: bool = False) -> None:
        self._at(Step.CARD)
        self.card.start(pin=pin, last_try_confirmed=last_try_confirmed)

    def keep_card(self) -> Intake:
        """Keep what the chip said as the answer."""
        intake, word = self._at(Step.CARD), self.card.view().word
        if word is None:
            raise DeskRefused("card.nothing_read")
        return self.advance(events.CardAnswered(CardAnswer(word)), of=intake.record)

    def read_holder(self, *, pin: str | None = None, last_try_confirmed: bool = False) -> None:
        """Without a PIN: how many tries are left. Only at its step, which is there only where the rules ask."""
        with self._lock:
            intake = self._intake
            known = intake.card.check if intake and intake.card and intake.step is Step.HOLDER else None
            if known is None:
                raise FlowRefused("flow.out_of_step")
            self.touch()
        self.holder.start(known, pin=pin, last_try_confirmed=last_try_confirmed)

    def keep_holder(self) -> Intake:
        """The person has seen name and birth date and says they are theirs."""
        intake, holder = self._at(Step.HOLDER), self.holder.view().holder
        if holder is None:
            raise DeskRefused("card.nothing_read")
        return self.advance(events.HolderRead(holder), of=intake.record)

    def shoot(self) -> None:
        self._at(Step.PHOTO)
        self.booth.shoot(self._monotonic())

    def bring_photo(self, pixels: Pixels, taken_on: date) -> Shot:
        """Judge a picture brought as a file; it is then shown like one taken here."""
        intake = self._at(Step.PHOTO)
        return self.booth.bring(pixels, taken_on, excuse_of(intake))

    def keep_photo(self, *, accepted_by: StaffId | None = None, confirmed: Iterable[PhotoPoint] = ()) -> Intake:
        """Keep the chosen picture; `accepted_by` answers for one that was refused."""
        intake = self._at(Step.PHOTO)
        photo = taken_photo(
            self.booth.view().shot, accepted_by=accepted_by, confirmed=confirmed, special=intake.special,
            place=self._place(),
        )  # fmt: skip
        return self.advance(events.PhotoKept(photo), of=intake.record)

    def _at(self, step: Step) -> Intake:
        """The intake at this step; optional questions before it get their usual answers."""
        with self._lock:
            if self._intake is None:
                raise FlowRefused("flow.out_of_step")
            if self._intake.step is not step:
                self.advance(events.Reached(step))
            self.touch()
            return self._intake

    # ── the live loop ────────────────────────────────────────────────────────────────────────────────

    def tick(self) -> float:
        """One turn: watch the silence, look at the camera when the step needs it. Returns seconds to rest."""
        self._watch_silence()
        intake = self.intake
        if intake is None:
            return 0.2
        if awaits_code(intake):
            self._look_for_code(intake)
            return 0.04
        if intake.step is Step.CARD:
            self.card.watch()
            return 0.2
        if intake.step is Step.PHOTO:
            self.booth.look(self._monotonic(), excuse_of(intake))
            view = self.booth.view()
            if view.face or view.phase in (BoothPhase.COUNTDOWN, BoothPhase.TAKING):
                self.touch()
            return 0.03
        return 0.1

    def _look_for_code(self, intake: Intake) -> None:
        reading = self.scan.look(self._monotonic(), self._hosts())
        if reading is None or known_already(reading, intake):
            return
        try:
            self.advance(shown(reading), of=intake.record)
        except (FlowRefused, DeskRefused) as refused:
            if isinstance(reading, BookingCode):
                self.scan.refuse(self._monotonic(), refused.code)
            log.info("code not taken", code=refused.code)

    def _watch_silence(self) -> None:
        with self._lock:
            if self._farewell is not None and self._monotonic() >= self._farewell.ends_at:
                self.dismiss()
            if self._parked.tidy(self._monotonic(), self._context):
                self._change()
            if CardPhase.READING in (self.card.view().phase, self.holder.view().phase):
                self.touch()
            intake = self._intake
            if intake is not None and self.silence_left() == 0.0:
                if intake.holds_personal_data:
                    log.info("parked after silence", slip=self.park())
                else:
                    self.reset()

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _wipe(self) -> None:
        self.scan.clear()
        self.booth.clear()
        self.card.clear()
        self.holder.clear()
