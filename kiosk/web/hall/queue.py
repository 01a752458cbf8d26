"""The waiting room: numbers in the order they are called. Pure; who stands behind a number is not known here.

Booked numbers come with the visit's bundle and wait from the moment somebody says they have come; walk-ins get the next
number of their own row. Booked people whose time has come go before walk-ins, each by the order they came in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from kiosk.web.hall.wire import Call, KioskState
from schemas.ids import SlipNumber, VisitId
from schemas.visit import Place

WALK_IN: Final = "W"
MOST = 2000


class Standing(StrEnum):
    """Where somebody stands. `expected`: booked, not seen yet; `left`: their intake was given up."""

    EXPECTED = "expected"
    WAITING = "waiting"
    CALLED = "called"
    AT_KIOSK = "at_kiosk"
    DONE = "done"
    NO_SHOW = "no_show"
    LEFT = "left"


class QueueRefused(Exception):
    """`code`: queue.empty, queue.unknown, queue.not_waiting, queue.full."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Ticket(BaseModel):
    """One number. `due`: begin of the booked time; `came`: running number of arrival; `counter`: called there;
    `slip`: the intake that followed."""

    model_config = ConfigDict(frozen=True)

    number: str = Field(max_length=12)
    standing: Standing
    due: time | None = None
    came: int = 0
    counter: str = ""
    times: int = 0
    slip: SlipNumber | None = None


