"""Tables of the case desk: one row an application, and what happened to it.

Indexes: each list of the console walks one of them in order (state, visit, method, slip, running number or all, by
moment received, and each order within a state); slip numbers and form ids are looked up exactly. `record` is the
sealed record's JSON as it was opened; the columns beside it are what lists and searches need.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backoffice.cases.workflow import State, Step
from backoffice.kit.columns import UtcDateTime, Word
from schemas.card import CardVerdict
from schemas.rules import Delivery, Method


class DraftForm(StrEnum):
    """Which form a draft belongs to."""

    NOTE = "note"
    RETURN = "return"
    ESCALATE = "escalate"


class Case(SQLModel, table=True):
    """One application. `version` counts changes: two people cannot decide the same version.

    `duplicate_of`: the case that stands for it. `erased_parts`: what retention has taken away ("photo packet").
    `handed_over_at`: when it last went out in a hand-over package.
    """

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("municipality_id", "record_id"),
        Index("ix_case_received", "municipality_id", "received_at", "id"),
        Index("ix_case_state_received", "municipality_id", "state", "received_at", "id"),
        Index("ix_case_decided", "municipality_id", "decided_at", "state"),
        Index("ix_case_handed", "municipality_id", "state", "handed_over_at", "received_at", "id"),
        Index("ix_case_slip", "municipality_id", "slip_running", "slip"),
        Index("ix_case_running", "municipality_id", "slip_running", "received_at", "id"),
        Index("ix_case_method", "municipality_id", "method", "received_at", "id"),
        Index("ix_case_form", "municipality_id", "form_id", "received_at", "id"),
        Index("ix_case_card", "municipality_id", "card_verdict", "received_at", "id"),
        Index("ix_case_state_form", "municipality_id", "state", "form_id", "received_at", "id"),
        Index("ix_case_state_card", "municipality_id", "state", "card_verdict", "received_at", "id"),
        Index("ix_case_visit", "municipality_id", "visit_id", "received_at", "id"),
        Index("ix_case_by_slip", "municipality_id", "slip", "received_at", "id"),
        Index("ix_case_state_visit", "municipality_id", "state", "visit_id", "received_at", "id"),
        Index("ix_case_state_method", "municipality_id", "state", "method", "received_at", "id"),
        Index("ix_case_state_slip", "municipality_id", "state", "slip", "received_at", "id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    record_id: str = Field(max_length=36)
    packet_id: str = Field(max_length=64)
    visit_id: str = Field(max_length=36)
    device_id: str = Field(max_length=36)
    slip: str = Field(max_length=9)
    slip_running: int
    form_id: str | None = Field(default=None, max_length=23)
    birth_date: date
    method: Method = Field(sa_type=Word(Method))
    delivery: Delivery = Field(sa_type=Word(Delivery))
    card_verdict: CardVerdict | None = Field(default=None, sa_type=Word(CardVerdict))
    photo_key: str | None = Field(default=None, max_length=200)
    record: str = Field(sa_type=Text)
    taken_at: datetime = Field(sa_type=UtcDateTime)
    received_at: datetime = Field(sa_type=UtcDateTime)
    overrides: str = Field(default="", max_length=200)
    state: State = Field(default=State.RECEIVED, sa_type=Word(State))
    version: int = 1
    first_approved_by: str | None = Field(default=None, max_length=36)
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str | None = Field(default=None, max_length=36)
    return_reasons: str = Field(default="", max_length=1000)
    duplicate_of: str | None = Field(default=None, max_length=36)
    erased_parts: str | None = Field(default=None, max_length=40)
    handed_over_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    handed_over_by: str | None = Field(default=None, max_length=36)


class CaseEvent(SQLModel, table=True):
    """One line of a case's history. `note`: what staff wrote, for staff and applicant."""

    __tablename__ = "case_event"
    __table_args__ = (ForeignKeyConstraint(["municipality_id", "case_id"], ["case.municipality_id", "case.id"]),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    case_id: str = Field(primary_key=True, max_length=36)
    version: int = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
    step: Step = Field(sa_type=Word(Step))
    actor: str = Field(max_length=36)
    reasons: str = Field(default="", max_length=1000)
    note: str = Field(default="", max_length=500)


def _of_case() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["municipality_id", "case_id"], ["case.municipality_id", "case.id"])


def _of_staff(column: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["municipality_id", column], ["staff.municipality_id", "staff.id"])


