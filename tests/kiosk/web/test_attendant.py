"""The attendant's tablet: who may do what, documents and decision, and the machine's own state."""

from __future__ import annotations

import re

import pytest

from hardware.photo import Advice
from kiosk.web.words import REFUSALS
from schemas.intake import PhotoPoint
from schemas.rules import Delivery, Method
from schemas.visit import Attendant
from tests.kiosk.desk.counter import refused
from tests.kiosk.web.kiosk import ANSWERS, CONTRACTOR, ENOUGH, HELPER, PIN, STAFF, Browser, Kiosk, documents

POINTS = [str(point) for point in PhotoPoint]


def key_on(board: str) -> str:
    found = re.search(r"/attendant/board\?key=([0-9a-f]*)", board)
    assert found
    return found[1]


@pytest.fixture
def tablet(kiosk: Kiosk) -> Browser:
    return kiosk.attendant()


def test_the_board_is_for_the_signed_in(kiosk: Kiosk) -> None:
    stranger = kiosk.browser()
    assert "職員のサインイン" in stranger.page("/attendant")
    for path in ("/attendant/board", "/attendant/photo.jpg"):
        assert stranger.client.get(path).status_code == 403
    for path in ("/attendant/finish", "/attendant/reset", "/attendant/park"):
        assert stranger.post(path)["code"] == "attendant.not_signed_in"


def test_a_wrong_pin_is_refused_in_words(kiosk: Kiosk) -> None:
    stranger = kiosk.browser()
    answer = stranger.sign_in(STAFF, "0000")
    assert (answer["status"], answer["code"]) == (403, "sign_in.wrong")
    assert REFUSALS["sign_in.wrong"] in stranger.page("/attendant")


def test_an_unknown_name_is_refused(kiosk: Kiosk) -> None:
    answer = kiosk.browser().post("/attendant/sign-in", staff="somebody", pin=PIN)
    assert (answer["status"], answer["code"]) == (403, "sign_in.wrong")


def test_signing_in_changes_the_session_and_out_ends_it(kiosk: Kiosk) -> None:
    tablet = kiosk.browser()
    tablet.page("/attendant")
    before = tablet.client.cookies["demado_kiosk"]
    tablet.sign_in()
    assert tablet.client.cookies["demado_kiosk"] != before
    assert STAFF.name in tablet.page("/attendant")
    tablet.post("/attendant/sign-out")
    assert "職員のサインイン" in tablet.page("/attendant")


def test_documents_and_answers_decide_live(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant")
    form = {"csrf": tablet.state()["csrf"], "part": "1"}
    without = tablet.client.post("/attendant/part", data=form).text
    assert "お住まいの市区町村の窓口で受け取ります" in without
    assert "本人確認書類が足りません" in without
    assert without.count("未確認:") == len(ANSWERS)
    enough = tablet.client.post("/attendant/part", data={**form, **ENOUGH, **ANSWERS}).text
    assert "ご自宅に本人限定受取郵便で届きます" in enough
    assert "未確認:" not in enough
    assert len(kiosk.desk.intake.documents) == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "missing", ["original", "in_date", "name_matches", "birth_matches", "address_matches", "photo_matches"]
)
def test_a_document_counts_only_with_every_check_made(kiosk: Kiosk, tablet: Browser, missing: str) -> None:
    kiosk.applicant.come_to("attendant")
    unsound = {
        **ENOUGH,
        "check": [check for check in ENOUGH["check"] if check != f"applicant:driving_licence:{missing}"],
    }
    tablet.post("/attendant/documents", unsound)
    tablet.post("/attendant/answers", ANSWERS)
    tablet.post("/attendant/finish")
    attended = kiosk.desk.intake.attended  # type: ignore[union-attr]
    assert attended is not None
    assert attended.decision.method is Method.APPLICATION_SUPPORT


