"""The desk in depth, on both databases: escalation, duplicates, notes, drafts, saved views, batches with undo."""

from __future__ import annotations

import pytest

from backoffice.cases import notes, service
from backoffice.cases.models import Case, DraftForm
from backoffice.cases.workflow import State
from backoffice.staff.authorisation import Role
from schemas.ids import CaseId, StaffId
from schemas.intake import FormKind, FormReading
from tests.backoffice.console import Browser, Console, field_of
from tests.factories import FUKUSHIMA, KORIYAMA, form_id, jpeg_photo

SAME = FormReading(kind=FormKind.QR, form_id=form_id(9001))


def now(console: Console, case: str) -> Case:
    with console.office.work() as work:
        return service.read(work, FUKUSHIMA, case)


def who(browser: Browser) -> str:
    assert browser.person is not None
    return browser.person.id


def picks(console: Console, *cases: str) -> dict[str, list[str]]:
    return {"pick": [f"{case}.{now(console, case).version}" for case in cases]}


def batch(browser: Browser, verb: str, data: dict[str, object]) -> str:
    answer = browser.post(f"/cases/batches/{verb}", data)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def test_an_escalated_case_waits_for_the_lead(each_console: Console) -> None:
    staff, lead = each_console.sign_in(), each_console.sign_in(Role.LEAD)
    case = each_console.case()
    assert staff.post(f"/cases/{case}/escalate", {"version": 1, "note": " "}).status_code == 409
    assert staff.post(f"/cases/{case}/escalate", {"version": 1, "note": "旧氏の確認"}).status_code == 303
    assert now(each_console, case).state is State.ESCALATED
    assert "承認する <kbd>A" not in staff.get(f"/cases/{case}").text
    assert staff.post(f"/cases/{case}/approve", {"version": 2}).status_code == 409
    assert "旧氏の確認" in lead.get(f"/cases/{case}").text
    assert lead.get("/cases?state=escalated").text.count("data-row") == 1
    assert lead.post(f"/cases/{case}/approve", {"version": 2}).status_code == 303
    assert now(each_console, case).state is State.APPROVED


def test_escalating_is_taken_back_and_a_first_approval_survives_it(each_console: Console) -> None:
    first, second = each_console.sign_in(), each_console.sign_in()
    case = each_console.case(photo=jpeg_photo(9), photo_accepted_by=StaffId(who(first)))
    first.post(f"/cases/{case}/approve", {"version": 1})
    second.post(f"/cases/{case}/escalate", {"version": 2, "note": "眼鏡の反射"})
    assert second.post(f"/cases/{case}/undo", {"version": 3}).status_code == 303
    found = now(each_console, case)
    assert (found.state, found.first_approved_by) == (State.SECOND_CHECK, who(first))
    assert first.post(f"/cases/{case}/approve", {"version": 4}).status_code == 409, "still four eyes"


def test_a_twin_is_seen_side_by_side_and_decided_as_duplicate_with_undo(each_console: Console) -> None:
    staff = each_console.sign_in()
    kept, twin = each_console.case(form=SAME), each_console.case(form=SAME, photo=jpeg_photo(3))
    each_console.case(form=SAME, municipality=KORIYAMA)
    page = staff.get(f"/cases/{twin}/twins").text
    assert page.count("この申請を重複とし") == 1
    assert f"/cases/{kept}/photo" in page
    assert f"/cases/{twin}/photo" in page
    assert "並べて比べる" in staff.get(f"/cases/{twin}").text
    assert staff.post(f"/cases/{twin}/duplicate", {"version": 1, "of": kept}).status_code == 303
    found = now(each_console, twin)
    assert (found.state, found.duplicate_of) == (State.DUPLICATE, kept)
    assert f'href="/cases/{kept}"' in staff.get(f"/cases/{twin}").text
    assert staff.post(f"/cases/{kept}/duplicate", {"version": 1, "of": twin}).status_code == 409, "no circle"
    assert staff.post(f"/cases/{twin}/undo", {"version": 2}).status_code == 303
    assert (now(each_console, twin).state, now(each_console, twin).duplicate_of) == (State.RECEIVED, None)


@pytest.mark.parametrize("other", ["itself", "another form", "another municipality"])
def test_a_case_is_duplicate_of_nothing_but_its_twin(console: Console, other: str) -> None:
    staff = console.sign_in()
    case = console.case(form=SAME)
    of = {
        "itself": case,
        "another form": console.case(),
        "another municipality": console.case(form=SAME, municipality=KORIYAMA),
    }[other]
    assert staff.post(f"/cases/{case}/duplicate", {"version": 1, "of": of}).status_code == 409
    assert now(console, case).version == 1


