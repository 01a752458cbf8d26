"""Every list: search, sort, page, empty state, CSV and XLSX; files calculate nothing and hold what was found."""

from __future__ import annotations

import io
import re
from itertools import islice

import pytest
from openpyxl import load_workbook

from backoffice.audit import service as audit
from backoffice.audit.service import Search
from backoffice.organisations import service as organisations
from backoffice.staff.authorisation import Role
from backoffice.web.exports import xlsx_pieces
from tests.backoffice.console import Browser, Console
from tests.factories import FUKUSHIMA, KORIYAMA


@pytest.fixture(scope="module")
def lead(shared_console: Console) -> Browser:
    """Somebody who sees 120 organisations, one of them with a name that calculates."""
    with shared_console.office.work() as work:
        for number in range(119):
            organisations.add_organisation(work, FUKUSHIMA, name=f"第{number:03d}分団", contact="１係", actor="test")
        organisations.add_organisation(work, FUKUSHIMA, name='=HYPERLINK("http://x","消防")', actor="test")
        organisations.add_organisation(work, KORIYAMA, name="郡山の団体", actor="test")
    return shared_console.sign_in(Role.ADMINISTRATOR)


def names(page: str) -> list[str]:
    return [part.partition("<")[0] for part in page.split("data-row>")[1:]]


def test_pages_sorting_and_search_work_together(lead: Browser) -> None:
    first = lead.get("/organisations?sort=name").text
    assert (len(names(first)), "120件" in first, "1 / 3 ページ" in first) == (50, True, True)
    last = names(lead.get("/organisations?sort=name&down=yes&page=3").text)
    assert (len(last), last[-2]) == (20, "第000分団")
    found = lead.get("/organisations?q=１０　分団").text
    assert names(found) == ["第010分団", "第100分団", *[f"第10{number}分団" for number in range(1, 10)], "第110分団"]
    assert "120件のうち12件" in found
    assert 'aria-sort="descending"' in lead.get("/organisations?sort=name&down=yes").text


@pytest.mark.parametrize("query", ["page=0", "page=99999", "page=²", "page=-1", "sort=x&down=maybe", "as=pdf", "q=%00"])
def test_absurd_addresses_show_the_list(lead: Browser, query: str) -> None:
    assert lead.get(f"/organisations?{query}").status_code == 200


def test_nothing_found_says_so_and_a_my_number_is_not_searched(lead: Browser) -> None:
    assert "見つかりません" in lead.get("/organisations?q=ない団体").text
    assert lead.get("/organisations?q=123456789018").headers["location"] == "/organisations"


def test_xlsx_holds_all_that_was_found_as_text(shared_console: Console, lead: Browser) -> None:
    answer = lead.get("/organisations?as=xlsx&sort=name")
    assert answer.headers["content-disposition"] == 'attachment; filename="organisations.xlsx"'
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows())
    assert (len(rows), rows[0][0].value) == (121, "団体")
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "inlineStr"}
    assert '=HYPERLINK("http://x","消防")' in [row[0].value for row in rows]
    with shared_console.office.work() as work:
        assert audit.search(work, FUKUSHIMA, Search(action="list.exported"), limit=1)[0].detail == "120 rows"


def test_csv_holds_what_was_found_and_starts_no_formula(lead: Browser) -> None:
    lines = lead.get("/organisations?as=csv&q=hyperlink").content.decode("utf-8-sig").splitlines()
    assert (len(lines), lines[1].startswith("\"'=HYPERLINK")) == (2, True)


@pytest.mark.parametrize(
    "path",
    [
        "/organisations",
        "/visits",
        "/devices",
        "/devices/quarantine",
        "/staff",
        "/cases/batches",
        "/handover",
        "/visits/templates",
    ],
)
def test_every_list_has_search_files_and_says_when_it_is_empty(lead: Browser, path: str) -> None:
    page = lead.get(f"{path}?q=zzzz").text
    assert all(part in page for part in ('name="q"', "as=csv", "as=xlsx", "data-print", "見つかりません"))
    assert [lead.get(f"{path}?as={kind}").status_code for kind in ("csv", "xlsx")] == [200, 200]


def test_audit_log_is_read_in_both_directions_page_by_page(lead: Browser) -> None:
    def numbers(page: str) -> list[int]:
        return [int(each) for each in re.findall(r'<td class="fit right number">(\d+)</td>', page)]

    first = lead.get("/audit?order=oldest").text
    further = first.split('rel="next"')[1].split('href="')[1].split('"')[0].replace("&amp;", "&")
    up = numbers(first) + numbers(lead.get(further).text)
    assert up == list(range(1, 101))
    assert numbers(lead.get("/audit").text)[0] > 100
    assert 'aria-sort="ascending"' in first


@pytest.mark.parametrize("path", ["/audit", "/cases"])
def test_long_lists_come_as_both_files(lead: Browser, path: str) -> None:
    book = load_workbook(io.BytesIO(lead.get(f"{path}/export.xlsx").content))
    assert len(next(iter(book.worksheets[0].iter_rows(values_only=True)))) > 5
    assert lead.get(f"{path}/export.csv").status_code == 200
    assert lead.get(f"{path}/export.pdf").status_code == 422


def test_a_workbook_drops_what_xml_cannot_hold() -> None:
    made = b"".join(xlsx_pieces([["a\x00b\x1f", "x" * 40_000, "\ud800"]]))
    row = next(load_workbook(io.BytesIO(made)).worksheets[0].iter_rows(values_only=True))
    assert (row[0], len(str(row[1]))) == ("ab", 32_767)


def test_bookings_of_a_visit_name_nobody_to_a_helper(shared_console: Console, lead: Browser) -> None:
    visit = shared_console.office.visit()
    page = lead.get(f"/visits/{visit}").text
    slot = page.split(f"/visits/{visit}/slots/")[1][:36]
    lead.post(f"/visits/{visit}/slots/{slot}", {"name": "予約 花子（架空）"})
    helper = shared_console.sign_in(Role.HELPER)
    seen = [browser.get(f"/visits/{visit}/bookings?as=csv").text for browser in (lead, helper)]
    assert (["花子" in text for text in seen], ["001" in text for text in seen]) == ([True, False], [True, True])


def test_rows_of_a_list_keep_their_order_where_values_are_equal(lead: Browser) -> None:
    shown = [name for name in names(lead.get("/organisations?sort=contact").text) if name.startswith("第")]
    assert list(islice(shown, 2)) == ["第000分団", "第001分団"]
