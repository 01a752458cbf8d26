"""Authenticator codes (RFC 6238) and recovery codes."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice.staff import codes

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_of_the_standards_appendix_b(seconds: int, code: str) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    assert codes.matching_step(SECRET, code, now=now, after=None) == seconds // 30


def test_a_code_holds_one_step_before_and_after() -> None:
    now = datetime.fromtimestamp(1234567890, UTC)
    for shift in (-30, 0, 30):
        assert codes.matching_step(SECRET, "005924", now=now + timedelta(seconds=shift), after=None) is not None
    for shift in (-60, 60):
        assert codes.matching_step(SECRET, "005924", now=now + timedelta(seconds=shift), after=None) is None


def test_a_code_is_good_once() -> None:
    now = datetime.fromtimestamp(1234567890, UTC)
    step = codes.matching_step(SECRET, "005 924", now=now, after=None)
    assert step is not None
    assert codes.matching_step(SECRET, "005924", now=now, after=step) is None


@given(st.text(max_size=40))
def test_other_texts_are_no_code(text: str) -> None:
    now = datetime.fromtimestamp(1234567890, UTC)
    right = {"005924", "590587", "240500", "980357"}
    found = codes.matching_step(SECRET, text, now=now, after=None)
    assert found is None or "".join(text.split()) in right


def test_recovery_codes_are_ten_different_ones_without_misread_letters() -> None:
    made = codes.new_recovery_codes(os.urandom)
    assert len(set(made)) == 10
    assert not set("ILOU") & set("".join(made))


def test_recovery_codes_are_read_as_people_write_them() -> None:
    assert codes.hash_recovery_code("7k2m9 qxr4t") == codes.hash_recovery_code("7K2M9-QXR4T")


def test_the_enrolment_address_names_issuer_and_account() -> None:
    uri = codes.enrolment_uri(SECRET, account="072010 kanri", issuer="Demado")
    assert uri.startswith("otpauth://totp/Demado:072010%20kanri?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
