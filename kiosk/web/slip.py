"""The slip (受付票): number, method in words, what to bring, whom to call – no name, no form id.

In the applicant's language with the Japanese beneath, so that any staff can read it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from hardware.printer import Slip, SlipLine
from kiosk.desk import Farewell
from kiosk.web.collecting import groups
from kiosk.web.formats import both_calendars
from kiosk.web.texts import N_, SOURCE, Texts
from kiosk.web.words import DELIVERIES, METHODS
from schemas.form_code import slip_code
from schemas.language import Language, Wording
from schemas.rules import Item
from schemas.visit import VisitBundle

TITLE = N_("マイナンバーカード申請 受付票")
BRING = N_("受け取りのときにお持ちください")
NOTICES = N_("ご案内")
CARD = N_("いまお持ちのカードについて")
CONTACT = N_("お問い合わせ")
KEEP = N_("この番号は、お問い合わせのときに使います。大切にお持ちください")
EXAMPLE = N_("※受付ルールは見本です")


def slip_of(farewell: Farewell, bundle: VisitBundle, texts: Texts, *, day: date) -> Slip:
    """The slip of a sealed intake."""
    languages = (SOURCE,) if farewell.language is SOURCE else (farewell.language, SOURCE)
    lines = [SlipLine(farewell.slip, size=3, bold=True)]
    for language in languages:
        lines += [SlipLine(rule=True), *_part(farewell, bundle, texts, language, day)]
    return Slip(
        title=" / ".join(texts.get(language, TITLE) for language in languages),
        lines=tuple(lines),
        qr=slip_code(farewell.slip),
    )


def _part(farewell: Farewell, bundle: VisitBundle, texts: Texts, language: Language, day: date) -> list[SlipLine]:
    def say(text: str) -> str:
        return texts.get(language, text)

    lines = [
        SlipLine(f"{bundle.municipality.name[language]} {bundle.title[language]}"),
        SlipLine(both_calendars(day, language)),
        SlipLine(say(METHODS[farewell.method]), bold=True),
        SlipLine(say(DELIVERIES[farewell.delivery]), bold=True),
        *_collect(farewell.collect, say, language),
        *_bring(farewell.card, say(CARD), language),
        *_bring(farewell.notices, say(NOTICES), language),
        SlipLine(say(KEEP)),
        SlipLine(f"{say(CONTACT)}: {bundle.contact}"),
    ]
    if bundle.rules.example:
        lines.append(SlipLine(say(EXAMPLE)))
    return lines


def _collect(items: tuple[Item, ...], say: Callable[[str], str], language: Language) -> list[SlipLine]:
    if not items:
        return []
    lines = [SlipLine(say(BRING), bold=True)]
    for group in groups(items):
        heading = f"{say(group.heading)}: {say(group.rule)}" if group.heading else say(group.rule)
        lines += _bring(group.items, heading, language)
    return lines


def _bring(wordings: Iterable[Wording], heading: str, language: Language) -> list[SlipLine]:
    listed = [SlipLine(f"・{wording[language]}") for wording in wordings]
    return [SlipLine(heading), *listed] if listed else []
