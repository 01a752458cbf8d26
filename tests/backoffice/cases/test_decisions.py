"""Deciding on the console: forms, undo, conflicts, clicks that come twice."""

from __future__ import annotations

import pytest

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.models import Case
from backoffice.cases.workflow import State
from backoffice.staff.authorisation import Role
from schemas.ids import CaseId, StaffId
from schemas.language import Language
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.console import Browser, Console
from tests.factories import FUKUSHIMA, KORIYAMA, jpeg_photo


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


@pytest.fixture
def alone(make_office: MakeOffice) -> Console:
    """An office without other tests' cases in the queue."""
    return Console(make_office(role="all", embedded_worker=False))


def now(console: Console, case: CaseId) -> Case:
    with console.office.work() as work:
        return service.read(work, FUKUSHIMA, case)


def approve(browser: Browser, case: CaseId, version: int = 1) -> str:
    answer = browser.post(f"/cases/{case}/approve", {"version": version})
    assert answer.status_code == 303
    return str(answer.headers["location"])


def test_approving_leads_to_the_next_case_and_offers_undo(alone: Console) -> None:
    staff = alone.sign_in()
    first = alone.case()
    alone.office.clock.move(minutes=1)
    second = alone.case()
    assert approve(staff, first) == f"/cases/{second}"
    assert now(alone, first).state is State.APPROVED
    page = staff.get(f"/cases/{second}").text
    assert "承認しました" in page
    assert f'action="/cases/{first}/undo"' in page
    assert "承認しました</p>" not in staff.get(f"/cases/{second}").text, "a notice is shown once"


def test_approving_the_last_one_leads_to_the_list(alone: Console) -> None:
    assert approve(alone.sign_in(), alone.case()) == "/cases"


