"""The closing balance on the tablet: both sides' numbers and signatures, with a line and without."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from kiosk.outbox import Outbox
from tests.factories import intake_record
from tests.kiosk.web.kiosk import Browser, Kiosk


def keep_one(outbox: Outbox) -> None:
    identity, bundle = outbox.identity, outbox.bundle
    assert identity is not None
    assert bundle is not None
    record = intake_record(
        device=identity.device, municipality=identity.municipality, visit=bundle.visit,
        record=outbox.new_record_id(), slip=outbox.next_slip(),
    )  # fmt: skip
    outbox.keep(record, None)


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
