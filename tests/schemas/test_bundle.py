"""The bundle's wire form: only what changed travels, nothing spoiled is believed, only its own error comes out."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.bundle import BundleHead, Part, PartName, SignedBundle, holds, part_around, part_of, read_holds
from schemas.device_life import DeviceStatement, StatementRequest
from schemas.errors import BundleMalformed, ContractError
from schemas.ids import DeviceId, KeyId
from schemas.known_forms import HASH_BYTES, KnownForms
from schemas.personal import PersonalData, PersonalPart, PinLock
from schemas.usb import UsbManifest, UsbReceipts
from tests.factories import form_id, uuid7
from tests.kiosk.outbox.office import Office

WHOLE = Office().sign_bundle(Office().bundle(uuid7(DeviceId, 1)))
OWN = (ContractError, ValidationError)


def test_a_bundle_comes_out_as_it_went_in() -> None:
    bundle = Office().bundle(uuid7(DeviceId, 1), known_forms=KnownForms.of([form_id(1)], salt=bytes(16)))
    travelled = SignedBundle.model_validate_json(SignedBundle.unsigned(bundle, KeyId("0" * 16)).canonical())
    assert travelled.bundle() == bundle


def test_an_answer_is_the_canonical_form_put_together() -> None:
    held = read_holds(holds(WHOLE.parts[1:3]))
    for signed in (WHOLE, WHOLE.without(held), WHOLE.without(read_holds(holds(WHOLE.parts)))):
        assert signed.answer() == signed.canonical()


def test_a_part_made_of_text_is_the_part_made_of_values() -> None:
    bundle = Office().bundle(uuid7(DeviceId, 1), known_forms=KnownForms.of([form_id(1)], salt=bytes(16)))
    assert bundle.known_forms is not None
    assert part_around(PartName.KNOWN, bundle.known_forms.canonical().decode()) == part_of(bundle, PartName.KNOWN)


def test_parts_that_are_held_need_not_travel() -> None:
    light = WHOLE.without(read_holds(holds(WHOLE.parts)))
    assert light.parts == ()
    assert light.completed(WHOLE.parts) == WHOLE
    with pytest.raises(BundleMalformed, match="missing"):
        light.bundle()


def test_an_older_part_is_not_taken_for_a_newer_one() -> None:
    old = Part(name=PartName.PEOPLE, text='{"attendants":[]}')
    new = WHOLE.model_copy(
        update={"parts": tuple(old.model_copy(update={"text": old.text + " "}) if part.name is old.name else part
                               for part in WHOLE.parts)}
    )  # fmt: skip
    with pytest.raises(BundleMalformed):
        new.bundle()


def test_a_part_the_head_does_not_name_is_left_out() -> None:
    more = WHOLE.model_copy(update={"parts": (*WHOLE.parts, Part(name=PartName.TRUST, text='{"card_trust":null}'))})
    assert more.completed(()).parts == WHOLE.parts


@given(noise=st.binary(max_size=400))
def test_noise_is_no_bundle(noise: bytes) -> None:
    for kind in (SignedBundle, BundleHead, DeviceStatement, StatementRequest, PersonalPart, PinLock, PersonalData,
                 UsbManifest, UsbReceipts):  # fmt: skip
        with pytest.raises(ValidationError):
            kind.model_validate_json(noise)


@given(at=st.integers(0, len(WHOLE.canonical()) - 1), bit=st.integers(0, 7), cut=st.booleans())
@settings(max_examples=150)
def test_a_spoiled_bundle_is_the_same_or_is_refused(at: int, bit: int, cut: bool) -> None:
    body = bytearray(WHOLE.canonical())
    body[at] ^= 1 << bit
    if cut:
        del body[at:]
    try:
        spoiled = SignedBundle.model_validate_json(bytes(body))
        bundle = spoiled.bundle()
    except OWN:
        return
    # What still reads either has the same parts under the same head, or another head, which no key has signed.
    assert spoiled.content != WHOLE.content or bundle == WHOLE.bundle()


@given(text=st.text(max_size=300), name=st.sampled_from(PartName))
def test_any_text_as_a_part_gives_its_own_error(text: str, name: PartName) -> None:
    signed = _with_part(name, text)
    with pytest.raises(OWN):
        signed.bundle()


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"rules":' * 50_000,
        '{"rules":1e999999}',
        '{"rules":' + "9" * 5_000 + "}",
        "null",
    ],
    ids=["deep list", "deep object", "huge number", "long number", "null"],
)
def test_hostile_json_in_a_part_is_refused_in_bounded_memory(text: str) -> None:
    signed = _with_part(PartName.RULES, text)
    tracemalloc.start()
    with pytest.raises(OWN):
        signed.bundle()
    assert tracemalloc.get_traced_memory()[1] < 32 * 1024 * 1024
    tracemalloc.stop()


def test_parts_that_are_too_much_together_are_refused() -> None:
    texts = [f'{{"known_forms":"{"x" * 5_000_000}"}}', f'{{"card_trust":"{"x" * 5_000_000}"}}']
    parts = tuple(
        Part(name=name, text=text) for name, text in zip((PartName.KNOWN, PartName.TRUST), texts, strict=True)
    )
    entries = tuple({"name": part.name, "sha256": part.sha256, "size": len(part.octets)} for part in parts)
    head = BundleHead.model_validate({**WHOLE.head().model_dump(), "parts": entries})
    with pytest.raises(BundleMalformed, match="larger"):
        WHOLE.model_copy(update={"content": head.canonical(), "parts": parts}).bundle()


@given(text=st.text(max_size=60))
def test_only_hashes_are_a_list_of_hashes(text: str) -> None:
    try:
        assert all(len(each) == 16 for each in read_holds(text))
    except BundleMalformed:
        return


@given(numbers=st.sets(st.integers(0, 5_000), max_size=60), other=st.integers(5_001, 9_000))
def test_every_known_form_is_known_and_no_other(numbers: set[int], other: int) -> None:
    known = KnownForms.of([form_id(number) for number in numbers], salt=b"s" * 16)
    again = KnownForms.model_validate_json(known.model_dump_json())
    assert all(form_id(number) in again for number in numbers)
    assert form_id(other) not in again
    assert len(again.hashes) == len(numbers) * HASH_BYTES


def _with_part(name: PartName, text: str) -> SignedBundle:
    """A bundle whose head names this very part: only the content can be wrong."""
    part = Part(name=name, text=text)
    others = tuple(each for each in WHOLE.parts if each.name is not name)
    head = WHOLE.head()
    listed = tuple(each for each in head.parts if each.name is not name)
    entry = {"name": name, "sha256": part.sha256, "size": max(2, len(part.octets))}
    made = BundleHead.model_validate({**head.model_dump(), "parts": (*listed, entry)})
    return WHOLE.model_copy(update={"content": made.canonical(), "parts": (*others, part)})