def test_birth_date_and_address_are_told_apart_as_far_as_a_document_shows_them(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant")
    tablet.post("/attendant/documents", documents("driving_licence", "passport", "staff_id"))
    made = kiosk.desk.intake.documents  # type: ignore[union-attr]
    assert [(each.birth_matches, each.address_matches) for each in made] == [(True, True), (True, None), (True, True)]
    one = {"shown": ["applicant:staff_id"], "check": ["applicant:staff_id:address_matches"]}
    tablet.post("/attendant/documents", one)
    assert kiosk.desk.intake.documents[0].birth_or_address_matches  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("certifier", "counts"),
    [("facility_head", True), ("care_manager", True), ("legal_representative", False), ("", False)],
)
def test_a_certified_photo_says_who_certified_it(kiosk: Kiosk, tablet: Browser, certifier: str, counts: bool) -> None:
    """By law no grown-up's relative may; and its photo is at most six months old, which is a check of its own."""
    kiosk.applicant.come_to("attendant")
    shown = documents("certified_photo_statement", "pension_book", "notification_card")
    shown["check"].append("applicant:certified_photo_statement:photo_recent")
    who = f"applicant:certified_photo_statement:{certifier}" if certifier else ""
    tablet.post("/attendant/finish", {**shown, **ANSWERS, "part": "1", "certifier": who})
    attended = kiosk.desk.intake.attended  # type: ignore[union-attr]
    assert attended is not None
    assert (attended.decision.method is Method.ONSITE_RECEPTION) is counts
    page = tablet.page("/attendant")
    assert "写真が6か月以内" in page
    assert "病院・施設の長" in page
    assert 'certified_photo_statement:legal_representative"' not in page


