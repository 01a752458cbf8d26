"""The worker: takes one job after the other, each in a transaction with its effect. One of the project's two loops."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog

from backoffice.database import Database
from backoffice.devices import service as devices
from backoffice.drafts import sent
from backoffice.drafts import service as drafts
from backoffice.intake import uploads
from backoffice.kit import jobs
from backoffice.kit.jobs import Handler, JobKey
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations
from backoffice.visits import release, reminders

_log = structlog.get_logger()
_LOOK = 1.0  # seconds between looks when nobody wakes us: other processes queue jobs too
_TIDY = timedelta(minutes=5)
_RELEASE = timedelta(minutes=1)


class Worker:
    """Runs jobs until stopped. `wake()` after a commit makes it look at once."""

    def __init__(
        self, database: Database, handlers: Mapping[str, Handler], *, now: Callable[[], datetime],
        nightly: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        """`nightly`: asked at every look whether a night's work is due."""
        self._database = database
        self._handlers = handlers
        self._now = now
        self._nightly = nightly
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._tidied: datetime | None = None
        self._released: datetime | None = None

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopping.set()
        self._woken.set()

    def run(self) -> None:
        """The loop. A failing job is counted and tried later; a failing database is logged and waited for."""
        while not self._stopping.is_set():
            try:
                idle = not self.step()
                self.tidy()
                self.release()
                if self._nightly is not None:
                    self._nightly()
            except Exception as error:  # noqa: BLE001 – the loop outlives whatever happens in it
                _log.error("worker cannot work", error=type(error).__name__)
                idle = True
            if idle:
                self._woken.wait(_LOOK)
                self._woken.clear()

    def drain(self) -> int:
        """Run every job that is due now; returns how many were taken."""
        taken = 0
        while self.step():
            taken += 1
        return taken

    def step(self) -> bool:
        """Take one job. False when none is due. A job's exception is noted with it, not raised."""
        key: JobKey | None = None
        try:
            with transaction(self._database, now=self._now) as work:
                job = jobs.take(work)
                if job is None:
                    return False
                key = JobKey(job.municipality_id, job.id)
                self._handlers[job.kind](work, job)
                jobs.finish(work, job)
        except Exception as error:
            if key is None:
                raise
            self._failed(key, error)
        return True

    def tidy(self) -> None:
        """Housekeeping that needs no job: nonces that cannot be replayed any more, uploads nobody goes on with."""
        now = self._now()
        if self._tidied is None or now - self._tidied > _TIDY:
            with transaction(self._database, now=self._now) as work:
                devices.forget_nonces(work)
                uploads.tidy(work)
                reminders.forget(work)
                drafts.forget(work)
                sent.forget(work)
            self._tidied = now

    def release(self) -> None:
        """Places of booked people who did not come, once a minute, each municipality in a transaction of its own."""
        now = self._now()
        if self._released is None or not timedelta(0) <= now - self._released < _RELEASE:
            self._released = now
            with transaction(self._database, now=self._now) as work:
                tenants = organisations.tenants(work)
            for tenant in tenants:
                with transaction(self._database, now=self._now) as work:
                    release.release_due(work, tenant.code)

    def _failed(self, key: JobKey, error: Exception) -> None:
        with transaction(self._database, now=self._now) as work:
            state = jobs.fail(work, key, failure=type(error).__name__)
        _log.warning("job failed", job=key.id, error=type(error).__name__, state=state.value)
