"""Identifiers: what people and scanners write is understood, everything else is refused with its code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from schemas.errors import IdentifierInvalid
from schemas.ids import (
    ApplicationFormId,
    MunicipalityCode,
    PacketId,
    RecordId,
    SlipNumber,
    contains_my_number,
    is_my_number,
)

# 総務省 全国地方公共団体コード: 札幌市, 仙台市, 千代田区, 横浜市, 神戸市, 浜松市, 福岡市, 福島市, 川越市, 熊本市.
REAL_CODES = ["011002", "041009", "131016", "141003", "281000", "221309", "401307", "072010", "112011", "431001"]
DIGITS = st.text("0123456789", min_size=22, max_size=22)


@pytest.mark.parametrize("code", REAL_CODES)
def test_real_municipality_codes_pass(code: str) -> None:
    assert MunicipalityCode.parse(code) == code


@given(st.sampled_from(REAL_CODES), st.integers(0, 5), st.integers(1, 9))
def test_municipality_code_with_one_digit_changed_is_never_taken_for_the_same(code: str, at: int, by: int) -> None:
    changed = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    try:
        assert MunicipalityCode.parse(changed) != code
    except IdentifierInvalid as error:
        assert error.code == "municipality_code.check_digit"


@pytest.mark.parametrize("text", ["07201", "0720100", "０７２０１１", "abcdef", "", "072010\n1"])
def test_other_municipality_codes_are_refused(text: str) -> None:
    with pytest.raises(IdentifierInvalid):
        MunicipalityCode.parse(text)


def test_public_my_number_vectors() -> None:
    assert is_my_number("983205673214")
    assert is_my_number("123456789018")
    assert not is_my_number("983205673210")
    assert not is_my_number("98320567321")


@pytest.mark.parametrize(
    "text",
    ["1234-5678-9018", "番号は１２３４５６７８９０１８です", "1234 5678 9018", "a123456789018b", "1234‐5678‐9018"],
)
def test_my_number_is_found_in_any_writing(text: str) -> None:
    assert contains_my_number(text)


@pytest.mark.parametrize("text", ["12345678901", "1234567890189", "", "090-1234-5678", "1" * 23])
def test_other_numbers_are_not_taken_for_a_my_number(text: str) -> None:
    assert not contains_my_number(text)


@given(DIGITS, st.sampled_from("0123456789"))
def test_form_id_is_read_from_any_grouping_and_width(digits: str, last: str) -> None:
    digits += last
    wide = digits.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert ApplicationFormId.parse(digits) == digits
    assert ApplicationFormId.parse(wide) == digits
    assert ApplicationFormId.parse(ApplicationFormId(digits).grouped()) == digits


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1" * 22, "form_id.length"),
        ("1" * 24, "form_id.length"),
        ("123456789018", "form_id.my_number"),
        ("1234-5678-9018", "form_id.my_number"),
        ("12345678901234567890ABC", "form_id.not_digits"),
        ("", "form_id.not_digits"),
        ("٣" * 23, "form_id.not_digits"),
    ],
)
def test_other_form_ids_are_refused_with_their_code(text: str, code: str) -> None:
    with pytest.raises(IdentifierInvalid) as refused:
        ApplicationFormId.parse(text)
    assert refused.value.code == code


@given(st.integers(0, 2**48 - 1), st.integers(0, 2**48 - 1), st.binary(min_size=10, max_size=16))
def test_record_ids_are_valid_and_sort_by_time(first: int, second: int, randomness: bytes) -> None:
    early, late = sorted((first, second))
    one = RecordId.new(unix_ms=early, randomness=randomness)
    two = RecordId.new(unix_ms=late, randomness=randomness)
    assert RecordId.parse(one) == one
    assert one <= two


@given(st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=2, max_size=2), st.integers(0, 9999))
def test_slip_numbers_survive_being_typed_in_lower_case(counter: str, running: int) -> None:
    number = SlipNumber.new(counter, running)
    assert SlipNumber.parse(number.lower()) == number


@given(st.integers(0, 9999), st.integers(3, 6), st.integers(1, 9))
def test_one_wrong_figure_in_a_slip_number_is_noticed(running: int, at: int, by: int) -> None:
    number = SlipNumber.new("A1", running)
    wrong = number[:at] + str((int(number[at]) + by) % 10) + number[at + 1 :]
    with pytest.raises(IdentifierInvalid):
        SlipNumber.parse(wrong)


@given(st.text(max_size=40))
def test_no_text_brings_anything_but_the_own_error(text: str) -> None:
    for kind in (MunicipalityCode, ApplicationFormId, RecordId, SlipNumber, PacketId):
        try:
            assert kind.parse(text)
        except IdentifierInvalid as error:
            assert "." in error.code


def test_identifiers_are_checked_inside_models() -> None:
    class Holder(BaseModel):
        code: MunicipalityCode

    assert Holder.model_validate_json('{"code":"072010"}').code == MunicipalityCode("072010")
    with pytest.raises(ValidationError):
        Holder.model_validate_json('{"code":"072011"}')
