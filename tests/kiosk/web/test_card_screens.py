"""The present card on the screen: what is read, what its dates mean, torn off, and the PIN's tries."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from hardware.card import CardReport
from schemas.card import CardVerdict
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, Kiosk, reads


def test_an_existing_card_is_checked_and_kept(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("card")
    assert kiosk.applicant.post("/card", action="check")["card"] == "reading"
    assert kiosk.applicant.state()["waiting_for"] == "machine"
    kiosk.simulated.card.report(CardReport(CardVerdict.EXPIRED, "expired", tries_left=3))
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    page = kiosk.applicant.page()
    assert "電子証明書の期限が切れています" in page
    assert "失効未確認" in page
    assert kiosk.applicant.post("/card", action="keep")["step"] == "birth"


@pytest.mark.parametrize(
    ("days", "card_days", "said"),
    [
        (900, 2000, "いまは手続きはいりません"),
        (30, 2000, "電子証明書の更新ができます"),
        (30, None, "カードの表の日付も見てください"),
        (30, 30, "カードの更新ができます"),
    ],
)
def test_the_screen_says_what_the_dates_mean(kiosk: Kiosk, days: int, card_days: int | None, said: str) -> None:
    kiosk.applicant.come_to("card")
    kiosk.applicant.post("/card", action="check")
    now = datetime.now(UTC)
    own = None if card_days is None else (now + timedelta(days=card_days)).date()
    ends = now + timedelta(days=days)
    kiosk.simulated.card.report(CardReport(CardVerdict.VALID, "valid", not_after=ends, tries_left=3, card_expires=own))
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    assert said in kiosk.applicant.page()


def test_a_card_that_was_torn_off_asks_for_placing_it_again(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("card")
    kiosk.applicant.post("/card", action="check")
    kiosk.simulated.card.report(CardReport(CardVerdict.REMOVED, "gone"))
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    page = kiosk.applicant.page()
    assert "カードを置き直して、もう一度押してください" in page
    assert kiosk.applicant.post("/card", action="keep")["code"] == "card.nothing_read"


def test_the_pin_screen_shows_the_tries_and_the_last_one_needs_a_word(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("card")
    kiosk.applicant.post("/card", action="check")
    kiosk.simulated.card.report(CardReport(CardVerdict.VALID, "valid", tries_left=1))
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    page = kiosk.applicant.page("/?by=pin")
    assert "あと1回まちがえると、ロックされます" in page
    assert 'name="last_try"' in page
    assert re.search(r'name="pin"[^>]*autocomplete="off"', page)
    assert kiosk.applicant.post("/card", action="pin", pin="1234")["code"] == "pin.last_try"
    kiosk.applicant.post("/card", action="pin", pin="1234", last_try="yes")
    kiosk.simulated.card.report(CardReport(CardVerdict.VALID, "valid", tries_left=3, possession=True))
    kiosk.applicant.until(lambda state: state["card"] == "reported")
    assert kiosk.simulated.card.asked == [(None, False), ("1234", True)]


def test_the_chips_own_date_and_the_pin_reach_the_rules(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("why")
    kiosk.applicant.post("/why", purpose="renewal")
    kiosk.applicant.post("/form", kind="none")
    reads(kiosk, days=900, card_days=2000)
    kiosk.applicant.post("/card", action="keep")
    kiosk.applicant.come_to("attendant")
    tablet = kiosk.attendant()
    tablet.post("/attendant/documents", ENOUGH)
    tablet.post("/attendant/answers", ANSWERS)
    tablet.post("/attendant/finish")
    attended = kiosk.desk.intake.attended  # type: ignore[union-attr]
    assert "barrier.renewal_too_early" in attended.decision.unmet


def test_who_reads_the_date_off_the_card_hears_what_it_means(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("why")
    kiosk.applicant.post("/why", purpose="renewal")
    kiosk.applicant.post("/form", kind="none")
    assert "カードの表に書いてある有効期限" in kiosk.applicant.page("/?by=printed")
    soon, late = (kiosk.outbox.today() + timedelta(days=days) for days in (30, 800))
    assert kiosk.applicant.post("/card/printed", birth_date="2001-01-01")["code"] == "printed.unlikely"
    page = kiosk.applicant.submit(
        "/card/printed", era="西暦", year=str(soon.year), month=str(soon.month), day=str(soon.day)
    )
    assert "カードの更新ができます" in page
    page = kiosk.applicant.submit("/card/printed", birth_date=late.isoformat())
    assert "カードの更新は、まだできません" in page
    assert "ここで終わる" in page
    assert kiosk.applicant.post("/card", action="skip")["screen"] == "licence"
    assert kiosk.desk.intake.coming.printed_until == late  # type: ignore[union-attr]
