"""Tables of the audit log: entries chained by hash within a municipality, and the head of each chain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime


class AuditEntry(SQLModel, table=True):
    """Who did what to which thing. `detail` holds codes and numbers, never personal data."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_subject", "municipality_id", "subject", "sequence"),
        Index("ix_audit_entry_actor", "municipality_id", "actor", "sequence"),
        Index("ix_audit_entry_action", "municipality_id", "action", "sequence"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    sequence: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str = Field(max_length=80)
    action: str = Field(max_length=60)
    subject: str = Field(max_length=120)
    detail: str = Field(default="", max_length=500)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)


class AuditHead(SQLModel, table=True):
    """The last entry of a municipality's chain; locking it puts writers in a row."""

    __tablename__ = "audit_head"

    municipality_id: str = Field(primary_key=True, max_length=6)
    sequence: int = Field(sa_type=BigInteger)
    hash: str = Field(max_length=64)
