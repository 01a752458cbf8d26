"""One case's page: what was sealed is shown, in honest words, and nothing of it runs as markup."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from backoffice.cases.view import clock_note
from backoffice.staff.authorisation import Role
from schemas.answers import CardHolder, Coming, Contact, Licence, Override, Papers, Residing, Wishes
from schemas.card import CardVerdict, Revocation
from schemas.ids import ApplicationFormId, RecordId
from schemas.intake import FormKind, FormReading
from schemas.rules import Delivery, Method, NumberPaper, Person, Purpose, Residence
from tests.backoffice.console import Console
from tests.factories import KORIYAMA, card_check, form_id, identity_check, jpeg_photo, shown, stamp, uuid7


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


def test_the_form_id_stands_in_groups_of_four(console: Console) -> None:
    reading = FormReading(kind=FormKind.QR, form_id=ApplicationFormId("12345678901234567890123"))
    page = console.sign_in().get(f"/cases/{console.case(form=reading)}").text
    assert "<span>1234</span><span>5678</span>" in page
    assert "<span>123</span></p>" in page


def test_the_photo_is_the_sealed_one_and_never_stored_by_the_browser(console: Console) -> None:
    photo = jpeg_photo(7)
    answer = console.sign_in().get(f"/cases/{console.case(photo=photo)}/photo")
    assert answer.content == photo
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "no-store"


def test_a_case_without_photo_says_so(console: Console) -> None:
    staff = console.sign_in()
    case = console.case(photo=b"")
    assert "写真なし" in staff.get(f"/cases/{case}").text
    assert staff.get(f"/cases/{case}/photo").status_code == 404


def test_a_certificate_nobody_checked_for_revocation_is_called_that(console: Console) -> None:
    page = console.sign_in().get(f"/cases/{console.case(card=card_check())}").text
    assert "有効期間内" in page
    assert "失効未確認" in page


@pytest.mark.parametrize(("born", "flagged"), [(date(1990, 4, 1), False), (date(1991, 4, 1), True)])
def test_the_chips_name_and_another_birth_date_on_it_are_shown(console: Console, born: date, flagged: bool) -> None:
    case = console.case(holder=CardHolder(name="見本　<b>花子", birth_date=born), birth_date=date(1990, 4, 1))
    page = console.sign_in().get(f"/cases/{case}").text
    assert "見本　&lt;b&gt;花子" in page
    assert ("申請の生年月日と違います" in page) is flagged


@pytest.mark.parametrize(
    ("card", "word"),
    [
        (card_check(revocation=Revocation.GOOD), "失効していない"),
        (card_check(CardVerdict.REVOKED, revocation=Revocation.REVOKED), "失効"),
        (card_check(CardVerdict.FORGED), "偽造の疑い"),
        (None, "確認していない"),
    ],
)
def test_other_verdicts_have_words(console: Console, card: object, word: str) -> None:
    assert word in console.sign_in().get(f"/cases/{console.case(card=card)}").text


def test_documents_show_what_was_checked_and_by_whom(console: Console) -> None:
    maya = console.hire(name="山田 真弥")
    identity = identity_check(shown("passport"), shown("staff_id", in_date=False), checked_by=uuid7(RecordId, 1))
    identity = identity.model_copy(update={"checked_by": maya.id})
    page = console.sign_in().get(f"/cases/{console.case(identity=identity)}").text
    assert "旅券(パスポート)" in page
    assert "不一致" in page
    assert "山田 真弥" in page


def test_a_childs_representative_is_named_as_such(console: Console) -> None:
    child = shown("maternal_child_handbook", Person.APPLICANT_UNDER_15)
    parent = shown("driving_licence", Person.LEGAL_REPRESENTATIVE)
    page = console.sign_in().get(f"/cases/{console.case(identity=identity_check(child, parent))}").text
    assert "法定代理人" in page
    assert "本人(15歳未満)" in page


def test_a_document_kind_nobody_knows_is_shown_by_its_code(console: Console) -> None:
    identity = identity_check(shown("new_kind_of_card"))
    assert "new_kind_of_card" in console.sign_in().get(f"/cases/{console.case(identity=identity)}").text


@pytest.mark.parametrize(
    ("offset_ms", "uncertainty_ms", "sentence"),
    [
        (0, 400, "前後0.4秒以内です"),
        (93_000, 2_000, "+00:01:33ずれていた"),
        (-3_600_000, 90_000, "前後90秒の誤差があり得ます"),
        (0, None, "照合できていません"),
    ],
)
def test_the_clock_is_annotated(console: Console, offset_ms: int, uncertainty_ms: int | None, sentence: str) -> None:
    begun = stamp(offset_ms=offset_ms, uncertainty_ms=uncertainty_ms)
    assert sentence in console.sign_in().get(f"/cases/{console.case(started=begun)}").text


def test_a_small_offset_is_not_mentioned() -> None:
    assert not clock_note(stamp(offset_ms=1_999)).adjusted
    assert clock_note(stamp(offset_ms=-2_000)).adjusted
    assert clock_note(stamp(offset_ms=-2_000)).behind == timedelta(seconds=-2)


def test_markup_in_a_note_is_text(console: Console) -> None:
    page = console.sign_in().get(f"/cases/{console.case(note='<script>alert(1)</script>')}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page


def test_another_municipalitys_case_and_photo_are_unknown(console: Console) -> None:
    case = console.case(municipality=KORIYAMA)
    staff = console.sign_in(Role.ADMINISTRATOR)
    for path in ("", "/photo", "/return"):
        assert staff.get(f"/cases/{case}{path}").status_code == 404


@pytest.mark.parametrize("case", ["nonsense", "%00", "019f496e-6740-7817-bd72-baa5570b870b", "..%2f..", "x" * 500])
def test_no_such_case_is_a_page_not_found(console: Console, case: str) -> None:
    assert console.sign_in().get(f"/cases/{case}").status_code == 404


def test_looking_at_a_case_is_written_down(console: Console) -> None:
    case = console.case()
    console.sign_in().get(f"/cases/{case}")
    export = console.sign_in(Role.AUDITOR).get("/audit/export.csv").text
    assert f"case.opened,case:{case}" in export


def test_the_page_of_a_typed_form_and_of_none(console: Console) -> None:
    staff = console.sign_in()
    typed = FormReading(kind=FormKind.TYPED, form_id=form_id(1))
    assert "手入力" in staff.get(f"/cases/{console.case(form=typed)}").text
    none = FormReading(kind=FormKind.SEALED_ENVELOPE)
    assert "封をした申請書" in staff.get(f"/cases/{console.case(form=none)}").text


def test_what_was_answered_and_overridden_at_the_venue_is_shown(console: Console) -> None:
    first, second = console.hire(name="一番 目子"), console.hire(name="二番 目男")
    override = Override(
        reason="転送は明日まで", decided_by=first.id, seconded_by=second.id, delivery=Delivery.RESTRICTED_DELIVERY_MAIL,
        was_method=Method.APPLICATION_SUPPORT, was_delivery=Delivery.COUNTER,
    )  # fmt: skip
    case = console.case(
        coming=Coming(purpose=Purpose.LOST, asked=True),
        licence=Licence.ON_CARD,
        residing=Residing(residence=Residence.LIMITED, stay_until=date(2027, 2, 20)),
        wishes=Wishes(authentication=False, braille=True),
        contact=Contact(phone="09012345678", mail="hanako@example.com"),
        papers=Papers(number_paper=NumberPaper.HANDED_IN, loss_report=True, pin_request="K-0042"),
        override=override,
    )
    page = console.sign_in().get(f"/cases/{case}").text
    for said in (
        "紛失による再交付", "在留期間あり", "点字", "hanako@example.com", "返納を受けた", "紛失届あり", "K-0042",
        "転送は明日まで", "一番 目子", "二番 目男",
    ):  # fmt: skip
        assert said in page, said


def test_the_next_and_the_previous_case_are_a_key_away_without_deciding(each_console: Console) -> None:
    staff = each_console.sign_in()
    cases = []
    for _ in range(3):
        cases.append(each_console.case())
        each_console.office.clock.move(minutes=1)
    first, middle, last = (staff.get(f"/cases/{case}").text for case in cases)
    assert re.findall(r'href="/cases/([^"]+)" rel="(\w+)"', middle) == [(cases[0], "prev"), (cases[2], "next")]
    assert 'data-key="p"' in middle
    assert 'data-key="n"' in middle
    assert 'rel="prev"' not in first
    assert 'rel="next"' not in last
    staff.post(f"/cases/{cases[1]}/approve", {"version": 1})
    assert f'href="/cases/{cases[2]}" rel="next"' in staff.get(f"/cases/{cases[0]}").text, "only those that wait alike"
