"""People of an organisation's roster, and the imports that brought them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import JSON, Column, Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word
from backoffice.rosters.mapping import Relation


class ImportState(StrEnum):
    """An import's life: a large sheet being read, looked at, waiting for the worker, under way, done, thrown away.
    Refused: the sheet was read and is no roster."""

    READING = "reading"
    REFUSED = "refused"
    PREVIEW = "preview"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    DISCARDED = "discarded"


_PRESENT: Final = text("left_at IS NULL")


class Member(SQLModel, table=True):
    """One person of a roster. `number` and `relation` and the folded name say who is the same person in the next file;
    people with one number are a family. `unit_name`: what their unit is called, for the list by unit. `left_at`: not in
    the newest whole roster any more."""

    __tablename__ = "member"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"], ["organisation.municipality_id", "organisation.id"]
        ),
        Index("uq_member_person", "municipality_id", "organisation_id", "number", "relation", "name_key", unique=True),
        Index(
            "ix_member_search",
            "municipality_id",
            "organisation_id",
            "name_key",
            "id",
            "search",
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
        Index(
            "ix_member_number",
            "municipality_id",
            "organisation_id",
            "number",
            "id",
            "search",
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
        Index(
            "ix_member_unit",
            "municipality_id",
            "organisation_id",
            "unit_id",
            "left_at",
        ),
        Index(
            "ix_member_kana",
            "municipality_id",
            "organisation_id",
            "kana",
            "id",
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
        Index(
            "ix_member_unit_name",
            "municipality_id",
            "organisation_id",
            "unit_name",
            "name_key",
            "id",
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
        Index(
            "ix_member_relation",
            "municipality_id",
            "organisation_id",
            "relation",
            "name_key",
            "id",
            postgresql_where=_PRESENT,
            sqlite_where=_PRESENT,
        ),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    organisation_id: str = Field(max_length=36)
    unit_id: str | None = Field(default=None, max_length=36)
    unit_name: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": text("''")})
    number: str = Field(max_length=40)
    relation: Relation = Field(sa_type=Word(Relation))
    name: str = Field(max_length=200)
    kana: str = Field(default="", max_length=200)
    former_name: str = Field(default="", max_length=200)
    alias: str = Field(default="", max_length=200)
    birth_month: int | None = None
    name_key: str = Field(max_length=200)
    search: str = Field(max_length=400)
    seen_in: str = Field(max_length=36)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class RosterImport(SQLModel, table=True):
    """One file: its table in the vault, which column means what, how far the worker is, and what was wrong by line.

    While it is read, `blob` is the file as it was sent, and `read` the rows so far. `refusal`: a sentence for people.
    """

    __tablename__ = "roster_import"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"], ["organisation.municipality_id", "organisation.id"]
        ),
        Index("ix_roster_import_organisation", "municipality_id", "organisation_id", "id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    organisation_id: str = Field(max_length=36)
    state: ImportState = Field(default=ImportState.PREVIEW, sa_type=Word(ImportState))
    file_name: str = Field(max_length=120)
    blob: str = Field(max_length=200)
    columns: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    whole: bool = False
    rows: int = 0
    read: int = 0
    offset: int = 0
    added: int = 0
    changed: int = 0
    same: int = 0
    left: int = 0
    wrong: int = 0
    refusal: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": text("''")})
    errors: list[list[str | int]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    by: str = Field(max_length=36)
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
