"""Bringing a roster in: the file is looked at first, then the worker takes it in portions, and says each wrong line.

A portion is one transaction with its progress, so a killed worker goes on where it was and nothing is taken twice.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from backoffice.audit import service as audit
from backoffice.database import Database
from backoffice.kit import jobs
from backoffice.kit.errors import NotFound, OfficeError, Refused
from backoffice.kit.models import Job
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from backoffice.kit.vault import Vault
from backoffice.organisations import service as organisations
from backoffice.organisations.service import OrganisationId
from backoffice.rosters import reading
from backoffice.rosters.mapping import REQUIRED, Column, Person, RowWrong, guessed, person_of
from backoffice.rosters.models import ImportState, Member, RosterImport
from backoffice.rosters.names import folded
from backoffice.rosters.ordering import Order, Place
from backoffice.rosters.portion import Portion
from backoffice.rosters.repository import RosterRepository, Whose
from schemas.ids import MunicipalityCode, Uuid7

IMPORT_JOB: Final = "roster.import"
READ_JOB: Final = "roster.read"
PORTION: Final = 5_000
PAGE: Final = 100
IMPORTS: Final = 500  # files of one organisation that a list shows
_SHOWN_ROWS: Final = 5
_EXPORTED_AT_ONCE: Final = 2_000


class ImportId(Uuid7):
    """One roster file."""


@dataclass(frozen=True)
class Preview:
    """The first rows of a file with what its columns seem to mean, and what would be wrong with these rows."""

    headings: list[str]
    rows: list[list[str]]
    columns: Mapping[Column, int]
    people: list[Person | RowWrong]


def receive(work: UnitOfWork, vault: Vault, organisation: Whose, data: bytes, *, file_name: str, by: str) -> ImportId:
    """Take a file for looking at, a large sheet for the worker to read first. Raises `Refused` for what is seen to be
    no table; nothing of it is kept then."""
    organisations.organisation(work, MunicipalityCode(organisation.municipality), organisation.organisation)
    made = work.new_id(ImportId)
    row = RosterImport(
        municipality_id=organisation.municipality, id=made, organisation_id=organisation.organisation,
        file_name=file_name[-120:], blob="", by=by, created_at=work.now,
    )  # fmt: skip
    if reading.takes_long(data):
        row.state = ImportState.READING
        row.blob = vault.put(data, municipality=row.municipality_id, of=f"roster-file:{made}")
        jobs.add(work, municipality=row.municipality_id, kind=READ_JOB, subject=made)
    else:
        table, rows = reading.as_csv(data)
        offer(work, row, blob=keep(vault, row.municipality_id, made, table), rows=rows, headings=headings(table))
    RosterRepository(work.session).add(row)
    return made


def keep(vault: Vault, municipality: str, made: str, table: bytes) -> str:
    """The table of an import in the vault; the same again is kept once."""
    return vault.put(table, municipality=municipality, of=f"roster:{made}")


def headings(table: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(table.decode(), newline="")))


def offer(work: UnitOfWork, row: RosterImport, *, blob: str, rows: int, headings: list[str]) -> None:
    """A table was read: people may look at it."""
    row.state, row.blob, row.rows, row.read = ImportState.PREVIEW, blob, rows, 0
    row.columns = {column.value: at for column, at in guessed(headings).items()}
    _write(work, _whose(row), row.by, "roster.received", row.id, f"{rows} rows")


def refuse(work: UnitOfWork, row: RosterImport, refusal: OfficeError) -> None:
    """What was sent turned out to be no table."""
    row.state, row.refusal, row.finished_at = ImportState.REFUSED, refusal.title, work.now
    _write(work, _whose(row), row.by, "roster.received", row.id, refusal.code)


def look(work: UnitOfWork, of: Whose, wanted: str) -> RosterImport:
    found = RosterRepository(work.session).imported(of.municipality, wanted)
    if found is None or found.organisation_id != of.organisation:
        raise NotFound("roster.not_found", "この名簿の取り込みが見つかりません。")
    return found


def preview(row: RosterImport, vault: Vault, columns: Mapping[Column, int] | None = None) -> Preview:
    """How the file begins."""
    meant = columns if columns is not None else _columns(row)
    lines = csv.reader(io.StringIO(vault.get(row.blob).decode(), newline=""))
    headings = next(lines)
    shown = [line for line, _ in zip(lines, range(_SHOWN_ROWS), strict=False)]
    return Preview(headings, shown, meant, [_tried(line, meant) for line in shown])


def start(
    work: UnitOfWork,
    row: RosterImport,
    *,
    columns: Mapping[Column, int],
    whole: bool,
    by: str,
) -> None:
    """Let the worker take it. `whole`: who is not in it has left. A second start changes nothing."""
    if row.state is not ImportState.PREVIEW:
        return
    if missing := [column for column in REQUIRED if column not in columns]:
        raise Refused(f"roster.column_missing.{missing[0]}", "職員番号と氏名の列を選んでください。", status=422)
    if len(set(columns.values())) != len(columns):
        raise Refused("roster.column_twice", "同じ列を2つの項目に選んでいます。", status=422)
    row.columns = {column.value: at for column, at in columns.items()}
    row.state, row.whole = ImportState.QUEUED, whole
    jobs.add(work, municipality=row.municipality_id, kind=IMPORT_JOB, subject=row.id)
    _write(work, _whose(row), by, "roster.started", row.id, "whole" if whole else "")


def discard(work: UnitOfWork, vault: Vault, row: RosterImport, *, by: str) -> None:
    """Throw a file away that was only looked at."""
    if row.state is not ImportState.PREVIEW:
        raise Refused("roster.under_way", "取り込みが始まっています。", status=409)
    row.state, row.finished_at = ImportState.DISCARDED, work.now
    work.after_commit(lambda: vault.delete(row.blob))
    _write(work, _whose(row), by, "roster.discarded", row.id)


class Importer:
    """The job: one portion a run, then the next run is queued in the same transaction."""

    def __init__(self, vault: Vault, *, portion: int = PORTION) -> None:
        self._vault, self._portion = vault, portion

    def __call__(self, work: UnitOfWork, job: Job) -> None:
        row = RosterRepository(work.session).imported(job.municipality_id, job.subject)
        if row is None or row.state not in (ImportState.QUEUED, ImportState.RUNNING):
            return
        row.state = ImportState.RUNNING
        if (row.read // self._portion).bit_count() == 1:  # after 1, 2, 4, 8 … portions
            RosterRepository(work.session).tell_planner()
        portion = Portion(work, row, _columns(row))
        whole = portion.take(_lines(self._vault.get(row.blob), row), at_most=self._portion)
        if not whole:
            jobs.add(work, municipality=row.municipality_id, kind=IMPORT_JOB, subject=row.id)
            return
        self._finish(work, row)

    def _finish(self, work: UnitOfWork, row: RosterImport) -> None:
        whose = _whose(row)
        if row.whole and row.wrong == 0:
            row.left = RosterRepository(work.session).mark_left(whose, not_in=row.id, at=work.now)
        row.state, row.finished_at = ImportState.DONE, work.now
        blob = row.blob
        work.after_commit(lambda: self._vault.delete(blob))
        counted = f"{row.added} added, {row.changed} changed, {row.left} left, {row.wrong} wrong"
        _write(work, whose, row.by, "roster.imported", row.id, counted)


@dataclass(frozen=True)
class MemberPage:
    members: list[Member]
    further: Place | None


@dataclass(frozen=True)
class Wanted:
    """Which people, in which order. `q` finds pieces of names, readings, former names and numbers; `units`: of which
    所属, None for all."""

    q: str = ""
    order: Order = field(default_factory=Order)
    units: Sequence[str] | None = None


def members(
    work: UnitOfWork, whose: Whose, wanted: Wanted = Wanted(), *, after: Place | None = None, size: int = PAGE
) -> MemberPage:
    """A page of the roster."""
    found = RosterRepository(work.session).page(
        whose, folded(wanted.q), order=wanted.order, after=after, limit=size + 1, units=wanted.units
    )
    last = found[size - 1] if len(found) > size else None
    return MemberPage(found[:size], wanted.order.place(last) if last else None)


def everybody(database: Database, whose: Whose, wanted: Wanted = Wanted()) -> Iterator[Member]:
    """All that is wanted, read in portions, each in a short transaction of its own."""
    after: Place | None = None
    while True:
        with transaction(database) as work:
            page = members(work, whose, wanted, after=after, size=_EXPORTED_AT_ONCE)
        yield from page.members
        after = page.further
        if after is None:
            return


def counts(work: UnitOfWork, whose: Whose) -> dict[str, int]:
    return RosterRepository(work.session).counts(whose)


def in_units(work: UnitOfWork, whose: Whose, units: Sequence[str]) -> tuple[int, int]:
    """(on the roster now, left) of some 所属."""
    return RosterRepository(work.session).in_units(whose, units)


def call_unit(work: UnitOfWork, whose: Whose, unit: str, name: str) -> None:
    """A 所属 has another name, or belongs to another one now: its people are listed under that."""
    RosterRepository(work.session).call(whose, unit, name)


def imports(work: UnitOfWork, whose: Whose, *, limit: int = IMPORTS) -> list[RosterImport]:
    """The newest first."""
    return RosterRepository(work.session).imports(whose, limit=limit)


def whose(municipality: MunicipalityCode, organisation: OrganisationId) -> Whose:
    return Whose(municipality, organisation)


def _lines(table: bytes, row: RosterImport) -> Iterator[tuple[int, int, list[str]]]:
    """Rows from where the last portion ended: number in the file (the header is 1), bytes behind it, cells."""
    rest = io.BytesIO(table)
    rest.seek(row.offset)
    read = row.read
    while record := _record(rest):
        cells = next(csv.reader([record.decode()], strict=True))
        if row.offset == 0 and read == 0 and rest.tell() == len(record):
            continue  # the header
        read += 1
        yield read + 1, rest.tell(), cells


def _record(source: io.BytesIO) -> bytes:
    """One CSV record: as many lines as its quotes need."""
    record = source.readline()
    while record.count(b'"') % 2 and (more := source.readline()):
        record += more
    return record


def _tried(line: list[str], columns: Mapping[Column, int]) -> Person | RowWrong:
    try:
        return person_of(line, columns)
    except RowWrong as wrong:
        return wrong


def _columns(row: RosterImport) -> dict[Column, int]:
    return {Column(name): at for name, at in row.columns.items()}


def _whose(row: RosterImport) -> Whose:
    return Whose(row.municipality_id, row.organisation_id)


def _write(work: UnitOfWork, of: Whose, by: str, action: str, subject: str, detail: str = "") -> None:
    audit.write(
        work, municipality=MunicipalityCode(of.municipality), actor=by, action=action,
        subject=f"roster:{subject}", detail=detail,
    )  # fmt: skip
