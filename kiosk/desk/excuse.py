"""A special reason (やむを得ない理由, facts §4.5) as the booth needs it: which checks do not count for this person."""

from __future__ import annotations

from dataclasses import dataclass

from hardware.photo import Excused, SpecialReason
from kiosk.flow import Intake


@dataclass(frozen=True)
class Excuse:
    """`code`: the municipality's own code; `excused`: what it switches off."""

    code: str | None = None
    excused: Excused = frozenset()


NOTHING_EXCUSED = Excuse()


def excuse_of(intake: Intake) -> Excuse:
    """What staff have approved for this person; a code this studio does not know switches off nothing."""
    if intake.special is None:
        return NOTHING_EXCUSED
    known = {reason.value: reason for reason in SpecialReason}
    return Excuse(intake.special.code, frozenset(known[code] for code in intake.special.excuses if code in known))
