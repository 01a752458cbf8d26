"""Municipalities with an OpenID provider of their own, or expressly with none: one TOML file each in `oidc_dir`.

    072010.toml   issuer = "https://id.city.example.jp"     # left out: no provider for this municipality
                  client_id = "demado"
                  client_secret_file = "072010.secret"      # beside this file; left out: a public client, PKCE alone
                  name = "福島市職員認証"
                  second_factor = "claims"                  # or "provider"
                  acr_values = ["loa3"]

The provider leads back to `<public_url>/sign-in/provider/back/<code>`. Whoever has no file here uses `oidc_issuer`.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.sealed_file import given_secret
from backoffice.staff.openid import OpenIdClient, SecondFactor, safe_address
from schemas.errors import IdentifierInvalid
from schemas.ids import MunicipalityCode


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(default="", max_length=255)
    client_id: str = ""
    client_secret_file: Path | None = None
    name: str = Field(default="", max_length=40)
    second_factor: SecondFactor = SecondFactor.CLAIMS
    acr_values: tuple[str, ...] = ()


def openid_files(folder: Path) -> dict[str, OpenIdClient | None]:
    """The provider of each municipality with a file, None where it has none. `SetUpInvalid` names file and line."""
    try:
        files = sorted(each for each in folder.iterdir() if each.suffix == ".toml")
    except OSError as error:
        raise SetUpInvalid(f"oidc_dir {folder}: {error.strerror or error}") from error
    return {_code(file): _client(file) for file in files}


def _code(file: Path) -> str:
    try:
        return MunicipalityCode.parse(file.stem)
    except IdentifierInvalid:
        raise SetUpInvalid(f"{file}: a file is named after a code of six digits, such as 072010.toml") from None


def _client(file: Path) -> OpenIdClient | None:
    said = _read(file)
    if not said.issuer:
        return None
    if not safe_address(said.issuer):
        raise SetUpInvalid(f'{file}: issuer must begin with https://; set: issuer = "https://id.city.example.jp"')
    if not said.client_id:
        raise SetUpInvalid(f'{file}: client_id is missing; set: client_id = "demado"')
    secret = given_secret(file.parent / said.client_secret_file if said.client_secret_file else None)
    return OpenIdClient(said.issuer, said.client_id, secret, said.name, said.second_factor, said.acr_values)


def _read(file: Path) -> _File:
    try:
        return _File.model_validate(tomllib.loads(file.read_text("utf-8")))
    except OSError as error:
        raise SetUpInvalid(f"{file}: {error.strerror or error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise SetUpInvalid(f"{file}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    except ValueError as error:
        raise SetUpInvalid(f"{file}: {error}") from error
