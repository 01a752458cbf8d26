"""From a judged picture to what the record says about it: file, measures, and who answered for it."""

from __future__ import annotations

from hashlib import sha256

from hardware.photo import Check
from kiosk.desk.errors import DeskRefused
from kiosk.desk.photo_booth import Shot
from kiosk.flow import TakenPhoto
from schemas.ids import StaffId
from schemas.intake import PhotoCheck, PhotoEvidence


def taken_photo(shot: Shot | None, *, accepted_by: StaffId | None = None) -> TakenPhoto:
    """The photo of a shot. Raises `DeskRefused` when there is none, or it was refused and nobody answers for it."""
    if shot is None or shot.photo is None:
        raise DeskRefused("photo.nothing_taken")
    if not shot.assessment.accepted and accepted_by is None:
        raise DeskRefused("photo.not_accepted")
    return TakenPhoto(
        jpeg=shot.photo.jpeg,
        evidence=PhotoEvidence(
            sha256=sha256(shot.photo.jpeg).hexdigest(),
            width=shot.photo.width,
            height=shot.photo.height,
            taken=shot.taken,
            accepted=shot.assessment.accepted,
            advice=tuple(shot.assessment.advice),
            checks=tuple(_measure(name, check) for name, check in shot.assessment.checks),
            accepted_by=None if shot.assessment.accepted else accepted_by,
        ),
    )


def _measure(name: str, check: Check) -> PhotoCheck:
    return PhotoCheck(
        name=name,
        value=_figure(check.value),
        unit=check.unit,
        minimum=None if check.minimum is None else _figure(check.minimum),
        maximum=None if check.maximum is None else _figure(check.maximum),
        ok=check.ok,
    )


def _figure(value: float) -> str:
    return f"{value:.4g}"
