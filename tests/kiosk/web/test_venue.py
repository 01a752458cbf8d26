"""Which place of the visit a photo is said to be taken at."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from kiosk.web.venue import photo_place
from schemas.language import Wording
from schemas.visit import Place, Slot, VisitBundle
from tests.kiosk.outbox.office import Office

NOON = datetime(2026, 7, 10, 3, 0, tzinfo=UTC)  # 12:00 in Japan


def place(name: str, *slots: tuple[int, int, int]) -> Place:
    """Slots as day of July, first and last hour."""
    made = tuple(Slot(day=date(2026, 7, day), begins=time(a), ends=time(b), capacity=5) for day, a, b in slots)
    return Place(name=Wording(ja=name), slots=made)


@pytest.fixture(scope="module")
def bundle() -> VisitBundle:
    from schemas.ids import DeviceId
    from tests.factories import uuid7

    return Office().bundle(uuid7(DeviceId, 1))


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ((place("本部"),), "本部"),
        ((place("本部", (10, 9, 12)), place("A署", (10, 12, 15))), "A署"),
        ((place("本部", (9, 9, 17)), place("A署", (10, 15, 17))), "A署"),
        ((place("本部", (10, 9, 17)), place("A署", (10, 9, 17))), ""),
        ((), ""),
    ],
    ids=["the only one", "the one with a slot now", "the only one of today", "two at once", "none"],
)
def test_the_place_follows_from_the_plan(bundle: VisitBundle, places: tuple[Place, ...], expected: str) -> None:
    found = photo_place(bundle.model_copy(update={"places": places}), "L1", NOON)
    assert (found.place, found.lamp) == (expected, "L1")


def test_without_a_visit_there_is_no_place() -> None:
    assert photo_place(None, "", NOON).place == ""
