"""The job table: work to be done after a commit, inserted in the same transaction as its cause."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from backoffice.kit.columns import UtcDateTime, Word


class JobState(StrEnum):
    """`dead`: given up after the last try; stays visible until somebody revives it."""

    QUEUED = "queued"
    DONE = "done"
    DEAD = "dead"


class Job(SQLModel, table=True):
    """`kind` names the handler, `subject` what it works on; the last failure's class stands in `failure`."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "run_after"),)

    municipality_id: str = Field(primary_key=True, max_length=6)
    id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=60)
    subject: str = Field(max_length=80)
    state: JobState = Field(default=JobState.QUEUED, sa_type=Word(JobState))
    attempts: int = 0
    run_after: datetime = Field(sa_type=UtcDateTime)
    created_at: datetime = Field(sa_type=UtcDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    failure: str | None = Field(default=None, max_length=200)
