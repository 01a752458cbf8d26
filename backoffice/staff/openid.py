"""OpenID providers as settings describe them (OpenID Connect Core 1.0), and which is a municipality's. No network here.

Only `openid` is asked for: neither name nor address, because an account is known by issuer and subject alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Final, Protocol
from urllib.parse import urlsplit


class SecondFactor(StrEnum):
    """`claims`: the ID token must say so (amr `mfa`, RFC 8176, or one of the acr values), else our own code is asked.
    `provider`: the provider lets nobody in without a second factor."""

    CLAIMS = "claims"
    PROVIDER = "provider"


@dataclass(frozen=True)
class OpenIdClient:
    """Who we are to the provider. `name`: what the button calls it, `acr`: values that mean two factors."""

    issuer: str
    client_id: str
    secret: str = field(default="", repr=False)
    name: str = ""
    second_factor: SecondFactor = SecondFactor.CLAIMS
    acr: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenIdClients:
    """`own`: of municipalities with a file, None where it says that there is none; `shared`: of all others."""

    shared: OpenIdClient | None = None
    own: Mapping[str, OpenIdClient | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One sign-in as the provider sees it. `challenge`: hash of PKCE's verifier, `back`: where the answer goes."""

    state: str
    nonce: str
    challenge: str
    back: str


@dataclass(frozen=True)
class Identity:
    """Who the provider says somebody is, and how it found out."""

    issuer: str
    subject: str
    amr: tuple[str, ...] = ()
    acr: str = ""

    def proven_twice(self, client: OpenIdClient) -> bool:
        """Whether no second factor of ours is needed."""
        return client.second_factor is SecondFactor.PROVIDER or "mfa" in self.amr or self.acr in client.acr


class Provider(Protocol):
    """What the console needs of a provider; `provider.OpenIdProvider` is it. Refusals: see `errors`."""

    client: OpenIdClient

    def examine(self, back: str) -> str:
        """What keeps people from signing in here, for the operator; empty when nothing does."""

    def ready(self) -> None:
        """`ProviderAway` when it cannot be asked how it works."""

    def address(self, asked: Asked) -> str:
        """Where the browser goes. `ProviderAway`."""

    def speaks_for(self, issuer: str | None) -> bool:
        """Whether an answer may come from this provider (RFC 9207): mix-ups end here."""

    def identify(self, code: str, *, verifier: str, nonce: str, back: str) -> Identity:
        """Who comes back with this code. `ProviderAnswerWrong`, `ProviderAway`."""

    def sign_out_address(self, back: str) -> str:
        """Where a person also leaves the provider (RP-Initiated Logout 1.0); empty when not known without asking."""


BACK: Final = "/sign-in/provider/back"


@dataclass(frozen=True)
class Providers:
    """Whose provider opens whose accounts. Each municipality's own one has a way back of its own: an answer meant for
    another fits none of its trips, even where a provider does not say who it is (RFC 9700, section 4.4.2.2)."""

    shared: Provider | None = None
    own: Mapping[str, Provider | None] = field(default_factory=dict)

    def of(self, municipality: str) -> Provider | None:
        return self.own.get(municipality, self.shared)

    def back_to(self, municipality: str) -> str:
        """The path that the municipality's provider leads back to."""
        return f"{BACK}/{municipality}" if municipality in self.own else BACK

    @property
    def any(self) -> bool:
        return self.shared is not None or any(self.own.values())


def safe_address(url: str) -> bool:
    """https, or http on this machine (Core 1.0, section 16.17)."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme != "http":
        return parts.scheme == "https" and bool(host)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
