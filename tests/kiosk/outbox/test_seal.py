"""Sealing: only the municipality opens it, the header is bound to it, the same record gives the same payload."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from kiosk.errors import RecordUnfit
from kiosk.outbox.keys import DeviceKey
from kiosk.outbox.seal import choose_recipient, load_recipient, payload_of, seal
from schemas.canonical import sha256_hex
from schemas.ids import KeyId, PacketId
from schemas.intake import IntakeRecord
from schemas.packet import FRAME_LIMIT, Packet, Suite
from schemas.visit import RecipientKey
from tests.factories import MORNING, intake_record, jpeg_photo, photo_evidence, stamp
from tests.kiosk.outbox.office_keys import SealKey

SUITES = list(Suite)


def sealed(record: IntakeRecord, photo: bytes | None, to: SealKey, *, key: DeviceKey | None = None) -> Packet:
    made = seal(
        record, payload_of(record, photo), recipient=to.public, key=key or DeviceKey(Ed25519PrivateKey.generate()),
        sequence=7, previous=PacketId("ab" * 32), sealed=stamp(),
    )  # fmt: skip
    packet = Packet.parse(made.frame)
    assert packet.packet_id == made.packet_id
    return packet


@pytest.mark.parametrize("suite", SUITES)
def test_the_recipient_opens_record_and_photo(suite: Suite) -> None:
    photo = jpeg_photo()
    record, key = intake_record(photo=photo), SealKey(suite)
    packet = sealed(record, photo, key)
    with zipfile.ZipFile(io.BytesIO(key.open(packet))) as payload:
        assert payload.namelist() == ["record.json", "photo.jpg"]
        assert IntakeRecord.model_validate_json(payload.read("record.json")) == record
        assert payload.read("photo.jpg") == photo
    assert (packet.header.suite, packet.header.recipient_key) == (suite, key.public.key)


@pytest.mark.parametrize("suite", SUITES)
def test_nobody_else_opens_it(suite: Suite) -> None:
    packet = sealed(intake_record(), None, SealKey(suite))
    with pytest.raises(InvalidTag):
        SealKey(suite).open(packet)


def test_a_header_changed_on_the_way_makes_it_unopenable() -> None:
    key = SealKey()
    packet = sealed(intake_record(), None, key)
    header = packet.header.model_copy(update={"sequence": 8})
    with pytest.raises(InvalidTag):
        key.open(Packet(header, header.canonical(), packet.ciphertext, packet.signature))


def test_the_device_signs_header_and_ciphertext() -> None:
    device = DeviceKey(Ed25519PrivateKey.generate())
    packet = sealed(intake_record(), None, SealKey(), key=device)
    public = Ed25519PublicKey.from_public_bytes(device.public)
    public.verify(packet.signature, packet.signed_part)
    changed = Packet(packet.header, packet.header_bytes, packet.ciphertext[:-1] + b"\x00", packet.signature)
    with pytest.raises(InvalidSignature):
        public.verify(packet.signature, changed.signed_part)


def test_nothing_readable_stands_in_the_frame() -> None:
    photo = jpeg_photo()
    record = intake_record(photo=photo)
    frame = sealed(record, photo, SealKey()).frame
    assert record.form.form_id is not None
    for secret in (record.form.form_id.encode(), record.birth_date.isoformat().encode(), photo[200:240], b"photo.jpg"):
        assert secret not in frame


def test_the_same_record_gives_the_same_payload_and_another_ciphertext() -> None:
    photo = jpeg_photo()
    record, key = intake_record(photo=photo), SealKey()
    assert payload_of(record, photo) == payload_of(record, photo)
    assert sealed(record, photo, key).ciphertext != sealed(record, photo, key).ciphertext


def test_a_record_without_photo_has_none_in_the_payload() -> None:
    with zipfile.ZipFile(io.BytesIO(payload_of(intake_record(), None))) as payload:
        assert payload.namelist() == ["record.json"]


def test_a_photo_too_large_for_a_packet_is_refused() -> None:
    photo = jpeg_photo()
    evidence = photo_evidence(photo)
    large = photo + bytes(FRAME_LIMIT)
    record = intake_record().model_copy(update={"photo": evidence.model_copy(update={"sha256": sha256_hex(large)})})
    with pytest.raises(RecordUnfit) as caught:
        payload_of(record, large)
    assert caught.value.code == "record.too_large"


def recipient(suite: Suite, since: datetime) -> RecipientKey:
    return SealKey(suite, not_before=since).public


def test_the_newest_key_in_force_is_chosen_and_the_hybrid_of_two() -> None:
    hybrid, classic = Suite.MLKEM768_X25519_AES256GCM, Suite.X25519_AES256GCM
    old, new = MORNING - timedelta(days=30), MORNING - timedelta(days=1)
    keys = (recipient(hybrid, old), recipient(classic, new), recipient(hybrid, MORNING + timedelta(days=1)))
    assert choose_recipient(keys, MORNING) == keys[1]
    both = (recipient(classic, new), recipient(hybrid, new))
    assert choose_recipient(both, MORNING) == choose_recipient(both[::-1], MORNING) == both[1]


def test_a_clock_before_every_key_blocks_nobody() -> None:
    keys = (recipient(SUITES[0], MORNING), recipient(SUITES[1], MORNING - timedelta(days=9)))
    assert choose_recipient(keys, datetime(1970, 1, 1, tzinfo=UTC)) == keys[1]


@pytest.mark.parametrize("suite", SUITES)
def test_bytes_that_are_no_key_are_refused(suite: Suite) -> None:
    good = SealKey(suite).public
    for changes in ({"key": KeyId("0" * 16)}, {"public": good.public[:-1]}, {"public": bytes(len(good.public))}):
        with pytest.raises(ValueError):
            load_recipient(good.model_copy(update=changes))
