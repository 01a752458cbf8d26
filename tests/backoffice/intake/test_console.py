"""The printable balance of a device: both signatures on one page, other municipalities' devices do not exist here."""

from __future__ import annotations

import re

from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.backoffice.intake.test_closings import closed
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
