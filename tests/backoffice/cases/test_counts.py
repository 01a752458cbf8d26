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
