"""Card generations as data: AID, files and algorithm, so that the next card is a file and not a release."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from hardware.card.errors import GenerationsRefused
from hardware.card.my_number import AuthenticationLayout, SigningInput
from hardware.card.reading import bounded

_LARGEST_FILE = 1 << 16
_File = Annotated[str, StringConstraints(pattern=r"^[0-9A-Fa-f]{4}$")]
# ISO/IEC 7816-4 8.2.1.2: an application identifier has 5 to 16 bytes.
_Aid = Annotated[str, StringConstraints(pattern=r"^([0-9A-Fa-f]{2}){5,16}$")]


class _Generation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    aid: _Aid
    token: _File
    availability: _File
    certificate: _File
    issuer: _File
    key: _File
    pin: _File
    tries: int = Field(ge=1, le=15)
    signing: SigningInput

    def layout(self) -> AuthenticationLayout:
        return AuthenticationLayout(
            aid=bytes.fromhex(self.aid),
            token_ef=int(self.token, 16),
            availability_ef=int(self.availability, 16),
            certificate_ef=int(self.certificate, 16),
            issuer_ef=int(self.issuer, 16),
            key_ef=int(self.key, 16),
            pin_ef=int(self.pin, 16),
            tries=self.tries,
            signing=self.signing,
        )


class _Generations(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    generation: tuple[_Generation, ...] = Field(min_length=1, max_length=8)


def read_generations(path: Path) -> tuple[AuthenticationLayout, ...]:
    """The generations of a file, in its order. Raises `GenerationsRefused`."""
    try:
        return _parse(bounded(path, _LARGEST_FILE).decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, ValidationError, RecursionError) as error:
        raise GenerationsRefused(f"{path.name} does not describe card generations: {error}") from error


@cache
def known_generations() -> tuple[AuthenticationLayout, ...]:
    """Those shipped with Demado."""
    return _parse(files(__package__).joinpath("generations.toml").read_text("utf-8"))


def _parse(text: str) -> tuple[AuthenticationLayout, ...]:
    return tuple(each.layout() for each in _Generations.model_validate(tomllib.loads(text)).generation)
