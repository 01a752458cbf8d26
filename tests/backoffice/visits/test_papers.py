"""Poster, flyer and the list of what to bring: in every language complete, inside the page, with a QR that is read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta

import pytest
import zxingcpp

from backoffice.paper.pdf import A3, Document
from backoffice.staff.authorisation import Role
from backoffice.visits.bring import OF_KIND, Kind, bring, words
from backoffice.visits.bring_sheet import bring_sheet
from backoffice.visits.papers import Announced, Sitting, flyer, poster
from schemas.language import Language, Wording
from schemas.rules import Person, default_rules
from tests.backoffice.console import Console
from tests.backoffice.paper.reading import Pdf
from tests.factories import FUKUSHIMA, KORIYAMA

FIRST = date(2026, 7, 10)
ADDRESS = "https://office.city.fukushima.example.jp/booking/072010/0a1b2c3d4e"


def announced(*, days: int = 4, long: bool = False) -> Announced:
    more, wing = ("北棟・南棟・東棟の全部署合同" * 3, " of the north wing" * 4) if long else ("", "")
    place = Wording(ja=f"本部・福島消防署 3階大会議室{more}", en=f"Headquarters, third floor{wing}")
    sittings = tuple(Sitting(place, FIRST + timedelta(days=day), time(15), time(19)) for day in range(days))
    return Announced(
        municipality=FUKUSHIMA, office=Wording(ja="福島市", en="Fukushima City"),
        title=Wording(ja=f"消防本部 出張申請受付{more}", en="On-site reception"), organisation="福島市消防本部",
        contact="市民課 024-000-0000", sittings=sittings, walk_in=True, address=ADDRESS, rules=default_rules(),
        first=FIRST,
    )  # fmt: skip


@pytest.mark.parametrize("language", list(Language))
def test_every_language_is_whole_and_stays_inside_the_page(language: Language) -> None:
    about = announced(days=12, long=True)
    for made in (poster, flyer, bring_sheet):
        pdf = Pdf(made(about, language))
        drawn = pdf.words()
        assert not [word.text for word in drawn if word.missing]
        assert not [word.text for word in drawn if word.left < 20 or word.right > pdf.size[0] - 18]
        assert min(word.bottom for word in drawn) > 10
        assert ("2026" in pdf.text(), "024-000-0000" in pdf.text()) == (True, True)


def test_sentences_are_there_in_all_seven_languages() -> None:
    short = [name for name, wording in words().items() if len({wording[language] for language in Language}) < 5]
    assert short == []


@pytest.mark.parametrize("made", [poster, flyer])
def test_qr_leads_to_the_booking_page(made: Callable[[Announced, Language], bytes]) -> None:
    found = zxingcpp.read_barcodes(Pdf(made(announced(), Language.JA)).picture())
    assert [code.text for code in found] == [ADDRESS]


def test_a3_is_the_same_design_larger() -> None:
    small, large = Pdf(poster(announced(), Language.EN)), Pdf(poster(announced(), Language.EN, size=A3))
    assert large.text() == small.text()
    assert large.size[0] / small.size[0] == pytest.approx(2**0.5, rel=0.002)


def test_character_without_a_glyph_is_a_geta_and_variants_show_their_base() -> None:
    document = Document("x", Language.JA)
    document.page((100, 100)).text(0, 10, "a\U0001f9ff", size=9, ink=(0, 0, 0))
    assert Pdf(document.written()).text().startswith("a")


def test_lists_come_from_the_rules() -> None:
    child = bring(default_rules(), FIRST, FUKUSHIMA, OF_KIND[Kind.CHILD])
    assert set(child.choices) == {Person.APPLICANT_UNDER_15, Person.LEGAL_REPRESENTATIVE}
    renewal = bring(default_rules(), FIRST, FUKUSHIMA, OF_KIND[Kind.RENEWAL])
    assert "current_card" in {item.code for item in renewal.always}


def test_papers_of_a_visit_are_on_the_console_and_of_no_other_municipality(shared_console: Console) -> None:
    visit = shared_console.office.visit()
    browser = shared_console.sign_in(Role.STAFF)
    page = browser.get(f"/visits/{visit}/papers").text
    assert (page.count(">PDF</a>"), "見本" in page) == (28, True)
    made = browser.get(f"/visits/{visit}/papers/poster-a4.pdf?language=ko")
    assert (made.status_code, made.headers["content-type"]) == (200, "application/pdf")
    assert browser.get(f"/visits/{visit}/papers/poster-a4.pdf?language=xx").status_code == 422
    stranger = shared_console.sign_in(Role.ADMINISTRATOR, municipality=KORIYAMA)
    assert stranger.get(f"/visits/{visit}/papers/flyer.pdf?language=ja").status_code == 404
