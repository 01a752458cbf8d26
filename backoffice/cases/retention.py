"""Personal data of closed cases leave when their time is over: photo, sealed packets, then the record itself; and as
long as records are kept, so long are names of bookings and of people who left a roster.

Periods are whole years, counted from the 1 April after the decision, as municipal document rules count them. What is
gone is gone: each blob is read back after its deletion and must be missing. Counts stay (`CaseTally`), and the audit
log, which names a case by its id only.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, delete, func, select

from backoffice.audit import service as audit
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.finding import JST
from backoffice.cases.models import Case, CaseBatchItem, CaseDraft, CaseEvent, CaseNote, CasePhoto, CaseTally
from backoffice.cases.notes import DRAFT_LIFE
from backoffice.cases.workflow import CLOSED
from backoffice.database import Database
from backoffice.intake.models import ReceivedPacket
from backoffice.kit.blobs import Blobs
from backoffice.kit.errors import NotFound, Unavailable
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.rosters import forgetting as rosters
from backoffice.rosters.models import Member
from backoffice.rules import service as rules
from backoffice.visits import forgetting as bookings
from backoffice.visits.models import Booking

PHOTO, PACKET, RECORD = "photo", "packet", "record"
PORTION: Final = 200


@dataclass(frozen=True)
class Periods:
    """Years each part is kept after the fiscal year of the decision."""

    photo: int
    packet: int
    record: int


def periods(work: UnitOfWork, municipality: str, installed: Periods) -> Periods:
    """The municipality's own periods as its rules say today; the installation's where they say nothing."""
    own = rules.in_force(work, municipality, rules.today(work.now)).rules.office.retention
    return Periods(
        photo=installed.photo if own.photo_years is None else own.photo_years,
        packet=installed.packet if own.packet_years is None else own.packet_years,
        record=installed.record if own.record_years is None else own.record_years,
    )


@dataclass
class Erased:
    """How many of each part are due (dry run) or gone. `names`: of bookings; `members`: who had left a roster."""

    parts: dict[str, int] = field(default_factory=lambda: {PHOTO: 0, PACKET: 0, RECORD: 0})
    drafts: int = 0
    names: int = 0
    members: int = 0


def fiscal_year(at: datetime) -> int:
    """Japan's: it begins on 1 April."""
    local = at.astimezone(JST)
    return local.year if local.month >= 4 else local.year - 1


def due_before(years: int, now: datetime) -> datetime:
    """Parts of cases decided before this moment are over: kept `years` from the 1 April after the decision."""
    return datetime(fiscal_year(now) - years, 4, 1, tzinfo=JST)


def count(work: UnitOfWork, municipality: str, periods: Periods) -> Erased:
    """What a run would erase now."""
    found = Erased()
    for part in found.parts:
        counted = select(func.count()).select_from(Case).where(*_due(municipality, part, periods, work.now))
        found.parts[part] = work.session.exec(counted).one()
    over = due_before(periods.record, work.now)
    found.names = bookings.due(work, municipality, before=over.date())
    found.members = rosters.due(work, municipality, before=over)
    return found


def run(
    database: Database, blobs: Blobs, municipality: str, periods: Periods, *, now: Callable[[], datetime], actor: str
) -> Erased:
    """Erase what is due, in short transactions; stopped half-way, the next run goes on. `Unavailable` when a blob is
    still there after its deletion."""
    done = Erased()
    for part in done.parts:
        while True:
            with transaction(database, now=now) as work:
                if database.is_sqlite:
                    work.session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
                wanted = select(Case).where(*_due(municipality, part, periods, work.now))
                cases = work.session.exec(wanted.order_by(col(Case.decided_at), col(Case.id)).limit(PORTION)).all()
                _erase(work, blobs, part, cases, actor=actor)
            done.parts[part] += len(cases)
            if len(cases) < PORTION:
                break
    with transaction(database, now=now) as work:
        done.drafts = DeskRepository(work.session, municipality).drop_drafts(before=work.now - DRAFT_LIFE)
        _forget_names(work, municipality, periods, done, actor=actor)
    _tidy(database)
    return done


def _forget_names(work: UnitOfWork, municipality: str, periods: Periods, done: Erased, *, actor: str) -> None:
    over = due_before(periods.record, work.now)
    done.names = bookings.erase(work, municipality, before=over.date())
    done.members = rosters.erase(work, municipality, before=over)
    if bookings.due(work, municipality, before=over.date()) or rosters.due(work, municipality, before=over):
        raise Unavailable("retention.still_there", "消去したはずのデータが残っています。")
    if done.names or done.members:
        audit.write(
            work, municipality=municipality, actor=actor, action="names.erased", subject=f"municipality:{municipality}",
            detail=f"{done.names} bookings, {done.members} members, before {over.date().isoformat()}",
        )  # fmt: skip


