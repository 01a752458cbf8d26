"""One draft for a person and a form; the form is its address. Sending the form, or a week, ends it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
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
