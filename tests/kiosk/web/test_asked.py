"""The optional questions: asked of people, answered as usual for scripts that do not know them."""

from __future__ import annotations

from typing import Any

import pytest

from hardware.camera.simulated import Scene
from schemas.answers import Coming, Residing, Wishes
from schemas.intake import IntakeRecord
from schemas.rules import Delivery, Guardianship, NumberPaper, OldCard, Purpose, Residence
from tests.kiosk.web.kiosk import (
    ANSWERS,
    ENOUGH,
    FORM_ID,
    FUKUSHIMA,
    Browser,
    Kiosk,
    documents,
    reads,
)


def sealed(kiosk: Kiosk, office: Any) -> IntakeRecord:
    """Confirm; the record as the office opens it."""
    assert kiosk.applicant.post("/review/confirm")["step"] == "sealed"
    kiosk.applicant.until(lambda state: state["sent"])
    ((record, _),) = office.office.opened(kiosk.outbox.identity.device).values()  # type: ignore[union-attr]
    return IntakeRecord.model_validate(record.model_dump())


def in_the_old_order(applicant: Browser, *, born: str = "平成2年4月1日") -> list[str]:
    """What a script without the new questions posts, and the steps it is told."""
    return [
        applicant.post(path, fields)["step"]
        for path, fields in (
            ("/start", {"language": "ja"}),
            ("/consent", {}),
            ("/form", {"form_id": FORM_ID, "form_id_again": FORM_ID}),
            ("/card", {"action": "skip"}),
            ("/person", {"birth_date": born}),
            ("/person", {"municipality": FUKUSHIMA}),
        )
    ]


def test_a_script_without_the_new_questions_comes_through(fresh_kiosk: Kiosk, office: object) -> None:
    kiosk = fresh_kiosk
    told = in_the_old_order(kiosk.applicant)
    assert told == ["consent", "form", "card", "birth", "home", "photo"]
    kiosk.applicant.take_photo()
    assert kiosk.applicant.state()["waiting_for"] == "attendant"
    tablet = kiosk.attendant()
    tablet.post("/attendant/documents", ENOUGH)
    tablet.post("/attendant/answers", ANSWERS)
    assert tablet.post("/attendant/finish", note="")["step"] == "review"
    record = sealed(kiosk, office)
    assert (record.coming, record.wishes, record.residing) == (Coming(), Wishes(), Residing())
    assert record.decision.delivery is Delivery.RESTRICTED_DELIVERY_MAIL


def test_a_script_that_waits_for_the_form_is_not_held_up_by_a_question(kiosk: Kiosk) -> None:
    kiosk.applicant.post("/start", language="ja")
    assert kiosk.applicant.post("/consent")["screen"] == "why"
    kiosk.simulated.form.show(Scene.FORM)
    state = kiosk.applicant.until(lambda state: state["step"] != "form")
    assert (state["step"], state["screen"]) == ("card", "why")
    assert "申請書を読み取りました" in kiosk.applicant.page()
    assert kiosk.applicant.post("/why", purpose="first")["screen"] == "card"


def test_a_baby_in_the_old_order_waits_for_the_attendant(fresh_kiosk: Kiosk) -> None:
    kiosk = fresh_kiosk
    told = in_the_old_order(kiosk.applicant, born=kiosk.outbox.today().isoformat())
    assert told[-1] == "attendant"
    assert kiosk.applicant.state()["waiting_for"] == "attendant"
    assert kiosk.attendant().post("/attendant/finish")["step"] == "review"
    assert kiosk.applicant.post("/review/confirm")["step"] == "sealed"


def test_who_has_no_card_by_what_they_came_for_is_not_asked_for_one(kiosk: Kiosk) -> None:
    """A renewal said later asks after all."""
    applicant = kiosk.applicant
    applicant.come_to("why")
    assert 'name="card" value="none"' in applicant.page()
    applicant.post("/why", purpose="lost", card="none")
    assert kiosk.desk.intake is not None
    assert not kiosk.desk.intake.holds_personal_data
    assert applicant.post("/form", kind="none")["screen"] == "licence"
    applicant.come_to("attendant")
    kiosk.attendant().post("/attendant/finish", left_open="yes")
    assert applicant.post("/review/change", step="card")["screen"] == "card"
    assert applicant.post("/card", action="skip")["screen"] == "review"
    applicant.post("/review/change", step="why")
    assert applicant.post("/why", purpose="first", card="none")["status"] == 200
    kiosk.clear()
    applicant.come_to("why")
    applicant.post("/why", purpose="first", card="none")
    assert applicant.post("/form", kind="none")["screen"] == "birth"
    assert applicant.post("/back")["screen"] == "form"
    applicant.post("/back")
    applicant.post("/why", purpose="renewal", card="none")
    assert applicant.state()["screen"] == "card"


