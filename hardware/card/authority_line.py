"""Which of the authority's generations lie in the trust folder, and what it means that one does not.

Three generations of the 利用者証明用 CA share one name (serial numbers and dates as in myna-card's README and jpki/myna
`src/ta/`). The fingerprint of generation 2 is published nowhere we could read, so it is known by serial number only:
enough to name it, never enough to trust it. Without it a card of its years is untrusted, not forged: the
certificate's authority key identifier, or else the authority on the card, tells the two apart (`verify`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

_ORGANISATION, _UNIT = "JPKI", "JPKI for user authentication"


@dataclass(frozen=True)
class Generation:
    """`issued`: the years whose cards it signed, inferred from its own begin and the next one's. `needed_until`: the
    last moment a certificate of its can be valid (five years after the next one began)."""

    number: int
    serial: int
    issued: str
    needed_until: datetime


GENERATIONS: Final = (
    Generation(1, 0x01, "October 2015 to September 2019", datetime(2024, 9, 14, tzinfo=UTC)),
    Generation(2, 0x0133C349, "September 2019 to July 2023", datetime(2028, 7, 16, tzinfo=UTC)),
    Generation(3, 0x06D18006, "July 2023 on", datetime(2038, 7, 16, tzinfo=UTC)),
)


def generation_of(certificate: x509.Certificate) -> Generation | None:
    """By name and serial number, which proves nothing. None for any other authority, test ones among them."""
    organisation = _values(certificate.subject, NameOID.ORGANIZATION_NAME)
    if organisation != [_ORGANISATION] or _UNIT not in _values(certificate.subject, NameOID.ORGANIZATIONAL_UNIT_NAME):
        return None
    return next((each for each in GENERATIONS if each.serial == certificate.serial_number), None)


def gap(certificates: Iterable[x509.Certificate], now: datetime) -> str:
    """What the doctor says of these anchors; empty when nothing is missing, or when they are another authority's."""
    there = list(certificates)
    if not there:
        return "no trust anchors are installed: every card is untrusted; see demado-hardware trust add"
    found = {each for each in map(generation_of, there) if each is not None}
    missing = [each for each in GENERATIONS if found and each not in found and now <= each.needed_until]
    return "; ".join(
        f"generation {each.number} of the authority is not installed: cards issued {each.issued} are untrusted"
        for each in missing
    )


def _values(name: x509.Name, oid: x509.ObjectIdentifier) -> list[str]:
    return [str(attribute.value) for attribute in name.get_attributes_for_oid(oid)]
