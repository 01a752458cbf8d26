"""How a visit bundle travels: a signed head that lists its parts by hash, and of the parts only those the device lacks.

The signature covers the very bytes of the head, the head's hashes cover the parts, so nothing depends on re-encoding
and nothing can be exchanged for an older part. A device says `have` (its version) and `holds` (its parts' hashes, the
first 16 hex digits of each); on its disk lies one whole bundle of the same form.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, Self  # values of parsed JSON

from pydantic import AwareDatetime, Field
from pydantic_core import from_json

from schemas.canonical import Octets, Wire, canonical_json, sha256_hex
from schemas.errors import BundleMalformed
from schemas.ids import DeviceId, KeyId, MunicipalityCode, VisitId
from schemas.visit import VisitBundle

BUNDLE_LIMIT = 8 * 1024 * 1024
PART_LIMIT = 6 * 1024 * 1024
HOLDS = r"^([0-9a-f]{16}(\.[0-9a-f]{16}){0,31})?$"


class PartName(StrEnum):
    """What changes together travels together."""

    VISIT = "visit"
    RULES = "rules"
    HOMES = "homes"
    PEOPLE = "people"
    KEYS = "keys"
    KNOWN = "known"
    TRUST = "trust"
    PERSONAL = "personal"


_FIELDS: Mapping[PartName, frozenset[str]] = {
    PartName.VISIT: frozenset(
        {"municipality", "title", "organisation", "places", "contact", "form_hosts", "notice_version"}
    ),
    PartName.RULES: frozenset({"rules"}),
    PartName.HOMES: frozenset({"municipalities"}),
    PartName.PEOPLE: frozenset({"attendants"}),
    PartName.KEYS: frozenset({"recipient_keys", "office_keys"}),
    PartName.KNOWN: frozenset({"known_forms"}),
    PartName.TRUST: frozenset({"card_trust"}),
    PartName.PERSONAL: frozenset({"personal"}),
}
_HEAD_FIELDS = ("version", "issued_at", "device", "device_name", "visit")


class PartHash(Wire):
    """A part as the head names it; `size` in bytes of UTF-8."""

    name: PartName
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=2, le=PART_LIMIT)


class BundleHead(Wire):
    """What is signed. `version` counts up for a device; it never takes an older one."""

    format: Literal[2] = 2
    version: int = Field(ge=1, lt=2**31)
    issued_at: AwareDatetime
    device: DeviceId
    device_name: str = Field(default="", max_length=80)
    municipality: MunicipalityCode
    visit: VisitId
    parts: tuple[PartHash, ...] = Field(max_length=32)


class Part(Wire):
    """One part's exact text: canonical JSON of its fields of the VisitBundle."""

    name: PartName
    text: str = Field(max_length=PART_LIMIT, repr=False)

    @cached_property
    def octets(self) -> bytes:
        """What is hashed. Text from JSON never has lone surrogates; one made by hand is hashed as it stands."""
        return self.text.encode("utf-8", "surrogatepass")

    @cached_property
    def sha256(self) -> str:
        return sha256_hex(self.octets)

    @cached_property
    def wire(self) -> bytes:
        """Its canonical bytes, kept: thirty kiosks of a visit get the same part."""
        return self.canonical()