def test_the_finishing_form_may_carry_everything_at_once(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant")
    answer = tablet.post("/attendant/finish", {**ENOUGH, **ANSWERS, "part": "1", "note": "窓口に車いす"})
    assert answer["step"] == "review"
    attended = kiosk.desk.intake.attended  # type: ignore[union-attr]
    assert attended is not None
    assert attended.decision.delivery is Delivery.RESTRICTED_DELIVERY_MAIL
    assert attended.note == "窓口に車いす"


def test_a_my_number_in_the_note_is_refused_and_not_shown(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant")
    page = tablet.submit("/attendant/finish", note="番号 1234-5678-9018")
    assert REFUSALS["text.my_number"] in page
    assert "9018" not in page
    assert kiosk.desk.intake.attended is None  # type: ignore[union-attr]


def test_the_attendant_works_while_the_applicant_is_still_typing(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("photo")
    tablet.post("/attendant/finish", {**ENOUGH, **ANSWERS, "part": "1"})
    kiosk.applicant.take_photo()
    assert kiosk.applicant.state()["step"] == "review"


def test_what_staff_do_beside_takes_nothing_from_who_is_typing(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("wishes")
    version = kiosk.applicant.post("/wishes", then="contact")["version"]
    kiosk.applicant.post("/help", wanted="yes")
    tablet.post("/attendant/help")
    tablet.post("/attendant/documents", ENOUGH)
    tablet.post("/attendant/answers", ANSWERS)
    assert tablet.post("/attendant/finish")["version"] == version
    assert kiosk.client.get("/api/moment").json()["help"] is False
    kiosk.applicant.post("/contact", skip="yes")
    kiosk.applicant.come_to("review")
    version = kiosk.applicant.state()["version"]
    assert tablet.post("/attendant/documents")["version"] > version  # there it is shown


def test_before_the_birth_date_there_is_nothing_to_record(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("birth")
    assert "生年月日の入力が終わると" in tablet.page("/attendant")
    assert tablet.post("/attendant/documents", ENOUGH)["code"] == "attendant.too_early"


def test_under_15_the_representatives_documents_are_asked_too(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant", born="2015-04-01")
    assert "法定代理人の書類" in tablet.page("/attendant")
    child = documents("eligibility_certificate", "maternal_child_handbook", person="applicant_under_15")
    parent = documents("driving_licence", "passport", person="legal_representative")
    both = {name: child[name] + parent[name] for name in ("shown", "check")}
    tablet.post("/attendant/finish", {**both, **ANSWERS, "part": "1"})
    attended = kiosk.desk.intake.attended  # type: ignore[union-attr]
    assert attended is not None
    assert attended.decision.method is Method.ONSITE_RECEPTION


@pytest.mark.parametrize("who", [CONTRACTOR, HELPER])
def test_only_municipal_staff_record_the_identity_check(kiosk: Kiosk, who: Attendant) -> None:
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant(who)
    answer = tablet.post("/attendant/documents", ENOUGH)
    assert (answer["status"], answer["code"]) == (403, "attendant.not_municipal_staff")
    assert 'name="shown"' not in tablet.page("/attendant")
    assert kiosk.desk.intake.documents == ()  # type: ignore[union-attr]


def test_a_contractor_finishes_as_support_only(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant")
    kiosk.attendant(CONTRACTOR).post("/attendant/finish", {**ENOUGH, **ANSWERS, "part": "1"})
    intake = kiosk.desk.intake
    assert intake is not None
    assert intake.attended is not None
    assert intake.documents == ()
    assert intake.attended.decision.method is Method.APPLICATION_SUPPORT


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("finish", {}), ("answers", ANSWERS), ("photo", {"action": "accept"}), ("reset", {}), ("retry", {}),
        ("discard", {"slip": "A1-0042-8"}),
    ],
)  # fmt: skip
def test_a_helper_decides_nothing(kiosk: Kiosk, path: str, fields: dict[str, str]) -> None:
    kiosk.applicant.come_to("attendant")
    answer = kiosk.attendant(HELPER).post(f"/attendant/{path}", fields)
    assert (answer["status"], answer["code"]) == (403, "attendant.helper")
    assert kiosk.desk.intake is not None


def test_a_refused_photo_is_used_with_the_attendants_name(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.simulated.studio.judgement = refused(Advice.OPEN_EYES)
    kiosk.applicant.come_to("photo")
    kiosk.applicant.take_photo()
    board = tablet.page("/attendant")
    assert "自動チェックが通りませんでした" in board
    assert "目を開けてください" in board
    assert tablet.client.get("/attendant/photo.jpg").content.startswith(b"\xff\xd8")
    assert tablet.post("/attendant/photo", action="accept", confirm=POINTS[:2])["code"] == "photo.points_open"
    assert tablet.post("/attendant/photo", action="accept", confirm=POINTS)["step"] == "attendant"
    assert kiosk.desk.intake.photo.evidence.accepted_by == STAFF.staff  # type: ignore[union-attr]


def test_the_attendant_may_ask_for_a_retake(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.simulated.studio.judgement = refused(Advice.OPEN_EYES)
    kiosk.applicant.come_to("photo")
    kiosk.applicant.take_photo()
    assert tablet.post("/attendant/photo", action="retake")["photo"] == "live"


def test_the_call_for_staff_stands_on_the_board_until_answered(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.post("/help", wanted="yes")
    assert "キオスクで職員を呼んでいます" in tablet.page("/attendant")
    assert not tablet.post("/attendant/help")["help"]


def test_the_board_asks_to_be_drawn_anew_for_another_applicant(kiosk: Kiosk, tablet: Browser) -> None:
    assert "HX-Refresh" not in tablet.client.get("/attendant/board", params={"key": ""}).headers
    for step in ("consent", "home", "photo"):  # somebody came; the birth date is known; the home is known
        key = key_on(tablet.page("/attendant"))
        kiosk.applicant.come_to(step)
        assert tablet.client.get("/attendant/board", params={"key": key}).headers["HX-Refresh"] == "true"
    key = key_on(tablet.page("/attendant"))
    kiosk.applicant.come_to("attendant")
    assert "HX-Refresh" not in tablet.client.get("/attendant/board", params={"key": key}).headers


def test_the_kiosk_is_reset_from_the_tablet(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("home")
    assert tablet.post("/attendant/reset")["step"] == "idle"


def test_the_board_shows_devices_with_what_to_do_and_the_line_to_the_office(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.simulated.printer.fail("printer.out_of_paper")
    board = tablet.page("/attendant")
    assert "用紙を入れてください" in board
    assert "送信待ち" in board
    assert "カード読み取り機" in board


def test_the_tablet_speaks_english_on_request(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant")
    tablet.post("/attendant/language", language="en")
    board = tablet.page("/attendant")
    assert "Documents of the applicant" in board
    assert "Driving licence" in board


def test_the_board_shows_neither_form_id_nor_verdict(kiosk: Kiosk, tablet: Browser) -> None:
    kiosk.applicant.come_to("attendant")
    board = tablet.page("/attendant")
    assert "20260710" not in board
    assert "QRコードで読み取り" in board


@pytest.mark.parametrize("given", [{}, ENOUGH], ids=["nothing", "documents without answers"])
def test_one_tap_does_not_finish_what_is_open(kiosk: Kiosk, tablet: Browser, given: dict[str, list[str]]) -> None:
    kiosk.applicant.come_to("attendant")
    page = tablet.submit("/attendant/finish", part="1", note="あとで電話", **given)
    assert REFUSALS["attendant.part_open"] in page
    assert "あとで電話" in page
    assert 'name="left_open"' in page
    assert kiosk.desk.intake.attended is None  # type: ignore[union-attr]
    assert tablet.post("/attendant/finish", {**given, "part": "1", "left_open": "yes"})["step"] == "review"


def test_a_contractor_has_only_the_questions_open(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant(CONTRACTOR)
    assert tablet.post("/attendant/finish", {"part": "1"})["code"] == "attendant.part_open"
    assert tablet.post("/attendant/finish", {**ANSWERS, "part": "1"})["step"] == "review"
