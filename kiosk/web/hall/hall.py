"""The venue as one kiosk sees it: itself, the kiosks it leads or is led by, and the one queue before all of them.

The lead asks each of the others once a second and tells them the numbers for their displays; it works without any line
to the office. A kiosk that does not answer stays on the board, marked.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from kiosk.desk.loop import LiveLoop
from kiosk.errors import KioskError
from kiosk.web.counter import Counter
from kiosk.web.hall.bookings import VenueBook
from kiosk.web.hall.hold import Hold
from kiosk.web.hall.lan import Lan
from kiosk.web.hall.line import Line
from kiosk.web.hall.links import Links
from kiosk.web.hall.moving import Moves, Stand
from kiosk.web.hall.openings import Openings
from kiosk.web.hall.own import own_state
from kiosk.web.hall.pairing import Offers, PairingRefused
from kiosk.web.hall.papers import Tally
from kiosk.web.hall.queue import Queue, Standing
from kiosk.web.hall.waiting import WaitingRoom
from kiosk.web.hall.wire import KioskState, Named, VenueWord
from schemas.ids import DeviceId, SlipNumber
from schemas.visit import VisitBundle

log = structlog.get_logger(__name__)
TURN_S = 1.0
FRESH_S = 8.0


@dataclass(frozen=True)
class Seen:
    """A kiosk on the board. `state`: the last one known; `answers`: it is of now."""

    device: DeviceId
    counter: str
    name: str
    own: bool
    state: KioskState | None
    answers: bool


class Hall:
    """`lan`: where others find this kiosk, None when nobody does; `folder`: for numbers and pairings (0700)."""

    def __init__(
        self,
        counter: Counter,
        folder: Path,
        *,
        links: Links,
        tally: Tally,
        bookings: VenueBook,
        hold: Hold,
        monotonic: Callable[[], float],
        lan: Lan | None,
    ) -> None:
        self.counter, self.links, self.tally, self.hold, self.lan = counter, links, tally, hold, lan
        self._bookings, self.moves = bookings, Moves()
        self.offers = Offers(monotonic=monotonic)
        self.waiting = WaitingRoom(folder / "queue.json", now=self._now)
        self._openings = Openings(folder / "open.json")
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._lines: dict[DeviceId, Line] = {}
        self._states: dict[DeviceId, tuple[KioskState, float]] = {}
        self._told: tuple[VenueWord, float] | None = None
        self._loop = LiveLoop(self.turn)

    # ── life ─────────────────────────────────────────────────────────────────────────────────────────

    def open(self) -> None:
        self._loop.start()

    def close(self) -> None:
        self._loop.stop()
        with self._lock:
            lines, self._lines = tuple(self._lines.values()), {}
        for line in lines:
            line.close()

    def turn(self) -> float:
        """Hear everybody once, move the queue along. Returns seconds to rest."""
        try:
            self._turn()
        except KioskError as error:  # the disk: the board goes on with what is in memory
            log.warning("venue's numbers not written", code=error.code)
        return TURN_S

    def _turn(self) -> None:
        if self.hold.expire():
            self.counter.desk.redraw()
        bundle = self.counter.outbox.bundle
        own = self.own()
        if bundle is None or own is None:
            return
        self._openings.note(bundle.visit, own)
        lines = self._lines_now(bundle)
        word = self.word()
        if lines:
            with ThreadPoolExecutor(max_workers=len(lines)) as together:
                list(together.map(lambda line: self._hear(line, word), lines))
        states = [seen.state for seen in self.kiosks() if seen.state is not None and seen.answers]
        self._note_bookings(bundle)
        self.moves.settle({state.device: state for state in states})
        self.waiting.change(bundle, lambda queue, _: queue.observe(states))

    def _note_bookings(self, bundle: VisitBundle) -> None:
        """What the others have said of bookings, a kiosk that is silent now too; on one that is led the lead's word."""
        told = self.told()
        with self._lock:
            others = [state for state, _ in self._states.values()]
        used = {mark for state in others for mark in state.used} | set(told.used if told else ())
        in_hand = {mark for state in others for mark in state.in_hand}
        own = self.counter.outbox.identity
        in_hand |= {mark for counter, mark in (told.in_hand if told else ()) if own and counter != own.counter}
        self._bookings.learn(bundle.visit, used)
        self._bookings.in_hand_elsewhere(bundle.visit, in_hand)

    def _hear(self, line: Line, word: VenueWord) -> None:
        try:
            state = line.beat(word)
        except PairingRefused as refused:
            log.info("kiosk does not answer", counter=line.follower.counter, code=refused.code)
            return
        with self._lock:
            self._states[line.follower.device] = state, self._monotonic()

    # ── what everybody may know ──────────────────────────────────────────────────────────────────────

    def own(self) -> KioskState | None:
        """This kiosk; None before it has an identity and a visit."""
        identity, bundle = self.counter.outbox.identity, self.counter.outbox.bundle
        if identity is None or bundle is None:
            return None
        lost = self._openings.lost(bundle.visit)
        return own_state(
            self.counter, identity, bundle, tally=self.tally, bookings=self._bookings, held=self.hold.taken, lost=lost
        )

    def kiosks(self) -> tuple[Seen, ...]:
        """This one first, then those it leads."""
        if self._loop.died:
            log.error("venue loop had stopped; started again")
            self._loop.start()
        own, bundle = self.own(), self.counter.outbox.bundle
        if own is None or bundle is None:
            return ()
        first = Seen(own.device, own.counter, own.name, True, own, True)
        pairings = self.links.of(bundle)
        with self._lock:
            states, now = dict(self._states), self._monotonic()
        others = []
        for follower in pairings.followers if pairings else ():
            state, at = states.get(follower.device, (None, float("-inf")))
            name = state.name if state else follower.name
            others.append(Seen(follower.device, follower.counter, name, False, state, now - at < FRESH_S))
        return first, *others

    def names(self) -> tuple[Named, ...]:
        """The kiosks a tablet here can choose from; those the lead names, for a tablet that comes through it."""
        identity, told = self.counter.outbox.identity, self.told()
        if told is not None:
            return told.kiosks
        pairings = self.links.of(self.counter.outbox.bundle)
        if identity is None:
            return ()
        others = pairings.followers if pairings else ()
        first = Named(device=identity.device, counter=identity.counter, name=identity.name)
        return first, *(Named(device=each.device, counter=each.counter, name=each.name) for each in others)

    def word(self) -> VenueWord:
        """The venue's numbers: the lead's word on a kiosk that is led, else this kiosk's own."""
        told = self.told()
        if told is not None:
            return _with_own(told, self.own())
        bundle = self.counter.outbox.bundle
        seen = self.kiosks()
        states = [each.state for each in seen if each.state is not None and each.answers]
        return VenueWord(
            kiosks=tuple(Named(device=each.device, counter=each.counter, name=each.name) for each in seen),
            calls=self.waiting.queue(bundle).calls() if bundle else (),
            serving=tuple((state.counter, None if state.hidden else state.slip) for state in states),
            parked=tuple(bay.slip for state in states for bay in state.parked if not bay.hidden),
            used=self._bookings.marks(bundle.visit) if bundle else (),
            in_hand=tuple((each.state.counter, mark) for each in seen if each.state for mark in each.state.in_hand),
        )

    def told(self) -> VenueWord | None:
        """What the lead has said, while it is fresh; None on a lead and on a kiosk by itself."""
        pairings = self.links.of(self.counter.outbox.bundle)
        with self._lock:
            told = self._told
        led = pairings is not None and pairings.leader is not None
        return told[0] if led and told is not None and self._monotonic() - told[1] < FRESH_S else None

    def hear_lead(self, word: VenueWord) -> KioskState | None:
        with self._lock:
            self._told = word, self._monotonic()
        if (bundle := self.counter.outbox.bundle) is not None:
            self._note_bookings(bundle)
        return self.own()

    def queue(self, bundle: VisitBundle, act: Callable[[Queue, datetime], Queue]) -> Queue:
        return self.waiting.change(bundle, act)

    def came(self, bundle: VisitBundle) -> tuple[str, ...]:
        """Booking numbers of people who are or were here today. Called and not seen yet is nobody who came."""
        known = {number for place in bundle.places for slot in place.slots for number in slot.booked}
        absent = (Standing.EXPECTED, Standing.CALLED, Standing.NO_SHOW)
        seen = {ticket.number for ticket in self.waiting.queue(bundle).tickets if ticket.standing not in absent}
        seen |= self._bookings.used(bundle.visit, known) | set(self.counter.desk.bookings_in_hand())
        return tuple(sorted(known & seen))

    def forget_lost(self, bundle: VisitBundle) -> None:
        self._openings.forget(bundle.visit)

    # ── the others ───────────────────────────────────────────────────────────────────────────────────

    def line(self, device: DeviceId) -> Line:
        """The line to a kiosk this one leads. Raises `PairingRefused`."""
        bundle = self.counter.outbox.bundle
        for line in self._lines_now(bundle) if bundle else ():
            if line.follower.device == device:
                return line
        raise PairingRefused("pairing.unknown_kiosk")

    def stand(self, device: DeviceId) -> Stand:
        """This kiosk or one it leads, for giving or taking somebody parked. Raises `PairingRefused`."""
        own = self.counter.outbox.identity
        if own is not None and own.device == device:
            return Stand(device, desk=self.counter.desk)
        return Stand(device, line=self.line(device))

    def move(self, slip: SlipNumber, source: DeviceId, target: DeviceId, who: Mapping[str, str]) -> None:
        """Go on at another kiosk than where it is parked. Raises `DeskRefused`, `PairingRefused`."""
        stands = self.stand(source), self.stand(target)
        try:
            self.moves.move(slip, *stands, who)
        finally:
            for stand in stands:
                if stand.desk is None:
                    self.refresh(stand.device)

    def refresh(self, device: DeviceId) -> None:
        """Hear one kiosk now: something was done there."""
        self._hear(self.line(device), self.word())

    def _lines_now(self, bundle: VisitBundle) -> tuple[Line, ...]:
        pairings = self.links.of(bundle)
        wanted = {follower.device: follower for follower in (pairings.followers if pairings else ())}
        with self._lock:
            for device, line in tuple(self._lines.items()):
                if wanted.get(device) != line.follower:
                    self._lines.pop(device).close()
                    self._states.pop(device, None)
            for device, follower in wanted.items():
                if device not in self._lines:
                    with suppress(PairingRefused):  # a damaged certificate: it stays on the board, silent
                        self._lines[device] = Line(follower)
            return tuple(self._lines.values())

    def _now(self) -> datetime:
        return self.counter.outbox.stamp().corrected()


def _with_own(told: VenueWord, own: KioskState | None) -> VenueWord:
    """The lead's word, with what this kiosk knows better of itself: nobody who hides is shown for a moment longer."""
    if own is None:
        return told
    mine = None if own.hidden else own.slip
    hidden = {bay.slip for bay in own.parked if bay.hidden}
    return told.model_copy(
        update={
            "serving": tuple((counter, mine if counter == own.counter else slip) for counter, slip in told.serving),
            "parked": tuple(slip for slip in told.parked if slip not in hidden),
        }
    )
