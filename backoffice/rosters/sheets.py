"""A large spreadsheet is read by the worker: a hundred thousand rows take longer than a person waits for a page.

Read outside every transaction, because SQLite has one writer: between two runs of the job. The run that begins queues
the next one first, so a file whose reader died in the middle is read again; what was read waits here in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from backoffice.database import Database
from backoffice.kit import jobs
from backoffice.kit.errors import OfficeError
from backoffice.kit.models import Job
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.kit.vault import Vault
from backoffice.rosters import reading, service
from backoffice.rosters.models import ImportState, RosterImport
from backoffice.rosters.repository import RosterRepository

_TOLD_EVERY: Final = 5_000  # rows


@dataclass(frozen=True)
class _Table:
    """A file that was read, in the vault as CSV."""

    blob: str
    rows: int
    headings: list[str]


class SheetReader:
    """The job: the file is read after the first run's commit, and its table taken over by the next run."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database, self._vault = database, vault
        self._found: dict[str, _Table | OfficeError] = {}

    def __call__(self, work: UnitOfWork, job: Job) -> None:
        found = self._found.pop(job.subject, None)
        row = RosterRepository(work.session).imported(job.municipality_id, job.subject)
        if row is None or row.state is not ImportState.READING:
            return
        if found is None:
            jobs.add(work, municipality=row.municipality_id, kind=service.READ_JOB, subject=row.id)
            work.after_commit(lambda: self._read(row))
            return
        file = row.blob
        work.after_commit(lambda: self._vault.delete(file))
        if isinstance(found, OfficeError):
            service.refuse(work, row, found)
        else:
            service.offer(work, row, blob=found.blob, rows=found.rows, headings=found.headings)

    def _read(self, row: RosterImport) -> None:
        try:
            table, rows = reading.as_csv(self._vault.get(row.blob), tell=lambda number: self._tell(row, number))
            blob = service.keep(self._vault, row.municipality_id, row.id, table)
            self._found[row.id] = _Table(blob, rows, service.headings(table))
        except OfficeError as refusal:
            self._found[row.id] = refusal

    def _tell(self, row: RosterImport, number: int) -> None:
        if number % _TOLD_EVERY == 0:
            with transaction(self._database) as work:
                RosterRepository(work.session).tell(row.municipality_id, row.id, read=number)
