"""The roster's pages: send, look, start, watch, read wrong lines, find people; who may."""

from __future__ import annotations

import io
import secrets
import threading
import zipfile

import pytest
from openpyxl import Workbook

from backoffice.kit import jobs
from backoffice.kit.models import Job
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.rosters.reading import SHEET_AT_ONCE
from backoffice.rosters.service import READ_JOB
from backoffice.rosters.sheets import SheetReader
from backoffice.staff.authorisation import Role
from backoffice.worker import Worker
from tests.backoffice.console import Browser, Console
from tests.factories import FUKUSHIMA, KORIYAMA

FILE = ("職員番号,氏名,フリガナ\n101,消防 一郎（架空）,ショウボウ イチロウ\n,乙（架空）,\n").encode("cp932")
START = {"column_number": "0", "column_name": "1", "column_kana": "2"}


@pytest.fixture
def at(console: Console) -> str:
    with console.office.work() as work:
        made = organisations.add_organisation(work, FUKUSHIMA, name="福島市消防本部", actor="test")
    return f"/organisations/{made}"


def send(browser: Browser, at: str, data: bytes = FILE) -> str:
    answer = browser.post(f"{at}/roster", files={"file": ("名簿.csv", data, "text/csv")})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_a_file_is_looked_at_then_taken_and_its_people_found(console: Console, at: str) -> None:
    browser = console.sign_in(Role.LEAD)
    page = send(browser, at)
    shown = browser.get(page).text
    assert ("消防 一郎" in shown, "空欄です" in shown) == (True, True)
    assert browser.post(f"{page}/start", START).status_code == 303
    assert "/progress" in browser.get(page).text
    console.office.app.state.worker.drain()
    assert browser.get(f"{page}/progress").headers["hx-refresh"] == "true"
    assert "取り込めなかった行" in browser.get(page).text
    assert "空欄です" in browser.get(f"{page}?as=csv").content.decode("utf-8-sig")
    assert "消防 一郎" in browser.get(f"{at}/roster?q=しょうぼう").text
    assert "消防 一郎" not in browser.get(f"{at}/roster?q=おつ").text


def large_sheet(*, rows: int = 60) -> bytes:
    """A sheet too large to be read while somebody waits; its cells cannot be packed."""
    book, made = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet()
    sheet.append(["職員番号", "氏名", *(f"列{number}" for number in range(60))])
    for number in range(rows):
        sheet.append([number, f"消防 {number}郎（架空）", *(secrets.token_urlsafe(90) for _ in range(60))])
    book.save(made)
    return made.getvalue()


def sheet_worker(console: Console) -> tuple[Worker, list[bool]]:
    """A worker that never waits for a sheet and dies before it is read; whether one was being read when its other job
    was taken."""
    office, taken = console.office, list[bool]()

    def other(_work: UnitOfWork, _job: Job) -> None:
        taken.append(any(thread.name == "sheet" for thread in threading.enumerate()))

    reader = SheetReader(office.database, office.app.state.vault, look=0.0)
    office.clock.move(seconds=1)
    with office.work() as work:
        jobs.add(work, municipality=FUKUSHIMA, kind="other", subject="x")
    office.clock.move(seconds=1)
    return Worker(office.database, {READ_JOB: reader, "other": other}, now=office.clock), taken


def test_a_large_sheet_is_read_by_the_worker_while_the_page_says_how_far(console: Console, at: str) -> None:
    browser, data = console.sign_in(Role.LEAD), large_sheet()
    assert len(data) > SHEET_AT_ONCE
    page = send(browser, at, data)
    assert "ファイルを読み取っています" in browser.get(page).text
    assert "ファイルを読み取っています" in browser.get(f"{page}/progress").text
    other, taken = sheet_worker(console)
    assert (other.step(), other.step(), taken) == (True, True, [True])  # another job, while the sheet is being read
    assert "ファイルを読み取っています" in browser.get(page).text
    console.office.worker.drain()
    assert browser.get(f"{page}/progress").headers["hx-refresh"] == "true"
    shown = browser.get(page).text
    assert ("消防 0郎" in shown, "60行" in shown) == (True, True)
    assert browser.post(f"{page}/start", {"column_number": "0", "column_name": "1"}).status_code == 303
    assert console.office.app.state.worker.drain() == 1
    assert "消防 59郎" in browser.get(f"{at}/roster?q=59郎").text


def test_a_large_file_that_is_no_sheet_is_said_so_when_it_was_read(console: Console, at: str) -> None:
    browser, packed = console.sign_in(Role.LEAD), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as parts:
        parts.writestr("[Content_Types].xml", secrets.token_bytes(SHEET_AT_ONCE))
    page = send(browser, at, packed.getvalue())
    console.office.app.state.worker.drain()
    assert "CSVかExcel(xlsx)のファイルを選んでください。" in browser.get(page).text
    assert browser.post(f"{page}/start", START).status_code == 303
    assert console.office.app.state.worker.drain() == 0
    cut = {"file": ("x.xlsx", packed.getvalue()[:-30])}
    answer = browser.post(f"{at}/roster", files=cut)  # that is seen at once, and said beside the field
    assert (answer.status_code, 'id="file-error"' in answer.text, 'type="file"' in answer.text) == (400, True, True)


