"""The office's signed time in a header."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import IdentifierInvalid
from schemas.ids import KeyId
from schemas.office_time import OfficeTime
from tests.factories import MORNING

TIME = OfficeTime(at=MORNING, nonce="0123456789abcdef", office_key=KeyId("0" * 16), signature=b"s" * 64)


def test_the_header_reads_back() -> None:
    assert OfficeTime.parse(TIME.header()) == TIME
    assert TIME.header().isascii()


def test_the_signature_covers_time_and_nonce() -> None:
    for changes in ({"nonce": "fedcba9876543210"}, {"at": MORNING.replace(year=2027)}, {"office_key": KeyId("1" * 16)}):
        assert TIME.model_copy(update=changes).signed_part != TIME.signed_part
    assert TIME.model_copy(update={"signature": b""}).signed_part == TIME.signed_part


@given(st.one_of(st.text(max_size=80), st.binary(max_size=80).map(lambda data: data.decode("latin-1"))))
def test_any_other_header_is_refused(header: str) -> None:
    with pytest.raises(IdentifierInvalid):
        OfficeTime.parse(header)


@pytest.mark.parametrize("header", ["", "e30=", "e30", "A" * 100_000])
def test_an_empty_or_long_header_is_refused(header: str) -> None:
    with pytest.raises(IdentifierInvalid):
        OfficeTime.parse(header)
