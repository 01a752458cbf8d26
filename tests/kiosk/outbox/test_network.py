"""The network's return is known at once: from the kernel's word, and a courier that waits long is woken by it."""

from __future__ import annotations

import random
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from kiosk.outbox import Outbox, Pace
from kiosk.outbox.network import NetworkWatch, kernel_messages
from tests.kiosk.outbox.conftest import wait_until
from tests.kiosk.outbox.gate import Gate
from tests.kiosk.outbox.running_office import RunningOffice

SLOW = Pace(line_first=60.0, line_most=60.0)


def change_of_the_network() -> None:
    """An address of the loopback network comes and goes: harmless, and the kernel tells of it."""
    address = f"127.{random.randint(70, 250)}.{random.randint(0, 255)}.{random.randint(1, 250)}/32"
    for act in ("add", "del"):
        subprocess.run(["ip", "addr", act, address, "dev", "lo"], check=True, capture_output=True)


def may_change_the_network() -> bool:
    if shutil.which("ip") is None:
        return False
    try:
        change_of_the_network()
    except subprocess.CalledProcessError:
        return False
    return True


needs_network = pytest.mark.skipif(not may_change_the_network(), reason="may not change addresses (ip, CAP_NET_ADMIN)")


@needs_network
def test_the_kernel_tells_of_a_change() -> None:
    changed = threading.Event()
    watch = NetworkWatch(changed.set)
    watch.start()
    change_of_the_network()
    assert changed.wait(5)
    watch.stop()


def test_a_burst_of_messages_is_one_change() -> None:
    told, here = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    changes: list[float] = []
    watch = NetworkWatch(lambda: changes.append(time.monotonic()), messages=lambda: here)
    watch.start()
    for _ in range(20):
        told.send(b"news")
    wait_until(lambda: bool(changes))
    time.sleep(0.3)
    assert len(changes) == 1
    told.send(b"news")
    wait_until(lambda: len(changes) == 2)
    watch.stop()
    told.close()


def test_without_the_kernels_word_nothing_is_different() -> None:
    def refuse() -> socket.socket:
        raise OSError(97, "Address family not supported by protocol")

    watch = NetworkWatch(lambda: None, messages=refuse)
    watch.start()
    watch.stop()
    watch.stop()


def test_the_kernels_socket_opens_here() -> None:
    with kernel_messages() as messages:
        assert messages.family == socket.AF_NETLINK


@needs_network
def test_a_waiting_courier_starts_at_once_when_the_network_returns(
    open_outbox: Callable[..., Outbox], running_office: RunningOffice, a_record: Any
) -> None:
    with Gate(running_office.port) as gate:
        outbox = open_outbox(pace=SLOW)
        outbox.enrol(running_office.office.ticket(gate.url), "端末")
        outbox.refresh_bundle()
        gate.down()
        outbox.keep(a_record(outbox), None)
        outbox.start_courier()
        wait_until(lambda: outbox.gauges().online is False)
        time.sleep(0.2)
        gate.up()
        began = time.monotonic()
        change_of_the_network()
        wait_until(lambda: outbox.balance().closed)
        assert time.monotonic() - began < 5  # by itself it would have asked after 30 s at the earliest
        outbox.close()
