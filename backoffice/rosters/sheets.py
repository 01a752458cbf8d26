"""A large spreadsheet is read beside the worker: a hundred thousand rows take longer than packets may wait.

A child process reads (`sheet_child`); the job only looks whether it has come to an end, half a second at most, and
queues itself again, so other jobs are taken in between. What was read waits in memory; a worker that was killed begins
the reading again, because the row still says `reading` and its job is still queued.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Final

from sqlalchemy.exc import SQLAlchemyError

from backoffice.database import Database
from backoffice.kit import jobs
from backoffice.kit.errors import OfficeError, Refused
from backoffice.kit.models import Job
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.kit.vault import Vault
from backoffice.rosters import service
from backoffice.rosters.models import ImportState, RosterImport
from backoffice.rosters.repository import RosterRepository

LOOK: Final = 0.5  # seconds
_ENVIRONMENT: Final = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "SYSTEMROOT")  # none of the office's secrets


@dataclass(frozen=True)
class _Table:
    """A file that was read, in the vault as CSV."""

    blob: str
    rows: int
    headings: list[str]


class SheetReader:
    """The job. One reading at a time for each file of this process. `look`: seconds that one look at it may last."""

    def __init__(self, database: Database, vault: Vault, *, look: float = LOOK) -> None:
        self._database, self._vault, self._wait = database, vault, look
        self._readings: dict[str, _Reading] = {}

    def __call__(self, work: UnitOfWork, job: Job) -> None:
        row = RosterRepository(work.session).imported(job.municipality_id, job.subject)
        if row is None or row.state is not ImportState.READING:
            self._readings.pop(job.subject, None)
            return
        reading = self._readings.get(row.id)
        if reading is None or reading.is_alive():
            jobs.add(work, municipality=row.municipality_id, kind=service.READ_JOB, subject=row.id)
            work.after_commit(lambda: self._look(row))
            return
        self._readings.pop(row.id)
        found, file = reading.outcome(), row.blob
        work.after_commit(lambda: self._vault.delete(file))
        if isinstance(found, OfficeError):
            service.refuse(work, row, found)
        else:
            service.offer(work, row, blob=found.blob, rows=found.rows, headings=found.headings)

    def _look(self, row: RosterImport) -> None:
        """Begin, or wait a little for the end."""
        if row.id not in self._readings:
            self._readings[row.id] = _Reading(self._vault, row, tell=lambda read: self._tell(row, read))
            self._readings[row.id].start()
        self._readings[row.id].join(self._wait)

    def _tell(self, row: RosterImport, read: int) -> None:
        """For the bar on the page; a database that is busy leaves it where it is."""
        with suppress(SQLAlchemyError), transaction(self._database) as work:
            RosterRepository(work.session).tell(row.municipality_id, row.id, read=read)


class _Reading(threading.Thread):
    """Listens to one child. File and table lie in memory, never on a disk."""

    def __init__(self, vault: Vault, row: RosterImport, *, tell: Callable[[int], None]) -> None:
        super().__init__(name="sheet", daemon=True)
        self._vault, self._row, self._tell = vault, row, tell
        self._found: _Table | OfficeError | None = None
        self._failure: Exception | None = None

    def outcome(self) -> _Table | OfficeError:
        """Raises what kept the child from running; the job is tried again then."""
        if self._found is None:
            raise self._failure or OSError("the reading of a sheet ended without a word")
        return self._found

    def run(self) -> None:
        try:
            table, rows = read_apart(self._vault.get(self._row.blob), tell=self._tell)
            blob = service.keep(self._vault, self._row.municipality_id, self._row.id, table)
            self._found = _Table(blob, rows, service.headings(table))
        except OfficeError as refusal:
            self._found = refusal
        except OSError as error:
            self._failure = error


def read_apart(data: bytes, *, tell: Callable[[int], None]) -> tuple[bytes, int]:
    """`reading.as_csv` in a child process. Raises `Refused`, also for a file that wants more than the child may have,
    and `OSError` when no child can be started."""
    with _memory() as file, _memory() as table:
        file.write(data)
        file.seek(0)
        command = [sys.executable, "-m", "backoffice.rosters.sheet_child"]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        with subprocess.Popen(command, stdin=file, stdout=table, stderr=subprocess.PIPE, env=environment) as child:
            assert child.stderr is not None
            last = _listen(child.stderr, tell)
        if "refused" in last:
            raise Refused(str(last["refused"]), str(last["title"]), status=int(last["status"]))
        if child.returncode or "rows" not in last:
            raise Refused("roster.too_large", "ファイルが大きすぎます(32MBまで)。", status=413)
        table.seek(0)
        return table.read(), int(last["rows"])


def _listen(said: IO[bytes], tell: Callable[[int], None]) -> dict[str, str | int]:
    """The last word; what else a dying child writes is none."""
    last: dict[str, str | int] = {}
    for line in said:
        with suppress(ValueError):
            last = dict(json.loads(line))
            if "read" in last:
                tell(int(last["read"]))
    return last


def _memory() -> IO[bytes]:
    """A file that is nowhere but in memory, where the system has such."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("sheet"), "w+b")
    return tempfile.TemporaryFile()