def test_the_home_stands_beside_the_birth_date_and_may_be_another(kiosk: Kiosk) -> None:
    applicant = kiosk.applicant
    applicant.come_to("birth")
    assert f'name="municipality" value="{FUKUSHIMA}" checked' in applicant.page()
    given = {"era": "平成", "year": "2", "month": "4", "day": "1"}
    assert applicant.post("/person", **given, municipality="")["screen"] == "home"
    assert applicant.post("/back")["screen"] == "birth"
    assert applicant.post("/person", **given, municipality=FUKUSHIMA)["screen"] == "wishes"
    assert str(kiosk.desk.intake.home) == FUKUSHIMA  # type: ignore[union-attr]


def test_an_adults_first_card_costs_two_touches_more(kiosk: Kiosk) -> None:
    applicant = kiosk.applicant
    applicant.come_to("why")
    assert applicant.post("/why", purpose="first")["screen"] == "form"
    applicant.come_to("wishes")
    assert applicant.post("/wishes", chosen="1", signature="on", authentication="on")["screen"] == "photo"


@pytest.mark.parametrize(
    ("word", "coming"),
    [
        ("renewal", Coming(purpose=Purpose.RENEWAL, asked=True)),
        ("lost", Coming(purpose=Purpose.LOST, asked=True)),
        ("moved", Coming(form_before_move=True, asked=True)),
    ],
)
def test_why_is_one_touch(kiosk: Kiosk, word: str, coming: Coming) -> None:
    kiosk.applicant.come_to("why")
    assert kiosk.applicant.post("/why", purpose=word)["screen"] == "form"
    assert kiosk.desk.intake.coming == coming  # type: ignore[union-attr]


def test_unasked_the_cards_own_date_says_it_is_a_renewal(kiosk: Kiosk) -> None:
    kiosk.applicant.post("/start")
    kiosk.applicant.post("/consent")
    kiosk.applicant.post("/form", kind="none")
    reads(kiosk, days=30, card_days=30)
    assert kiosk.applicant.post("/card", action="keep")["screen"] == "licence"
    assert kiosk.desk.intake.coming.purpose is Purpose.RENEWAL  # type: ignore[union-attr]