class Queue(BaseModel):
    """All numbers of one day of one visit. Every act gives the queue afterwards or raises `QueueRefused`."""

    model_config = ConfigDict(frozen=True)

    visit: VisitId
    day: date
    tickets: tuple[Ticket, ...] = ()
    arrivals: int = 0
    walk_ins: int = 0

    # ── looking ──────────────────────────────────────────────────────────────────────────────────────

    def of(self, *standings: Standing) -> tuple[Ticket, ...]:
        return tuple(ticket for ticket in self.tickets if ticket.standing in standings)

    def waiting(self, now: time) -> tuple[Ticket, ...]:
        """In the order they will be called."""
        return tuple(sorted(self.of(Standing.WAITING), key=lambda ticket: _rank(ticket, now)))

    def calls(self) -> tuple[Call, ...]:
        """Newest last."""
        return tuple(
            Call(number=ticket.number, counter=ticket.counter, times=ticket.times)
            for ticket in self.of(Standing.CALLED)
        )

    # ── acting ───────────────────────────────────────────────────────────────────────────────────────

    def with_bookings(self, places: Iterable[Place]) -> Queue:
        """Today's booked numbers, new ones as expected; a number given back by the office goes while only expected."""
        due = {number: slot.begins for place in places for slot in place.slots if slot.day == self.day
               for number in slot.booked}  # fmt: skip
        kept = [
            ticket.model_copy(update={"due": due.get(ticket.number, ticket.due)})
            for ticket in self.tickets
            if ticket.standing is not Standing.EXPECTED or ticket.number in due
        ]
        known = {ticket.number for ticket in kept}
        new = [
            Ticket(number=number, standing=Standing.EXPECTED, due=begins)
            for number, begins in sorted(due.items(), key=lambda item: (item[1], item[0]))
            if number not in known
        ]
        return self._with((*kept, *new))

    def arrive(self, number: str) -> Queue:
        """Somebody who booked has come."""
        self._one(number, Standing.EXPECTED)
        came = self.arrivals + 1
        return self._change(number, standing=Standing.WAITING, came=came).model_copy(update={"arrivals": came})

    def walk_in(self) -> tuple[Queue, Ticket]:
        """The next number for somebody without a booking."""
        if len(self.tickets) >= MOST:
            raise QueueRefused("queue.full")
        came, running = self.arrivals + 1, self.walk_ins + 1
        ticket = Ticket(number=f"{WALK_IN}{running:03d}", standing=Standing.WAITING, came=came)
        return self._with((*self.tickets, ticket)).model_copy(update={"arrivals": came, "walk_ins": running}), ticket

    def call_next(self, counter: str, now: time) -> Queue:
        """The next one to this counter."""
        waiting = self.waiting(now)
        if not waiting:
            raise QueueRefused("queue.empty")
        return self.call(waiting[0].number, counter)

    def call(self, number: str, counter: str) -> Queue:
        """This number to this counter; again for one who was called."""
        ticket = self._one(number, Standing.WAITING, Standing.CALLED, Standing.EXPECTED)
        came = ticket.came or self.arrivals + 1
        called = ticket.model_copy(
            update={"standing": Standing.CALLED, "counter": counter, "times": ticket.times + 1, "came": came}
        )
        others = tuple(each for each in self.tickets if each.number != number)
        return self._with((*others, called)).model_copy(update={"arrivals": max(self.arrivals, came)})

    def no_show(self, number: str) -> Queue:
        self._one(number, Standing.CALLED, Standing.WAITING, Standing.EXPECTED)
        return self._change(number, standing=Standing.NO_SHOW, counter="")

    def undo_no_show(self, number: str) -> Queue:
        """They were there after all: back to the place they had, or to the expected."""
        ticket = self._one(number, Standing.NO_SHOW)
        return self._change(number, standing=Standing.WAITING if ticket.came else Standing.EXPECTED, counter="")

    def observe(self, kiosks: Iterable[KioskState]) -> Queue:
        """What the kiosks show: a called number whose kiosk has begun an intake is there, its end is the number's."""
        kiosks = tuple(kiosks)
        queue = self._follow(kiosks)
        for kiosk in kiosks:
            queue = queue._observe(kiosk)
        return queue

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────

    def _follow(self, kiosks: Iterable[KioskState]) -> Queue:
        """Whoever goes on at another kiosk than the one they were called to is at that one."""
        at = {kiosk.slip: kiosk.counter for kiosk in kiosks if kiosk.slip is not None}
        moved = {
            ticket.number: ticket.model_copy(update={"standing": Standing.AT_KIOSK, "counter": at[ticket.slip]})
            for ticket in self.of(Standing.AT_KIOSK, Standing.LEFT)
            if ticket.slip in at
        }
        return self._with(tuple(moved.get(ticket.number, ticket) for ticket in self.tickets))

    def _observe(self, kiosk: KioskState) -> Queue:
        parked = {bay.slip for bay in kiosk.parked}
        done = {each.slip for each in kiosk.done}
        tickets, linked = [], {ticket.slip for ticket in self.tickets}
        if kiosk.booking and kiosk.booking not in {ticket.number for ticket in self.tickets if ticket.slip}:
            linked.add(kiosk.slip)  # it is the booked number's own, not the called one's
        for ticket in self.tickets:
            if kiosk.booking == ticket.number and kiosk.slip not in (None, ticket.slip):
                linked.add(kiosk.slip)
                here = {"standing": Standing.AT_KIOSK, "slip": kiosk.slip, "counter": kiosk.counter}
                ticket = ticket.model_copy(update=here)
            elif ticket.counter == kiosk.counter and ticket.standing is Standing.CALLED:
                if kiosk.slip is not None and kiosk.slip not in linked:
                    linked.add(kiosk.slip)
                    ticket = ticket.model_copy(update={"standing": Standing.AT_KIOSK, "slip": kiosk.slip})
            elif ticket.counter == kiosk.counter and ticket.standing is Standing.AT_KIOSK:
                if ticket.slip in done:
                    ticket = ticket.model_copy(update={"standing": Standing.DONE})
                elif ticket.slip != kiosk.slip and ticket.slip not in parked:
                    ticket = ticket.model_copy(update={"standing": Standing.LEFT})
            tickets.append(ticket)
        return self._with(tuple(tickets))

    def _one(self, number: str, *standings: Standing) -> Ticket:
        ticket = next((each for each in self.tickets if each.number == number), None)
        if ticket is None:
            raise QueueRefused("queue.unknown")
        if ticket.standing not in standings:
            raise QueueRefused("queue.not_waiting")
        return ticket

    def _change(self, number: str, **values: object) -> Queue:
        return self._with(
            tuple(each.model_copy(update=values) if each.number == number else each for each in self.tickets)
        )

    def _with(self, tickets: tuple[Ticket, ...]) -> Queue:
        return self if tickets == self.tickets else self.model_copy(update={"tickets": tickets})


def _rank(ticket: Ticket, now: time) -> tuple[bool, int]:
    """Booked and due first."""
    return not (ticket.due is not None and ticket.due <= now), ticket.came