class SignedBundle(Wire):
    """Ed25519 over the exact bytes `content`, the canonical JSON of a BundleHead."""

    content: Octets = Field(max_length=64 * 1024)
    office_key: KeyId
    signature: Octets
    parts: tuple[Part, ...] = Field(default=(), max_length=32)

    def signed_part(self) -> bytes:
        return b"demado visit bundle v2\x00" + self.content

    def answer(self) -> bytes:
        """The canonical bytes, put together from the parts' own: large parts are encoded once, not for every kiosk."""
        before = self.canonical(without=frozenset({"parts", "signature"}))[:-1]
        parts = b",".join(part.wire for part in self.parts)
        return before + b',"parts":[' + parts + b'],"signature":"' + b64encode(self.signature) + b'"}'

    @classmethod
    def unsigned(cls, bundle: VisitBundle, key: KeyId, *, parts: tuple[Part, ...] = ()) -> Self:
        """A whole bundle, to be signed by that key. `parts`: what `split` gave, when that is known already."""
        parts = parts or split(bundle)
        return cls(content=head_of(bundle, parts).canonical(), office_key=key, signature=b"", parts=parts)

    def head(self) -> BundleHead:
        """Raises pydantic's ValidationError."""
        return BundleHead.model_validate_json(self.content)

    def completed(self, held: Iterable[Part]) -> Self:
        """With every part the head names, in its order, from what came and from what is `held`. Raises
        `BundleMalformed` naming the part that is missing; what the head does not name is left out."""
        known = {(part.name, part.sha256): part for part in (*held, *self.parts)}
        found = []
        for wanted in self.head().parts:
            part = known.get((wanted.name, wanted.sha256))
            if part is None:
                raise BundleMalformed("bundle.part_missing", f"the part {wanted.name} is missing or changed")
            found.append(part)
        if sum(len(part.octets) for part in found) > BUNDLE_LIMIT:
            raise BundleMalformed("bundle.too_large", f"the parts together are larger than {BUNDLE_LIMIT} bytes")
        return self.model_copy(update={"parts": tuple(found)})

    def without(self, held: frozenset[str]) -> Self:
        """Only the parts whose hash does not begin with one of `held`."""
        return self.model_copy(update={"parts": tuple(part for part in self.parts if part.sha256[:16] not in held)})

    def bundle(self) -> VisitBundle:
        """The bundle of a whole one. Raises `BundleMalformed`, or pydantic's ValidationError."""
        head, values = self.head(), dict[str, Any]()
        for part in self.completed(()).parts:
            values |= _fields_of(part)
        bundle = VisitBundle.model_validate({**{name: getattr(head, name) for name in _HEAD_FIELDS}, **values})
        if bundle.municipality.code != head.municipality:
            raise BundleMalformed("bundle.municipality", "head and parts name different municipalities")
        return bundle


def split(bundle: VisitBundle, *, ready: Iterable[Part] = ()) -> tuple[Part, ...]:
    """The parts of a bundle; one with nothing in it is left out. `ready`: parts made before of the same values."""
    made = {part.name: part for part in ready}
    parts = (made.get(name) or part_of(bundle, name) for name in _FIELDS)
    return tuple(part for part in parts if part is not None)


def part_of(bundle: VisitBundle, name: PartName) -> Part | None:
    """One part; None when there is nothing in it."""
    values = bundle.model_dump(mode="json", include=set(_FIELDS[name]))
    if all(value is None for value in values.values()):
        return None
    return Part(name=name, text=canonical_json(values).decode())


def part_around(name: PartName, value: str) -> Part:
    """The part that holds one field, from the canonical JSON of the field's value."""
    (field,) = _FIELDS[name]
    return Part(name=name, text=f'{{"{field}":{value}}}')


def head_of(bundle: VisitBundle, parts: Iterable[Part]) -> BundleHead:
    listed = tuple(PartHash(name=part.name, sha256=part.sha256, size=len(part.octets)) for part in parts)
    fields = {name: getattr(bundle, name) for name in _HEAD_FIELDS}
    return BundleHead(**fields, municipality=bundle.municipality.code, parts=listed)


def holds(parts: Iterable[Part]) -> str:
    """The query's value for the parts a device has."""
    return ".".join(part.sha256[:16] for part in parts)


def read_holds(text: str) -> frozenset[str]:
    """The hashes in the query's value. Raises `BundleMalformed`."""
    if not re.fullmatch(HOLDS, text):
        raise BundleMalformed("bundle.holds_malformed", "not a list of hashes")
    return frozenset(text.split(".")) if text else frozenset()


def _fields_of(part: Part) -> dict[str, Any]:
    try:
        fields = from_json(part.text, allow_inf_nan=False)
    except ValueError:
        raise BundleMalformed("bundle.part_malformed", f"the part {part.name} is not JSON") from None
    if not isinstance(fields, dict) or fields.keys() != _FIELDS[part.name]:
        raise BundleMalformed("bundle.part_malformed", f"the part {part.name} has other fields than it should")
    return fields