def test_notes_are_for_colleagues_and_change_no_version(each_console: Console) -> None:
    staff, other = each_console.sign_in(name="書いた 人"), each_console.sign_in()
    case = each_console.case()
    assert staff.post(f"/cases/{case}/note", {"note": "折り返し電話を待つ"}).status_code == 303
    page = other.get(f"/cases/{case}").text
    assert "折り返し電話を待つ" in page
    assert "書いた 人" in page
    assert other.post(f"/cases/{case}/approve", {"version": 1}).status_code == 303
    refused = staff.post(f"/cases/{case}/note", {"note": "番号は123456789018"})
    assert refused.status_code == 409
    assert "メモに個人番号は書けません" in refused.text


def test_a_half_written_return_survives_the_sessions_end(each_console: Console) -> None:
    person = each_console.hire()
    staff, case = each_console.sign_in(person=person), each_console.case()
    draft = {"reason": ["photo.glasses", "photo.unclear"], "note": "眼鏡を外して"}
    assert staff.post(f"/cases/{case}/draft/return", draft).status_code == 204
    each_console.office.clock.move(hours=20)
    assert staff.get(f"/cases/{case}/return").status_code == 303, "signed out"
    again = each_console.sign_in(person=person)
    page = again.get(f"/cases/{case}/return").text
    assert "眼鏡を外して" in page
    assert page.count(" checked") == 2
    assert "書きかけのまま残っています" in again.get("/cases").text
    assert "眼鏡を外して" not in each_console.sign_in().get(f"/cases/{case}/return").text, "nobody else's"
    again.post(f"/cases/{case}/return", {"version": 1, **draft})
    assert "書きかけのまま" not in again.get("/cases").text, "used"


def test_drafts_hold_no_individual_number_and_go_with_time(each_console: Console) -> None:
    staff, case = each_console.sign_in(), each_console.case()
    assert staff.post(f"/cases/{case}/draft/note", {"note": "123456789018"}).status_code == 409
    assert staff.post(f"/cases/{case}/draft/note", {"note": "書きかけ"}).status_code == 204
    each_console.office.clock.move(days=15)
    with each_console.office.work() as work:
        assert notes.draft(work, FUKUSHIMA, case, DraftForm.NOTE, by=who(staff)) == notes.Draft()
        notes.save_draft(work, FUKUSHIMA, case, DraftForm.ESCALATE, notes.Draft("別"), by=who(staff))
    with each_console.office.work() as work:
        assert [draft.text for draft, _ in notes.unfinished(work, FUKUSHIMA, by=who(staff))] == ["別"]


def test_in_a_conflict_both_sides_are_shown_and_what_was_typed_stays_a_draft(each_console: Console) -> None:
    first, second = each_console.sign_in(name="先 の人"), each_console.sign_in()
    case = each_console.case()
    first.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.glasses", "note": "反射"})
    answer = second.post(f"/cases/{case}/return", {"version": 1, "reason": "photo.unclear", "note": "暗い"})
    assert answer.status_code == 409
    theirs, yours = answer.text.split('id="yours"')
    assert "先 の人" in theirs
    assert "反射" in theirs
    assert "暗い" in yours
    first.post(f"/cases/{case}/undo", {"version": 2})
    assert "暗い" in second.get(f"/cases/{case}/return").text


def test_a_view_is_saved_own_or_shared_and_removed_by_its_maker(each_console: Console) -> None:
    staff, other, lead = each_console.sign_in(), each_console.sign_in(), each_console.sign_in(Role.LEAD)
    each_console.case()
    conditions = "state=received&q=A1-0001&day=today&method=onsite_reception"
    staff.post("/cases/views", {"name": "きょうの分", "conditions": conditions, "shared": "true"})
    staff.post("/cases/views", {"name": "自分だけ", "conditions": "state=returned"})
    page = other.get("/cases").text
    assert "きょうの分" in page
    assert "自分だけ" not in page
    assert "q=A1" not in page.split("view-list")[1].split("</ul>")[0], "no search text in a view"
    assert "day=today" in page
    assert other.get("/cases?state=received&day=today").text.count("data-row") == 1
    shared = staff.get("/cases").text.split("/cases/views/")[1].split("/")[0]
    assert other.post(f"/cases/views/{shared}/remove").status_code == 403
    assert lead.post(f"/cases/views/{shared}/remove").status_code == 303
    assert "きょうの分" not in other.get("/cases").text
    for name in ("", "  ", "123456789018"):
        assert staff.post("/cases/views", {"name": name, "conditions": ""}).status_code == 422


