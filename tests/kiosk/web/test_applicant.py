"""The applicant's way over HTTP, from the idle screen to the slip, and every wrong turn."""

from __future__ import annotations

import re
from datetime import date

import pytest

from hardware.camera.simulated import Scene
from hardware.photo import Advice
from kiosk.web.places import Abroad, abroad
from kiosk.web.words import REFUSALS
from schemas.rules import Delivery, example_rules
from tests.kiosk.desk.counter import refused
from tests.kiosk.flow import makes
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, FORM_ID, FUKUSHIMA, PLACES, STAFF, Kiosk

STEPS = ("consent", "why", "form", "card", "birth", "home", "wishes", "photo", "attendant")


def sentence(code: str) -> str:
    return REFUSALS[code]


def test_one_applicant_from_the_idle_screen_to_the_slip(fresh_kiosk: Kiosk, office: object) -> None:
    kiosk = fresh_kiosk
    applicant, tablet = kiosk.applicant, kiosk.attendant()
    assert "マイナンバーカードの申請" in applicant.page()
    assert applicant.post("/start", language="ja")["step"] == "consent"
    assert applicant.post("/consent")["step"] == "form"
    kiosk.simulated.form.show(Scene.FORM)
    assert applicant.until(lambda state: state["step"] == "card")["slip"] == "A1-0001-4"
    assert applicant.post("/card", action="skip")["step"] == "birth"
    assert applicant.post("/person", era="平成", year="2", month="4", day="1")["step"] == "home"
    assert applicant.post("/person", municipality=FUKUSHIMA)["step"] == "photo"
    applicant.take_photo()
    assert applicant.state()["waiting_for"] == "attendant"
    assert tablet.post("/attendant/documents", ENOUGH)["status"] == 200
    assert tablet.post("/attendant/answers", ANSWERS)["status"] == 200
    assert tablet.post("/attendant/finish")["step"] == "review"
    review = applicant.page()
    assert "平成2年4月1日(1990年)" in review
    assert "2026 0710 0000 0000 0000 017" in review
    done = applicant.post("/review/confirm")
    assert (done["step"], done["slip"], done["sequence"]) == ("sealed", "A1-0001-4", 1)
    applicant.until(lambda state: state["sent"])
    ((record, photo),) = office.office.opened(kiosk.outbox.identity.device).values()  # type: ignore[attr-defined, union-attr]
    assert record.form.form_id == FORM_ID
    assert record.decision.delivery is Delivery.RESTRICTED_DELIVERY_MAIL
    assert record.identity.checked_by == STAFF.staff
    assert photo.startswith(b"\xff\xd8")
    assert applicant.post("/done")["step"] == "idle"


def test_each_step_is_drawn_in_both_languages(kiosk: Kiosk) -> None:
    applicant = kiosk.applicant
    for step in STEPS:
        applicant.come_to(step)
        for language in ("ja", "en"):
            assert applicant.post("/language", language=language)["status"] == 200
            assert f'lang="{language}"' in applicant.page()
    for language in ("ja", "en"):
        applicant.post("/language", language=language)
        applicant.page("/?by=leave")


@pytest.mark.parametrize(
    ("step", "door", "marker"),
    [
        ("form", "typing", 'name="form_id_again"'),
        ("form", "other", 'value="sealed_envelope"'),
        ("home", "elsewhere", 'name="q"'),
        ("birth", "typing", 'name="era"'),  # a door of another step is no door here
    ],
)
def test_side_doors_of_a_step(kiosk: Kiosk, step: str, door: str, marker: str) -> None:
    kiosk.applicant.come_to(step)
    assert marker in kiosk.applicant.page(f"/?by={door}")


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"form_id": "2" * 22, "form_id_again": "2" * 22}, "form_id.length"),
        ({"form_id": "2" * 24, "form_id_again": "2" * 24}, "form_id.length"),
        ({"form_id": "123456789018", "form_id_again": "123456789018"}, "form_id.my_number"),
        ({"form_id": "１２３４ ５６７８ ９０１８", "form_id_again": ""}, "form_id.my_number"),
        ({"form_id": "abc", "form_id_again": "abc"}, "form_id.not_digits"),
        ({"form_id": "2" * 23, "form_id_again": "2" * 22 + "3"}, "form_id.twice_different"),
        ({"form_id": "", "form_id_again": ""}, "form_id.not_digits"),
        ({"kind": "scanned", "code": "https://example.com/?id=20260710000000000000017"}, "form_code.other"),
        ({"kind": "scanned", "code": "2" * 22}, "form_code.other"),
        ({"kind": "scanned", "code": "2" * 24}, "form_code.other"),
        ({"kind": "scanned", "code": "123456789018"}, "text.my_number"),
        ({"kind": "scanned", "code": "DEMADO-SLIP.1.A1-0042-8"}, "form_code.slip"),
        ({"kind": "scanned", "code": "https://net.kojinbango-card.go.jp/x"}, "form_code.opaque"),
        ({"kind": "qr", "form_id": FORM_ID}, "form.kind_unknown"),
    ],
)
def test_a_form_that_is_none_is_refused_in_a_clear_sentence_and_nothing_is_stored(
    kiosk: Kiosk, fields: dict[str, str], code: str
) -> None:
    kiosk.applicant.come_to("form")
    before = kiosk.desk.intake
    answer = kiosk.applicant.post("/form", fields)
    assert (answer["status"], answer["code"]) == (422, code)
    page = kiosk.applicant.submit("/form", **fields)
    assert sentence(code) in page
    assert kiosk.desk.intake == before
    typed = fields.get("code") or fields.get("form_id") or "nothing typed"
    assert typed not in page


