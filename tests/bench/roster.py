"""A roster of 100,000 people on PostgreSQL with durable commits: taken in, again unchanged, out as CSV and XLSX.

Bounds: import at most 60 s; the page after sending a file within 2 s; memory flat, that is, the process grows by little
more between the first portion and the last; progress is counted up with every portion.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from openpyxl import Workbook

from backoffice import migrations
from backoffice.database import Database
from backoffice.organisations import service as organisations
from backoffice.rosters import service
from backoffice.rosters.mapping import Column
from backoffice.rosters.models import ImportState
from backoffice.rosters.repository import Whose
from backoffice.rosters.service import ImportId
from backoffice.web.exports import xlsx_pieces
from backoffice.web.spreadsheet import csv_lines
from tests.backoffice import postgres
from tests.backoffice.office import Office, add_municipalities, make_keys, open_office
from tests.factories import FUKUSHIMA

PEOPLE = 100_000
LIMIT_SECONDS = 60.0
COLUMNS = {
    Column.NUMBER: 0, Column.NAME: 1, Column.KANA: 2, Column.UNIT: 3, Column.RELATION: 4, Column.BIRTH_MONTH: 5,
}  # fmt: skip
_HEADER = ["職員番号", "氏名", "フリガナ", "所属", "区分", "誕生月"]


def run() -> Iterable[dict[str, object]]:
    """Seconds and megabytes."""
    if reason := postgres.unusable():
        yield {"skipped": reason}
        return
    folder = Path(tempfile.mkdtemp(prefix="demado-bench-"))
    try:
        with postgres.server(durable=True) as url:
            postgres.execute(url, "CREATE DATABASE roster")
            yield from _measured(folder, url.format(name="roster"))
    finally:
        shutil.rmtree(folder)


def _measured(folder: Path, url: str) -> Iterator[dict[str, object]]:
    database = Database.connect(url)
    migrations.upgrade(database)
    database.close()
    make_keys(folder)
    office = open_office(folder, url, role="all", embedded_worker=False)
    with office.client:
        with office.work() as work:
            add_municipalities(work)
            made = organisations.add_organisation(work, FUKUSHIMA, name="消防本部", actor="bench")
        whose = service.whose(FUKUSHIMA, made)
        yield {"what": "csv, new", **_brought_in(office, whose, _csv())}
        yield {"what": "csv, the same again", **_brought_in(office, whose, _csv())}
        yield {"what": "xlsx, the same again", **_brought_in(office, whose, _xlsx())}
        yield from _taken_out(office, whose)


def _brought_in(office: Office, whose: Whose, data: bytes) -> dict[str, object]:
    """The whole way: file looked at, started, portion after portion; the progress is read between them."""
    begun, worked = time.perf_counter(), time.process_time()
    with office.work() as work:
        made = service.receive(work, office.app.state.vault, whose, data, file_name="roster", by="bench")
    waited = time.perf_counter() - begun
    office.app.state.worker.drain()
    with office.work() as work:
        service.start(work, service.look(work, whose, made), columns=COLUMNS, whole=True, by="bench")
    looked = time.perf_counter() - begun
    memory, progress = [], []
    while office.app.state.worker.step():
        memory.append(_resident())
        progress.append(_progress(office, whose, made))
    seconds = time.perf_counter() - begun
    fine = seconds <= LIMIT_SECONDS and waited <= 2 and progress == sorted(progress)
    return {
        "people": PEOPLE, "bytes": len(data), "request_seconds": round(waited, 1),
        "look_seconds": round(looked, 1), "seconds": round(seconds, 1),
        "own_cpu_seconds": round(time.process_time() - worked, 1), "limit_seconds": LIMIT_SECONDS,
        "ok": fine, "progress_steps": len(progress),
        "resident_mb_first_portion": memory[0], "resident_mb_last_portion": memory[-1],
    }  # fmt: skip


def _progress(office: Office, whose: Whose, made: ImportId) -> int:
    with office.work() as work:
        row = service.look(work, whose, made)
        assert row.state in (ImportState.RUNNING, ImportState.DONE)
        return row.read


def _taken_out(office: Office, whose: Whose) -> Iterator[dict[str, object]]:
    """The roster as a file, as the console sends it."""
    for what, pieces in (("csv", csv_lines), ("xlsx", xlsx_pieces)):
        before, begun = _resident(), time.perf_counter()
        found = ([each.number, each.name, each.kana] for each in service.everybody(office.database, whose))
        size = sum(len(piece) for piece in pieces(found))
        seconds = round(time.perf_counter() - begun, 1)
        yield {"what": f"{what}, export", "bytes": size, "seconds": seconds, "resident_mb_more": _resident() - before}


def _people() -> Iterator[list[str]]:
    """Every fifth one is family of the person before; five hundred units."""
    for number in range(PEOPLE):
        family = number % 5 == 4
        person = number - 1 if family else number
        relation = "被扶養者" if family else "組合員"
        name, kana = f"消防 {number}（架空）", f"ショウボウ {number}"
        yield [f"{person:06d}", name, kana, f"第{number % 500}分署", relation, str(number % 12 + 1)]


def _csv() -> bytes:
    return "\n".join(",".join(row) for row in (_HEADER, *_people())).encode("cp932")


def _xlsx() -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in (_HEADER, *_people()):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _resident() -> int:
    """Megabytes of this process now."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4096 // 2**20
