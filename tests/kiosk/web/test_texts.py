"""Every text of the screens is in every catalogue; placeholders survive translation; dates are in both calendars."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract

from hardware.photo import Advice
from hardware.qr import QrHint
from hardware.status import DeviceKind, DeviceState, DeviceStatus
from kiosk.flow import Step
from kiosk.web import words
from kiosk.web.formats import both_calendars
from kiosk.web.furigana import with_readings
from kiosk.web.texts import SOURCE, catalogue, load_texts
from schemas.card import CardVerdict, Revocation
from schemas.intake import FormKind
from schemas.language import Language
from schemas.office_codes import OfficeCode
from schemas.rules import Delivery, Method, Person
from schemas.visit import AttendantRole

WEB = Path(str(files("kiosk.web")))
TEXTS = load_texts()
TRANSLATED = [language for language in Language if language is not SOURCE]


def messages() -> set[str]:
    """All marked texts of modules and templates."""
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        found |= {str(text) for _, text, *_ in extract("python", BytesIO(path.read_bytes()), keywords={"N_": None})}
    for path in WEB.glob("templates/**/*.html"):
        found |= {
            str(text)
            for _, text, *_ in extract("jinja2.ext:babel_extract", BytesIO(path.read_bytes()), keywords={"_": None})
        }
    return found


def untranslated_lines() -> Iterator[str]:
    """Japanese in templates that is neither marked nor meant to stand in two languages at once."""
    bilingual = {"idle.html", "dock.html"}
    for path in WEB.glob("templates/**/*.html"):
        if path.name in bilingual:
            continue
        bare = re.sub(r"\{[{%#].*?[}%#]\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        if re.search(r"[぀-ヿ一-鿿]", bare):
            yield path.name


def test_every_language_is_offered_and_complete() -> None:
    assert TEXTS.languages == tuple(Language)
    marked = messages()
    assert len(marked) > 350
    for language in TRANSLATED:
        assert marked - set(catalogue(language)) == set(), language
        assert set(catalogue(language)) - marked == set(), language


def test_placeholders_survive_translation() -> None:
    for language in TRANSLATED:
        for source, translated in catalogue(language).items():
            assert set(re.findall(r"%\(\w+\)s", source)) == set(re.findall(r"%\(\w+\)s", translated)), source


def test_no_template_has_japanese_that_cannot_be_translated() -> None:
    assert list(untranslated_lines()) == []


def test_an_unknown_text_falls_back_to_japanese() -> None:
    assert TEXTS.get(Language.EN, "まだ訳のない文") == "まだ訳のない文"


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Advice, words.ADVICE), (QrHint, words.HINTS), (Step, words.STEPS), (FormKind, words.FORMS),
        (CardVerdict, words.VERDICTS), (Revocation, words.REVOCATIONS), (Method, words.METHODS),
        (Delivery, words.DELIVERIES), (Person, words.PERSONS), (AttendantRole, words.ROLES),
        (DeviceKind, words.DEVICES), (DeviceState, words.DEVICE_STATES), (OfficeCode, words.OFFICE_REFUSALS),
    ],
)  # fmt: skip
def test_every_code_has_its_words(kind: type, table: dict[object, object]) -> None:
    assert set(kind) == set(table)  # type: ignore[call-overload]


def test_a_code_of_a_newer_office_is_a_sentence_too() -> None:
    assert words.office_refusal("packet.some_new_reason").action == words.office_refusal("packet.too_large").action
    assert words.office_refusal(None).why
    assert words.office_refusal("outbox.frame_damaged").why != words.office_refusal(None).why


@pytest.mark.parametrize("kind", list(DeviceKind))
def test_every_broken_device_says_what_to_do_and_a_working_one_nothing(kind: DeviceKind) -> None:
    assert words.device_action(DeviceStatus(kind, DeviceState.FAULT, f"{kind}.something_new"))
    assert words.device_action(DeviceStatus(kind, DeviceState.READY, f"{kind}.ready")) is None
    assert words.device_action(DeviceStatus(kind, DeviceState.OFF, f"{kind}.off")) is None


@pytest.mark.parametrize(
    ("day", "language", "written"),
    [
        (date(2026, 7, 10), Language.JA, "令和8年7月10日(2026年)"),
        (date(1989, 1, 8), Language.JA, "平成元年1月8日(1989年)"),
        (date(1989, 1, 7), Language.EN, "January 7, 1989 (Showa 64)"),
        (date(2026, 7, 10), Language.ZH, "2026年7月10日（令和8年）"),
        (date(2026, 7, 10), Language.KO, "2026년 7월 10일(레이와 8년)"),
        (date(2026, 7, 10), Language.PT, "10 de julho de 2026 (Reiwa 8)"),
    ],
)
def test_dates_are_written_in_both_calendars(day: date, language: Language, written: str) -> None:
    assert both_calendars(day, language) == written


@pytest.mark.parametrize(
    ("day", "marked"),
    [
        (date(2026, 7, 10), "{令和|れいわ}8{年|ねん}7{月|がつ}{10日|とおか}(2026{年|ねん})"),
        (date(1989, 1, 18), "{平成|へいせい}{元年|がんねん}1{月|がつ}18{日|にち}(1989{年|ねん})"),
    ],
)
def test_a_date_in_easy_japanese_carries_its_readings(day: date, marked: str) -> None:
    written = both_calendars(day, Language.JA_EASY)
    assert (str(written), with_readings(written)) == (both_calendars(day, Language.JA), marked)
