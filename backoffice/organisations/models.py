"""市区町村 (tenants), 団体 and their 所属. `municipality_id` leads every key in the whole office."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlmodel import JSON, Column, Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word


class Municipality(SQLModel, table=True):
    """A tenant. `municipality_id` is its 団体コード with check digit."""

    __tablename__ = "municipality"

    municipality_id: str = Field(primary_key=True, max_length=6)
    name: str = Field(max_length=80)
    name_en: str = Field(default="", max_length=80)
    kana: str = Field(default="", max_length=120)
    contact: str = Field(default="", max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)


class Kind(StrEnum):
    """What an organisation is."""

    FIRE_SERVICE = "fire_service"
    PUBLIC_OFFICE = "public_office"
    COMPANY = "company"
    FACILITY = "facility"
    SCHOOL = "school"
    NEIGHBOURHOOD = "neighbourhood"
    OTHER = "other"


class Partner(StrEnum):
    """How far the talks with it are: 候補, 調整中, 確定, 済."""

    CANDIDATE = "candidate"
    TALKING = "talking"
    AGREED = "agreed"
    DONE = "done"


class Organisation(SQLModel, table=True):
    """A 団体 that asks for a visit, e.g. a 消防本部. `contact`, `phone`, `mail`: whom to ask first; `further`: others,
    [name and duty, phone, mail]."""

    __tablename__ = "organisation"
    __table_args__ = (ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    name: str = Field(max_length=120)
    contact: str = Field(default="", max_length=120)
    kind: Kind = Field(default=Kind.OTHER, sa_type=Word(Kind), sa_column_kwargs={"server_default": "other"})
    partner: Partner = Field(
        default=Partner.CANDIDATE, sa_type=Word(Partner), sa_column_kwargs={"server_default": "candidate"}
    )
    phone: str = Field(default="", max_length=40, sa_column_kwargs={"server_default": text("''")})
    mail: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": text("''")})
    further: list[list[str]] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    created_at: datetime = Field(sa_type=UtcDateTime)


class Unit(SQLModel, table=True):
    """A 所属 of an organisation, e.g. a 消防署; `parent_id` makes the tree. `ended_at`: taken away, or made one with
    the unit `merged_into` names."""

    __tablename__ = "unit"
    __table_args__ = (
        ForeignKeyConstraint(
            ["municipality_id", "organisation_id"], ["organisation.municipality_id", "organisation.id"]
        ),
        ForeignKeyConstraint(["municipality_id", "parent_id"], ["unit.municipality_id", "unit.id"]),
        Index("ix_unit_organisation", "municipality_id", "organisation_id", "id"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    organisation_id: str = Field(max_length=36)
    parent_id: str | None = Field(default=None, max_length=36)
    name: str = Field(max_length=120)
    created_at: datetime = Field(sa_type=UtcDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    merged_into: str | None = Field(default=None, max_length=36)
