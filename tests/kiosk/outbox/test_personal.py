"""The personal part: opened by the right PIN only, for its own device and visit, spoiled bytes are no names."""

from __future__ import annotations

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backoffice.visits.locks import lock_up, make_lock
from kiosk.outbox.personal import open_personal
from schemas.canonical import Octets
from schemas.ids import DeviceId, StaffId, VisitId
from schemas.personal import NamedBooking, PersonalData, PinLock
from schemas.visit import Attendant, AttendantRole, VisitBundle
from tests.factories import uuid7
from tests.kiosk.outbox.office import Office

STAFF = uuid7(StaffId, 1)
DATA = PersonalData(bookings=(NamedBooking(number="001", name="予約 太郎（架空）"),))


def cheap(pin: str) -> PinLock:
    """The office's own lock; making one costs Argon2id's full time, so it is made once."""
    return make_lock(STAFF, pin, randomness=os.urandom)


LOCK = cheap("135790")


def person(lock: PinLock | None = LOCK) -> Attendant:
    return Attendant(staff=STAFF, name="窓口", role=AttendantRole.STAFF, pin_hash="$argon2id$x", lock=lock)


@pytest.fixture(scope="module")
def bundle() -> VisitBundle:
    made = Office().bundle(uuid7(DeviceId, 1))
    part = lock_up(DATA.canonical(), [(STAFF, LOCK)], device=made.device, visit=made.visit, randomness=os.urandom)
    return made.model_copy(update={"personal": part, "attendants": (person(),)})


def test_the_pin_opens_it(bundle: VisitBundle) -> None:
    assert open_personal(bundle, person(), "135790") == DATA


@pytest.mark.parametrize("pin", ["135791", "", "1" * 12, "１３５７９０"])
def test_another_pin_does_not(bundle: VisitBundle, pin: str) -> None:
    assert open_personal(bundle, person(), pin) is None


@pytest.mark.parametrize(
    "changes", [{"device": uuid7(DeviceId, 2)}, {"visit": uuid7(VisitId, 2)}, {"personal": None}], ids=str
)
def test_it_is_bound_to_its_device_and_visit(bundle: VisitBundle, changes: dict[str, object]) -> None:
    assert open_personal(bundle.model_copy(update=changes), person(), "135790") is None


def test_a_lock_of_somebody_else_does_not_open_it(bundle: VisitBundle) -> None:
    stranger = person().model_copy(update={"staff": uuid7(StaffId, 2)})
    assert open_personal(bundle, stranger, "135790") is None
    assert open_personal(bundle, person(None), "135790") is None


@given(at=st.integers(0, 59), bit=st.integers(0, 7), where=st.sampled_from(["wrapped", "sealed", "nonce"]))
@settings(max_examples=12, deadline=None)
def test_spoiled_bytes_are_no_names(bundle: VisitBundle, at: int, bit: int, where: str) -> None:
    assert bundle.personal is not None
    if where == "wrapped":
        spoiled, attendant = bundle, person(LOCK.model_copy(update={"wrapped": _flipped(LOCK.wrapped, at, bit)}))
    else:
        part = bundle.personal
        changed = part.model_copy(update={where: _flipped(getattr(part, where), at, bit)})
        spoiled, attendant = bundle.model_copy(update={"personal": changed}), person()
    assert open_personal(spoiled, attendant, "135790") is None


def _flipped(data: Octets, at: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[at % len(changed)] ^= 1 << bit
    return bytes(changed)
