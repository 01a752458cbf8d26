"""The reasons for returning an application, read from `return_reasons.toml`."""

from __future__ import annotations

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from schemas.language import Wording


class ReasonKind(StrEnum):
    PHOTO = "photo"
    FORM = "form"
    IDENTITY = "identity"
    OTHER = "other"


class ReturnReason(BaseModel):
    """`tell`: what the applicant should do next."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]+\.[a-z_]+$", max_length=40)
    kind: ReasonKind
    name: Wording
    tell: Wording


class _File(BaseModel):
    reason: tuple[ReturnReason, ...]


NEEDS_NOTE = "other.see_note"


@cache
def return_reasons() -> dict[str, ReturnReason]:
    """Every reason by its code, in the order of the file."""
    text = files(__package__).joinpath("return_reasons.toml").read_text("utf-8")
    return {reason.code: reason for reason in _File.model_validate(tomllib.loads(text)).reason}
