"""Outgoing mail. Address and text of a letter leave its row when it is sent or withdrawn; what stays is masked."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word


class MailState(StrEnum):
    """`sending`: claimed by a sender; `unsure`: the line broke after the text, only a person may send it again."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNSURE = "unsure"
    WITHDRAWN = "withdrawn"


class MailKind(StrEnum):
    """What a letter is for."""

    CONFIRMATION = "confirmation"
    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"


class MailFailure(StrEnum):
    """Why a letter did not go out. A number behind it in the row is what the server answered (RFC 5321, 4.2)."""

    AWAY = "away"
    NO_TLS = "no_tls"
    CERTIFICATE = "certificate"
    LOGIN = "login"
    ANSWERED = "answered"
    NO_ANSWER = "no_answer"
    STOPPED = "stopped"


class Mail(SQLModel, table=True):
    """One letter. `about`: what it belongs to (`booking:<id>`), `page`: where it is listed (`visit:<id>`)."""

    __tablename__ = "mail"
    __table_args__ = (
        ForeignKeyConstraint(["municipality_id"], ["municipality.municipality_id"]),
        Index("ix_mail_due", "state", "due_at"),
        Index("ix_mail_about", "municipality_id", "about"),
        Index("ix_mail_page", "municipality_id", "page"),
    )

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    kind: MailKind = Field(sa_type=Word(MailKind))
    about: str = Field(max_length=60)
    page: str = Field(max_length=60)
    address: str = Field(max_length=254, repr=False)
    title: str = Field(max_length=200)
    body: str = Field(sa_type=Text, repr=False)
    state: MailState = Field(default=MailState.QUEUED, sa_type=Word(MailState))
    due_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    failure: str = Field(default="", max_length=200)
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
