"""Every trouble of the outbox comes with what to do about it; so does whatever the office may answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kiosk
from kiosk.advice import advice
from schemas.office_codes import OfficeCode

_FILES = {"outbox.lock"}


def outbox_codes() -> set[str]:
    """Every code of the outbox that stands in the kiosk's modules."""
    (package,) = kiosk.__path__
    text = "".join(path.read_text("utf-8") for path in Path(package).rglob("*.py"))
    return set(re.findall(r'"(outbox\.[a-z_]+)"', text)) - _FILES


def test_every_fault_of_the_outbox_has_advice_of_its_own() -> None:
    found = outbox_codes()
    assert len(found) > 15
    unlisted = advice("outbox.something_new")
    assert [code for code in sorted(found) if not all(advice(code)) or advice(code) == unlisted] == sorted(
        {"outbox.corrupt", "outbox.database", "outbox.frame_damaged"} & found
    )


@pytest.mark.parametrize("code", [*OfficeCode, "uplink.too_slow", "uplink.address", "receipt.forged"])
def test_whatever_the_office_answers_has_advice(code: str) -> None:
    assert all(advice(code))
