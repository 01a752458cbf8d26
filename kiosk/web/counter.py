"""The counter: joins the desk and the outbox, which do not know each other.

Seal, then wipe, then print: the slip is printed only after the record is durable, and a record that could not be
kept stays with its person on the screen.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import replace

import structlog

from hardware.printer import Printed, Slip, SlipPrinter
from kiosk.desk import Desk, DeskRefused, Farewell
from kiosk.errors import KioskError, NotEnrolled, NoVisit
from kiosk.flow import BookedTime, Context, Intake, events, next_member, record_of
from kiosk.outbox import Identity, Outbox, State
from kiosk.web.card_words import card_headings
from kiosk.web.slip import attendance_of, farewell_of, slip_of
from kiosk.web.texts import Texts
from kiosk.web.told import expected_time
from schemas.ids import SlipNumber
from schemas.intake import IntakeRecord
from schemas.language import Language
from schemas.visit import VisitBundle

log = structlog.get_logger(__name__)

SLIPS_REMEMBERED = 20


def context_of(outbox: Outbox) -> Context | None:
    """What the flow must know, from the visit's bundle; None without a visit."""
    bundle = outbox.bundle
    if bundle is None:
        return None
    return Context(
        rules=bundle.rules,
        receiving=bundle.municipality.code,
        municipalities=frozenset(municipality.code for municipality in bundle.municipalities),
        today=outbox.today(),
        notice=bundle.notice_version,
        visit=bundle.visit,
        bookings={
            number: BookedTime(slot.day, slot.begins)
            for place in bundle.places
            for slot in place.slots
            for number in slot.booked
        },
    )


def hosts_of(outbox: Outbox) -> Iterable[str]:
    return outbox.bundle.form_hosts if outbox.bundle else ()