def _due(municipality: str, part: str, periods: Periods, now: datetime) -> list[ColumnElement[bool]]:
    years = {PHOTO: min(periods.photo, periods.record), PACKET: min(periods.packet, periods.record)}
    conditions: list[ColumnElement[bool]] = [
        col(Case.municipality_id) == municipality,
        col(Case.decided_at) < due_before(years.get(part, periods.record), now),
        col(Case.state).in_(CLOSED),
    ]
    if part == PHOTO:
        conditions.append(col(Case.photo_key).is_not(None))
    if part == PACKET:
        conditions.append(or_(col(Case.erased_parts).is_(None), col(Case.erased_parts).not_like(f"%{PACKET}%")))
    return conditions


def _erase(work: UnitOfWork, blobs: Blobs, part: str, cases: Sequence[Case], *, actor: str) -> None:
    if part == PACKET:
        for blob in _packets(work, cases):
            _gone(blobs, blob)
    for case in cases:
        if part == PHOTO:
            assert case.photo_key is not None
            for blob in {case.photo_key, *_earlier_photos(work, case)}:
                _gone(blobs, blob)
            case.photo_key = None
        if part == RECORD:
            _count_and_delete(work, case)
        else:
            case.erased_parts = " ".join([*(case.erased_parts or "").split(), part])
        audit.write(
            work, municipality=case.municipality_id, actor=actor, action="case.erased", subject=f"case:{case.id}",
            detail=part,
        )  # fmt: skip


def _earlier_photos(work: UnitOfWork, case: Case) -> list[str]:
    """The blobs of photos that another one followed; the rows forget them."""
    rows = DeskRepository(work.session, case.municipality_id).photos(case.id)
    blobs = [row.blob for row in rows if row.blob]
    for row in rows:
        row.blob = ""
    return blobs


def _packets(work: UnitOfWork, cases: Sequence[Case]) -> list[str]:
    """The blobs of every packet these records came in: a record may have been sent twice."""
    if not cases:
        return []
    of_cases = select(CasePhoto).where(
        CasePhoto.municipality_id == cases[0].municipality_id,
        col(CasePhoto.case_id).in_([case.id for case in cases]),
        CasePhoto.record_id != "",
    )
    later = work.session.exec(of_cases).all()
    found = select(ReceivedPacket.blob).where(
        ReceivedPacket.municipality_id == cases[0].municipality_id,
        col(ReceivedPacket.device_id).in_({case.device_id for case in cases} | {row.made_by for row in later}),
        col(ReceivedPacket.record_id).in_({case.record_id for case in cases} | {row.record_id for row in later}),
    )
    return list(work.session.exec(found))


def _gone(blobs: Blobs, blob: str) -> None:
    """Delete, then look: it must be missing."""
    blobs.delete(blob)
    try:
        blobs.get(blob)
    except NotFound:
        return
    raise Unavailable("retention.still_there", "消去したはずのデータが残っています。")


def _count_and_delete(work: UnitOfWork, case: Case) -> None:
    assert case.decided_at is not None
    year = fiscal_year(case.decided_at)
    names = [("state", case.state.value), ("method", case.method.value), ("delivery", case.delivery.value)]
    for kind, name in [*names, *(("reason", code) for code in case.return_reasons.split())]:
        key = (case.municipality_id, year, case.visit_id, kind, name)
        tally = work.session.get(CaseTally, key, with_for_update=True)
        if tally is None:
            tally = CaseTally(
                municipality_id=key[0], fiscal_year=year, visit_id=case.visit_id, kind=kind, name=name, cases=0
            )
            work.session.add(tally)
        tally.cases += 1
    work.session.flush()
    for table in (CaseEvent, CaseNote, CaseDraft, CaseBatchItem, CasePhoto):
        own = (col(table.municipality_id) == case.municipality_id, col(table.case_id) == case.id)
        work.session.exec(delete(table).where(*own))
    work.session.delete(case)
    work.session.flush()


def _tidy(database: Database) -> None:
    """Old row versions leave the pages too: PostgreSQL's dead rows are vacuumed, SQLite's log is written back."""
    if database.is_sqlite:
        raw = database.engine.raw_connection()
        raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.close()
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for table in (Case, CaseEvent, CaseNote, CaseDraft, CasePhoto, Booking, Member):
            connection.exec_driver_sql(f'VACUUM "{table.__tablename__}"')
