"""The printable balance of a device: both signatures on one page, other municipalities' devices do not exist here."""

from __future__ import annotations

import re

from backoffice.staff.authorisation import Role
from schemas.balance import Gifts
from schemas.ids import SlipNumber
from tests.backoffice.console import Console
from tests.backoffice.intake.test_closings import closed, state, statement
from tests.factories import KORIYAMA


def test_both_sides_numbers_and_signatures_stand_on_it(console: Console) -> None:
    counter = console.office.counter(visit=console.office.visit())
    counter.send(counter.seal())
    closing = closed(counter)
    page = console.sign_in(Role.STAFF).get(f"/devices/{counter.device}/balance?visit={counter.visit}").text
    assert "受け付けた申請はすべて届き" in page
    assert closing.kiosk.digest[:16] in page
    assert closing.office.digest[:16] in page
    assert re.findall(r'<td class="right number">(\d+)</td>', page)[:4] == ["1", "1", "1", "1"]


def test_gifts_the_device_has_stated_stand_beside_the_records(console: Console) -> None:
    counter = console.office.counter()
    counter.send(counter.seal())
    gifts = Gifts(handed=(SlipNumber.new("A1", 1),) * 2, counted=2)  # a family's
    stated = statement(counter, gifts=gifts)
    assert state(counter, stated, counter.visit).status_code == 200
    page = console.sign_in(Role.STAFF).get(f"/devices/{counter.device}/balance?visit={counter.visit}").text
    assert "受付1件のうち2件" in page
    assert f"{gifts.handed[0]} ×2" in page
    assert '<span class="number">2</span>' in page
    prettier = stated.model_copy(update={"gifts": None})
    assert state(counter, prettier, counter.visit).json()["code"] == "balance.signature_invalid"


def test_balance_that_is_not_closed_is_flagged_and_found_from_the_others(console: Console) -> None:
    counter = console.office.counter()
    counter.send(counter.seal())
    closed(counter, captured=5)
    signed_in = console.sign_in(Role.STAFF)
    assert "まだ閉じていません" in signed_in.get(f"/devices/{counter.device}/balance?visit={counter.visit}").text
    whole = signed_in.get(f"/devices/{counter.device}/balance").text
    assert "端末はまだ収支を知らせていません" in whole
    assert f"/devices/{counter.device}/balance?visit={counter.visit}" in whole
    assert f"/devices/{counter.device}/balance" in signed_in.get(f"/devices/{counter.device}").text


def test_device_of_another_municipality_does_not_exist_here(console: Console) -> None:
    there = console.office.counter(municipality=KORIYAMA)
    answer = console.sign_in(Role.STAFF).get(f"/devices/{there.device}/balance")
    assert answer.status_code == 404