def test_a_renewal_the_chip_does_not_bear_out_may_end_here(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("why")
    kiosk.applicant.post("/why", purpose="renewal")
    kiosk.applicant.post("/form", kind="none")
    page = reads(kiosk, days=30, card_days=2000)
    assert "カードの更新の時期ではありません" in page
    assert "ここで終わる" in page
    assert kiosk.applicant.post("/card", action="keep")["step"] == "birth"


def test_whether_a_certificate_is_valid_ends_with_the_honest_answer(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("why")
    assert kiosk.applicant.post("/why", purpose="certificate_only")["screen"] == "card"
    assert "市区町村の窓口" in kiosk.applicant.page("/?by=unsure")
    page = reads(kiosk, days=900, card_days=2000)
    assert "ここでは、電子証明書の更新と暗証番号の変更はできません" in page
    assert 'action="/abandon"' in page
    assert kiosk.applicant.post("/card", action="keep", purpose="renewal")["screen"] == "form"
    assert kiosk.desk.intake.coming.purpose is Purpose.RENEWAL  # type: ignore[union-attr]


def test_licence_holders_are_told_before_they_go_on(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("why")
    kiosk.applicant.post("/why", purpose="renewal")
    kiosk.applicant.post("/form", kind="none")
    assert kiosk.applicant.post("/card", action="skip")["screen"] == "licence"
    assert "免許情報は引き継がれません" not in kiosk.applicant.page()
    page = kiosk.applicant.page("/?by=used")
    assert "免許情報は引き継がれません" in page
    assert "使っている。きょうはやめる" in page
    assert kiosk.applicant.post("/licence", on_card="yes")["screen"] == "birth"


def test_a_period_of_stay_is_asked_in_other_languages_and_beside_the_home_in_japanese(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home", language="en")
    assert kiosk.applicant.post("/person", municipality=FUKUSHIMA)["screen"] == "residence"
    refused = kiosk.applicant.post("/residence", residence="limited", era="西暦", year="2027", month="2", day="30")
    assert refused["code"] == "date.impossible"
    assert kiosk.applicant.post("/residence", residence="limited", stay_until="2027-02-20")["screen"] == "wishes"
    kiosk.clear()
    kiosk.applicant.come_to("home")
    assert 'value="limited"' in kiosk.applicant.page("/?by=residence")
    assert kiosk.applicant.post("/residence", residence="permanent")["screen"] == "home"
    assert kiosk.desk.intake.residing.residence is Residence.PERMANENT  # type: ignore[union-attr]


def test_under_15_says_who_is_here(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home", born="2016-04-01")
    assert kiosk.applicant.post("/person", municipality=FUKUSHIMA)["screen"] == "who"
    assert "代理の人だけが来ている" not in kiosk.applicant.page()
    assert kiosk.applicant.post("/who", who="parent_apart")["screen"] == "domicile"
    assert kiosk.applicant.post("/domicile", domicile="unknown")["screen"] == "wishes"
    assert "には発行されません" in kiosk.applicant.page()
    board = kiosk.attendant().page("/attendant")
    assert "戸籍謄本" in board


def test_a_guardian_says_so_beside_the_home(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home")
    assert kiosk.applicant.post("/who", who="adult_guardian")["screen"] == "home"
    assert "成年後見人と来ている" in kiosk.applicant.page()
    kiosk.applicant.come_to("wishes")
    board = kiosk.attendant().page("/attendant")
    assert "成年被後見人(申請者)の書類" in board
    assert kiosk.desk.intake.company.guardianship is Guardianship.ADULT_WARD  # type: ignore[union-attr]


def test_declined_certificates_and_a_contact_reach_the_office(fresh_kiosk: Kiosk, office: object) -> None:
    kiosk, applicant = fresh_kiosk, fresh_kiosk.applicant
    applicant.come_to("wishes")
    assert (
        applicant.post("/wishes", chosen="1", signature="on", authentication="on", then="options")["screen"] == "wishes"
    )
    assert "健康保険証として使えません" in applicant.page("/?by=options")
    assert applicant.post("/wishes", chosen="1", signature="on", then="stay")["screen"] == "wishes"
    assert "署名用だけ" in applicant.page()
    fields = {"chosen": "1", "signature": "on", "braille": "on", "delivery": "counter", "then": "contact"}
    assert applicant.post("/wishes", fields)["screen"] == "contact"
    assert applicant.post("/contact", phone="123", mail="")["code"] == "contact.phone"
    assert applicant.post("/contact", phone="", mail="a@b")["code"] == "contact.mail"
    assert applicant.post("/contact", phone="", mail="123456789018@example.com")["code"] == "text.my_number"
    given = applicant.post("/contact", phone="０９０-1234-5678", mail="hanako@example.com")
    assert given["screen"] == "photo"
    applicant.take_photo()
    tablet = kiosk.attendant()
    papers = {"number_paper": "lost", "old_card": "none", "juki_card": "handed_in", "loss_report": "yes"}
    tablet.post("/attendant/papers", papers, pin_request="K-0042")
    tablet.post("/attendant/finish")
    review = applicant.page()
    assert all(said in review for said in ("hanako@example.com", "署名用だけ", "点字", "通知カードの紛失届"))
    record = sealed(kiosk, office)
    assert record.wishes == Wishes(authentication=False, braille=True, delivery=Delivery.COUNTER)
    assert record.contact is not None
    assert (record.contact.phone, record.contact.mail) == ("09012345678", "hanako@example.com")
    assert (record.papers.number_paper, record.papers.pin_request) == (NumberPaper.LOST, "K-0042")
    assert (record.papers.old_card, record.papers.juki_card) == (OldCard.NONE, OldCard.HANDED_IN)
    page = applicant.page()
    assert "hanako" not in page
    assert "通知カードの紛失届を、ここで書いていただきます" in page


def test_a_card_without_a_pin_needs_no_request_for_one(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("wishes")
    kiosk.applicant.post("/wishes", chosen="1", authentication="on", face_authentication="on", braille="on")
    tablet = kiosk.attendant()
    board = tablet.page("/attendant")
    assert "顔認証マイナンバーカード · 点字" in board
    assert "暗証番号設定依頼書はいりません" in board
    assert 'name="pin_request"' not in board
    assert tablet.post("/attendant/papers", pin_request="K-0042")["code"] == "papers.no_pin_request"


def test_who_lives_elsewhere_hears_where_the_card_is_collected_before_wishing(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home")
    kiosk.applicant.post("/person", municipality="011002")
    assert kiosk.applicant.state()["screen"] == "wishes"
    assert "受け取りはお住まいの市区町村の窓口です" in kiosk.applicant.page()


@pytest.mark.parametrize("number", ["1234", "１２３４", "あ"])
def test_nothing_that_may_be_a_pin_is_taken_as_the_sheets_number(kiosk: Kiosk, number: str) -> None:
    kiosk.applicant.come_to("photo")
    assert kiosk.attendant().post("/attendant/papers", pin_request=number)["code"] == "papers.invalid"


def test_an_explained_name_counts(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant()
    shown = documents("driving_licence", "staff_id")
    shown["check"] = [check.replace("name_matches", "name_explained") for check in shown["check"]]
    tablet.post("/attendant/documents", shown)
    tablet.post("/attendant/answers", ANSWERS)
    tablet.post("/attendant/finish")
    decision = kiosk.desk.intake.attended.decision  # type: ignore[union-attr]
    assert decision.delivery is Delivery.RESTRICTED_DELIVERY_MAIL


# ── the override ─────────────────────────────────────────────────────────────────────────────────────
