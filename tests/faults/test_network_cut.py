"""A bad line: cut in the request, cut in the answer, slow, repeating – nothing lost, nothing doubled, all in time."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from kiosk.outbox import Outbox, Pace
from schemas.enrolment import EnrolmentTicket
from tests.factories import jpeg_photo
from tests.faults.conftest import TIMES, a_record, assert_whole_chain
from tests.faults.line import Line, Trouble
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import CODE, RunningOffice

PACE = Pace(line_first=0.01, line_most=0.05, packet_first=0.01, packet_most=0.05, hold=0.05, bundle_every=5.0)


class Weather:
    """Deals out troubles while it is bad."""

    def __init__(self, *troubles: Trouble) -> None:
        self._chance = random.Random(11)
        self._troubles = troubles
        self.bad = False

    def __call__(self) -> Trouble | None:
        return self._chance.choice(self._troubles) if self.bad else None


def carry_through(tmp_path: Path, running_office: RunningOffice, weather: Weather, *, packets: int) -> None:
    """Keep over a bad line, let the weather clear after a while, and compare both sides record by record."""
    with Line(running_office.port, weather) as line:
        outbox = Outbox.open(tmp_path / "data", pace=PACE)
        outbox.enrol(EnrolmentTicket(line.url, CODE, running_office.office.signing.public.key), "端末")
        outbox.refresh_bundle()
        weather.bad = True
        outbox.start_courier()
        photo = jpeg_photo()
        records = [a_record(outbox, photo=photo) for _ in range(packets)]
        for record in records:
            outbox.keep(record, photo)
        wait_until(lambda: line.connections > 3 * TIMES or outbox.balance().closed, seconds=60)
        assert outbox.balance().refused == 0
        weather.bad = False
        wait_until(lambda: outbox.balance().closed, seconds=60)
        outbox.close()
    (device,) = running_office.office.devices.values()
    assert_whole_chain(dict(sorted(device.packets.items())))
    opened = running_office.office.opened(device.id)
    assert [opened[sequence] for sequence in sorted(opened)] == [(record, photo) for record in records]


@pytest.mark.parametrize("after", [0, 1, 300, 2_000, 40_000])
def test_cut_in_the_request(tmp_path: Path, running_office: RunningOffice, after: int) -> None:
    carry_through(tmp_path, running_office, Weather(Trouble(up=after)), packets=3)


@pytest.mark.parametrize("after", [0, 1, 60, 200])
def test_cut_in_the_answer_after_the_office_has_committed(
    tmp_path: Path, running_office: RunningOffice, after: int
) -> None:
    carry_through(tmp_path, running_office, Weather(Trouble(down=after)), packets=3)


def test_a_line_that_repeats_every_request(tmp_path: Path, running_office: RunningOffice) -> None:
    carry_through(tmp_path, running_office, Weather(Trouble(twice=True)), packets=4)
    assert {code for code, _frame in running_office.office.quarantine} <= {"request.replayed"}


def test_all_weathers_at_once(tmp_path: Path, running_office: RunningOffice) -> None:
    troubles = [Trouble(up=n) for n in (0, 900, 30_000)] + [Trouble(down=n) for n in (0, 150)]
    weather = Weather(*troubles, Trouble(delay=0.01), Trouble(twice=True), Trouble())
    carry_through(tmp_path, running_office, weather, packets=6)
