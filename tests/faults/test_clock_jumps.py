"""The wall clock goes wrong in the middle of a visit: the records' corrected time does not."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.outbox import Outbox
from schemas.packet import Packet
from tests.faults.conftest import TIMES, a_record, assert_whole_chain
from tests.kiosk.outbox.conftest import QUICK, wait_until
from tests.kiosk.outbox.office import RunningOffice

ACCIDENTS = (
    timedelta(days=365), timedelta(days=-365), timedelta(days=-20_000), timedelta(hours=1), timedelta(hours=-1),
    timedelta(seconds=-1), timedelta(seconds=0.5),
)  # fmt: skip


class WanderingClock:
    """The true time, wrong by as much as the last accident made it."""

    def __init__(self) -> None:
        self.wrong_by = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.wrong_by


def test_jumps_change_nothing_but_the_annotation(enrolled_folder: Path, running_office: RunningOffice) -> None:
    clock, chance = WanderingClock(), random.Random(3)
    outbox = Outbox.open(enrolled_folder, clock=clock, pace=QUICK)
    outbox.start_courier()
    truth = []
    for accident in (*ACCIDENTS, *chance.choices(ACCIDENTS, k=TIMES)):
        clock.wrong_by = accident
        outbox.keep(a_record(outbox), None)
        truth.append(datetime.now(UTC))
        assert outbox.today() == (truth[-1] + timedelta(hours=9)).date()
    wait_until(lambda: outbox.balance().closed, seconds=30)
    outbox.close()
    (device,) = running_office.office.devices.values()
    packets = dict(sorted(device.packets.items()))
    assert_whole_chain(packets)
    for frame, kept_at in zip(packets.values(), truth, strict=True):
        sealed = Packet.parse(frame).header.sealed
        assert sealed.uncertainty_ms is not None
        assert abs(sealed.corrected() - kept_at) <= timedelta(milliseconds=sealed.uncertainty_ms + 200)
