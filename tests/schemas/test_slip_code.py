from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.errors import IdentifierInvalid
from schemas.form_code import FormCode, FormCodeKind, read_form_code
from schemas.ids import KeyId, SlipNumber
from schemas.slip_code import LONGEST, SlipCode

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SLIP = SlipNumber.new("A1", 42)
CODE = SlipCode.sign(SLIP, KeyId("0123456789abcdef"), KEY.sign)


def test_what_was_signed_is_read_again_from_a_scanner_that_shouts_or_whispers() -> None:
    for text in (CODE.text, CODE.text.lower(), f" {CODE.text}\n"):
        read = SlipCode.parse(text)
        assert read == CODE
        KEY.public_key().verify(read.signature, read.signed_part)
    assert read_form_code(CODE.text, ()) == FormCode(FormCodeKind.SLIP, slip=SLIP)
    assert set(CODE.text) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ.-")
    assert len(CODE.text) <= LONGEST


@pytest.mark.parametrize("change", [
    lambda text: text[:-1], lambda text: text + "A", lambda text: text[:-1] + "B",
    lambda text: text.replace("A1", "A2", 1), lambda text: text.replace(".2.", ".3.", 1),
    lambda text: text * 3, lambda _: "",
])  # fmt: skip
def test_anything_else_is_no_slip(change: object) -> None:
    text = change(CODE.text)  # type: ignore[operator]
    with pytest.raises(IdentifierInvalid):
        SlipCode.parse(text)
    assert read_form_code(text, ()).kind is FormCodeKind.OTHER
