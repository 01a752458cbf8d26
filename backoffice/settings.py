"""Settings of the office: `DEMADO_BACKOFFICE_*` in the environment, or a TOML file named by `DEMADO_BACKOFFICE_CONFIG`.

The environment wins over the file. Secrets come from files (`*_file`), never from the environment itself. Values that
would be unsafe stop the start with the line to change.
"""

from __future__ import annotations

import os
import tomllib
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from backoffice.kit.errors import SetUpInvalid
from backoffice.kit.key_life import Passphrases
from backoffice.kit.sealed_file import SCRYPT_N, given_secret, read_passphrase
from backoffice.mail.server import Security, SmtpServer
from backoffice.staff.openid import OpenIdClient, OpenIdClients, SecondFactor, safe_address
from backoffice.staff.openid_files import openid_files

CONFIG_VARIABLE = "DEMADO_BACKOFFICE_CONFIG"


class Role(StrEnum):
    """`ingest`: takes packets, holds no key that opens them. `office`: opens, console. `all`: both on one machine."""

    INGEST = "ingest"
    OFFICE = "office"
    ALL = "all"

    @property
    def receives(self) -> bool:
        return self is not Role.OFFICE

    @property
    def opens(self) -> bool:
        return self is not Role.INGEST


class Settings(BaseSettings):
    """All settings with their defaults; paths are relative to where the command runs."""

    model_config = SettingsConfigDict(env_prefix="DEMADO_BACKOFFICE_", extra="forbid", frozen=True)

    data_dir: Path = Path("var/backoffice")
    database_url: str = ""  # default: sqlite in data_dir
    database_url_file: Path | None = None  # a URL with a password belongs into a file
    blobs: str = ""  # default: a folder in data_dir; or a URL of obstore
    keys_dir: Path | None = None  # default: data_dir/keys
    signing_secret_file: Path | None = None  # default: data_dir/secrets/signing
    records_secret_file: Path | None = None  # default: data_dir/secrets/records; not on an ingest machine
    card_trust_dir: Path | None = None  # default: data_dir/card-trust; goes down to kiosks with their bundles
    role: Role = Role.ALL
    host: str = "127.0.0.1"
    port: int = Field(default=8500, ge=1, le=65535)
    public_url: str = ""  # what devices and browsers call; default: http://host:port
    forwarded_allow_ips: str = "127.0.0.1"  # proxies whose X-Forwarded-* are believed
    auto_migrate: bool = False
    embedded_worker: bool = True  # the service opens packets itself; else run `demado-backoffice work`
    enrolment_minutes: int = Field(default=30, ge=1, le=24 * 60)
    quarantine_strangers_per_hour: int = Field(default=200, ge=0)
    quarantine_strangers_bytes_per_hour: int = Field(default=256 * 1024 * 1024, ge=0)
    # Years kept after the fiscal year (from 1 April) of a case's decision. `demado-backoffice retention run` erases,
    # and the worker once a night where an hour of Japan (0 to 23) is set.
    retention_hour: int | None = Field(default=None, ge=0, le=23)
    retention_photo_years: int = Field(default=1, ge=0, le=100)
    retention_packet_years: int = Field(default=1, ge=0, le=100)
    retention_record_years: int = Field(default=3, ge=0, le=100)
    # Mail to people who asked for it; without a host nothing is sent and nobody is asked.
    smtp_host: str = ""
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_security: Security = Security.STARTTLS
    smtp_user: str = ""
    smtp_password_file: Path | None = None
    smtp_ca_file: Path | None = None  # PEM, for a server whose certificate the system does not know
    smtp_sender: str = ""  # the address letters come from
    # Staff may sign in through an OpenID provider; without an issuer and files in oidc_dir the way does not exist.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret_file: Path | None = None  # none: a public client, PKCE alone
    oidc_name: str = Field(default="", max_length=40)  # what the button calls it
    oidc_second_factor: SecondFactor = SecondFactor.CLAIMS
    oidc_acr_values: tuple[str, ...] = ()  # acr values that mean two factors; the provider is asked for them
    oidc_dir: Path | None = None  # municipalities with a provider of their own: see staff/openid_files.py
    scrypt_cost: int = Field(default=SCRYPT_N, ge=2**14, le=2**20)
    log_level: str = Field(default="info", pattern="^(debug|info|warning|error)$")

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Settings from file and environment. `SetUpInvalid` names the line to change."""
        try:
            return cls(**given)
        except ValidationError as error:
            raise SetUpInvalid("; ".join(_line(entry) for entry in error.errors())) from None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _ConfigFile(settings_cls)

    @model_validator(mode="before")
    @classmethod
    def _own_address(cls, given: dict[str, Any]) -> dict[str, Any]:
        own = f"http://{given.get('host', '127.0.0.1')}:{given.get('port', 8500)}"
        return {**given, "public_url": given.get("public_url") or own}

    @field_validator("public_url")
    @classmethod
    def _bare_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
            raise ValueError("an address such as https://office.example.jp, without a path")
        return url.rstrip("/")

    @model_validator(mode="after")
    def _safe(self) -> Self:
        url = urlsplit(self.public_url)
        if url.scheme == "http" and not _loopback(url.hostname or ""):
            raise ValueError(
                "public_url must begin with https:// (plain http is for 127.0.0.1 only); "
                'set: public_url = "https://office.example.jp"'
            )
        if not self.database.startswith(("sqlite:", "postgresql+psycopg:")):
            raise ValueError(
                "database_url must begin with sqlite:/// or postgresql+psycopg://; "
                'set: database_url = "postgresql+psycopg://demado@db.example.jp/demado"'
            )
        if self.smtp_host and "@" not in self.smtp_sender:
            raise ValueError('smtp_sender is missing; set: smtp_sender = "no-reply@city.example.jp"')
        if self.smtp_host and self.smtp_security is Security.NONE and not _loopback(self.smtp_host):
            raise ValueError('mail must not cross a network in the clear; set: smtp_security = "starttls"')
        if self.smtp_user and self.smtp_password_file is None:
            raise ValueError('smtp_password_file is missing; set: smtp_password_file = "secrets/smtp"')
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError('oidc_client_id is missing; set: oidc_client_id = "demado"')
        if self.oidc_issuer and not safe_address(self.oidc_issuer):
            raise ValueError('oidc_issuer must begin with https://; set: oidc_issuer = "https://id.city.example.jp"')
        if self.auto_migrate and not self.database.startswith("sqlite"):
            raise ValueError("auto_migrate = false with PostgreSQL; run: demado-backoffice migrate")
        return self

    @property
    def database(self) -> str:
        """The database's URL. `SetUpInvalid` when its file cannot be read."""
        if self.database_url_file is not None:
            return read_passphrase(self.database_url_file).decode()
        return self.database_url or f"sqlite:///{self.data_dir / 'office.db'}"

    @property
    def blob_store(self) -> str:
        return self.blobs or str(self.data_dir / "blobs")

    @property
    def keys(self) -> Path:
        return self.keys_dir or self.data_dir / "keys"

    @property
    def card_trust(self) -> Path:
        return self.card_trust_dir or self.data_dir / "card-trust"

    @property
    def signing_secret(self) -> Path:
        return self.signing_secret_file or self.data_dir / "secrets" / "signing"

    @property
    def records_secret(self) -> Path:
        return self.records_secret_file or self.data_dir / "secrets" / "records"

    @property
    def smtp(self) -> SmtpServer | None:
        """The mail server; None when there is none. `SetUpInvalid` when its password cannot be read."""
        if not self.smtp_host:
            return None
        password = given_secret(self.smtp_password_file)
        if not (password + self.smtp_user).isascii():
            raise SetUpInvalid(f"{self.smtp_password_file}: user and password for mail must be ASCII (RFC 4954)")
        return SmtpServer(
            self.smtp_host, self.smtp_port, self.smtp_security, self.smtp_sender, self.smtp_user, password,
            self.smtp_ca_file,
        )  # fmt: skip

    @property
    def openid(self) -> OpenIdClients:
        """The OpenID providers. `SetUpInvalid` names the file of a secret or a municipality that cannot be used."""
        own = openid_files(self.oidc_dir) if self.oidc_dir else {}
        if not self.oidc_issuer:
            return OpenIdClients(own=own)
        shared = OpenIdClient(
            self.oidc_issuer, self.oidc_client_id, given_secret(self.oidc_client_secret_file), self.oidc_name,
            self.oidc_second_factor, self.oidc_acr_values,
        )  # fmt: skip
        return OpenIdClients(shared, own)

    def passphrases(self) -> Passphrases:
        """Both secrets, for the machine that looks after the keys."""
        return Passphrases(
            read_passphrase(self.signing_secret), read_passphrase(self.records_secret), cost=self.scrypt_cost
        )


class _ConfigFile(PydanticBaseSettingsSource):
    """The TOML file, when one is named."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        name = os.environ.get(CONFIG_VARIABLE)
        if not name:
            return {}
        try:
            return tomllib.loads(Path(name).read_text("utf-8"))
        except OSError as error:
            raise SetUpInvalid(f"{CONFIG_VARIABLE}={name}: {error.strerror or error}") from error
        except ValueError as error:
            raise SetUpInvalid(f"{name}: {error}") from error


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _line(entry: Any) -> str:
    place = ".".join(str(part) for part in entry["loc"])
    text = str(entry["msg"]).removeprefix("Value error, ")
    return f"{place} (DEMADO_BACKOFFICE_{place.upper()}): {text}" if place else text
