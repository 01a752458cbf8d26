"""What is going on, for scripts and for the page's own polling: no personal data, no picture, no verdict."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from kiosk.desk import BoothPhase, CardPhase, Desk, Farewell
from kiosk.flow import Intake, Step, awaited
from kiosk.web.counter import context_of
from kiosk.web.hall.wire import Waiting
from kiosk.web.room import Room
from kiosk.web.session import Session
from kiosk.web.whose_turn import waiting_for


class CounterState(BaseModel):
    """`step`: idle, the step of the flow whose answer leads on, sealed, or out_of_order; `screen`: what the person
    sees, which may be an optional question before it. `version` changes when the page must be drawn anew.

    `refused`: the code of this session's last refused post. `trouble`: why the counter is closed. `photo_accepted`:
    the machine's own judgement of the picture just taken. `sequence`: the sealed packet's number, `sent` once the
    office has signed for it. `csrf`: the token this session's posts must carry.
    """

    model_config = ConfigDict(frozen=True)

    step: str
    screen: str
    version: int
    waiting_for: Waiting
    slip: str | None = None
    language: str | None = None
    card: CardPhase | None = None
    holder: CardPhase | None = None
    photo: BoothPhase | None = None
    photo_accepted: bool | None = None
    attended: bool = False
    help: bool = False
    parked: int = 0
    sequence: int | None = None
    sent: bool | None = None
    silence_left: int | None = None
    refused: str | None = None
    trouble: str | None = None
    csrf: str = ""


def state_of(room: Room, session: Session) -> CounterState:
    """The counter as this session may know it."""
    session.is_at(place_of(room))
    desk = room.counter.desk
    desk.keep_going()
    intake, farewell = desk.intake, desk.farewell
    left = desk.silence_left()
    common = CounterState(
        step="idle",
        screen="idle",
        version=desk.version,
        waiting_for="nobody",
        help=desk.help_wanted,
        parked=len(desk.parked()),
        silence_left=None if left is None else round(left),
        refused=session.refused,
        csrf=session.csrf,
    )
    if intake is not None:
        return common.model_copy(update=_under_way(room, desk, intake))
    if farewell is not None:
        return common.model_copy(update=_sealed(room, farewell))
    trouble = room.counter.trouble()
    now = "out_of_order" if trouble else "idle"
    return common.model_copy(update={"step": now, "screen": now, "trouble": trouble})


def _under_way(room: Room, desk: Desk, intake: Intake) -> dict[str, object]:
    view, card, step = desk.booth.view(), desk.card.view(), awaited_step(room, intake)
    return {
        "step": step.value,
        "screen": intake.step.value,
        "slip": intake.slip,
        "language": intake.language.value,
        "waiting_for": waiting_for(desk, step),
        "attended": intake.attended is not None,
        "card": card.phase if step is Step.CARD else None,
        "holder": desk.holder.view().phase if intake.step is Step.HOLDER else None,
        "photo": view.phase if step is Step.PHOTO else None,
        "photo_accepted": view.shot.keepable if view.shot else None,
    }


def _sealed(room: Room, farewell: Farewell) -> dict[str, object]:
    return {
        "step": Step.SEALED.value,
        "screen": Step.SEALED.value,
        "slip": farewell.slip,
        "language": farewell.language.value,
        "sequence": farewell.sequence,
        "sent": room.counter.sent(farewell),
    }


def place_of(room: Room) -> str:
    """Which screen the applicant stands at: a refusal belongs to the screen it was about."""
    intake = room.counter.desk.intake
    return f"{intake.record}:{intake.step}" if intake else ""


def awaited_step(room: Room, intake: Intake) -> Step:
    """The step whose answer leads on: what a script that knows no optional questions waits for."""
    context = context_of(room.counter.outbox)
    return intake.step if context is None else awaited(intake, context)
