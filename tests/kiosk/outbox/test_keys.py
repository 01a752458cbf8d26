"""Key and identity files: strict rights, whole or not at all, damage said plainly."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.errors import OutboxFault
from kiosk.outbox.files import make_private_folder, read_limited, wipe, write_durably
from kiosk.outbox.keys import CREDENTIAL, Identity, Keys, key_id, new_key, verified
from schemas.ids import DeviceId, KeyId
from tests.factories import FUKUSHIMA, MORNING, uuid7
from tests.kiosk.outbox.office_keys import SigningKey


def identity(keys: Keys) -> Identity:
    key = keys.candidate(None)
    return Identity(
        municipality=FUKUSHIMA, device=uuid7(DeviceId, 1), name="端末", counter="A1", device_key=key.key_id,
        office_url="https://office.example", office_keys=(SigningKey().public,), enrolled_at=MORNING,
    )  # fmt: skip


def test_the_key_is_made_here_and_is_the_same_after_a_restart(tmp_path: Path) -> None:
    made = Keys(tmp_path).candidate(None)
    again = Keys(tmp_path).key(made.key_id)
    Ed25519PublicKey.from_public_bytes(made.public).verify(again.sign(b"x"), b"x")


def test_an_unanswered_enrolment_uses_its_key_again(tmp_path: Path) -> None:
    first = Keys(tmp_path).candidate(None)
    assert Keys(tmp_path).candidate(None).key_id == first.key_id
    assert Keys(tmp_path).candidate(first.key_id).key_id != first.key_id


def test_key_and_identity_are_for_the_service_alone(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    keys.write_identity(identity(keys))
    assert {stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()} == {0o600}


def test_the_key_shows_itself_nowhere(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    key = keys.candidate(None)
    private = key.private.private_bytes_raw()
    assert repr(key) == f"DeviceKey({key.key_id})"
    assert private.hex() not in repr(keys.identity())


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda path: path.unlink(), "outbox.key_missing"),
        (lambda path: path.chmod(0o640), "outbox.key_open"),
        (lambda path: path.write_bytes(path.read_bytes()[:60]), "outbox.key_damaged"),
        (lambda path: path.write_bytes(b""), "outbox.key_damaged"),
        (lambda path: path.write_bytes(other_kind()), "outbox.key_damaged"),
        (lambda path: path.write_bytes(b"x" * 100_000), "outbox.file"),
    ],
)  # fmt: skip
def test_a_key_file_that_cannot_be_used_is_named(tmp_path: Path, damage: object, code: str) -> None:
    key = Keys(tmp_path).candidate(None)
    assert callable(damage)
    damage(tmp_path / f"device-{key.key_id}.key")
    with pytest.raises(OutboxFault) as caught:
        Keys(tmp_path).key(key.key_id)
    assert caught.value.code == code


def other_kind() -> bytes:
    return X25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_identity_reads_back(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    assert keys.identity() is None
    written = identity(keys)
    keys.write_identity(written)
    assert keys.identity() == written


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=300))
def test_a_damaged_identity_is_an_outbox_fault(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "identity.json").write_bytes(data)
    with pytest.raises(OutboxFault):
        Keys(tmp_path).identity()


def test_writing_durably_replaces_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_durably(tmp_path / "f", b"one" * 1000)
    write_durably(tmp_path / "f", b"two")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert read_limited(tmp_path / "f", 10) == b"two"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    write_durably(tmp_path / "f", b"old")
    (tmp_path / "f.new").mkdir()
    with pytest.raises(OutboxFault):
        write_durably(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"old"


def test_wiping_overwrites_and_removes(tmp_path: Path) -> None:
    write_durably(tmp_path / "f", b"secret")
    os.link(tmp_path / "f", tmp_path / "same-cells")
    wipe(tmp_path / "f")
    wipe(tmp_path / "f")
    assert (tmp_path / "same-cells").read_bytes() == bytes(6)
    assert not (tmp_path / "f").exists()


def test_a_folder_others_can_enter_is_refused(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "new" / "deep")
    assert stat.S_IMODE((tmp_path / "new" / "deep").stat().st_mode) == 0o700
    (tmp_path / "open").mkdir(mode=0o755)
    with pytest.raises(OutboxFault) as caught:
        make_private_folder(tmp_path / "open")
    assert "chmod 700" in str(caught.value)
    (tmp_path / "file").write_text("x", "utf-8")
    with pytest.raises(OutboxFault):
        make_private_folder(tmp_path / "file")


@given(st.binary(max_size=80), st.binary(max_size=40))
def test_only_a_trusted_keys_signature_counts(noise: bytes, message: bytes) -> None:
    trusted, stranger = SigningKey(), SigningKey()
    good = trusted.private.sign(message)
    assert verified(message, good, trusted.public.key, (stranger.public, trusted.public))
    assert not verified(message, good, trusted.public.key, (stranger.public,))
    assert not verified(message, stranger.private.sign(message), stranger.public.key, (trusted.public,))
    assert not verified(message + b"!", good, trusted.public.key, (trusted.public,))
    assert noise == good or not verified(message, noise, trusted.public.key, (trusted.public,))


def test_a_key_under_anothers_name_is_not_believed() -> None:
    stranger, wanted = SigningKey(), SigningKey()
    swapped = stranger.public.model_copy(update={"key": wanted.public.key})
    assert not verified(b"x", stranger.private.sign(b"x"), wanted.public.key, (swapped,))
    assert key_id(wanted.public.public) == KeyId.parse(wanted.public.key)


def test_a_key_from_systemd_is_used_and_never_written_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "credentials").mkdir()
    (tmp_path / "credentials" / CREDENTIAL).write_bytes(new_key())
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path / "credentials"))
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    key = Keys(data).candidate(None)
    assert Keys(data).key(key.key_id).public == key.public
    assert list(data.iterdir()) == []
    monkeypatch.delenv("CREDENTIALS_DIRECTORY")
    with pytest.raises(OutboxFault):
        Keys(data).key(key.key_id)


def test_a_credential_that_is_no_key_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / CREDENTIAL).write_bytes(b"noise")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(OutboxFault) as caught:
        Keys(tmp_path).candidate(None)
    assert caught.value.code == "outbox.key_damaged"
