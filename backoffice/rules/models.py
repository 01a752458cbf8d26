"""Tables of a municipality's rule sets: the files as they were uploaded, and the days from which they hold.

A file is never changed, only followed by another; what held on a day can always be said again.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime


class RuleFile(SQLModel, table=True):
    """An uploaded rule set: the file's text and, beside it, what lists need. `code`: the set's own `id`."""

    __tablename__ = "rule_file"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),
        UniqueConstraint("municipality_id", "sha256"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    code: str = Field(max_length=80)
    title: str = Field(max_length=200)
    example: bool
    effective_from: date
    effective_until: date | None = None
    sha256: str = Field(max_length=64)
    text: str = Field(sa_type=Text)
    file_name: str = Field(max_length=120)
    uploaded_by: str = Field(max_length=36)
    uploaded_at: datetime = Field(sa_type=UtcDateTime)


class RuleActivation(SQLModel, table=True):
    """A file holds from a day on, once it is confirmed and until it is withdrawn or a later one follows.

    `confirmed_by`: the second person where the rules ask for one, else the same person.
    """

    __tablename__ = "rule_activation"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id", "file_id"], ["rule_file.municipality_id", "rule_file.id"]),
        Index("ix_rule_activation_from", "municipality_id", "valid_from"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    file_id: str = Field(max_length=36)
    valid_from: date
    asked_by: str = Field(max_length=36)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_by: str | None = Field(default=None, max_length=36)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str | None = Field(default=None, max_length=36)
    withdrawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
