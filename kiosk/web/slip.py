"""The slip (受付票): number, method in words, what to bring, whom to call – no name, no form id.

In the applicant's language with the Japanese beneath, so that any staff can read it too. A family has one slip with a
line a member. Whose address is hidden gets one that tells nothing of place or time. On request a second paper proves
when somebody was here, for an employer: times and number only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from zoneinfo import ZoneInfo

from hardware.printer import Reading, Slip, SlipLine
from kiosk.desk import Farewell
from kiosk.web.collecting import groups
from kiosk.web.formats import both_calendars
from kiosk.web.furigana import joined, marks
from kiosk.web.texts import N_, SOURCE, Texts
from kiosk.web.words import ASK_STAFF, DELIVERIES, METHODS
from schemas.intake import IntakeRecord
from schemas.language import Language, Wording
from schemas.rules import Item
from schemas.slip_code import SlipCode
from schemas.visit import VisitBundle

TITLE = N_("マイナンバーカード申請 受付票")
BRING = N_("受け取りのときにお持ちください")
NOTICES = N_("ご案内")
CARD = N_("いまお持ちのカードについて")
CONTACT = N_("お問い合わせ")
KEEP = N_("この番号は、お問い合わせのときに使います。大切にお持ちください")
EXAMPLE = N_("※受付ルールは見本です")
MEMBER = N_("%(n)s人目")
ATTENDANCE = N_("来場の証明")
FROM_TO = N_("%(began)sから%(ended)sまで、マイナンバーカードの申請のために来場されました")
NOTHING_MORE = N_("申請の内容は、ここには書かれていません")

_JST = ZoneInfo("Asia/Tokyo")


def farewell_of(
    record: IntakeRecord,
    sequence: int,
    card: tuple[Wording, ...],
    *,
    expected: Wording | None = None,
    earlier: tuple[Farewell, ...] = (),
) -> Farewell:
    """What is left of a sealed record for the last screen and the slip."""
    said = record.decision
    return Farewell(
        record.slip, record.language, said.method, said.delivery, said.collect, sequence, card,
        tuple(notice.text for notice in said.notices), expected, began=record.started.corrected(),
        ended=record.confirmed.corrected(), member=record.family.member if record.family else 1, earlier=earlier,
        hidden=record.circumstances.address_hidden,
    )  # fmt: skip


def slip_of(farewell: Farewell, bundle: VisitBundle, texts: Texts, *, day: date, code: SlipCode) -> Slip:
    """The slip of a sealed intake, and of the family's earlier members under the same number. `code`: its number under
    this kiosk's signature."""
    languages = _languages(farewell)
    lines = [SlipLine(farewell.slip, size=3, bold=True)]
    for language in languages:
        lines += [SlipLine(rule=True), *_part(farewell, bundle, texts, language, day)]
    return _titled(TITLE, languages, texts, lines, qr=code.text)


def attendance_of(farewell: Farewell, bundle: VisitBundle, texts: Texts) -> Slip:
    """The proof of attendance: from when to when, where, and under which number; nothing of the application."""
    first = farewell.earlier[0] if farewell.earlier else farewell
    began, ended = first.began, farewell.ended
    assert began is not None
    assert ended is not None
    times = {"began": f"{began.astimezone(_JST):%H:%M}", "ended": f"{ended.astimezone(_JST):%H:%M}"}
    lines = [SlipLine(farewell.slip, size=2, bold=True)]
    for language in _languages(farewell):
        lines += [
            SlipLine(rule=True),
            *_where(bundle, language, ended.astimezone(_JST).date()),
            _line(texts.get(language, FROM_TO) % times, bold=True),
            _line(texts.get(language, NOTHING_MORE)),
            _line(texts.get(language, CONTACT), ": ", bundle.contact),
        ]
    return _titled(ATTENDANCE, _languages(farewell), texts, lines)


def _titled(
    title: str, languages: tuple[Language, ...], texts: Texts, lines: list[SlipLine], *, qr: str | None = None
) -> Slip:
    said, read = marks(joined(*_between(" / ", [texts.get(language, title) for language in languages])))
    return Slip(title=said, lines=tuple(lines), qr=qr, readings=tuple(Reading(*mark) for mark in read))


def _between(mark: str, texts: list[str]) -> list[str]:
    return [part for at, text in enumerate(texts) for part in ((mark, text) if at else (text,))]


def _line(*parts: str, bold: bool = False) -> SlipLine:
    """Texts of the catalogues and the rules in one line, with their readings above."""
    said, read = marks(joined(*parts))
    return SlipLine(said, bold=bold, readings=tuple(Reading(*mark) for mark in read))


def _languages(farewell: Farewell) -> tuple[Language, ...]:
    return (SOURCE,) if farewell.language is SOURCE else (farewell.language, SOURCE)


def _part(farewell: Farewell, bundle: VisitBundle, texts: Texts, language: Language, day: date) -> list[SlipLine]:
    def say(text: str) -> str:
        return texts.get(language, text)

    lines = [] if farewell.hidden else _where(bundle, language, day)
    members = (*farewell.earlier, farewell)
    for each in members:
        if len(members) > 1:
            lines.append(_line(say(MEMBER) % {"n": each.member}, bold=True))
        lines += _member(each, say, language)
    if farewell.expected is not None:
        lines.append(_line(farewell.expected[language]))
    lines += [_line(say(KEEP)), _line(say(CONTACT), ": ", bundle.contact), *_phones(bundle, language, day)]
    if bundle.rules.example:
        lines.append(_line(say(EXAMPLE)))
    return lines


def _phones(bundle: VisitBundle, language: Language, day: date) -> list[SlipLine]:
    """The numbers of the rules where this language is understood, and when."""
    return [
        _line("・", phone.name[language], " ", phone.number, *((" ", phone.hours[language]) if phone.hours else ()))
        for phone in bundle.rules.phones_for(language, day)
    ]


def _where(bundle: VisitBundle, language: Language, day: date) -> list[SlipLine]:
    return [
        _line(bundle.municipality.name[language], " ", bundle.title[language]),
        _line(both_calendars(day, language)),
    ]


def _member(farewell: Farewell, say: Callable[[str], str], language: Language) -> list[SlipLine]:
    return [
        _line(say(METHODS[farewell.method]), bold=True),
        _line(say(ASK_STAFF if farewell.hidden else DELIVERIES[farewell.delivery]), bold=True),
        *_collect(farewell.collect, say, language),
        *_bring(farewell.card, say(CARD), language),
        *_bring(farewell.notices, say(NOTICES), language),
    ]


def _collect(items: tuple[Item, ...], say: Callable[[str], str], language: Language) -> list[SlipLine]:
    if not items:
        return []
    lines = [_line(say(BRING), bold=True)]
    for group in groups(items):
        rule = say(group.rule)
        heading = joined(say(group.heading), ": ", rule) if group.heading else rule
        lines += _bring(group.items, heading, language)
    return lines


def _bring(wordings: Iterable[Wording], heading: str, language: Language) -> list[SlipLine]:
    listed = [_line("・", wording[language]) for wording in wordings]
    return [_line(heading), *listed] if listed else []
