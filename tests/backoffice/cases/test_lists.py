"""The list page: tabs, search, empty states, paging, arrivals, export."""

from __future__ import annotations

import csv
import io

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from backoffice.cases import service
from backoffice.cases.service import Desk
from backoffice.devices import service as devices
from backoffice.kit.hpke import key_id_of
from backoffice.staff.authorisation import Role
from schemas.ids import KeyId, SlipNumber
from schemas.slip_code import SlipCode
from tests.backoffice.console import Browser, Console
from tests.factories import FUKUSHIMA, KORIYAMA


def slips(page: str) -> list[str]:
    return [part.split(">")[1].split("<")[0] for part in page.split("data-row")[1:]]


def approve(console: Console, case: str, by: Browser) -> None:
    assert by.person is not None
    with console.office.work() as work:
        service.approve(work, Desk(FUKUSHIMA, case, 1, by.person.id))


def test_waiting_cases_stand_oldest_first(console: Console) -> None:
    staff = console.sign_in()
    made = []
    for _ in range(3):
        made.append(console.case())
        console.office.clock.move(minutes=1)
    with console.office.work() as work:
        expected = [service.read(work, FUKUSHIMA, case).slip for case in made]
    assert slips(staff.get("/cases").text) == expected
    assert slips(staff.get("/cases?order=newest").text) == expected[::-1]


def test_heads_order_the_list_the_export_and_a_saved_view_alike(console: Console) -> None:
    lead = console.sign_in(Role.LEAD)
    for _ in range(3):
        console.case()
    page = lead.get("/cases?sort=slip").text
    assert 'aria-sort="ascending"' in page
    other_way = page.split('aria-sort="ascending"><a class="sorter" href="')[1].split('"')[0].replace("&amp;", "&")
    up, down = slips(page), slips(lead.get(other_way).text)
    assert up == sorted(up) == down[::-1]
    exported = lead.get(other_way.replace("/cases?", "/cases/export.csv?")).content.decode("utf-8-sig")
    assert [line.split(",")[0] for line in exported.splitlines()[1:]] == down
    lead.post("/cases/views", {"name": "番号順", "conditions": other_way.split("?")[1]})
    assert "sort=slip&amp;order=newest" in lead.get("/cases").text
    assert '<th scope="col" aria-sort="ascending"><a class="sorter"' in lead.get("/cases?sort=visit").text


def test_tabs_show_their_state_only(console: Console) -> None:
    staff = console.sign_in()
    approve(console, console.case(), staff)
    console.case()
    assert len(slips(staff.get("/cases").text)) == 1
    assert len(slips(staff.get("/cases?state=approved").text)) == 1
    assert len(slips(staff.get("/cases?state=all").text)) == 2


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("", "確認待ちの申請はありません"),
        ("state=returned", "この状態の申請はありません"),
        ("q=A1-9999", "見つかりません"),
    ],
)
def test_empty_lists_say_what_would_be_there(console: Console, query: str, sentence: str) -> None:
    assert sentence in console.sign_in().get(f"/cases?{query}").text


def test_search_by_slip_looks_through_all_states(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    with console.office.work() as work:
        slip = service.read(work, FUKUSHIMA, case).slip
    approve(console, case, staff)
    assert slips(staff.get(f"/cases?q={slip}").text) == [slip]


def test_a_scanned_slip_finds_its_case_only_under_our_devices_signature(console: Console) -> None:
    staff, counter = console.sign_in(), console.office.counter()
    with console.office.work() as work:
        device = devices.find(work, counter.device)
    assert device is not None
    slip = SlipNumber.new(device.counter, 42)
    key = key_id_of(device.public_key)
    ours, another = "署名を確かめました", "端末のものではありません"
    forged = Ed25519PrivateKey.generate().sign
    for signer, sign, said in (
        (key, counter.key.sign, ours), (key, forged, another), (KeyId("0" * 16), counter.key.sign, another)
    ):  # fmt: skip
        code = SlipCode.sign(slip, signer, sign)
        assert said in staff.get(f"/cases?q={code.text}&state=all").text


def test_an_individual_number_is_refused_and_not_repeated(console: Console) -> None:
    staff = console.sign_in()
    answer = staff.get("/cases?q=1234-5678-9018&state=all")
    assert answer.status_code == 303
    page = staff.get(answer.headers["location"]).text
    assert "個人番号では検索できません" in page
    assert "9018" not in answer.headers["location"] + page


@pytest.mark.parametrize(
    "query", ["state=nonsense", "day=2026-99-99", "day=0001-01-01", "order=up", "after=x", "after=1.y", "q=%00"]
)
def test_addresses_that_mean_nothing_show_the_list(console: Console, query: str) -> None:
    staff = console.sign_in()
    console.case()
    assert staff.get(f"/cases?{query}").status_code == 200


def test_fifty_cases_a_page_and_the_rest_on_the_next(console: Console) -> None:
    staff = console.sign_in()
    first = {console.case(photo=b"") for _ in range(53)}
    page = staff.get("/cases").text
    assert len(slips(page)) == 50
    further = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    assert len(slips(staff.get(further).text)) == len(first) - 50


def test_other_municipalities_cases_are_not_listed_found_or_exported(console: Console) -> None:
    lead = console.sign_in(Role.LEAD)
    case = console.case(municipality=KORIYAMA)
    with console.office.work() as work:
        slip = service.read(work, KORIYAMA, case).slip
    for path in ("/cases?state=all", f"/cases?q={slip}", "/cases/export.csv?state=all"):
        assert f">{slip}<" not in lead.get(path).text
        assert f"\n{slip}," not in lead.get(path).text


def test_arrivals_count_what_came_since(console: Console) -> None:
    staff = console.sign_in()
    shown = staff.get("/cases").text.split("since=")[1].split('"')[0]
    assert staff.get(f"/cases/arrivals?since={shown}").status_code == 204
    console.case()
    assert "新しい申請が1件届きました" in staff.get(f"/cases/arrivals?since={shown}").text
    assert staff.get("/cases/arrivals?since=never").status_code == 422


def test_export_holds_the_filtered_list_in_the_readers_language(console: Console) -> None:
    lead = console.sign_in(Role.LEAD)
    approve(console, console.case(), lead)
    console.case()
    answer = lead.get("/cases/export.csv?state=approved", headers={"accept-language": "en"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["State"] for row in rows] == ["Approved"]
    assert len(rows[0]["Form ID"].split()) == 6
    assert "case.exported" in console.sign_in(Role.AUDITOR).get("/audit/export.csv").text
