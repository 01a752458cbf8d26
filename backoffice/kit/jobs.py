"""Jobs: inserted with their cause in one transaction, taken by whoever is free, tried again with back-off.

PostgreSQL hands each job to one worker by `FOR UPDATE SKIP LOCKED`; SQLite has one writer at a time anyway. A job runs
inside the transaction that holds it: done and its effect stand or fall together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, func, select

from backoffice.kit.models import Job, JobState
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import Uuid7

TRIES = 12
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=30)

Handler = Callable[[UnitOfWork, Job], None]


class JobId(Uuid7):
    """One job."""


@dataclass(frozen=True)
class JobKey:
    municipality: str
    id: str


def add(work: UnitOfWork, *, municipality: str, kind: str, subject: str) -> None:
    """Queue a job in the caller's transaction; it can run once that commits."""
    work.session.add(
        Job(
            municipality_id=municipality,
            id=work.new_id(JobId),
            kind=kind,
            subject=subject,
            run_after=work.now,
            created_at=work.now,
        )
    )


def take(work: UnitOfWork) -> Job | None:
    """The job due longest, locked until the transaction ends."""
    due = select(Job).where(Job.state == JobState.QUEUED, col(Job.run_after) <= work.now)
    return work.session.exec(due.order_by(col(Job.run_after)).limit(1).with_for_update(skip_locked=True)).first()


def finish(work: UnitOfWork, job: Job) -> None:
    job.state, job.finished_at, job.failure = JobState.DONE, work.now, None


def fail(work: UnitOfWork, key: JobKey, *, failure: str) -> JobState:
    """Count a failed try (in a transaction of its own): later again, or dead after the last."""
    job = work.session.get_one(Job, (key.municipality, key.id), with_for_update=True)
    job.attempts += 1
    job.failure = failure[:200]
    job.run_after = work.now + pause_after(job.attempts)
    if job.attempts >= TRIES:
        job.state, job.finished_at = JobState.DEAD, work.now
    return job.state


def pause_after(attempts: int) -> timedelta:
    """2 s, 4 s, 8 s … 30 min."""
    doublings: int = min(attempts - 1, 20)
    return min(_FIRST_PAUSE * (1 << doublings), _LONGEST_PAUSE)


def dead(work: UnitOfWork, municipality: str) -> list[Job]:
    """Jobs given up, youngest first."""
    given_up = select(Job).where(Job.municipality_id == municipality, Job.state == JobState.DEAD)
    return list(work.session.exec(given_up.order_by(col(Job.finished_at).desc())))


def revive(work: UnitOfWork, municipality: str) -> int:
    """Queue the dead jobs of a municipality again; returns how many."""
    given_up = dead(work, municipality)
    for job in given_up:
        job.state, job.attempts, job.run_after, job.finished_at = JobState.QUEUED, 0, work.now, None
    return len(given_up)


def waiting(work: UnitOfWork) -> int:
    """Jobs queued, of every municipality: a gauge of the whole installation."""
    return work.session.exec(select(func.count()).select_from(Job).where(Job.state == JobState.QUEUED)).one()
