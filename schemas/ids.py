"""Identifiers of the domain: each parses what people and machines write, and refuses everything else.

An identifier is a `str` subclass with one class method, `parse`, which normalises and checks. Pydantic fields
of these types parse on validation, so nothing unchecked travels.

Sources: 団体コード check digit – 総務省 全国地方公共団体コード; 個人番号 check digit – 総務省令第85号 第5条;
UUIDv7 – RFC 9562 section 5.7; 申請書ID 23 digits – public guidance, no check digit is published.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Self
from uuid import UUID

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from schemas.errors import IdentifierInvalid

_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―−ーｰ_・,，.．]")
_TWELVE_DIGITS = re.compile(r"(?<!\d)\d(?:[\s\-‐‑‒–—―−ーｰ]?\d){11}(?![\s\-‐‑‒–—―−ーｰ]?\d)")


def digits_only(text: str) -> str:
    """Full-width digits to ASCII, spaces and every kind of hyphen removed. Other characters stay."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))


def is_my_number(digits: str) -> bool:
    """True for 12 ASCII digits whose last one is the 個人番号 check digit (総務省令第85号 第5条)."""
    if len(digits) != 12 or not (digits.isascii() and digits.isdigit()):
        return False
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    remainder = sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False)) % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def contains_my_number(text: str) -> bool:
    """True if some run of exactly 12 digits in the text, grouped or full-width, could be a 個人番号.

    One in eleven random 12-digit numbers passes the check digit; refusing those is the safe side.
    """
    plain = unicodedata.normalize("NFKC", text)
    return any(is_my_number(digits_only(run)) for run in _TWELVE_DIGITS.findall(plain))


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


class Identifier(str):
    """A checked text. Subclasses implement `parse`; `pattern` describes the canonical form."""

    pattern: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        canonical = unicodedata.normalize("NFKC", text).strip()
        if not re.fullmatch(cls.pattern, canonical, re.ASCII):
            raise IdentifierInvalid(f"{_snake(cls.__name__)}.invalid", f"not a {cls.__name__}")
        return cls(canonical)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls.parse,
            core_schema.str_schema(max_length=200),
            serialization=core_schema.to_string_ser_schema(),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": "string", "pattern": f"^{cls.pattern}$", "title": cls.__name__}


class MunicipalityCode(Identifier):
    """全国地方公共団体コード: five digits and a check digit, e.g. 072010 福島市."""

    pattern = r"\d{6}"

    @classmethod
    def parse(cls, text: str) -> Self:
        code = super().parse(text)
        weighted = sum(int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True))
        if int(code[5]) != (11 - weighted % 11) % 10:
            raise IdentifierInvalid("municipality_code.check_digit", "check digit of 団体コード does not fit")
        return code


class ApplicationFormId(Identifier):
    """申請書ID: 23 digits printed on the 交付申請書. No check digit is published: typed ids are typed twice."""

    pattern = r"\d{23}"

    @classmethod
    def parse(cls, text: str) -> Self:
        digits = digits_only(text)
        if is_my_number(digits):
            raise IdentifierInvalid("form_id.my_number", "a 個人番号 was given instead of a form id")
        if not digits.isascii() or not digits.isdigit():
            raise IdentifierInvalid("form_id.not_digits", "a form id has digits only")
        if len(digits) != 23:
            raise IdentifierInvalid("form_id.length", f"a form id has 23 digits, got {len(digits)}")
        return cls(digits)

    def grouped(self) -> str:
        """The id in groups of four for reading against the paper: `1234 5678 … 123`."""
        return " ".join(self[at : at + 4] for at in range(0, 23, 4))


def _uuid7(unix_ms: int, randomness: bytes) -> UUID:
    value = (unix_ms & (1 << 48) - 1) << 80 | int.from_bytes(randomness[:10], "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


class Uuid7(Identifier):
    """A time-ordered UUID, version 7 (RFC 9562 section 5.7), lower-case canonical text."""

    pattern = r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"

    @classmethod
    def new(cls, *, unix_ms: int, randomness: bytes) -> Self:
        """A new id. `randomness`: at least 10 bytes from a secure source; the clock is passed in."""
        return cls(str(_uuid7(unix_ms, randomness)))

    @classmethod
    def parse(cls, text: str) -> Self:
        return super().parse(text.lower())


class RecordId(Uuid7):
    """One sealed intake record, from the counter to the archive."""


class DeviceId(Uuid7):
    """One enrolled kiosk or tablet."""


class VisitId(Uuid7):
    """One 訪問: a municipality's staff at a venue over one or more days."""


class CaseId(Uuid7):
    """One application as the office works on it."""


class StaffId(Uuid7):
    """One staff account of a municipality."""


class PacketId(Identifier):
    """SHA-256 of a packet's frame, 64 lower-case hexadecimal digits."""

    pattern = r"[0-9a-f]{64}"


class KeyId(Identifier):
    """Fingerprint of a public key: the first 16 hexadecimal digits of SHA-256 over its raw bytes."""

    pattern = r"[0-9a-f]{16}"


class SlipNumber(Identifier):
    """受付票 number called out at the venue, `A1-0042-7`: counter, running number, check digit (Luhn mod 10).

    The counter part has two characters of A-Z and 0-9 and tells the venue's kiosks apart.
    """

    pattern = r"[A-Z0-9]{2}-\d{4}-\d"

    @classmethod
    def new(cls, counter: str, running: int) -> Self:
        body = f"{counter}-{running:04d}"
        return cls(f"{body}-{_luhn(body)}")

    @classmethod
    def parse(cls, text: str) -> Self:
        number = super().parse(text.upper())
        if number[-1] != str(_luhn(number[:-2])):
            raise IdentifierInvalid("slip_number.check_digit", "check digit of the slip number does not fit")
        return number


def _luhn(text: str) -> int:
    digits = [int(figure) for letter in text if letter != "-" for figure in str(int(letter, 36))]
    doubled = (digit * 2 if at % 2 == 0 else digit for at, digit in enumerate(reversed(digits)))
    return (10 - sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10) % 10
