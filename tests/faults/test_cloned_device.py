"""Two machines with one identity (a disk was cloned): the second one's packets are refused and kept, never mixed."""

from __future__ import annotations

import shutil
from pathlib import Path

from kiosk.outbox import State
from tests.faults.conftest import a_record, assert_whole_chain, opened
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import RunningOffice


def test_the_fork_is_seen_and_nothing_is_lost(enrolled_folder: Path, running_office: RunningOffice) -> None:
    clone_folder = enrolled_folder.with_name("clone")
    shutil.copytree(enrolled_folder, clone_folder)
    clone_folder.chmod(0o700)
    first, second = opened(enrolled_folder), opened(clone_folder)
    for _ in range(2):
        first.keep(a_record(first), None)
        second.keep(a_record(second), None)
    first.start_courier()
    wait_until(lambda: first.balance().closed)
    second.start_courier()
    wait_until(lambda: second.balance().refused == 2)
    assert [stub.problem for stub in second.packets(State.REFUSED)] == ["packet.sequence_conflict"] * 2
    assert second.balance().erased == 0
    (device,) = running_office.office.devices.values()
    assert_whole_chain(dict(sorted(device.packets.items())))
    assert len(running_office.office.quarantine) == 2
    first.close()
    second.close()
