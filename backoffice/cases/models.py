"""Tables of the case desk: one row an application, and what happened to it.

Indexes: each list of the console walks one of them in order (state or all, by moment received); slip numbers and form
ids are looked up exactly. `record` is the sealed record's JSON as it was opened; the columns beside it are what lists
and searches need.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backoffice.cases.workflow import State, Step
from backoffice.kit.columns import UtcDateTime, Word
from schemas.card import CardVerdict
from schemas.rules import Delivery, Method


class Case(SQLModel, table=True):
    """One application. `version` counts changes: two people cannot decide the same version."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("municipality_id", "record_id"),
        Index("ix_case_received", "municipality_id", "received_at", "id"),
        Index("ix_case_state_received", "municipality_id", "state", "received_at", "id"),
        Index("ix_case_decided", "municipality_id", "decided_at", "state"),
        Index("ix_case_slip", "municipality_id", "slip_running", "slip"),
        Index("ix_case_form", "municipality_id", "form_id"),
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
