"""Cancelling and moving a whole visit, and taking either back. People who asked for letters are told.

Only the last of these can be taken back, as long as the visit stands as it was left.
"""

from __future__ import annotations

from datetime import date, timedelta

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.visits import planning, reminders
from backoffice.visits.bookings import local_now
from backoffice.visits.models import Slot, Visit, VisitPlan, VisitState
from backoffice.visits.repository import VisitRepository
from schemas.ids import MunicipalityCode, VisitId

_FIXED = (VisitState.DAY, VisitState.CLOSED, VisitState.CANCELLED)


def cancel(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, *, reason: str, actor: str) -> None:
    """The visit does not take place. Bookings stay as they are, so that taking it back loses nobody."""
    plan, row = _locked(work, municipality, visit)
    was, was_open = row.state, plan.booking_open
    planning.move_on(work, municipality, visit, VisitState.CANCELLED, reason=reason, actor=actor)
    plan.undo = {"state": was.value, "open": "yes" if was_open else ""}
    for contact in VisitRepository(work.session, municipality).contacts(visit):
        reminders.called_off(work, municipality, contact.booking_id)


def move(
    work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, to: date, *, version: int, actor: str
) -> None:
    """All days by as many, so that the first is `to`; bookings go along under their numbers."""
    plan, row = _locked(work, municipality, visit)
    if plan.version != version:
        raise Refused("visit.changed_meanwhile", "ほかの人が先に保存しました。内容を見比べてください。", status=409)
    if row.state in _FIXED:
        raise Refused("visit.not_movable", "当日・終了・中止の訪問は、日を移せません。", status=409)
    today = local_now(work).date()
    by = to - row.starts_on
    if to < today or row.ends_on + by > today + planning.FURTHEST:
        raise Refused("visit.date_absurd", "日付は、きょうから2年以内にしてください。", status=422)
    if by:
        _shift(work, row, by)
        plan.undo = {"days": str(-by.days)}
        _moved(work, plan, f"{row.starts_on.isoformat()}", actor)


def undo(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId, *, version: int, actor: str) -> None:
    """Take the last cancelling or moving back. `Refused` when somebody changed the plan since."""
    plan, row = _locked(work, municipality, visit)
    if plan.undo is None or plan.version != version:
        raise Refused("visit.nothing_to_undo", "取り消せる操作がありません。", status=409)
    if "days" in plan.undo:
        _shift(work, row, timedelta(days=int(plan.undo["days"])))
    elif row.state is VisitState.CANCELLED:
        row.state, plan.booking_open = VisitState(plan.undo["state"]), plan.undo["open"] == "yes"
        for contact in VisitRepository(work.session, municipality).contacts(visit):
            reminders.changed(work, municipality, contact.booking_id)
    plan.undo = None
    _moved(work, plan, "undone", actor)


def _shift(work: UnitOfWork, row: Visit, by: timedelta) -> None:
    """Slots one after the other, those first that make room for the next (a place has no time twice)."""
    municipality = MunicipalityCode(row.municipality_id)
    repository = VisitRepository(work.session, municipality)
    slots = sorted(repository.slot_rows(row.id), key=lambda slot: slot.day, reverse=by > timedelta(0))
    for slot in slots:
        _set_day(work, slot, slot.day + by)
    row.starts_on, row.ends_on = row.starts_on + by, row.ends_on + by
    work.session.flush()
    for contact in repository.contacts(row.id):
        reminders.changed(work, municipality, contact.booking_id)


def _set_day(work: UnitOfWork, slot: Slot, day: date) -> None:
    slot.day = day
    work.session.flush()


def _locked(work: UnitOfWork, municipality: MunicipalityCode, visit: VisitId) -> tuple[VisitPlan, Visit]:
    plan = planning.plan_of(work, municipality, visit, lock=True)
    row = VisitRepository(work.session, municipality).visit(visit, lock=True)
    if row is None:
        raise NotFound("visit.not_found", "訪問が見つかりません。")
    return plan, row


def _moved(work: UnitOfWork, plan: VisitPlan, detail: str, actor: str) -> None:
    plan.version += 1
    audit.write(
        work, municipality=MunicipalityCode(plan.municipality_id), actor=actor, action="visit.moved",
        subject=f"visit:{plan.visit_id}", detail=detail,
    )  # fmt: skip
