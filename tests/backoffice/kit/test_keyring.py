"""The keyring: two files, each opened by its own secret; rotated with overlap, backed up and restored."""

from __future__ import annotations

import json
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from backoffice.kit import key_life
from backoffice.kit.errors import SetUpInvalid, Unopenable
from backoffice.kit.hpke import RecipientPrivate, key_id_of
from backoffice.kit.key_life import Keyring, KeyUse, Passphrases
from backoffice.kit.keyring import RECORDS_FILE, SIGNING_FILE, RecordKeys, SigningKeys, new_recipient
from backoffice.kit.sealed_file import read_passphrase, read_sealed
from schemas.packet import Packet, Suite
from tests.backoffice.counter import Counter
from tests.backoffice.office import CHEAP, Clock
from tests.factories import MORNING

SECRETS = Passphrases(b"first-secret-of-the-test", b"second-secret-of-the-test", cost=CHEAP)


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    key_life.create(tmp_path / "keys", SECRETS, now=MORNING)
    return tmp_path / "keys"


def packet_for(keyring: Keyring, *, number: int = 0) -> Packet:
    recipient = keyring.signing.announced.recipients[number]
    counter = Counter(None, recipient, Clock())  # type: ignore[arg-type]
    return Packet.parse(counter.frame(counter.header(counter.record().record), b"payload"))


def test_key_ids_are_fingerprints_of_the_raw_public_keys(keys: Path) -> None:
    keyring = Keyring.load(keys, SECRETS)
    for entry in (*keyring.signing.announced.signing, *keyring.signing.announced.recipients):
        assert entry.key == key_id_of(entry.public)
    assert len(keyring.signing.announced.recipients[0].public) == 1184 + 32


def test_signature_is_verified_by_the_announced_key(keys: Path) -> None:
    signing = SigningKeys.load(keys, SECRETS.signing)
    current = signing.current(MORNING)
    Ed25519PublicKey.from_public_bytes(current.public).verify(signing.sign(b"x", key=current.key), b"x")


def test_packet_sealed_to_the_announced_key_opens(keys: Path) -> None:
    keyring = Keyring.load(keys, SECRETS)
    assert keyring.records.open(packet_for(keyring)) == b"payload"


def test_signing_file_alone_opens_nothing(keys: Path) -> None:
    (keys / RECORDS_FILE).unlink()
    signing = SigningKeys.load(keys, SECRETS.signing)
    assert not any("private" in name or "records" in name for name in vars(signing))
    private = (keys / SIGNING_FILE).read_bytes()
    assert b'"recipients":[' not in private.split(b'"sealed"')[1]


@pytest.mark.parametrize("name", [SIGNING_FILE, RECORDS_FILE])
def test_key_files_are_closed_to_others(keys: Path, name: str) -> None:
    assert (keys / name).stat().st_mode & 0o777 == 0o600


def test_wrong_secret_does_not_open_and_names_the_file(keys: Path) -> None:
    with pytest.raises(SetUpInvalid, match=r"records\.key: the secret does not open"):
        RecordKeys.load(keys, SECRETS.signing)


def test_announced_key_exchanged_in_the_clear_part_is_noticed(keys: Path) -> None:
    file = keys / SIGNING_FILE
    content = file.read_bytes()
    key = SigningKeys.load(keys, SECRETS.signing).announced.recipients[0].key
    file.write_bytes(content.replace(key.encode(), b"0" * 16))
    with pytest.raises(SetUpInvalid, match="was changed"):
        SigningKeys.load(keys, SECRETS.signing)


@pytest.mark.parametrize("content", [b"", b"{}", b"\x00\xff", b'{"format":1,"n":99999999999,"salt":"","nonce":""}'])
def test_file_that_holds_no_keys_is_named(keys: Path, content: bytes) -> None:
    (keys / RECORDS_FILE).write_bytes(content)
    with pytest.raises(SetUpInvalid, match=r"records\.key: not a key file"):
        RecordKeys.load(keys, SECRETS.records)


@pytest.mark.parametrize(
    "changes", [{"n": 3}, {"n": 2**20, "r": 32}, {"n": 0}, {"n": 2**40}, {"r": 10**9}, {"salt": ""}], ids=str
)
def test_file_that_would_cost_gigabytes_or_is_no_scrypt_is_refused(keys: Path, changes: dict[str, object]) -> None:
    file = keys / RECORDS_FILE
    file.write_text(json.dumps({**json.loads(file.read_text()), **changes}))
    with pytest.raises(SetUpInvalid):
        read_sealed(file, SECRETS.records)


@given(noise=st.binary(max_size=300))
def test_noise_is_no_key_file(noise: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "noise"
        file.write_bytes(noise)
        with pytest.raises(SetUpInvalid):
            read_sealed(file, SECRETS.records)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetUpInvalid, match=r"signing\.key: No such file"):
        SigningKeys.load(tmp_path, SECRETS.signing)


