"""What an applicant is told about an application that went back: why, and what to do next, in their language.

The reasons' wordings are data (`return_reasons.toml`); what stands around them is in everybody's catalogues.
"""

from __future__ import annotations

from dataclasses import dataclass

from backoffice.cases.models import Case, CaseEvent
from backoffice.cases.reasons import ReturnReason, return_reasons
from backoffice.cases.workflow import State, Step
from backoffice.web.furigana import spelled
from backoffice.web.language import mark, texts
from schemas.intake import IntakeRecord
from schemas.language import Language

_TITLE = mark("申請をお返しする理由と、次にしていただくこと")
_SLIP = mark("受付番号")
_NOTE = mark("担当者からのメモ")
_CONTACT = mark("問い合わせ先")
_VOLUNTARY = mark("マイナンバーカードの申請は任意です。申請するかどうかは、ご本人が決めます。")


@dataclass(frozen=True)
class Told:
    """In one language; readings of やさしい日本語 are marked. `reasons`: (what is wrong, what to do). `facts`: heading
    and text, the note as staff wrote it."""

    language: Language
    title: str
    reasons: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    voluntary: str

    @property
    def plain(self) -> str:
        """For a letter or a message."""
        reasons = [f"- {what}\n  {next_step}" for what, next_step in self.reasons]
        facts = [f"{heading}: {text}" for heading, text in self.facts]
        return spelled("\n".join([self.title, "", *reasons, "", *facts, "", self.voluntary]))


def telling(case: Case, history: list[CaseEvent], *, contact: str) -> list[Told]:
    """In the language the applicant was guided in, and in Japanese for whoever they show it to. Nothing for a case that
    did not go back, or whose record was deleted with the time."""
    if case.state is not State.RETURNED or not case.record:
        return []
    spoken = IntakeRecord.model_validate_json(case.record).language
    known = return_reasons()
    reasons = [known[code] for code in case.return_reasons.split() if code in known]
    note = next((event.note for event in history if event.step is Step.RETURNED), "")
    return [_told(language, case.slip, reasons, note, contact) for language in dict.fromkeys((spoken, Language.JA))]


def _told(language: Language, slip: str, reasons: list[ReturnReason], note: str, contact: str) -> Told:
    say = texts(language).ugettext
    facts = ((_SLIP, slip), (_NOTE, note), (_CONTACT, contact))
    return Told(
        language=language,
        title=say(_TITLE),
        reasons=tuple((reason.name[language], reason.tell[language]) for reason in reasons),
        facts=tuple((say(heading), text) for heading, text in facts if text),
        voluntary=say(_VOLUNTARY),
    )
