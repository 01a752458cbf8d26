"""The closing balance on the tablet: both sides' numbers and signatures, with a line and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kiosk.outbox import Outbox
from schemas.balance import Gifts
from schemas.intake import IntakeRecord
from tests.factories import intake_record
from tests.kiosk.web.kiosk import Browser, Kiosk


def keep_one(outbox: Outbox) -> IntakeRecord:
    identity, bundle = outbox.identity, outbox.bundle
    assert identity is not None
    assert bundle is not None
    record = intake_record(
        device=identity.device, municipality=identity.municipality, visit=bundle.visit,
        record=outbox.new_record_id(), slip=outbox.next_slip(),
    )  # fmt: skip
    outbox.keep(record, None)
    return record


def numbers(page: str) -> list[tuple[str, str]]:
    return re.findall(r"<td>([^<]*)</td><td>([^<]*)</td>", page)


def test_it_is_for_the_signed_in(kiosk: Kiosk) -> None:
    stranger = kiosk.browser()
    assert stranger.client.get("/attendant/balance").status_code == 403
    assert stranger.post("/attendant/balance")["code"] == "attendant.not_signed_in"


def test_both_sides_numbers_and_signatures_stand_on_it(fresh_kiosk: Kiosk) -> None:
    tablet = fresh_kiosk.attendant()
    keep_one(fresh_kiosk.outbox)
    tablet.until(lambda _: fresh_kiosk.outbox.balance().closed)
    page = tablet.submit("/attendant/balance")
    closing = fresh_kiosk.outbox.closing(fresh_kiosk.outbox.bundle.visit)  # type: ignore[union-attr]
    assert closing is not None
    assert numbers(page) == [("1", "1"), ("1", "1"), ("1", "1"), ("0", "0")]
    assert "受け付けた申請はすべて市役所に届き" in page
    assert closing.kiosk.digest[:16] in page
    assert closing.office.signer in page


def test_a_gift_and_its_count_are_stated_with_the_balance(fresh_kiosk: Kiosk) -> None:
    tablet, outbox = fresh_kiosk.attendant(), fresh_kiosk.outbox
    tally = fresh_kiosk.app.state.room.hall.tally
    for _ in range(2):
        record = keep_one(outbox)
        tally.note(record)
    assert tablet.post("/attendant/gift", slip=record.slip)["status"] == 200
    assert tablet.post("/attendant/gift", slip="A1-0009-0")["status"] == 422
    tablet.client.post("/attendant/venue/papers", data={"csrf": tablet.state()["csrf"], "n_gift": "1"})
    page = tablet.submit("/attendant/balance")
    closing = outbox.closing(record.visit)
    assert closing is not None
    assert closing.kiosk.gifts == Gifts(handed=(record.slip,), counted=1)
    assert numbers(page)[-1] == ("1", "1")
    tablet.post("/attendant/gift", slip=record.slip, handed="no")
    assert numbers(tablet.page("/attendant/balance"))[-1] == ("0", "1")
    assert record.visit in outbox._need().closer.changed()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_without_a_line_it_says_so_and_shows_this_side(make_kiosk: Callable[..., Kiosk], language: str) -> None:
    kiosk = make_kiosk()
    tablet: Browser = kiosk.attendant()
    tablet.post("/attendant/language", language=language)
    kiosk.outbox._stop_courier()
    keep_one(kiosk.outbox)
    before = tablet.page("/attendant/balance")
    assert numbers(before)[0] == ("1", "–")
    kiosk.outbox._enrolled.shelf.identity = kiosk.outbox.identity.model_copy(  # type: ignore[union-attr]
        update={"office_url": "http://127.0.0.1:9"}
    )
    answer = tablet.client.post("/attendant/balance", data={"csrf": tablet.state()["csrf"]}).text
    assert 'data-code="uplink.unreachable"' in answer
    assert numbers(answer)[0] == ("1", "–")


def test_the_board_leads_to_it(kiosk: Kiosk) -> None:
    assert 'href="/attendant/balance"' in kiosk.attendant().page("/attendant")
