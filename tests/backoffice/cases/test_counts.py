"""Returns by reason over a period, what is told to the applicant, and the counts that stay."""

from __future__ import annotations

from backoffice.cases.models import CaseTally
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA, KORIYAMA


def test_returns_are_counted_by_reason_and_told_to_the_applicant(console: Console) -> None:
    staff = console.sign_in(Role.STAFF)
    cases = [console.case() for _ in range(3)]
    for case, reasons in zip(cases, (["photo.glasses"], ["photo.glasses", "photo.unclear"], []), strict=True):
        if reasons:
            form = {"version": "1", "reason": reasons, "note": ""}
            assert staff.post(f"/cases/{case}/return", form).status_code == 303
    lines = staff.get("/cases/returns?as=csv").text.splitlines()
    assert [line.rpartition(",")[0].rpartition(",")[2] for line in lines[1:]] == ["2", "1"]
    assert [line.rpartition(",")[2] for line in lines[1:]] == ["100.0", "50.0"]
    for absurd in ("since=2027-01-01", "until=9999-99-99", "since=x&until=2020-01-01"):
        assert staff.get(f"/cases/returns?{absurd}").status_code == 200
    assert "この期間の差し戻しはありません" in staff.get("/cases/returns?until=2025-01-01").text
    assert "眼鏡の位置を直すか" in staff.get(f"/cases/{cases[0]}").text
    other = console.sign_in(Role.STAFF, municipality=KORIYAMA)
    assert "この期間の差し戻しはありません" in other.get("/cases/returns").text


def test_the_backlog_is_counted_by_the_day_of_receipt(each_console: Console) -> None:
    staff, clock = each_console.sign_in(Role.STAFF), each_console.office.clock
    assert "判断待ちの申請はありません" in staff.get("/cases/backlog").text
    old = each_console.case()
    clock.move(days=9)
    asked, decided, _left = (each_console.case() for _ in range(3))
    staff = each_console.sign_in(Role.STAFF)
    staff.post(f"/cases/{asked}/escalate", {"version": 1, "note": "確認"})
    staff.post(f"/cases/{decided}/approve", {"version": 1})
    lines = staff.get("/cases/backlog?as=csv").text.splitlines()
    assert lines[1:] == ["2026-07-10,9,1,0,0,1", "2026-07-19,0,1,0,1,2"]
    page = staff.get("/cases/backlog").text
    assert '<a href="/cases?state=received&amp;day=2026-07-10">1</a>' in page
    assert f'href="/cases/{old}"' in staff.get("/cases?state=received&day=2026-07-10").text
    assert "2026年7月10日" in staff.get("/cases/backlog?sort=all").text
    assert 'href="/cases/backlog"' in staff.get("/").text
    other = each_console.sign_in(Role.STAFF, municipality=KORIYAMA)
    assert "判断待ちの申請はありません" in other.get("/cases/backlog").text
    assert each_console.sign_in(Role.HELPER).get("/cases/backlog").status_code == 403


def test_counts_of_erased_cases_are_a_list(console: Console) -> None:
    lines = [("state", "approved"), ("method", "application_support"), ("reason", "photo.unclear")]
    with console.office.work() as work:
        for kind, name in lines:
            work.session.add(
                CaseTally(municipality_id=FUKUSHIMA, fiscal_year=2020, visit_id="x", kind=kind, name=name, cases=7)
            )
    page = console.sign_in(Role.AUDITOR).get("/cases/erased").text
    assert all(word in page for word in ("2020", "承認", "申請サポート", "ピンぼけ", ">7<"))
    assert "消去した申請はまだありません" in console.sign_in(Role.LEAD, municipality=KORIYAMA).get("/cases/erased").text
    assert console.sign_in(Role.STAFF).get("/cases/erased").status_code == 403
