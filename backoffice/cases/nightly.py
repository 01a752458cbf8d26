"""Retention by itself: once a night, by the worker, where the installation has set an hour for it.

The same run as `demado-backoffice retention run`; one that was cut short goes on the next night or at a start.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import structlog

from backoffice.cases import retention
from backoffice.cases.finding import JST
from backoffice.cases.retention import Periods
from backoffice.database import Database
from backoffice.kit.blobs import Blobs
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations

_log = structlog.get_logger()


class Nightly:
    """`hour`: of Japan, from which on a day's run is due. `installed`: periods where a municipality says nothing."""

    def __init__(
        self, database: Database, blobs: Blobs, installed: Periods, *, hour: int, now: Callable[[], datetime]
    ) -> None:
        self._database, self._blobs, self._installed = database, blobs, installed
        self._hour, self._now = hour, now
        self._done: date | None = None

    def __call__(self) -> None:
        """Does nothing while none is due; asked often."""
        here = self._now().astimezone(JST)
        if here.hour < self._hour or self._done == here.date():
            return
        self._done = here.date()  # first: what fails is tried the next night, not every second
        with transaction(self._database, now=self._now) as work:
            wanted = [
                (tenant.code, retention.periods(work, tenant.code, self._installed))
                for tenant in organisations.tenants(work)
            ]
        for code, periods in wanted:
            gone = retention.run(self._database, self._blobs, code, periods, now=self._now, actor="system")
            _log.info("retention", municipality=code, **gone.parts, names=gone.names, members=gone.members)
