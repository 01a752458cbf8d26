"""One draft for a person and a form; the form is its address. Sending the form, or a week, ends it. And the forms that
were carried out, for a day."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index
from sqlmodel import JSON, Column, Field, SQLModel

from backoffice.kit.columns import UtcDateTime


class FormDraft(SQLModel, table=True):
    __tablename__ = "form_draft"
    __table_args__ = (ForeignKeyConstraint(["municipality_id", "staff_id"], ["staff.municipality_id", "staff.id"]),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    staff_id: str = Field(primary_key=True, max_length=36)
    form: str = Field(primary_key=True, max_length=160)
    values: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    saved_at: datetime = Field(sa_type=UtcDateTime)


class SentForm(SQLModel, table=True):
    """A form that was carried out, by the mark its page gave it. `led_to`: where its sender was led."""

    __tablename__ = "sent_form"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "staff_id"], ["staff.municipality_id", "staff.id"]),
        Index("ix_sent_form_sent", "sent_at"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    staff_id: str = Field(primary_key=True, max_length=36)
    mark: str = Field(primary_key=True, max_length=40)
    led_to: str = Field(max_length=500)
    sent_at: datetime = Field(sa_type=UtcDateTime)
