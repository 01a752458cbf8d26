"""Whatever comes from outside: believed when the office signed it, otherwise `AnswerInvalid` and nothing else."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import AnswerInvalid
from kiosk.outbox.keys import Identity, key_id
from kiosk.outbox.trust import read_bundle, read_grant, read_receipt
from schemas.enrolment import EnrolmentGrant, EnrolmentTicket
from schemas.ids import DeviceId, KeyId
from schemas.receipt import Receipt
from tests.factories import FUKUSHIMA, MORNING, uuid7
from tests.kiosk.outbox.office import Office
from tests.kiosk.outbox.office_keys import CODE, SigningKey

OFFICE = Office(now=lambda: MORNING)
DEVICE = uuid7(DeviceId, 1)
DEVICE_KEY = key_id(b"d" * 32)
TICKET = EnrolmentTicket("https://office.example", CODE, OFFICE.signing.public.key)
IDENTITY = Identity(
    municipality=FUKUSHIMA, device=DEVICE, name="端末", counter="A1", device_key=DEVICE_KEY,
    office_url="https://office.example", office_keys=(OFFICE.signing.public,), enrolled_at=MORNING,
)  # fmt: skip
RECEIPT = Receipt.model_validate(
    {
        "municipality": FUKUSHIMA, "device": DEVICE, "record": DEVICE, "packet": "0" * 64, "sequence": 1,
        "received_at": MORNING, "office_key": OFFICE.signing.public.key,
    }
)  # fmt: skip
GRANT = EnrolmentGrant(
    municipality=FUKUSHIMA, device=DEVICE, counter="A1", device_key=DEVICE_KEY,
    office_public_key=OFFICE.signing.public.public, issued_at=MORNING,
)  # fmt: skip


def signed(model: Any, *, by: SigningKey = OFFICE.signing) -> bytes:
    body: bytes = model.model_copy(update={"signature": by.private.sign(model.signed_part)}).canonical()
    return body


def grant(body: bytes) -> object:
    return read_grant(body, ticket=TICKET, device_key=DEVICE_KEY)


def receipt(body: bytes) -> object:
    return read_receipt(body, identity=IDENTITY)


def bundle(body: bytes) -> object:
    return read_bundle(body, identity=IDENTITY)


GENUINE: dict[Callable[[bytes], object], bytes] = {
    grant: signed(GRANT),
    receipt: signed(RECEIPT),
    bundle: OFFICE.sign_bundle(OFFICE.bundle(DEVICE)).canonical(),
}


@pytest.mark.parametrize("read", GENUINE)
def test_the_offices_own_word_is_believed(read: Callable[[bytes], object]) -> None:
    assert read(GENUINE[read])


@pytest.mark.parametrize("read", GENUINE)
@given(data=st.data())
def test_a_change_anywhere_is_not_believed(read: Callable[[bytes], object], data: st.DataObject) -> None:
    genuine = GENUINE[read]
    at = data.draw(st.integers(0, len(genuine) - 1))
    value = data.draw(st.integers(0, 255))
    changed = genuine[:at] + bytes([value]) + genuine[at + 1 :]
    try:
        assert read(changed) == read(genuine)
    except AnswerInvalid:
        return


@pytest.mark.parametrize("read", GENUINE)
@given(st.one_of(st.binary(max_size=400), st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
).map(lambda value: json.dumps(value).encode())))  # fmt: skip
def test_any_other_bytes_are_an_invalid_answer(read: Callable[[bytes], object], body: bytes) -> None:
    with pytest.raises(AnswerInvalid):
        read(body)


@pytest.mark.parametrize("read", GENUINE)
@given(st.data())
def test_a_cut_answer_is_invalid(read: Callable[[bytes], object], data: st.DataObject) -> None:
    with pytest.raises(AnswerInvalid):
        read(GENUINE[read][: data.draw(st.integers(0, len(GENUINE[read]) - 1))])


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (signed(GRANT, by=SigningKey()), "enrolment.grant_forged"),
        (signed(GRANT.model_copy(update={"device_key": KeyId("0" * 16)})), "enrolment.grant_misdirected"),
        (
            signed(GRANT.model_copy(update={"office_public_key": SigningKey().public.public})),
            "enrolment.other_office",
        ),
    ],
)
def test_a_grant_that_is_not_ours_says_why(body: bytes, code: str) -> None:
    with pytest.raises(AnswerInvalid) as caught:
        grant(body)
    assert caught.value.code == code


def test_the_refusal_does_not_repeat_what_stood_in_the_answer() -> None:
    with pytest.raises(AnswerInvalid) as caught:
        receipt(b'{"device": "someone personal"}')
    assert "personal" not in str(caught.value)
