"""What a rule set says to the office itself: where two people decide, and how long personal data is kept."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from schemas.rules.when import Rule


class SecondPerson(StrEnum):
    """Where the office asks for a second person. The first three: an application of which staff at the counter set a
    rule aside. `rules`: when another rule set is put into force."""

    PHOTO_CONFIRMED = "photo_confirmed"
    PHOTO_EXCUSED = "photo_excused"
    DECISION = "decision"
    RULES = "rules"


class Retention(Rule):
    """Whole years each part of a closed case is kept after the fiscal year (from 1 April) of its decision. Left out:
    the installation's own period."""

    photo_years: int | None = Field(default=None, ge=0, le=100)
    packet_years: int | None = Field(default=None, ge=0, le=100)
    record_years: int | None = Field(default=None, ge=0, le=100)


class OfficeRules(Rule):
    """The table `[office]` of a rule file."""

    second_person: tuple[SecondPerson, ...] = (
        SecondPerson.PHOTO_CONFIRMED,
        SecondPerson.PHOTO_EXCUSED,
        SecondPerson.DECISION,
    )
    retention: Retention = Retention()
