"""Every sentence is translated, and readers get the language they ask for."""

from __future__ import annotations

import re

import pytest

from backoffice.web import messages, wordings
from backoffice.web.furigana import spelled, with_readings
from backoffice.web.language import OFFERED, PUBLIC, texts
from backoffice.web.notices import NOTICES
from schemas.language import Language
from tests.backoffice.console import Console

TRANSLATED = [language for language in OFFERED if language is not Language.JA]
SENTENCES = messages.sentences()
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.fixture
def console(shared_console: Console) -> Console:
    return shared_console


@pytest.mark.parametrize("room", sorted(SENTENCES))
@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_a_room_is_translated(language: Language, room: str) -> None:
    known = messages.catalogue(language, room)
    untranslated = [sentence for sentence in SENTENCES[room] if not _filled(known, sentence)]
    assert untranslated == [], "run: python -m backoffice.web.messages, then fill in the empty ones"


def _filled(known: messages.Catalog, sentence: messages.MessageId) -> bool:
    entry = known.get(sentence[0] if isinstance(sentence, tuple) else sentence)
    strings = () if entry is None else entry.string if isinstance(entry.string, tuple) else (entry.string,)
    return bool(strings) and all(strings)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_placeholders_and_are_not_japanese(language: Language) -> None:
    for room in SENTENCES:
        for entry in messages.catalogue(language, room):
            if not entry.id:
                continue
            originals = entry.id if isinstance(entry.id, tuple) else (entry.id,)
            strings = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            for text in strings:
                assert set(PLACEHOLDER.findall(text)) == set(PLACEHOLDER.findall(originals[0])), text
                assert not re.search(r"[ぁ-んァ-ヶ一-龠]", text), text


FURTHER = [language for language in PUBLIC if language not in OFFERED]


@pytest.mark.parametrize("language", FURTHER)
def test_everybodys_pages_are_whole_in_every_language(language: Language) -> None:
    known = messages.catalogue(language, "booking")
    assert [text for text in messages.public_sentences() if not _filled(known, text)] == []
    foreign = {Language.JA_EASY: r"[一-龠](?![^{}]*\})", Language.ZH: r"[ぁ-んァ-ヶ]"}.get(
        language, r"[ぁ-んァ-ヶ一-龠]"
    )
    for entry in known:
        if entry.id:
            assert set(PLACEHOLDER.findall(entry.string)) == set(PLACEHOLDER.findall(entry.id)), entry.string
            assert not re.search(foreign, entry.string), entry.string


def test_readings_are_ruby_in_texts_and_nothing_in_attributes_and_options() -> None:
    page = '<title>{会場|かいじょう}</title><p a="{日|ひ}">{日|ひ}</p><option>{月|つき}</option>'
    ruby = "<ruby>日<rp>(</rp><rt>ひ</rt><rp>)</rp></ruby>"
    assert with_readings(page) == f'<title>会場</title><p a="日">{ruby}</p><option>月</option>'
    assert spelled("{会場|かいじょう}: 福島") == "会場(かいじょう): 福島"


def test_the_extraction_finds_templates_python_and_refusals() -> None:
    everything = {sentence for room in SENTENCES.values() for sentence in room}
    assert {
        "申請の確認",
        "承認しました",
        "このページの有効期限が切れました。ページを開き直して、もう一度お試しください。",
    } <= everything


def test_every_value_a_screen_shows_has_a_name() -> None:
    assert wordings.missing() == []


def test_every_notice_is_translated() -> None:
    english = texts(Language.EN)
    assert all(english.ugettext(text) != text for text in NOTICES.values())


@pytest.mark.parametrize(
    ("accept", "lang"), [("en-GB,en;q=0.9", "en"), ("ja", "ja"), ("fr", "ja"), ("", "ja"), ("fr,en;q=0.5", "en")]
)
def test_the_browsers_language_is_followed(console: Console, accept: str, lang: str) -> None:
    page = console.stranger().get("/sign-in", headers={"accept-language": accept}).text
    assert f'<html lang="{lang}">' in page


def test_a_chosen_language_stays_and_leads_back_to_the_page(console: Console) -> None:
    browser = console.sign_in()
    answer = browser.post("/language", {"language": "en", "next": "/account?x=1"})
    assert answer.headers["location"] == "/account?x=1"
    assert '<html lang="en">' in browser.get("/", headers={"accept-language": "ja"}).text


def test_an_unknown_language_is_refused(console: Console) -> None:
    assert console.sign_in().post("/language", {"language": "tlh"}).status_code == 422


def test_a_made_up_cookie_falls_back_to_japanese(console: Console) -> None:
    browser = console.stranger()
    browser.client.cookies.set("demado_language", "../../etc")
    assert '<html lang="ja">' in browser.get("/sign-in").text
