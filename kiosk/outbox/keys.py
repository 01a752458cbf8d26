"""Who this device is: its Ed25519 key (RFC 8032), made here and never leaving, and the identity the office gave.

The key lies in a file of its own (0600 in a 0700 folder), never in the database; its name is its fingerprint, and
identity.json says which one is in force. So an enrolment cut off at any point leaves either the old identity or the
new one, and the key of an unanswered enrolment is used again for the next try.

Or it comes from systemd, which may keep it sealed to the machine's TPM (systemd.exec(5), LoadCredentialEncrypted=):
`demado-kiosk new-key | systemd-creds encrypt --name=demado-device-key - FILE`. Then no file of ours holds it.
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from pathlib import Path
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import AwareDatetime, Field, ValidationError

from kiosk.errors import OutboxFault
from kiosk.outbox.files import read_limited, wipe, write_durably
from schemas.canonical import Wire
from schemas.ids import DeviceId, KeyId, MunicipalityCode
from schemas.visit import OfficeKey

_IDENTITY = "identity.json"
_LIMIT = 64 * 1024
CREDENTIAL = "demado-device-key"


class Identity(Wire):
    """What enrolment gave. `office_keys`: the keys whose signature is believed, newest bundle's first."""

    version: Literal[1] = 1
    municipality: MunicipalityCode
    device: DeviceId
    name: str = Field(max_length=80)
    counter: str = Field(pattern=r"^[A-Z0-9]{2}$")
    device_key: KeyId
    office_url: str = Field(max_length=500)
    office_keys: tuple[OfficeKey, ...] = Field(min_length=1)
    enrolled_at: AwareDatetime


class DeviceKey:
    """The private key; shows nothing of itself."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self.private = private
        self.public = private.public_key().public_bytes_raw()
        self.key_id = key_id(self.public)

    def __repr__(self) -> str:
        return f"DeviceKey({self.key_id})"

    def sign(self, message: bytes) -> bytes:
        return self.private.sign(message)


class Keys:
    """The key files and identity.json of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def identity(self) -> Identity | None:
        """The identity in force. `OutboxFault` when the file is there and cannot be understood."""
        data = read_limited(self._folder / _IDENTITY, _LIMIT)
        if data is None:
            return None
        try:
            return Identity.model_validate_json(data)
        except ValidationError as error:
            raise OutboxFault("outbox.identity", "identity.json is damaged: enrol again") from error

    def write_identity(self, identity: Identity) -> None:
        write_durably(self._folder / _IDENTITY, identity.canonical())

    def key(self, wanted: KeyId) -> DeviceKey:
        """The key of that fingerprint: systemd's credential or the key file."""
        given = credential()
        if given is not None and given.key_id == wanted:
            return given
        path = self._path(wanted)
        data = read_limited(path, _LIMIT)
        if data is None:
            raise OutboxFault("outbox.key_missing", "the device's key file is gone: enrol again")
        if path.stat().st_mode & 0o077:
            raise OutboxFault("outbox.key_open", f"others can read the device's key: chmod 600 {path}")
        found = _load(data)
        if found.key_id != wanted:
            raise OutboxFault("outbox.key_damaged", "the device's key file is damaged: enrol again")
        return found

    def candidate(self, in_force: KeyId | None) -> DeviceKey:
        """A key for a new enrolment: the one of an unanswered try, or a fresh one, durable before it is used."""
        if (given := credential()) is not None:
            return given
        found = sorted(path.stem.removeprefix("device-") for path in self._folder.glob("device-*.key"))
        for name in found:
            if name != in_force and re.fullmatch(KeyId.pattern, name):
                return self.key(KeyId(name))
        pem = new_key()
        made = _load(pem)
        write_durably(self._path(made.key_id), pem)
        return made

    def forget(self, key: KeyId) -> None:
        """Wipe a key that is no longer in force; one of systemd's is not ours to wipe."""
        wipe(self._path(key))

    def _path(self, key: KeyId) -> Path:
        return self._folder / f"device-{key}.key"


def new_key() -> bytes:
    """A fresh device key, PEM (PKCS #8, unencrypted)."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def credential() -> DeviceKey | None:
    """The device key systemd hands this service, if any. `OutboxFault` when it is none of ours."""
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    data = read_limited(Path(folder) / CREDENTIAL, _LIMIT) if folder else None
    return None if data is None else _load(data)


def key_id(public: bytes) -> KeyId:
    """Fingerprint of raw public key bytes (schemas.ids.KeyId)."""
    return KeyId(sha256(public).hexdigest()[:16])


def verified(message: bytes, signature: bytes, signer: KeyId, trusted: tuple[OfficeKey, ...]) -> bool:
    """True when a trusted office key of that id signed the message."""
    for office_key in trusted:
        if office_key.key == signer == key_id(office_key.public):
            try:
                Ed25519PublicKey.from_public_bytes(office_key.public).verify(signature, message)
            except (InvalidSignature, ValueError):
                return False
            return True
    return False


def _load(pem: bytes) -> DeviceKey:
    try:
        private = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise OutboxFault("outbox.key_damaged", "the device's key file is damaged: enrol again") from error
    if not isinstance(private, Ed25519PrivateKey):
        raise OutboxFault("outbox.key_damaged", "the device's key file holds another kind of key: enrol again")
    return DeviceKey(private)
