"""Jobs: inserted with their cause, one worker each, tried again with pauses, dead in plain sight."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice.database import Database
from backoffice.kit import jobs
from backoffice.kit.jobs import TRIES, pause_after
from backoffice.kit.models import Job, JobState
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.organisations import service as organisations
from backoffice.worker import Worker
from tests.backoffice.office import Clock, add_municipalities
from tests.factories import FUKUSHIMA


class Passing(Exception):
    """A fault of a handler."""


def add(database: Database, clock: Clock, *subjects: str) -> None:
    with transaction(database, now=clock) as work:
        for subject in subjects:
            jobs.add(work, municipality=FUKUSHIMA, kind="test", subject=subject)


def states(database: Database) -> dict[str, JobState]:
    with transaction(database) as work:
        return {job.subject: job.state for job in work.session.exec(select(Job))}


def test_job_of_a_transaction_that_failed_does_not_exist(database: Database) -> None:
    def fail() -> None:
        with transaction(database, now=Clock()) as work:
            jobs.add(work, municipality=FUKUSHIMA, kind="test", subject="x")
            raise Passing

    with pytest.raises(Passing):
        fail()
    assert states(database) == {}


def test_jobs_are_done_in_order_of_their_time(database: Database) -> None:
    clock, done = Clock(), list[str]()
    for subject in "abc":
        add(database, clock, subject)
        clock.move(seconds=1)
    worker = Worker(database, {"test": lambda _work, job: done.append(job.subject)}, now=clock)
    assert (worker.drain(), done) == (3, ["a", "b", "c"])
    assert set(states(database).values()) == {JobState.DONE}


def test_effect_of_a_failing_job_is_undone(database: Database) -> None:
    clock = Clock()
    add(database, clock, "x")

    def fail(work: UnitOfWork, _job: Job) -> None:
        add_municipalities(work)
        raise Passing

    Worker(database, {"test": fail}, now=clock).drain()
    with transaction(database) as work:
        assert organisations.tenants(work) == []


def test_failing_job_does_not_hold_up_the_others(database: Database) -> None:
    clock, done = Clock(), list[str]()
    add(database, clock, "bad", "good")

    def handle(_work: UnitOfWork, job: Job) -> None:
        if job.subject == "bad":
            raise Passing
        done.append(job.subject)

    assert Worker(database, {"test": handle}, now=clock).drain() == 2
    assert (done, states(database)) == (["good"], {"bad": JobState.QUEUED, "good": JobState.DONE})


def test_job_that_always_fails_is_dead_after_the_last_try_and_can_be_revived(database: Database) -> None:
    clock, tries = Clock(), list[str]()
    add(database, clock, "x")

    def fail(_work: UnitOfWork, job: Job) -> None:
        tries.append(job.subject)
        raise Passing

    worker = Worker(database, {"test": fail}, now=clock)
    for _ in range(TRIES + 3):
        worker.drain()
        clock.move(hours=1)
    assert len(tries) == TRIES
    with transaction(database, now=clock) as work:
        (dead,) = jobs.dead(work, FUKUSHIMA)
        assert (dead.failure, dead.attempts) == ("Passing", TRIES)
        assert jobs.revive(work, FUKUSHIMA) == 1
    assert worker.drain() == 1


def test_job_of_an_unknown_kind_fails_like_any_other(database: Database) -> None:
    clock = Clock()
    add(database, clock, "x")
    assert Worker(database, {}, now=clock).drain() == 1
    assert states(database) == {"x": JobState.QUEUED}


def test_pauses_double_up_to_half_an_hour() -> None:
    assert [pause_after(tries) for tries in (1, 2, 3)] == [
        timedelta(seconds=2),
        timedelta(seconds=4),
        timedelta(seconds=8),
    ]
    assert pause_after(11) == pause_after(1000) == timedelta(minutes=30)


def test_two_workers_share_the_jobs_without_doing_one_twice(database: Database) -> None:
    clock, done = Clock(), list[str]()
    add(database, clock, *(f"job {number}" for number in range(20)))
    workers = [Worker(database, {"test": lambda _work, job: done.append(job.subject)}, now=clock) for _ in range(2)]
    threads = [threading.Thread(target=worker.drain) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(f"job {number}" for number in range(20))


def test_loop_does_a_job_as_soon_as_it_is_woken_and_ends_when_told(database: Database) -> None:
    clock, seen = Clock(), threading.Event()
    worker = Worker(database, {"test": lambda _work, _job: seen.set()}, now=clock)
    thread = threading.Thread(target=worker.run)
    thread.start()
    add(database, clock, "x")
    worker.wake()
    assert seen.wait(5)
    worker.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_loop_outlives_a_database_that_is_away(sqlite_database: Database) -> None:
    clock, seen = Clock(), threading.Event()
    add(sqlite_database, clock, "x")
    worker = Worker(sqlite_database, {"test": lambda _work, _job: seen.set()}, now=clock)
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE job RENAME TO elsewhere")
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert not seen.wait(0.3)
    with sqlite_database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO job")
    assert seen.wait(5)
    worker.stop()
    thread.join(5)