def test_the_files_that_were_sent_are_a_list_with_all_tools(console: Console, at: str) -> None:
    browser = console.sign_in(Role.LEAD)
    assert "取り込みはまだありません" in browser.get(f"{at}/roster/imports").text
    send(browser, at)
    page = browser.get(f"{at}/roster/imports?q=名簿&sort=rows&down=yes").text
    assert ("名簿.csv" in page, 'aria-sort="descending"' in page) == (True, True)
    assert "名簿.csv" not in browser.get(f"{at}/roster/imports?q=ほか").text
    assert "名簿.csv" in browser.get(f"{at}/roster/imports?as=csv").content.decode("utf-8-sig")
    assert console.sign_in(Role.LEAD, municipality=KORIYAMA).get(f"{at}/roster/imports").status_code == 404


def test_a_second_click_starts_nothing_twice(console: Console, at: str) -> None:
    browser = console.sign_in(Role.LEAD)
    page = send(browser, at)
    assert [browser.post(f"{page}/start", START).status_code for _ in range(2)] == [303, 303]
    assert console.office.app.state.worker.drain() == 1


@pytest.mark.parametrize("columns", [{"column_number": "0"}, {"column_number": "0", "column_name": "0"}])
def test_columns_that_cannot_be_are_said_on_the_page_itself(console: Console, at: str, columns: dict[str, str]) -> None:
    browser = console.sign_in(Role.LEAD)
    answer = browser.post(f"{send(browser, at)}/start", columns)
    assert answer.status_code == 422
    assert "消防 一郎" in answer.text


def test_a_file_may_be_thrown_away(console: Console, at: str) -> None:
    browser = console.sign_in(Role.LEAD)
    page = send(browser, at)
    assert browser.post(f"{page}/discard").status_code == 303
    assert "取り込まずに消しました" in browser.get(page).text
    assert browser.post(f"{page}/discard").status_code == 409


def test_what_is_no_table_is_refused_in_a_sentence(console: Console, at: str) -> None:
    answer = console.sign_in(Role.LEAD).post(f"{at}/roster", files={"file": ("x.xlsx", b"PK\x03\x04?", "")})
    assert (answer.status_code, "CSVかExcel(xlsx)のファイルを選んでください。" in answer.text) == (400, True)


def test_staff_may_read_but_not_import_and_others_see_nothing(console: Console, at: str) -> None:
    page = send(console.sign_in(Role.LEAD), at)
    staff = console.sign_in(Role.STAFF)
    assert (staff.get(f"{at}/roster").status_code, staff.post(f"{page}/start", START).status_code) == (200, 403)
    for role in (Role.HELPER, Role.CONTRACTOR, Role.PERSONNEL):
        assert console.sign_in(role).get(f"{at}/roster").status_code == 403
    elsewhere = console.sign_in(Role.LEAD, municipality=KORIYAMA)
    assert [elsewhere.get(path).status_code for path in (at, f"{at}/roster", page)] == [404, 404, 404]


def test_an_import_belongs_to_its_organisation(console: Console, at: str) -> None:
    browser = console.sign_in(Role.LEAD)
    page = send(browser, at)
    with console.office.work() as work:
        other = organisations.add_organisation(work, FUKUSHIMA, name="ほかの団体", actor="test")
    assert browser.get(page.replace(at, f"/organisations/{other}")).status_code == 404


def test_a_my_number_in_the_search_leaves_the_address(console: Console, at: str) -> None:
    answer = console.sign_in(Role.LEAD).get(f"{at}/roster?q=123456789018")
    assert (answer.status_code, "123456789018" in answer.headers["location"]) == (303, False)


def test_an_organisation_is_kept_with_contact_units_and_talks(console: Console) -> None:
    browser = console.sign_in(Role.LEAD)
    at = browser.post("/organisations", {"name": "見本消防", "kind": "fire_service"}).headers["location"]
    browser.post(f"{at}/units", {"name": "A消防署"})
    form = {
        "name": "見本消防本部",
        "kind": "fire_service",
        "partner": "agreed",
        "contact": "担当（架空）",
        "phone": "024-000-0000",
    }
    assert browser.post(at, form).status_code == 303
    page = browser.get(at).text
    assert [text in page for text in ("見本消防本部", "A消防署", "担当（架空）")] == [True] * 3
    assert [text in browser.get("/organisations").text for text in ("消防本部", "確定")] == [True] * 2