class Counter:
    """One kiosk's counter. `kept` hears of every sealed record; `background` runs slow printing without keeping the
    person waiting."""

    def __init__(
        self,
        desk: Desk,
        outbox: Outbox,
        *,
        texts: Texts,
        kept: Callable[[IntakeRecord], None] = lambda _record: None,
        background: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        self.desk, self.outbox, self._texts, self._kept = desk, outbox, texts, kept
        self._background = background or _in_a_thread
        self._printer: SlipPrinter = desk.devices.printer
        self._lock = threading.Lock()
        self._slips: OrderedDict[SlipNumber, Farewell] = OrderedDict()
        self._printed: dict[SlipNumber, Printed] = {}

    # ── can we serve at all ──────────────────────────────────────────────────────────────────────────

    def trouble(self) -> str | None:
        """The code of what keeps the counter closed; None when it can serve."""
        if self.outbox.identity is None:
            return "device.erased" if self.outbox.ended else "device.not_enrolled"
        if self.outbox.bundle is None:
            return "visit.none"
        gauges = self.outbox.gauges()
        if gauges.problem == "device.revoked":
            return gauges.problem
        hard = {alarm.gauge for alarm in gauges.alarms if alarm.level == "hard"}
        return "outbox.full" if hard & {"disk", "unsent"} else None

    def visit(self) -> tuple[Identity, VisitBundle]:
        """Raises `NotEnrolled` or `NoVisit`."""
        identity, bundle = self.outbox.identity, self.outbox.bundle
        if identity is None:
            raise NotEnrolled
        if bundle is None:
            raise NoVisit
        return identity, bundle

    # ── one applicant ────────────────────────────────────────────────────────────────────────────────

    def begin(self, language: Language) -> Intake:
        if (code := self.trouble()) is not None:
            raise KioskError(code, "the counter is closed")
        if self.desk.intake is not None:
            raise DeskRefused("desk.busy")
        intake = Intake(
            record=self.outbox.new_record_id(),
            slip=self.outbox.next_slip(),
            language=language,
            started=self.outbox.stamp(),
        )
        self.desk.begin(intake)
        log.info("intake begun", slip=intake.slip, language=language)
        return intake

    def next_of_family(self) -> Intake:
        """The next member under the same number, while the last screen of the one before stands."""
        shared = self.desk.family
        if shared is None:
            raise DeskRefused("family.over")
        if (code := self.trouble()) is not None:
            raise KioskError(code, "the counter is closed")
        intake = next_member(shared, record=self.outbox.new_record_id(), started=self.outbox.stamp())
        self.desk.begin(intake)
        log.info("family goes on", slip=intake.slip, member=intake.family.member if intake.family else 1)
        return intake

    def seal(self) -> Farewell:
        """Build the record, keep it, wipe the person, print the slip. What raises leaves the review as it was."""
        identity, bundle = self.visit()
        intake = self.desk.advance(events.Confirmed(self.outbox.stamp()))
        kept = None
        try:
            record = record_of(intake, municipality=identity.municipality, visit=bundle.visit, device=identity.device)
            kept = self.outbox.keep(record, intake.photo.jpeg if intake.photo else None)
        finally:
            if kept is None:
                self.desk.advance(events.SealFailed(), of=intake.record)
        self.desk.advance(events.Kept(), of=intake.record)
        today = self.outbox.today()
        card = card_headings(record.card, bundle.rules, today, printed=record.coming.printed_until)
        expected = expected_time(record, bundle.rules, today)
        farewell = farewell_of(record, kept.sequence, card, expected=expected, earlier=self._before(record))
        self.desk.finish(farewell)
        log.info("intake sealed", slip=intake.slip, sequence=kept.sequence)
        self._kept(record)
        self._remember(farewell)
        self._print(farewell, bundle)
        return farewell

    def sent(self, farewell: Farewell) -> bool:
        """True when the office has signed for this packet."""
        return self._is(farewell, State.RECEIVED, State.ERASED)

    def refused(self, farewell: Farewell) -> bool:
        """True when the office will not have this packet as it is; it lies in quarantine here and there."""
        return self._is(farewell, State.REFUSED)

    def _is(self, farewell: Farewell, *states: State) -> bool:
        stubs = self.outbox.packets(*states, after=farewell.sequence - 1)
        return any(stub.sequence == farewell.sequence for stub in stubs)

    # ── slips ────────────────────────────────────────────────────────────────────────────────────────

    def slips(self) -> tuple[Farewell, ...]:
        """The last slips, newest first."""
        with self._lock:
            return tuple(reversed(self._slips.values()))

    def printed(self, slip: SlipNumber) -> Printed | None:
        """How the printing went; None while it goes on."""
        with self._lock:
            return self._printed.get(slip)

    def reprint(self, slip: SlipNumber) -> None:
        with self._lock:
            farewell = self._slips.get(slip)
        if farewell is None:
            raise DeskRefused("slip.unknown")
        self._print(farewell, self.visit()[1])

    def attendance(self, slip: SlipNumber | None = None) -> None:
        """Print the proof of attendance on request: of who has just finished, or of one of the last slips."""
        with self._lock:
            farewell = self.desk.farewell if slip is None else self._slips.get(slip)
        if farewell is None or farewell.hidden:
            raise DeskRefused("slip.unknown")
        self._send(attendance_of(farewell, self.visit()[1], self._texts), farewell.slip)

    def _before(self, record: IntakeRecord) -> tuple[Farewell, ...]:
        """Who came before under this number: the family's earlier members."""
        if record.family is None:
            return ()
        with self._lock:
            former = self._slips.get(record.slip)
        return (*former.earlier, replace(former, earlier=())) if former else ()

    def print_ticket(self, ticket: Slip, *, reference: str) -> None:
        """A number for the waiting room; it is on the board too, should the printer have none of it."""

        def work() -> None:
            if not (printed := self._printer.print(ticket, reference=reference)).ok:
                log.warning("ticket not printed", reference=reference, code=printed.status.code)

        self._background(work)

    def _remember(self, farewell: Farewell) -> None:
        with self._lock:
            self._slips[farewell.slip] = farewell
            while len(self._slips) > SLIPS_REMEMBERED:
                forgotten, _ = self._slips.popitem(last=False)
                self._printed.pop(forgotten, None)

    def _slip_of(self, farewell: Farewell, bundle: VisitBundle) -> Slip:
        code = self.outbox.slip_code(farewell.slip)
        return slip_of(farewell, bundle, self._texts, day=self.outbox.today(), code=code)

    def _print(self, farewell: Farewell, bundle: VisitBundle) -> None:
        self._send(self._slip_of(farewell, bundle), farewell.slip)

    def _send(self, slip: Slip, number: SlipNumber) -> None:
        with self._lock:
            self._printed.pop(number, None)

        def work() -> None:
            printed = self._printer.print(slip, reference=number)
            with self._lock:
                self._printed[number] = printed
            if not printed.ok:
                log.warning("slip not printed", slip=number, code=printed.status.code)

        self._background(work)


def _in_a_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="slip", daemon=True).start()
