"""The visit bundle: verified, never older, and the office's keys follow its own signature."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import AnswerInvalid
from kiosk.outbox.keys import Identity, Keys
from kiosk.outbox.shelf import Shelf
from kiosk.outbox.stubs import Counts
from schemas.bundle import PartName, SignedBundle, holds, read_holds
from schemas.ids import DeviceId, VisitId
from schemas.visit import CardTrust
from tests.factories import FUKUSHIMA, KORIYAMA, MORNING, uuid7
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import SealKey, SigningKey

DEVICE = uuid7(DeviceId, 1)
NOTHING = Counts(captured=0, received=0, erased=0, unsent=0, refused=0, oldest=None, head=None)


@pytest.fixture
def office() -> Office:
    return Office(now=lambda: MORNING)


@pytest.fixture
def identity(office: Office, tmp_path: Path) -> Identity:
    keys = Keys(tmp_path)
    made = Identity(
        municipality=FUKUSHIMA, device=DEVICE, name="端末", counter="A1", device_key=keys.candidate(None).key_id,
        office_url="https://office.example", office_keys=(office.signing.public,), enrolled_at=MORNING,
    )  # fmt: skip
    keys.write_identity(made)
    return made


@pytest.fixture
def shelf(identity: Identity, tmp_path: Path) -> Shelf:
    return Shelf(tmp_path, identity)


@pytest.fixture
def signed(office: Office) -> Callable[..., bytes]:
    """The bytes of a signed bundle; `by` another key."""

    def make(*, by: SigningKey | None = None, device: DeviceId = DEVICE, **changes: Any) -> bytes:
        return office.sign_bundle(office.bundle(device, **changes), by=by).canonical()

    return make


def reopened(tmp_path: Path) -> Shelf:
    identity = Keys(tmp_path).identity()
    assert identity is not None
    return Shelf(tmp_path, identity)


def test_a_bundle_stays_over_a_restart(shelf: Shelf, signed: Callable[..., bytes], tmp_path: Path) -> None:
    assert (shelf.version, shelf.bundle) == (0, None)
    assert shelf.take(at=MORNING, body=signed(version=3))
    assert (reopened(tmp_path).bundle, reopened(tmp_path).version) == (shelf.bundle, 3)


@pytest.mark.parametrize("version", [1, 2, 3])
def test_of_one_visit_only_a_higher_version_is_newer(
    shelf: Shelf, signed: Callable[..., bytes], tmp_path: Path, version: int
) -> None:
    shelf.take(at=MORNING, body=signed(version=3))
    assert not shelf.take(at=MORNING, body=signed(version=version, issued_at=MORNING + timedelta(days=1)))
    assert reopened(tmp_path).version == 3


def test_a_move_to_another_visit_is_followed_and_not_undone_by_a_replay(
    shelf: Shelf, signed: Callable[..., bytes]
) -> None:
    first = signed(version=9)
    shelf.take(first, at=MORNING)
    moved = signed(version=1, visit=uuid7(VisitId, 2), issued_at=MORNING + timedelta(days=1))
    assert shelf.take(moved, at=MORNING)
    assert not shelf.take(first, at=MORNING)
    assert shelf.version == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": SigningKey()}, "bundle.forged"),
        ({"device": uuid7(DeviceId, 2)}, "bundle.misdirected"),
        ({"municipality": {"code": KORIYAMA, "name": {"ja": "郡山市"}}}, "bundle.misdirected"),
        ({"recipient_keys": (SealKey().public.model_copy(update={"public": bytes(1216)}),)}, "bundle.recipient_key"),
    ],
)
def test_a_bundle_not_for_us_is_not_believed(
    shelf: Shelf, signed: Callable[..., bytes], changes: dict[str, Any], code: str
) -> None:
    shelf.take(at=MORNING, body=signed(version=1))
    with pytest.raises(AnswerInvalid) as caught:
        shelf.take(at=MORNING, body=signed(version=2, **changes))
    assert caught.value.code == code
    assert shelf.version == 1


def test_keys_rotate_by_the_offices_own_signature(
    shelf: Shelf, office: Office, signed: Callable[..., bytes], tmp_path: Path
) -> None:
    old, new, newest = office.signing, SigningKey(), SigningKey()
    shelf.take(at=MORNING, body=signed(version=1, office_keys=(old.public, new.public)))
    shelf.take(at=MORNING, body=signed(version=2, by=new, office_keys=(new.public, newest.public)))
    assert reopened(tmp_path).version == 2
    shelf.take(at=MORNING, body=signed(version=3, by=newest, office_keys=(newest.public,)))
    shelf.take(at=MORNING, body=signed(version=4, by=newest, office_keys=(newest.public,)))
    assert {key.key for key in shelf.identity.office_keys} == {newest.public.key}
    with pytest.raises(AnswerInvalid):
        shelf.take(at=MORNING, body=signed(version=5, by=old))


def test_a_bundle_changed_on_the_disk_is_not_used(shelf: Shelf, signed: Callable[..., bytes], tmp_path: Path) -> None:
    shelf.take(at=MORNING, body=signed(version=3))
    (path,) = tmp_path.glob("bundle-*.json")
    path.write_bytes(path.read_bytes().replace(b'"office_key":"', b'"office_key":"0')[:-1])
    again = reopened(tmp_path)
    assert (again.bundle, again.problem) == (None, "bundle.malformed")
    assert again.take(at=MORNING, body=signed(version=3))


def test_the_office_saying_nothing_is_newer_counts_as_checked(
    shelf: Shelf, signed: Callable[..., bytes], tmp_path: Path
) -> None:
    assert (shelf.take(b"", at=MORNING), shelf.checked_at) == (False, None)
    shelf.take(signed(version=1), at=MORNING)
    later = MORNING + timedelta(hours=5)
    assert not shelf.take(b"", at=later)
    assert (shelf.checked_at, reopened(tmp_path).checked_at) == (later, later)


def test_only_parts_that_changed_need_come_and_the_whole_stays_over_a_restart(
    shelf: Shelf, office: Office, signed: Callable[..., bytes], tmp_path: Path
) -> None:
    first = SignedBundle.model_validate_json(signed(version=1))
    shelf.take(first.canonical(), at=MORNING)
    assert shelf.question(NOTHING)["holds"] == holds(first.parts)
    newer = SignedBundle.model_validate_json(signed(version=2, contact="024-999-9999"))
    light = newer.without(read_holds(shelf.question(NOTHING)["holds"]))
    assert [part.name for part in light.parts] == [PartName.VISIT]
    assert shelf.take(light.canonical(), at=MORNING)
    again = reopened(tmp_path)
    assert (again.version, again.bundle and again.bundle.contact) == (2, "024-999-9999")


def test_when_a_part_is_missing_the_old_bundle_stays_and_everything_is_asked_for(
    shelf: Shelf, signed: Callable[..., bytes]
) -> None:
    shelf.take(signed(version=1), at=MORNING)
    bare = SignedBundle.model_validate_json(signed(version=2, contact="x")).model_copy(update={"parts": ()})
    with pytest.raises(AnswerInvalid) as caught:
        shelf.take(bare.canonical(), at=MORNING)
    assert (caught.value.code, shelf.version) == ("bundle.part_missing", 1)
    assert shelf.question(NOTHING)["holds"] == ""
    assert shelf.take(signed(version=2, contact="x"), at=MORNING)


def test_the_office_gives_the_name_and_what_cards_are_judged_by(
    shelf: Shelf, signed: Callable[..., bytes], tmp_path: Path
) -> None:
    def laid_out() -> dict[str, set[bytes]]:
        folder = tmp_path / "card-trust"
        return {name: {path.read_bytes() for path in (folder / name).glob("*")} for name in ("anchors", "crls")}

    trust = CardTrust(anchors=(b"one", b"two"), crls=(b"list",))
    shelf.take(signed(version=1, device_name="二階の端末", card_trust=trust), at=MORNING)
    assert laid_out() == {"anchors": {b"one", b"two"}, "crls": {b"list"}}
    assert (reopened(tmp_path).identity.name, shelf.identity.name) == ("二階の端末", "二階の端末")
    shelf.take(signed(version=2, card_trust=CardTrust(anchors=(b"two",), crls=(b"newer",))), at=MORNING)
    assert laid_out() == {"anchors": {b"two"}, "crls": {b"newer"}}
    shelf.take(signed(version=3), at=MORNING)
    assert laid_out() == {"anchors": set(), "crls": set()}
    assert shelf.identity.name == "二階の端末"
