"""Municipalities people may live in: data with its source (municipalities.toml), not code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from schemas.ids import MunicipalityCode


class KnownMunicipality(BaseModel):
    """One 市区町村 of the list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: MunicipalityCode
    name: str = Field(min_length=2, max_length=80)
    kana: str = Field(min_length=2, max_length=120)
    name_en: str = Field(min_length=2, max_length=80)


class _MunicipalityList(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str
    municipality: tuple[KnownMunicipality, ...]


@cache
def known_municipalities() -> tuple[KnownMunicipality, ...]:
    text = files(__package__).joinpath("municipalities.toml").read_text("utf-8")
    return _MunicipalityList.model_validate(tomllib.loads(text)).municipality