def test_keys_are_never_overwritten(keys: Path) -> None:
    with pytest.raises(SetUpInvalid, match="never overwritten"):
        key_life.create(keys, SECRETS, now=MORNING)


def test_rotated_recipient_key_is_announced_now_and_used_later(keys: Path) -> None:
    later = MORNING + timedelta(days=1)
    before = Keyring.load(keys, SECRETS).signing.recipient_keys(MORNING)
    turned = key_life.rotate(keys, SECRETS, KeyUse.RECIPIENT, begins=later)
    assert turned.signing.recipient_keys(MORNING)[:1] == before
    assert [key.not_before for key in turned.signing.recipient_keys(MORNING)] == [MORNING, later]
    assert [key.not_before for key in turned.signing.recipient_keys(later)] == [later]


def test_packets_of_every_generation_open_after_rotations(keys: Path) -> None:
    for days in (1, 2):
        key_life.rotate(keys, SECRETS, KeyUse.RECIPIENT, begins=MORNING + timedelta(days=days))
    keyring = Keyring.load(keys, SECRETS)
    assert [keyring.records.open(packet_for(keyring, number=number)) for number in range(3)] == [b"payload"] * 3


def test_rotated_signing_key_signs_from_its_day_and_the_old_one_stays_known(keys: Path) -> None:
    later = MORNING + timedelta(days=1)
    turned = key_life.rotate(keys, SECRETS, KeyUse.SIGNING, begins=later).signing
    assert turned.current(MORNING).key != turned.current(later).key
    assert {key.key for key in turned.office_keys()} == {turned.current(MORNING).key, turned.current(later).key}


def test_backup_restores_everything_into_an_empty_installation(keys: Path, tmp_path: Path) -> None:
    key_life.rotate(keys, SECRETS, KeyUse.RECIPIENT, begins=MORNING + timedelta(days=1))
    keyring = Keyring.load(keys, SECRETS)
    key_life.backup(keyring, tmp_path / "backup", b"a-passphrase-for-the-safe", cost=CHEAP)
    others = Passphrases(b"another-first-secret", b"another-second-secret", cost=CHEAP)
    key_life.restore(tmp_path / "backup", b"a-passphrase-for-the-safe", folder=tmp_path / "new", passphrases=others)
    assert Keyring.load(tmp_path / "new", others) == keyring
    with pytest.raises(SetUpInvalid, match="never overwritten"):
        key_life.restore(tmp_path / "backup", b"a-passphrase-for-the-safe", folder=keys, passphrases=SECRETS)


def test_backup_does_not_overwrite_and_opens_with_its_passphrase_only(keys: Path, tmp_path: Path) -> None:
    keyring = Keyring.load(keys, SECRETS)
    key_life.backup(keyring, tmp_path / "backup", b"a-passphrase-for-the-safe", cost=CHEAP)
    with pytest.raises(SetUpInvalid, match="exists already"):
        key_life.backup(keyring, tmp_path / "backup", b"a-passphrase-for-the-safe", cost=CHEAP)
    with pytest.raises(SetUpInvalid, match="does not open"):
        key_life.restore(tmp_path / "backup", b"not-that-passphrase", folder=tmp_path / "x", passphrases=SECRETS)


def test_secrets_do_not_show_in_a_repr(keys: Path) -> None:
    keyring = Keyring.load(keys, SECRETS)
    shown = repr(keyring) + repr(keyring.records.secrets) + repr(RecipientPrivate.generate(Suite.X25519_AES256GCM))
    for entry in (*keyring.records.secrets.recipients, *keyring.signing.secrets.keys):
        assert repr(entry.raw) not in shown


@pytest.mark.parametrize("suite", list(Suite))
def test_each_suite_opens_what_was_sealed_for_it_only(suite: Suite) -> None:
    recipient, private = new_recipient(MORNING, suite=suite)
    counter = Counter(None, recipient, Clock())  # type: ignore[arg-type]
    packet = Packet.parse(counter.frame(counter.header(counter.record().record), b"payload"))
    assert RecipientPrivate(suite, private.raw).open(packet) == b"payload"
    other = RecipientPrivate.generate(suite)
    with pytest.raises(Unopenable, match=r"opening\.not_sealed_for_us"):
        other.open(packet)
    wrong = next(each for each in Suite if each is not suite)
    with pytest.raises(Unopenable, match=r"opening\.suite_mismatch"):
        RecipientPrivate.generate(wrong).open(packet)


@pytest.mark.parametrize(
    ("content", "mode", "why"),
    [(b"short", 0o600, "shorter than 16"), (b"long enough for a secret", 0o640, "chmod 600")],
)
def test_unsafe_secret_file_is_refused_with_what_helps(tmp_path: Path, content: bytes, mode: int, why: str) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(SetUpInvalid, match=why):
        read_passphrase(file)


def test_missing_secret_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(SetUpInvalid, match="keys init --make-secrets"):
        read_passphrase(tmp_path / "secret")
