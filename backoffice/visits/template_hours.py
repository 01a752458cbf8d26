"""What a template keeps of a visit's hours: every stretch of every place and day, and nothing of the dates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from backoffice.visits.views import PlaceView, SlotView


@dataclass(frozen=True)
class Stretch:
    """Slots of one kind, one after the other. `place`: which of the template's, from 0; `day`: after the first, from 0;
    `minutes`: of a slot; `capacity`: of a slot, the walk-in lane included."""

    place: int
    day: int
    begins: time
    ends: time
    minutes: int
    capacity: int
    walk_in: int = 0

    def stored(self) -> dict[str, str | int]:
        return {
            "place": self.place, "day": self.day, "begins": f"{self.begins:%H:%M}", "ends": f"{self.ends:%H:%M}",
            "minutes": self.minutes, "capacity": self.capacity, "walk_in": self.walk_in,
        }  # fmt: skip


def stretches_of(places: Iterable[PlaceView], first: date) -> list[Stretch]:
    """What these places have from a first day on."""
    return [
        Stretch(
            at, (day - first).days, slots[0].begins, slots[-1].ends, _minutes(slots[0].begins, slots[0].ends),
            slots[0].capacity, slots[0].walk_in,
        )
        for at, place in enumerate(places)
        for day, run in place.stretches
        for slots in _alike(run)
    ]  # fmt: skip


def read(stored: Iterable[dict[str, str | int]]) -> list[Stretch]:
    """In order of day, time and place."""
    found = (
        Stretch(
            int(line["place"]), int(line["day"]), time.fromisoformat(str(line["begins"])),
            time.fromisoformat(str(line["ends"])), int(line["minutes"]), int(line["capacity"]), int(line["walk_in"]),
        )
        for line in stored
    )  # fmt: skip
    return sorted(found, key=lambda stretch: (stretch.day, stretch.begins, stretch.place))


def _alike(run: Iterable[SlotView]) -> Iterator[list[SlotView]]:
    """A stretch without a break, cut where its slots are of another length or hold another number."""
    for _kind, slots in groupby(run, key=lambda slot: (_minutes(slot.begins, slot.ends), slot.capacity, slot.walk_in)):
        yield list(slots)


def _minutes(begins: time, ends: time) -> int:
    return ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute
