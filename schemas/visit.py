"""The visit bundle: what a kiosk needs for its visit, signed by the office (`schemas.bundle` says how it travels).

Nobody's personal data but the attendants' names stands in it readably; who booked is locked (`schemas.personal`).
"""

from __future__ import annotations

from datetime import date, time
from enum import StrEnum

from pydantic import AwareDatetime, Field

from schemas.canonical import Octets, Wire
from schemas.ids import DeviceId, KeyId, MunicipalityCode, StaffId, VisitId
from schemas.known_forms import KnownForms
from schemas.language import Wording
from schemas.packet import Suite
from schemas.personal import PersonalPart, PinLock
from schemas.rules.model import RuleSet


class RecipientKey(Wire):
    """A key records are sealed to. `public`: KEM public key, raw (ML-KEM encapsulation key ‖ X25519 for the hybrid)."""

    key: KeyId
    suite: Suite
    public: Octets = Field(min_length=32, max_length=4096)
    not_before: AwareDatetime


class OfficeKey(Wire):
    """An Ed25519 key the office signs receipts and bundles with, raw 32 bytes."""

    key: KeyId
    public: Octets = Field(min_length=32, max_length=32)


class AttendantRole(StrEnum):
    """What a person at the venue may do: contractors and helpers never record 本人確認."""

    STAFF = "staff"
    CONTRACTOR = "contractor"
    HELPER = "helper"


class Attendant(Wire):
    """Visiting staff who may sign in on the tablet offline. `pin_hash`: argon2id, encoded form. `lock`: what their PIN
    opens the personal part with; None for somebody whose PIN was given before there were locks."""

    staff: StaffId
    name: str = Field(max_length=80)
    role: AttendantRole
    pin_hash: str = Field(max_length=256, pattern=r"^\$argon2id\$")
    lock: PinLock | None = None


class Slot(Wire):
    """A bookable time at one place; `booked` numbers only, no names."""

    day: date
    begins: time
    ends: time
    capacity: int = Field(ge=0)
    booked: tuple[str, ...] = ()


class Place(Wire):
    """Where in the venue, e.g. 本部・A消防署."""

    name: Wording
    slots: tuple[Slot, ...] = ()


class Municipality(Wire):
    """`kana`: the reading in hiragana, for the search at the kiosk; empty when the office has none."""

    code: MunicipalityCode
    name: Wording
    kana: str = Field(default="", max_length=80)


class CardTrust(Wire):
    """What cards are judged by: certificates of authorities and revocation lists, PEM or DER as the office has them."""

    anchors: tuple[Octets, ...] = Field(default=(), max_length=32)
    crls: tuple[Octets, ...] = Field(default=(), max_length=256)


class VisitBundle(Wire):
    """Everything a kiosk needs for a visit. `version` counts up; a kiosk never goes back.

    `device_name`: what the office calls the device now, empty for no word about it. `known_forms`, `card_trust`,
    `personal`: None when the office has none to give.
    """

    version: int = Field(ge=1)
    issued_at: AwareDatetime
    device: DeviceId
    device_name: str = Field(default="", max_length=80)
    municipality: Municipality
    visit: VisitId
    title: Wording
    organisation: str = Field(max_length=120)
    places: tuple[Place, ...]
    contact: str = Field(max_length=120)
    rules: RuleSet
    municipalities: tuple[Municipality, ...]
    attendants: tuple[Attendant, ...]
    recipient_keys: tuple[RecipientKey, ...] = Field(min_length=1)
    office_keys: tuple[OfficeKey, ...] = Field(min_length=1)
    form_hosts: tuple[str, ...] = ("kojinbango-card.go.jp",)
    notice_version: str = "example-2"
    known_forms: KnownForms | None = None
    card_trust: CardTrust | None = None
    personal: PersonalPart | None = None
