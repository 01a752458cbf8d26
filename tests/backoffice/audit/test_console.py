"""The audit page: search, verification, export."""

from __future__ import annotations

from backoffice.audit import service
from backoffice.cases.models import Case
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA, KORIYAMA


def test_entries_stand_with_name_and_japanese_action(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR, name="監査 花子")
    console.case()
    page = auditor.get("/audit").text
    assert "申請を受信" in page
    assert "職員を追加" in page


def test_search_narrows_by_action_and_day(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR)
    console.case()
    page = auditor.get("/audit?action=case.received&since=2026-07-10&until=2026-07-10").text
    assert page.count('class="fit right number"') == 1
    assert "記録が見つかりません" in auditor.get("/audit?since=2027-01-01").text


def test_dates_and_numbers_that_mean_nothing_do_not_narrow(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR)
    for query in ("since=yesterday", "until=9999-12-31", "before=x", "before=99999999999999999999"):
        answer = auditor.get(f"/audit?{query}")
        assert answer.status_code == 200
        assert "職員を追加" in answer.text


def test_older_entries_are_a_page_away(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR)
    for _ in range(60):
        console.hire()
    first = auditor.get("/audit").text
    assert first.count('class="fit right number"') == 50
    assert 'rel="next"' in first
    assert auditor.get("/audit?before=12").text.count('class="fit right number"') == 11


def test_verification_shows_a_whole_and_a_broken_chain(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR)
    assert "切れ目はありません" in auditor.get("/audit?verify=true").text
    with console.office.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE audit_entry SET actor = 'x' WHERE sequence = 1")
    assert "1番目の記録でつながりが切れています" in auditor.get("/audit?verify=true").text


def test_export_holds_every_entry_and_is_itself_one(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR)
    answer = auditor.get("/audit/export.csv")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbfsequence,at,actor")
    assert "audit.exported" in auditor.get("/audit/export.csv?action=audit.exported").text


def test_another_municipality_sees_nothing_of_it(console: Console) -> None:
    console.case()
    stranger = console.sign_in(Role.AUDITOR, municipality=KORIYAMA)
    assert "申請を受信" not in stranger.get("/audit").text


def test_entries_are_found_by_slip_number_and_by_any_id(console: Console) -> None:
    lead, auditor = console.sign_in(Role.LEAD), console.sign_in(Role.AUDITOR)
    case = console.case()
    console.case()
    with console.office.work() as work:
        slip = work.session.get_one(Case, (FUKUSHIMA, case)).slip
    for typed in (slip, slip[:7].lower(), case, f"case:{case}"):
        assert lead.get(f"/audit?subject={typed}").text.count('class="fit right number"') == 1, typed
    assert "記録が見つかりません" in lead.get("/audit?subject=Z9-9999").text
    assert "記録が見つかりません" in auditor.get(f"/audit?subject={slip}").text  # slips are the desk's
    assert f"/audit?subject=case%3A{case}" in auditor.get("/audit").text


def test_export_has_no_end_but_the_logs_own(console: Console) -> None:
    auditor = console.sign_in(Role.AUDITOR)
    with console.office.work() as work:
        for number in range(1_010):
            service.write(work, municipality=FUKUSHIMA, actor="x", action="thing.done", subject=f"thing:{number}")
    found = auditor.get("/audit/export.csv?action=thing.done&order=oldest").text.splitlines()
    assert [len(found), found[1].split(",")[4], found[-1].split(",")[4]] == [1_011, "thing:0", "thing:1009"]
