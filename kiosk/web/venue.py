"""Where and under which lamp photos are taken now, for the record's conditions: names of the visit, nobody's data."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from schemas.intake import PhotoPlace
from schemas.visit import Place, VisitBundle

_JST = ZoneInfo("Asia/Tokyo")


def photo_place(bundle: VisitBundle | None, lamp: str, now: datetime) -> PhotoPlace:
    """The place by the visit's plan: the only one, the one with a slot right now, or of today; else none."""
    places = bundle.places if bundle else ()
    here = now.astimezone(_JST)
    running = [place for place in places if _has_slot(place, here, to_the_minute=True)]
    today = [place for place in places if _has_slot(place, here, to_the_minute=False)]
    only = next((found[0] for found in (list(places), running, today) if len(found) == 1), None)
    return PhotoPlace(place=only.name.ja[:120] if only else "", lamp=lamp[:60])


def _has_slot(place: Place, here: datetime, *, to_the_minute: bool) -> bool:
    return any(
        slot.day == here.date() and (not to_the_minute or slot.begins <= here.time() < slot.ends)
        for slot in place.slots
    )
