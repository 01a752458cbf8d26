"""Moving a device to another visit: unsent first, or with an explicit word."""

from __future__ import annotations

import pytest

from backoffice.devices import service
from backoffice.staff.authorisation import Role
from schemas.protocol import BUNDLE_PATH
from tests.backoffice.console import Console
from tests.backoffice.counter import Counter
from tests.factories import FUKUSHIMA


def visit_of(console: Console, counter: Counter) -> str | None:
    with console.office.work() as work:
        device = service.find(work, counter.device)
        assert device is not None
        return device.visit


@pytest.mark.parametrize(
    ("sealed", "unsent", "minutes", "moves"),
    [(1, 0, 1, True), (2, 1, 1, False), (2, 0, 1, False), (1, 0, 16, False)],
    ids=["all here", "one unsent", "one neither unsent nor here", "not heard lately"],
)
def test_device_moves_when_everything_it_sealed_is_here(
    console: Console, sealed: int, unsent: int, minutes: int, moves: bool
) -> None:
    office = console.office
    first, second = office.visit(), office.visit()
    counter = office.counter(visit=first)
    counter.send(counter.seal())
    assert counter.get(f"{BUNDLE_PATH}?have=0&sealed={sealed}&unsent={unsent}").status_code == 200
    office.clock.move(minutes=minutes)
    browser = console.sign_in(Role.LEAD)
    path = f"/devices/{counter.device}"
    assert ("残りがあることを承知で移す" in browser.get(f"{path}/move?visit={second}").text) is not moves
    assert browser.post(f"{path}/visit", {"visit": second}).status_code == (303 if moves else 409)
    assert visit_of(console, counter) == (second if moves else first)
    assert browser.post(f"{path}/visit", {"visit": second, "anyway": "true"}).status_code == 303
    assert visit_of(console, counter) == second


def test_a_lost_device_has_a_report(console: Console) -> None:
    counter = console.office.counter(visit=console.office.visit())
    counter.get(f"{BUNDLE_PATH}?have=0&sealed=5&unsent=5")
    with console.office.work() as work:
        service.end(work, FUKUSHIMA, counter.device, lost=True, actor="test")
    page = console.sign_in(Role.LEAD).get(f"/devices/{counter.device}").text
    assert "紛失の報告" in page
    assert "まだ伝わっていません" in page
