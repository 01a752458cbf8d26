"""Bookings, families under one number, proof of attendance, hidden addresses: over HTTP at a kiosk with bookings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import time, timedelta
from functools import partial
from typing import Any

import pytest

from hardware.camera.simulated import Scene
from kiosk.web.formats import JST
from schemas.form_code import booking_code
from schemas.ids import VisitId
from schemas.language import Wording
from schemas.visit import Place, Slot
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.kiosk import ANSWERS, CONTRACTOR, ENOUGH, FORM_ID, FUKUSHIMA, HELPER, Browser, Kiosk


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Kiosk, Any]]:
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        today = office.office.now().astimezone(JST).date()
        slots = tuple(
            Slot(day=day, begins=time(10), ends=time(11), capacity=4, booked=numbers)
            for day, numbers in ((today, ("001", "002", "003")), (today + timedelta(days=1), ("004",)))
        )
        places = (Place(name=Wording(ja="会議室"), slots=slots),)
        office.office.bundle = partial(office.office.bundle, places=places)
        yield _kiosk(stack, tmp_path_factory.mktemp("booked"), office), office


@pytest.fixture
def kiosk(place: tuple[Kiosk, Any]) -> Kiosk:
    place[0].clear()
    return place[0]


def visit_of(kiosk: Kiosk) -> VisitId:
    bundle = kiosk.outbox.bundle
    assert bundle is not None
    return bundle.visit


def started(kiosk: Kiosk) -> Browser:
    kiosk.applicant.post("/start", language="ja")
    assert kiosk.applicant.post("/consent")["screen"] == "booking"
    return kiosk.applicant


def comes_through(kiosk: Kiosk, *, documents: bool = True) -> dict[str, Any]:
    """From wherever the person stands to the sealed record."""
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant()
    if documents:
        tablet.post("/attendant/documents", ENOUGH)
        tablet.post("/attendant/answers", ANSWERS)
    tablet.post("/attendant/finish", note="")
    if kiosk.applicant.state()["screen"] == "attendant":
        kiosk.applicant.post("/onward")
    return kiosk.applicant.post("/review/confirm")


def paper(kiosk: Kiosk, at: int = 0) -> str:
    kiosk.applicant.until(lambda _: len(kiosk.simulated.printer.slips) > at)
    _reference, slip = kiosk.simulated.printer.slips[at]
    return "\n".join([slip.title, *(line.text for line in slip.lines)])


def test_a_slip_before_the_camera_is_taken_and_the_person_says_why(kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    kiosk.simulated.form.show(Scene.FORM, form_text=booking_code(visit_of(kiosk), "002"))
    assert applicant.until(lambda state: state["screen"] == "why")["step"] == "form"
    assert "予約番号 002 を受け付けました" in applicant.page()


def test_a_slip_of_another_visit_gets_its_sentence_and_the_person_goes_on(kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    other = VisitId.new(unix_ms=5, randomness=bytes(10))
    kiosk.simulated.form.show(Scene.FORM, form_text=booking_code(other, "002"))
    applicant.until(lambda _: "別の訪問の予約票" in str(applicant.client.get("/api/moment").json()["advice"]))
    assert "別の訪問の予約票" in applicant.page()
    assert applicant.post("/booking", walk_in="yes")["screen"] == "why"


def test_a_hand_scanner_reads_the_slip_and_a_form_before_it_is_kept(kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    assert applicant.post("/form", kind="scanned", code=FORM_ID)["screen"] == "booking"
    code = booking_code(visit_of(kiosk), "003")
    assert applicant.post("/form", kind="scanned", code=code)["screen"] == "why"
    assert kiosk.desk.intake.form is not None  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("number", "sentence"), [("4", "別の日の予約です"), ("77", "見つかりません"), ("", "見つかりません")]
)
def test_a_typed_number_that_does_not_count_says_why(kiosk: Kiosk, number: str, sentence: str) -> None:
    applicant = started(kiosk)
    assert applicant.post("/booking", number=number)["status"] == 422
    assert sentence in applicant.page()
    assert applicant.state()["screen"] == "booking"


def test_a_number_used_here_is_refused_and_taken_by_staff(place: tuple[Kiosk, Any], kiosk: Kiosk) -> None:
    assert started(kiosk).post("/booking", number="１")["screen"] == "why"
    assert comes_through(kiosk)["step"] == "sealed"
    kiosk.applicant.post("/done")
    applicant = started(kiosk)
    assert applicant.post("/booking", number="001")["code"] == "booking.used"
    assert kiosk.attendant(HELPER).post("/attendant/booking", number="001")["status"] == 403
    assert kiosk.attendant(CONTRACTOR).post("/attendant/booking", number="001")["status"] == 200
    assert comes_through(kiosk)["step"] == "sealed"
    applicant.until(lambda state: state["sent"])
    records = [record for record, _ in place[1].office.opened(kiosk.outbox.identity.device).values()]  # type: ignore[union-attr]
    assert [record.booking.number for record in records[-2:]] == ["001", "001"]
    assert [record.booking.accepted_by for record in records[-2:]] == [None, CONTRACTOR.staff]


def test_a_family_goes_on_under_one_number_with_one_slip(place: tuple[Kiosk, Any], kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    first = comes_through(kiosk)
    assert "家族の次の人へ" in applicant.page()
    assert applicant.post("/family/next")["slip"] == first["slip"]
    assert "ご家族の2人目" in applicant.page()
    intake = kiosk.desk.intake
    assert intake is not None
    assert (intake.home, intake.birth_date, intake.form) == (FUKUSHIMA, None, None)
    assert applicant.post("/consent")["screen"] == "why"
    second = comes_through(kiosk, documents=False)
    assert second["slip"] == first["slip"]
    assert "2人目" in applicant.page()
    lines = paper(kiosk, 1)
    assert lines.index("1人目") < lines.index("本人限定受取郵便") < lines.index("2人目") < lines.index("窓口で受け取り")
    applicant.until(lambda state: state["sent"])
    records = [record for record, _ in place[1].office.opened(kiosk.outbox.identity.device).values()]  # type: ignore[union-attr]
    assert records[-2].slip == records[-1].slip
    assert records[-1].family.first == records[-2].record


def test_what_a_family_shares_is_gone_with_the_last_screen(kiosk: Kiosk) -> None:
    started(kiosk)
    comes_through(kiosk, documents=False)
    kiosk.applicant.post("/done")
    assert kiosk.desk.family is None
    assert kiosk.applicant.post("/family/next")["status"] == 422


def test_the_proof_of_attendance_has_both_times_and_nothing_of_the_application(kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    comes_through(kiosk, documents=False)
    paper(kiosk)
    assert applicant.post("/done/attendance")["status"] == 200
    text = paper(kiosk, 1)
    assert "来場の証明" in text
    assert "福島市消防本部" in text
    assert "から" in text
    assert not any(word in text for word in ("申請サポート", "窓口", "1990"))
    applicant.post("/done")
    tablet = kiosk.attendant()
    assert "来場の証明" in tablet.page("/attendant")
    slip = kiosk.simulated.printer.slips[0][0]
    assert tablet.post("/attendant/attendance", slip=slip)["status"] == 200
    assert paper(kiosk, 2) == text


def test_a_hidden_address_shows_no_place_no_number_and_no_home(kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    applicant.come_to("wishes")
    assert applicant.post("/wishes", chosen="1", delivery="hidden")["screen"] == "photo"
    slip = applicant.state()["slip"]
    assert slip not in kiosk.browser().page("/display")
    applicant.come_to("attendant")
    assert kiosk.attendant(CONTRACTOR).post("/attendant/hidden", hidden="no")["status"] == 403
    kiosk.attendant().post("/attendant/park")
    assert slip not in kiosk.browser().page("/display")
    tablet = kiosk.attendant()
    tablet.post("/attendant/resume", slip=slip)
    tablet.post("/attendant/finish", note="")
    applicant.post("/onward")
    review = applicant.page()
    assert "職員と相談して決めます" in review
    assert ">福島市<" not in review.split("<dl>")[1]
    applicant.post("/review/confirm")
    assert "来場の証明" not in applicant.page()
    text = paper(kiosk)
    assert "福島市消防本部" not in text
    assert "受け取り方は、職員と相談して決めます" in text
    assert applicant.post("/done/attendance")["status"] == 422


def test_express_is_said_with_its_last_day_before_going_on(kiosk: Kiosk) -> None:
    applicant = started(kiosk)
    applicant.post("/booking", walk_in="yes")
    applicant.post("/why", purpose="lost")
    applicant.come_to("wishes")
    door = applicant.page("/?by=express")
    assert 'value="lost"' in door
    assert 'value="damaged"' not in door
    today = kiosk.outbox.today()
    assert applicant.post("/express", event="lost", express_day=today.isoformat())["screen"] == "wishes"
    said = applicant.page()
    assert "特急発行の対象です" in said
    assert f"{(today + timedelta(days=30)).year}年" in said
    assert applicant.post("/express", event="lost")["code"] == "express.no_day"
    assert applicant.post("/express", event="")["screen"] == "wishes"
    assert "特急発行の対象です" not in applicant.page()
