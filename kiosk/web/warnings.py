"""What is wrong with this machine while it serves all the same: each with a code, a sentence and what staff can do.

Devices, the outbox's gauges and the clock, for the tablet and the page where staff sign in; the idle screen says that
there is something. What closes the counter altogether is `Counter.trouble`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from hardware.status import DeviceState
from kiosk.web import words
from kiosk.web.room import Room
from kiosk.web.words.devices import Trouble

CLOCK_OFF: Final = timedelta(minutes=5)
"""From here on people would read another time on the machine than records carry."""
_BROKEN: Final = frozenset({DeviceState.MISSING, DeviceState.FAULT})


def warnings(room: Room) -> tuple[Trouble, ...]:
    """Everything staff should look at, the devices first."""
    return (*_devices(room), *gauge_warnings(room))


def gauge_warnings(room: Room) -> tuple[Trouble, ...]:
    """Storage, sending, the visit's sheet, the clock."""
    alarms = room.counter.outbox.gauges().alarms
    return (*(words.alarm(alarm.gauge) for alarm in alarms), *_clock(room))


def _devices(room: Room) -> Iterator[Trouble]:
    for status, name in words.named_devices(room.counter.desk.devices.statuses()):
        action = words.device_action(status)
        if status.state in _BROKEN and action:
            yield Trouble(status.code, words.DEVICE_STATES[status.state], action, about=name)


def _clock(room: Room) -> Iterator[Trouble]:
    """Never believed, so it stops nobody; but a date nobody has compared with the office's is worth a look."""
    stamp, bundle = room.counter.outbox.stamp(), room.counter.outbox.bundle
    if stamp.uncertainty_ms is not None:
        if abs(timedelta(milliseconds=stamp.offset_ms)) >= CLOCK_OFF:
            yield words.clock_trouble("clock.wrong")
    elif bundle is not None and stamp.corrected() < bundle.issued_at:
        yield words.clock_trouble("clock.impossible")
    else:
        yield words.clock_trouble("clock.never_heard")
