"""Readings over kanji: ruby on pages, plain words elsewhere, and never a hole in the escaping."""

from __future__ import annotations

from jinja2 import Environment

from kiosk.web.furigana import Furigana, plain

TEXT = Furigana("{住所|じゅうしょ}を%(n)s回")


def rendered(template: str, **values: object) -> str:
    environment = Environment(autoescape=True)
    environment.filters["plain"] = plain
    return environment.from_string(template).render(values)


def test_elsewhere_it_is_the_plain_word() -> None:
    assert TEXT == "住所を%(n)s回"
    assert f"{TEXT}" == "住所を%(n)s回"


def test_on_a_page_it_is_ruby_and_values_fit_in() -> None:
    assert rendered("{{ text }}", text=TEXT % {"n": 2}) == (
        "<ruby>住所<rp>(</rp><rt>じゅうしょ</rt><rp>)</rp></ruby>を2回"
    )


def test_in_an_attribute_there_is_no_element() -> None:
    assert rendered('<p title="{{ text | plain }}">', text=TEXT) == '<p title="住所を%(n)s回">'


def test_what_is_marked_up_is_still_escaped() -> None:
    assert "<b>" not in rendered("{{ text }}", text=Furigana("{<b>|x} <b>"))
    assert "<b>" not in rendered("{{ text }}", text=Furigana("%(name)s") % {"name": "<b>"})
