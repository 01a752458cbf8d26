"""From a judged picture to what the record says about it: file, measures, conditions, and who answered for it."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from hardware.photo import Check
from kiosk.desk.errors import DeskRefused
from kiosk.desk.shots import Shot
from kiosk.flow import TakenPhoto
from schemas.ids import StaffId
from schemas.intake import ApprovedReason, PhotoCheck, PhotoEvidence, PhotoPlace, PhotoPoint


def taken_photo(
    shot: Shot | None,
    *,
    accepted_by: StaffId | None = None,
    confirmed: Iterable[PhotoPoint] = (),
    special: ApprovedReason | None = None,
    place: PhotoPlace = PhotoPlace(),
) -> TakenPhoto:
    """The photo of a shot. `place`: venue and lamp; camera and engine are the shot's own.

    Raises `DeskRefused` when there is no photo, it was refused and nobody answers for it, or it was judged under
    another special reason than the one that stands now.
    """
    if shot is None or shot.photo is None:
        raise DeskRefused("photo.nothing_taken")
    if not shot.assessment.accepted and accepted_by is None:
        raise DeskRefused("photo.not_accepted")
    if shot.origin.excuse != (special.code if special else None):
        raise DeskRefused("photo.reason_changed")
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
            source=shot.origin.source,
            taken_on=shot.origin.taken_on,
            confirmed=tuple(sorted(set(confirmed))),
            special=special,
            conditions=place.model_copy(update={"camera": shot.origin.camera[:120], "engine": shot.engine[:80]}),
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
        warning=check.warning,
        excused=check.excused,
    )


def _figure(value: float) -> str:
    return f"{value:.4g}"
