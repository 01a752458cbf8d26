"""Where the console lives, as browsers name it: passkeys and one-time links belong to this address."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Site:
    """The relying party: the domain passkeys belong to, and the origin pages come from."""

    domain: str
    origin: str

    @classmethod
    def of(cls, public_url: str) -> Site:
        """From the public address. An address of this machine means `localhost`: passkeys need a name, not a number."""
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        try:
            ip_address(host)
        except ValueError:
            return cls(host, f"{parts.scheme}://{parts.netloc}")
        port = f":{parts.port}" if parts.port else ""
        return cls("localhost", f"{parts.scheme}://localhost{port}")