def test_the_refusal_goes_with_the_next_good_post(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("form")
    assert sentence("form_id.not_digits") in kiosk.applicant.submit("/form", form_id="x", form_id_again="x")
    assert sentence("form_id.not_digits") not in kiosk.applicant.submit("/view", large="on")


@pytest.mark.parametrize("form_id", ["2026 0710 0000 0000 0000 017", "２０２６０７１００００００００００００００１７"])
def test_the_form_id_typed_twice_is_taken_however_it_is_grouped(kiosk: Kiosk, form_id: str) -> None:
    kiosk.applicant.come_to("form")
    assert kiosk.applicant.post("/form", form_id=form_id, form_id_again=FORM_ID)["step"] == "card"


def test_a_url_on_a_sheet_is_named_on_the_screen_and_never_opened(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("form")
    kiosk.simulated.form.show(Scene.FORM, form_text="https://example.com/phishing")
    kiosk.applicant.until(lambda _: kiosk.client.get("/api/moment").json()["wrong"])
    assert sentence("form_code.other") in kiosk.applicant.page()
    assert "example.com" not in kiosk.applicant.page()
    assert kiosk.applicant.state()["step"] == "form"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"birth_date": "1990-02-30"}, "date.impossible"),
        ({"birth_date": "ふつうの日"}, "date.unreadable"),
        ({"birth_date": "2999-01-01"}, "birth.in_future"),
        ({"birth_date": "1868-03-03"}, "birth.too_long_ago"),
        ({"era": "令和", "year": "1", "month": "4", "day": "30"}, "date.before_era"),
        ({"era": "応永", "year": "1", "month": "4", "day": "30"}, "date.unknown_era"),
        ({"era": "西暦", "year": "", "month": "4", "day": "1"}, "date.unreadable"),
        ({"birth_date": "123456789018"}, "text.my_number"),
        ({}, "date.unreadable"),
    ],
)
def test_a_birth_date_that_cannot_be_is_refused(kiosk: Kiosk, fields: dict[str, str], code: str) -> None:
    kiosk.applicant.come_to("birth")
    assert kiosk.applicant.post("/person", fields)["code"] == code
    assert sentence(code) in kiosk.applicant.submit("/person", **fields)
    assert kiosk.applicant.state()["step"] == "birth"


@pytest.mark.parametrize(
    ("fields", "reading"),
    [
        ({"era": "平成", "year": "元", "month": "1", "day": "8"}, "平成元年1月8日(1989年)"),
        ({"era": "西暦", "year": "1990", "month": "4", "day": "1"}, "平成2年4月1日(1990年)"),
        ({"era": "昭和", "year": "５５", "month": "４", "day": "１"}, "昭和55年4月1日(1980年)"),
    ],
)
def test_the_date_is_read_back_in_both_calendars(kiosk: Kiosk, fields: dict[str, str], reading: str) -> None:
    kiosk.applicant.come_to("birth")
    answer = kiosk.client.post("/person/reading", data={"csrf": kiosk.applicant.state()["csrf"], **fields})
    assert answer.text.strip() == reading


def test_a_half_typed_date_is_read_back_as_nothing(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("birth")
    answer = kiosk.client.post("/person/reading", data={"csrf": kiosk.applicant.state()["csrf"], "era": "平成"})
    assert answer.text.strip() == ""


def test_birth_date_and_home_may_come_in_one_post(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("birth")
    answer = kiosk.applicant.post("/person", birth_date="H2.4.1", municipality=FUKUSHIMA)
    assert answer["step"] == "photo"


@pytest.mark.parametrize("code", ["999999", "072036", "abc", ""])
def test_a_home_that_is_not_on_the_list_is_refused(kiosk: Kiosk, code: str) -> None:
    kiosk.applicant.come_to("home")
    assert kiosk.applicant.post("/person", municipality=code)["code"] == "home.unknown"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("札幌", "札幌市"),
        ("さつほ", "札幌市"),
        ("サッポロ", "札幌市"),
        ("011", "札幌市"),
        ("chiyo", "千代田区"),
        ("ふく", "福島市"),
    ],
)
def test_a_municipality_is_found_by_name_kana_or_code(kiosk: Kiosk, query: str, found: str) -> None:
    kiosk.applicant.come_to("home")
    answer = kiosk.client.post("/person/search", data={"csrf": kiosk.applicant.state()["csrf"], "q": query})
    names = re.findall(r'value="\d{6}">([^<]+)<', answer.text)
    assert names[0] == found


