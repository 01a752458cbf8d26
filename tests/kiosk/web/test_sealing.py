"""The end of an intake: sealed and durable first, then wiped, then the slip; and what happens when keeping fails."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable

import pytest

from kiosk.outbox import Limits
from kiosk.web.words import REFUSALS
from schemas.form_code import read_form_code
from tests.factories import intake_record
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, FORM_ID, Kiosk


def reviewed(kiosk: Kiosk, *, language: str = "ja", complete: bool = True) -> None:
    """Bring an applicant to the review."""
    tablet = kiosk.attendant()
    kiosk.applicant.come_to("attendant", language=language)
    if complete:
        tablet.post("/attendant/documents", ENOUGH)
        tablet.post("/attendant/answers", ANSWERS)
    assert tablet.post("/attendant/finish")["step"] == "review"


def test_after_sealing_nothing_of_the_person_is_left_on_screens_or_in_memory(fresh_kiosk: Kiosk) -> None:
    reviewed(fresh_kiosk)
    photo = weakref.ref(fresh_kiosk.desk.intake.photo)  # type: ignore[union-attr]
    fresh_kiosk.applicant.post("/review/confirm")
    gc.collect()
    assert photo() is None
    assert fresh_kiosk.desk.intake is None
    for path in ("/", "/api/state", "/api/moment", "/display"):
        text = fresh_kiosk.client.get(path).text
        assert FORM_ID not in text
        assert "1990" not in text
    assert fresh_kiosk.client.get("/photo/kept.jpg").status_code == 404
    assert fresh_kiosk.client.get("/photo/taken.jpg").status_code == 404


def test_the_files_of_the_kiosk_hold_nothing_readable(fresh_kiosk: Kiosk, tmp_path: object) -> None:
    reviewed(fresh_kiosk)
    fresh_kiosk.applicant.post("/review/confirm")
    written = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())  # type: ignore[attr-defined]
    assert len(written) > 10_000
    for readable in (FORM_ID.encode(), b"1990-04-01", b"birth_date", b"JFIF\x00\x01"):
        assert readable not in written


def test_the_slip_is_printed_with_number_method_and_contact_but_no_form_id(fresh_kiosk: Kiosk) -> None:
    reviewed(fresh_kiosk)
    fresh_kiosk.applicant.post("/review/confirm")
    fresh_kiosk.applicant.until(lambda _: bool(fresh_kiosk.simulated.printer.slips))
    ((reference, slip),) = fresh_kiosk.simulated.printer.slips
    words = "\n".join([slip.title, *(line.text for line in slip.lines)])
    assert reference == "A1-0001-4"
    assert "A1-0001-4" in words
    assert "本人限定受取郵便" in words
    assert "024-000-0000" in words
    assert "0120-95-0178" in words
    assert "およそ1か月" in words
    assert all(said in fresh_kiosk.applicant.page() for said in ("およそ1か月", "0120-95-0178", "平日9:30"))
    assert FORM_ID not in words
    assert FORM_ID not in (slip.qr or "")
    assert read_form_code(slip.qr or "", ()).slip == "A1-0001-4"


def test_a_slip_in_english_has_the_japanese_beneath(fresh_kiosk: Kiosk) -> None:
    reviewed(fresh_kiosk, language="en")
    fresh_kiosk.applicant.post("/review/confirm")
    fresh_kiosk.applicant.until(lambda _: bool(fresh_kiosk.simulated.printer.slips))
    texts = [line.text for line in fresh_kiosk.simulated.printer.slips[0][1].lines]
    english = next(at for at, text in enumerate(texts) if "restricted-delivery mail" in text)
    japanese = next(at for at, text in enumerate(texts) if "本人限定受取郵便" in text)
    assert english < japanese
    foreign = next(at for at, text in enumerate(texts) if "0120-0178-27" in text)
    assert english < foreign < japanese  # where English is understood
    assert any("0120-95-0178" in text for text in texts[japanese:])


def test_what_to_bring_stands_on_slip_and_last_screen_when_papers_are_missing(fresh_kiosk: Kiosk) -> None:
    reviewed(fresh_kiosk, complete=False)
    fresh_kiosk.applicant.post("/review/confirm")
    fresh_kiosk.applicant.until(lambda _: bool(fresh_kiosk.simulated.printer.slips))
    page, slip = fresh_kiosk.applicant.page(), [line.text for line in fresh_kiosk.simulated.printer.slips[0][1].lines]
    for said in ("申請者本人の書類", "次のどれか1つ", "写真付きの公的な書類(A)を1点", "交付通知書"):
        assert any(said in line for line in slip), said
        assert said in page
    assert not any("写真付きの公的な書類(A)を2点" in line for line in slip)  # that would do here, not at the counter


def test_a_printer_without_paper_costs_nothing_but_the_slip(fresh_kiosk: Kiosk) -> None:
    fresh_kiosk.simulated.printer.fail("printer.out_of_paper")
    reviewed(fresh_kiosk)
    assert fresh_kiosk.applicant.post("/review/confirm")["step"] == "sealed"
    counter = fresh_kiosk.app.state.room.counter
    fresh_kiosk.applicant.until(lambda _: counter.printed("A1-0001-4") is not None)
    assert "番号をスマートフォンなどで控えられます" in fresh_kiosk.applicant.page()
    fresh_kiosk.simulated.printer.fail(None)
    assert fresh_kiosk.attendant().post("/attendant/reprint", slip="A1-0001-4")["status"] == 200
    fresh_kiosk.applicant.until(lambda _: bool(fresh_kiosk.simulated.printer.slips))


def test_the_slip_number_can_be_taken_along_as_a_code(fresh_kiosk: Kiosk) -> None:
    reviewed(fresh_kiosk)
    assert fresh_kiosk.client.get("/done/qr.svg").status_code == 404
    fresh_kiosk.applicant.post("/review/confirm")
    answer = fresh_kiosk.client.get("/done/qr.svg")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert b"<path" in answer.content


def test_confirming_twice_seals_once(fresh_kiosk: Kiosk) -> None:
    reviewed(fresh_kiosk)
    fresh_kiosk.applicant.post("/review/confirm")
    assert fresh_kiosk.applicant.post("/review/confirm")["status"] == 422
    assert fresh_kiosk.outbox.balance().captured == 1


def test_a_record_that_cannot_be_kept_stays_with_its_person(make_kiosk: Callable[..., Kiosk]) -> None:
    kiosk = make_kiosk(outbox={"limits": Limits(unsent=(1, 1))})
    reviewed(kiosk)
    before = kiosk.desk.intake
    identity, bundle = kiosk.outbox.identity, kiosk.outbox.bundle
    assert identity is not None
    assert bundle is not None
    other = intake_record(
        device=identity.device, municipality=identity.municipality, visit=bundle.visit,
        record=kiosk.outbox.new_record_id(), slip=kiosk.outbox.next_slip(),
    )  # fmt: skip
    kiosk.outbox._stop_courier()
    kiosk.outbox.keep(other, None)
    answer = kiosk.applicant.post("/review/confirm")
    assert (answer["status"], answer["code"]) == (503, "outbox.too_many_unsent")
    assert kiosk.desk.intake == before
    assert REFUSALS["outbox.too_many_unsent"] in kiosk.applicant.submit("/review/confirm")
    assert kiosk.simulated.printer.slips == []
    kiosk.outbox.start_courier()
    kiosk.applicant.until(lambda _: kiosk.outbox.gauges().unsent == 0)
    assert kiosk.applicant.post("/review/confirm")["step"] == "sealed"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_last_screen_says_where_the_record_is(fresh_kiosk: Kiosk, language: str) -> None:
    reviewed(fresh_kiosk, language=language)
    fresh_kiosk.applicant.post("/review/confirm")
    page = fresh_kiosk.applicant.page()
    assert "A1-0001-4" in page
    assert ("封をしました" if language == "ja" else "sealed") in page
