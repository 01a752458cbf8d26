"""Rules of the ID photo as data: how old a picture may be, and the special reasons staff may approve (facts §4.5). A
municipality's rule set says them (`photo_rules_of`); the file beside this module stands in for one that does not.

A reason is a code: health and belief are sensitive, so neither words nor details travel. Pure.
"""

from __future__ import annotations

import tomllib
from calendar import monthrange
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from schemas.intake import PhotoPoint
from schemas.language import Wording
from schemas.rules import RuleSet, Span

MOST_MONTHS = 24


class PhotoReason(BaseModel):
    """`excuses`: the codes whose checks it switches off (hardware/photo); `confirm`: the points nobody is asked to
    confirm then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z0-9_]+$", max_length=40)
    name: Wording
    excuses: tuple[str, ...]
    confirm: tuple[PhotoPoint, ...] = ()


class PhotoRules(BaseModel):
    """`example` marks rules nobody has decided; `max_age_months`: a picture must have been taken within so many
    months."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    example: bool
    source: str
    max_age_months: int = Field(ge=1, le=MOST_MONTHS)
    reasons: tuple[PhotoReason, ...] = Field(alias="reason", default=())

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [reason.code for reason in self.reasons]
        if len(set(codes)) != len(codes):
            raise ValueError("a reason's code is given twice")
        return self

    def reason(self, code: str | None) -> PhotoReason | None:
        return next((reason for reason in self.reasons if reason.code == code), None)

    def fresh(self, taken_on: date, today: date) -> bool:
        """Taken within the months allowed, and not in the future."""
        return months_before(today, self.max_age_months) <= taken_on <= today


def months_before(day: date, months: int) -> date:
    """The same day some months earlier; the month's last day where there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def photo_rules_of(rules: RuleSet, day: date) -> PhotoRules:
    """A municipality's own on a day: its window `photo_age`, its special reasons that excuse something. What it does
    not say is as in the example. A window in days counts as the full months in it."""
    shipped, window = photo_rules(), rules.window(Span.PHOTO_AGE, day)
    months = shipped.max_age_months if window is None else window.months or max(1, (window.days or 0) // 30)
    own = tuple(
        PhotoReason(
            code=each.code, name=each.name, excuses=each.excuses,
            confirm=tuple(PhotoPoint(point) for point in each.confirm),
        )
        for each in rules.special_photos
        if each.excuses and each.holds_on(day)
    )  # fmt: skip
    return PhotoRules(
        example=rules.example, source=rules.source, max_age_months=min(months, MOST_MONTHS),
        reason=own or shipped.reasons,
    )  # fmt: skip


@cache
def photo_rules() -> PhotoRules:
    """The marked example shipped with Demado."""
    return PhotoRules.model_validate(tomllib.loads(files(__package__).joinpath("photo_rules.toml").read_text("utf-8")))
