"""SIGKILL at random instants: every record whose `keep` returned is there, the chain is whole, nothing is readable."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

from kiosk.outbox import State
from kiosk.outbox.store import Store
from tests.faults.conftest import TIMES, assert_whole_chain, opened, readable
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.office import RunningOffice


def keep_until_killed(folder: Path, *arguments: str, after: float) -> list[str]:
    """Run the keeper, kill it some seconds after its first record; the packets it promised."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.keeper", folder, *arguments], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    promised = [process.stdout.readline().strip()]
    killer = threading.Timer(after, process.send_signal, [signal.SIGKILL])
    killer.start()
    promised += [line.strip() for line in process.stdout if line.endswith("\n")]
    assert process.wait() == -signal.SIGKILL
    killer.join()
    process.stdout.close()
    return [packet for packet in promised if len(packet) == 64]


def frames(folder: Path) -> dict[int, bytes]:
    """What the next start finds."""
    (database,) = folder.glob("outbox-*.db")
    store = Store(database)
    stubs = store.stubs(*State, limit=100_000)
    found = {stub.sequence: store.frame(stub.sequence) or b"" for stub in stubs}
    store.close()
    return found


def test_what_was_promised_before_the_kill_is_there_after_it(
    enrolled_folder: Path, running_office: RunningOffice
) -> None:
    chance = random.Random(2026)
    promised: list[str] = []
    for _ in range(TIMES):
        promised += keep_until_killed(enrolled_folder, after=chance.uniform(0.0, 0.4))
        assert_whole_chain(frames(enrolled_folder))
    outbox = opened(enrolled_folder)
    stubs = {stub.packet_id for stub in outbox.packets(*State)}
    while len(stubs) % 200 == 0 and (more := outbox.packets(*State, after=len(stubs))):
        stubs |= {stub.packet_id for stub in more}
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed, seconds=60)
    outbox.close()
    assert len(promised) > TIMES
    assert set(promised) <= stubs
    (device,) = running_office.office.devices
    assert_whole_chain(running_office.office.devices[device].packets)
    records = list(running_office.office.opened(device).values())
    assert len({record.record for record, _photo in records}) == len(stubs)
    assert readable(enrolled_folder, records) == []


def test_a_kill_while_sending_and_erasing_loses_and_doubles_nothing(
    enrolled_folder: Path, running_office: RunningOffice
) -> None:
    chance = random.Random(7)
    promised: list[str] = []
    for _ in range(TIMES):
        promised += keep_until_killed(enrolled_folder, "send", after=chance.uniform(0.0, 0.6))
    outbox = opened(enrolled_folder)
    outbox.start_courier()
    wait_until(lambda: outbox.balance().closed, seconds=60)
    balance = outbox.balance()
    outbox.close()
    (device,) = running_office.office.devices.values()
    assert_whole_chain(dict(sorted(device.packets.items())))
    assert balance.captured == len(device.packets) >= len(promised)
    records = list(running_office.office.opened(device.id).values())
    assert len({record.record for record, _photo in records}) == balance.captured
    assert readable(enrolled_folder, records) == []