def test_what_living_elsewhere_means_is_said_where_it_is_chosen(kiosk: Kiosk) -> None:
    """Before a municipality is chosen and beside those found; the example rules take nobody's card from elsewhere."""
    kiosk.applicant.come_to("home")
    assert "受け取りは、お住まいのまちの窓口です" in kiosk.applicant.page()
    assert "受け取りはお住まいの市区町村の窓口です" in kiosk.applicant.page("/?by=elsewhere")


def test_a_table_of_municipalities_says_which_of_them_post() -> None:
    """Yamagata: whose home municipality does not post hears so beforehand."""
    rules = example_rules("yamagata_like")
    told = abroad(PLACES, makes.context(rules=rules))
    assert (told.everybody, told.posts) == (None, {"011002": True, "131016": False, "401307": False})
    before = abroad(PLACES, makes.context(rules=rules, today=date(2025, 3, 31)))
    assert before.posts["011002"] is False  # type: ignore[index]
    bare = rules.model_copy(update={"home_municipalities": ()})
    assert abroad(PLACES, makes.context(rules=bare)) == Abroad()


def test_a_baby_needs_no_photo(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("birth")
    today = kiosk.outbox.today().isoformat()
    assert kiosk.applicant.post("/person", birth_date=today, municipality=FUKUSHIMA)["step"] == "attendant"


def test_back_and_onward_lose_nothing(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home")
    assert kiosk.applicant.post("/back")["step"] == "birth"
    assert "平成2年4月1日" in kiosk.applicant.page()
    assert kiosk.applicant.post("/onward")["step"] == "home"


def test_start_over_forgets_everything(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("home")
    assert kiosk.applicant.post("/abandon")["step"] == "idle"
    assert kiosk.desk.intake is None
    assert kiosk.desk.parked() == ()


def test_a_second_start_is_refused_while_somebody_is_here(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("form")
    answer = kiosk.applicant.post("/start", language="en")
    assert (answer["status"], answer["code"]) == (409, "desk.busy")


def test_a_refused_photo_says_why_and_waits_for_the_attendant(kiosk: Kiosk) -> None:
    kiosk.simulated.studio.judgement = refused(Advice.OPEN_EYES)
    kiosk.applicant.come_to("photo")
    kiosk.applicant.take_photo()
    state = kiosk.applicant.state()
    assert (state["step"], state["waiting_for"], state["refused"]) == ("photo", "attendant", "photo.not_accepted")
    assert "目を開けてください" in kiosk.applicant.page()
    assert kiosk.client.get("/photo/taken.jpg").content.startswith(b"\xff\xd8")
    assert kiosk.applicant.post("/photo/retake")["photo"] == "live"
    assert kiosk.client.get("/photo/taken.jpg").status_code == 404


def test_everything_in_the_review_can_be_changed_in_place(kiosk: Kiosk) -> None:
    tablet = kiosk.attendant()
    kiosk.applicant.come_to("attendant")
    tablet.post("/attendant/finish")
    for step in ("why", "form", "card", "birth", "home", "wishes", "photo", "attendant"):
        assert kiosk.applicant.post("/review/change", step=step)["screen"] == step
        assert kiosk.applicant.post("/onward")["step"] == "review"
    assert kiosk.applicant.post("/review/change", step="sealed")["code"] == "review.not_changeable"
    assert kiosk.applicant.post("/review/change", step="nonsense")["code"] == "review.not_changeable"


def test_nothing_is_sealed_before_the_review(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("photo")
    assert kiosk.applicant.post("/review/confirm")["code"] == "flow.out_of_step"
    assert kiosk.outbox.balance().captured == 0


def test_staff_are_called_and_the_call_can_be_taken_back(kiosk: Kiosk) -> None:
    assert kiosk.applicant.post("/help", wanted="yes")["help"]
    assert not kiosk.applicant.post("/help", wanted="no")["help"]


def test_large_text_and_contrast_are_switched_and_forgotten_with_the_person(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("consent")
    assert 'class="large contrast"' in kiosk.applicant.submit("/view", large="on", contrast="on")
    kiosk.applicant.post("/abandon")
    assert 'class=""' in kiosk.applicant.page()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_address_that_is_none_is_a_page_for_people_and_a_problem_for_scripts(kiosk: Kiosk, language: str) -> None:
    kiosk.applicant.come_to("form", language=language)
    said = {"ja": REFUSALS["http.404"], "en": "There is no such page"}[language]
    page = kiosk.applicant.client.get("/nowhere", headers={"accept": "text/html,*/*"})
    assert (page.status_code, said in page.text) == (404, True)
    problem = kiosk.applicant.client.get("/nowhere", headers={"accept": "application/json"})
    assert (problem.json()["code"], problem.json()["title"]) == ("http.404", said)