def test_returning_keeps_reasons_and_note(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    answer = staff.post(
        f"/cases/{case}/return", {"version": 1, "reason": ["photo.unclear", "photo.glasses"], "note": "もう一度"}
    )
    assert answer.status_code == 303
    page = staff.get(f"/cases/{case}").text
    assert "ピンぼけ" in page
    assert "もう一度" in page


def test_what_the_applicant_is_told_stands_on_the_returned_case_in_their_language(each_console: Console) -> None:
    staff = each_console.sign_in()
    case = each_console.case(language=Language.KO)
    assert staff.get(f"/cases/{case}/told").status_code == 404, "nothing went back yet"
    staff.post(f"/cases/{case}/return", {"version": 1, "reason": ["photo.unclear"], "note": "15日 <b>まで"})
    for page in (staff.get(f"/cases/{case}").text, staff.get(f"/cases/{case}/told").text):
        assert '<div class="told" lang="ko">' in page
        assert "밝은 곳에서 움직이지 말고 다시 촬영해 주세요" in page
        assert "明るい場所で、動かずに撮り直してください" in page
        assert "15日 &lt;b&gt;まで" in page
    with each_console.office.work() as work:
        seen = [entry.subject for entry in audit.search(work, FUKUSHIMA, audit.Search(action="case.told"), limit=9)]
    assert seen == [f"case:{case}"]
    assert each_console.sign_in(municipality=KORIYAMA).get(f"/cases/{case}/told").status_code == 404


def test_a_sheet_in_easy_japanese_has_readings_over_kanji_and_in_brackets_when_copied(console: Console) -> None:
    staff = console.sign_in()
    case = console.case(language=Language.JA_EASY)
    staff.post(f"/cases/{case}/return", {"version": 1, "reason": ["photo.missing"]})
    page = staff.get(f"/cases/{case}").text
    assert "<ruby>窓口<rp>(</rp><rt>まどぐち</rt><rp>)</rp></ruby>" in page
    assert "窓口(まどぐち)か 次(つぎ)の 会場(かいじょう)に 来(き)てください" in page


def test_returning_without_reason_says_so_and_keeps_what_was_typed(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    answer = staff.post(f"/cases/{case}/return", {"version": 1, "note": "書きかけのメモ"})
    assert answer.status_code == 409
    assert "差し戻しの理由を選んでください" in answer.text
    assert "書きかけのメモ" in answer.text
    assert now(console, case).state is State.RECEIVED


def test_an_individual_number_in_the_note_is_refused(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    answer = staff.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.unclear", "note": "123456789018"})
    assert "メモに個人番号は書けません" in answer.text
    assert now(console, case).state is State.RECEIVED


def test_unknown_reasons_are_refused(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    answer = staff.post(f"/cases/{case}/return", {"version": 1, "reason": "made.up"})
    assert answer.status_code == 409
    assert now(console, case).state is State.RECEIVED


def test_the_same_click_twice_is_one_decision(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    approve(staff, case)
    approve(staff, case)
    assert now(console, case).version == 2


def test_the_same_return_twice_is_one_decision(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    for _ in range(2):
        assert staff.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.unclear"}).status_code == 303
    assert now(console, case).version == 2


def test_two_people_on_one_case_the_second_sees_what_happened(console: Console) -> None:
    first, second = console.sign_in(name="一番 乗り"), console.sign_in()
    case = console.case()
    approve(first, case)
    answer = second.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.unclear", "note": "暗い"})
    assert answer.status_code == 409
    for seen in ("ほかの職員が、この申請を変更しました", "一番 乗り", "承認しました", "ピンぼけ", "暗い"):
        assert seen in answer.text
    assert now(console, case).state is State.APPROVED


def test_after_a_conflict_the_wish_can_still_be_carried_out(console: Console) -> None:
    first, second = console.sign_in(), console.sign_in()
    case = console.case()
    approve(first, case)
    first.post(f"/cases/{case}/undo", {"version": 2})
    answer = second.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.unclear"})
    assert "それでも差し戻す" in answer.text
    assert second.post(f"/cases/{case}/return", {"version": 3, "reason": "photo.unclear"}).status_code == 303


def test_approving_against_another_persons_return_is_a_conflict(console: Console) -> None:
    first, second = console.sign_in(), console.sign_in()
    case = console.case()
    first.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.unclear"})
    assert second.post(f"/cases/{case}/approve", {"version": 1}).status_code == 409
    assert now(console, case).state is State.RETURNED


def test_undo_within_ten_minutes_and_not_later(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    approve(staff, case)
    console.office.clock.move(minutes=11)
    assert staff.post(f"/cases/{case}/undo", {"version": 2}).status_code == 409
    assert now(console, case).state is State.APPROVED


def test_only_a_lead_reopens_and_says_why(console: Console) -> None:
    staff, lead = console.sign_in(), console.sign_in(Role.LEAD)
    case = console.case()
    approve(staff, case)
    console.office.clock.move(minutes=20)
    assert staff.post(f"/cases/{case}/reopen", {"version": 2, "note": "理由"}).status_code == 403
    assert lead.post(f"/cases/{case}/reopen", {"version": 2, "note": " "}).status_code == 409
    assert lead.post(f"/cases/{case}/reopen", {"version": 2, "note": "写真を見直す"}).status_code == 303
    assert "写真を見直す" in lead.get(f"/cases/{case}").text


def test_a_confirmed_photo_needs_two_people_on_the_console(console: Console) -> None:
    photo = jpeg_photo(9)
    staff, other = console.sign_in(), console.sign_in()
    assert staff.person is not None
    case = console.case(photo=photo, photo_accepted_by=StaffId(staff.person.id))
    assert "二人の確認が必要です" in staff.get(f"/cases/{case}").text
    approve(staff, case)
    assert "別の職員の確認を待っています" in staff.get(f"/cases/{case}").text
    assert staff.post(f"/cases/{case}/approve", {"version": 2}).status_code == 409
    approve(other, case, 2)
    assert now(console, case).state is State.APPROVED


def test_nonsense_versions_are_refused(console: Console) -> None:
    staff = console.sign_in()
    case = console.case()
    for version in ("", "0", "-1", "x", "1e3"):
        assert staff.post(f"/cases/{case}/approve", {"version": version}).status_code == 422
    assert staff.post(f"/cases/{case}/approve", {"version": "99"}).status_code == 409
    assert now(console, case).version == 1