def test_another_municipalitys_views_and_batches_are_unknown(console: Console) -> None:
    staff, stranger = console.sign_in(), console.sign_in(Role.LEAD, municipality=KORIYAMA)
    staff.post("/cases/views", {"name": "共有", "conditions": "", "shared": "true"})
    view = staff.get("/cases").text.split("/cases/views/")[1].split("/")[0]
    made = batch(staff, "approve", picks(console, console.case()))
    assert stranger.post(f"/cases/views/{view}/remove").status_code == 404
    assert stranger.get(made).status_code == 404
    assert stranger.post(f"{made}/undo").status_code == 404


def test_plain_cases_are_approved_together_and_taken_back_together(each_console: Console) -> None:
    staff = each_console.sign_in()
    plain = [each_console.case() for _ in range(3)]
    confirmed = each_console.case(photo=jpeg_photo(9), photo_accepted_by=StaffId(who(staff)))
    twins = [each_console.case(form=SAME), each_console.case(form=SAME)]
    made = batch(staff, "approve", picks(each_console, *plain, confirmed, *twins))
    page = staff.get(made).text
    assert "6件のうち3件" in page
    assert "一件ずつ確認してください" in page
    assert page.count("同じ申請書IDの申請がほかにあります") == 2
    assert {now(each_console, case).state for case in plain} == {State.APPROVED}
    assert {now(each_console, case).state for case in (confirmed, *twins)} == {State.RECEIVED}
    assert each_console.sign_in().post(f"{made}/undo").status_code == 409, "not theirs"
    for _ in range(2):
        assert staff.post(f"{made}/undo").status_code == 303
    assert {(now(each_console, case).state, now(each_console, case).version) for case in plain} == {(State.RECEIVED, 3)}


def test_a_batch_leaves_alone_what_changed_meanwhile_and_undo_what_changed_since(each_console: Console) -> None:
    staff, other = each_console.sign_in(), each_console.sign_in(Role.LEAD)
    changed, later, plain = (each_console.case() for _ in range(3))
    form = picks(each_console, changed, later, plain)
    other.post(f"/cases/{changed}/approve", {"version": 1})
    reasons = {"reason": "photo.unclear", "note": "もう一度"}
    made = batch(staff, "return", {**form, **reasons})
    assert "ほかの職員が変更しました" in staff.get(made).text
    assert now(each_console, changed).state is State.APPROVED
    assert now(each_console, plain).return_reasons == "photo.unclear"
    other.post(f"/cases/{later}/reopen", {"version": 2, "note": "見直す"})
    other.post(f"/cases/{later}/approve", {"version": 3})
    staff.post(f"{made}/undo")
    assert now(each_console, later).state is State.APPROVED
    assert now(each_console, plain).state is State.RECEIVED


def test_returning_many_without_a_reason_returns_none(each_console: Console) -> None:
    staff = each_console.sign_in()
    cases = [each_console.case() for _ in range(2)]
    form = picks(each_console, *cases)
    page = staff.post("/cases/batches/reasons", form).text
    assert page.count('name="pick"') == 2
    answer = staff.post("/cases/batches/return", {**form, "note": "書いたメモ"})
    assert answer.status_code == 409
    assert "書いたメモ" in answer.text
    assert field_of(answer.text, "pick") == f"{cases[0]}.1"
    assert {now(each_console, case).version for case in cases} == {1}


@pytest.mark.parametrize("pick", ["", "x", "019f496e-6740-7817-bd72-baa5570b870b", f"{'0' * 36}.x", f"{'0' * 36}.-1"])
def test_nonsense_picks_are_refused(console: Console, pick: str) -> None:
    assert console.sign_in().post("/cases/batches/approve", {"pick": pick}).status_code == 422


def test_a_batch_ends_at_ten_minutes(console: Console) -> None:
    staff, case = console.sign_in(), console.case()
    made = batch(staff, "approve", picks(console, case))
    console.office.clock.move(minutes=11)
    assert "まとめて取り消す" not in staff.get(made).text
    assert staff.post(f"{made}/undo").status_code == 409
    assert now(console, CaseId(case)).state is State.APPROVED