class CaseNote(SQLModel, table=True):
    """What staff write to each other about a case. It changes nothing, so it has no version."""

    __tablename__ = "case_note"
    __table_args__ = (_of_case(),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    case_id: str = Field(primary_key=True, max_length=36)
    id: str = Field(primary_key=True, max_length=36)
    at: datetime = Field(sa_type=UtcDateTime)
    author: str = Field(max_length=36)
    text: str = Field(max_length=500)


class CaseDraft(SQLModel, table=True):
    """What somebody was writing when the session ended: one a person, case and form."""

    __tablename__ = "case_draft"
    __table_args__ = (
        _of_case(),
        _of_staff("staff_id"),
        Index("ix_case_draft_case", "municipality_id", "case_id"),
        Index("ix_case_draft_saved", "municipality_id", "saved_at"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    staff_id: str = Field(primary_key=True, max_length=36)
    case_id: str = Field(primary_key=True, max_length=36)
    form: DraftForm = Field(primary_key=True, sa_type=Word(DraftForm))
    text: str = Field(default="", max_length=500)
    reasons: str = Field(default="", max_length=1000)
    saved_at: datetime = Field(sa_type=UtcDateTime)


class PhotoOrigin(StrEnum):
    """Where a case's photo came from."""

    PACKET = "packet"
    CROP = "crop"


class CasePhoto(SQLModel, table=True):
    """One photo of a case that has had more than one, in their order; `Case.photo_key` says which stands.

    `frame`: of a crop, its place in the packet's picture ("x y width roll"). `evidence`: what the kiosk measured, of a
    packet's. `blob`: empty once retention has taken the picture.
    """

    __tablename__ = "case_photo"
    __table_args__ = (_of_case(), Index("ix_case_photo_record", "municipality_id", "record_id"))

    municipality_id: str = Field(primary_key=True, max_length=6)
    case_id: str = Field(primary_key=True, max_length=36)
    number: int = Field(primary_key=True)
    origin: PhotoOrigin = Field(sa_type=Word(PhotoOrigin))
    blob: str = Field(max_length=200)
    width: int
    height: int
    frame: str = Field(default="", max_length=60)
    evidence: str = Field(default="", sa_type=Text)
    record_id: str = Field(default="", max_length=36)
    packet_id: str = Field(default="", max_length=64)
    slip: str = Field(default="", max_length=9)
    made_at: datetime = Field(sa_type=UtcDateTime)
    made_by: str = Field(max_length=36)


class SavedView(SQLModel, table=True):
    """A list's conditions under a name, for oneself or for everybody of the desk."""

    __tablename__ = "saved_view"
    __table_args__ = (_of_staff("owner_id"), Index("ix_saved_view_owner", "municipality_id", "owner_id"))

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    owner_id: str = Field(max_length=36)
    name: str = Field(max_length=40)
    conditions: str = Field(max_length=300)
    shared: bool
    created_at: datetime = Field(sa_type=UtcDateTime)


class CaseBatch(SQLModel, table=True):
    """Cases decided with one click, so that one click takes them back."""

    __tablename__ = "case_batch"
    __table_args__ = (_of_staff("decided_by"),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    step: Step = Field(sa_type=Word(Step))
    decided_by: str = Field(max_length=36)
    decided_at: datetime = Field(sa_type=UtcDateTime)
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CaseBatchItem(SQLModel, table=True):
    """One case of a batch. `version`: the one the decision made, None where `skipped` says why it was left alone."""

    __tablename__ = "case_batch_item"
    __table_args__ = (
        _of_case(),
        ForeignKeyConstraint(["municipality_id", "batch_id"], ["case_batch.municipality_id", "case_batch.id"]),
        Index("ix_case_batch_item_case", "municipality_id", "case_id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    batch_id: str = Field(primary_key=True, max_length=36)
    case_id: str = Field(primary_key=True, max_length=36)
    version: int | None = None
    skipped: str = Field(default="", max_length=60)


class CaseTally(SQLModel, table=True):
    """What is left of erased cases: how many, by fiscal year of the decision, visit and one property at a time.

    `kind`: state, method, delivery or reason.
    """

    __tablename__ = "case_tally"

    municipality_id: str = Field(primary_key=True, max_length=6)
    fiscal_year: int = Field(primary_key=True)
    visit_id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(primary_key=True, max_length=12)
    name: str = Field(primary_key=True, max_length=40)
    cases: int
