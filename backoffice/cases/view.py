"""A case as its page shows it: the record read again, with what needs judging worked out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backoffice.cases.finding import JST
from backoffice.cases.models import Case
from schemas.card import CardVerdict, Revocation
from schemas.dates import age_on
from schemas.intake import IntakeRecord
from schemas.language import Wording
from schemas.photo_rules import photo_rules
from schemas.rules import DocumentCheck, ExpressEvent, ProxyReason, RuleSet
from schemas.stamp import Stamp


@dataclass(frozen=True)
class ClockNote:
    """How far the device's time may be believed. `behind`: add this to its clock to get the office's time."""

    at: datetime
    behind: timedelta
    uncertainty: timedelta | None

    @property
    def certain(self) -> bool:
        return self.uncertainty is not None and self.uncertainty <= timedelta(minutes=1)

    @property
    def adjusted(self) -> bool:
        return abs(self.behind) >= timedelta(seconds=2)


@dataclass(frozen=True)
class DocumentLine:
    """One identity document that was shown."""

    name: Wording
    check: DocumentCheck


@dataclass(frozen=True)
class CaseView:
    """Everything the page needs besides the row."""

    record: IntakeRecord
    age: int
    documents: tuple[DocumentLine, ...]
    clock: ClockNote
    card_certain: bool
    failed_checks: int
    photo_reason: Wording | None = None

    express_event: Wording | None = None
    proxy_reason: Wording | None = None

    @property
    def form_groups(self) -> list[str]:
        return self.record.form.form_id.grouped().split() if self.record.form.form_id else []


def view(case: Case, rules: RuleSet) -> CaseView:
    """The page's view of a case under the rules of the day it was taken."""
    record = IntakeRecord.model_validate_json(case.record)
    rare = record.circumstances
    identity = record.identity.documents if record.identity else ()
    known = [(rules.document(check.document), check) for check in identity]
    return CaseView(
        record=record,
        age=age_on(record.birth_date, case.taken_at.astimezone(JST).date()),
        documents=tuple(
            DocumentLine(kind.name if kind else Wording(ja=check.document), check) for kind, check in known
        ),
        clock=clock_note(record.confirmed),
        card_certain=bool(
            record.card and record.card.verdict is CardVerdict.VALID and record.card.revocation is Revocation.GOOD
        ),
        failed_checks=sum(not check.ok for check in record.photo.checks) if record.photo else 0,
        photo_reason=_photo_reason(record, rules),
        express_event=_named(rules.express.events, rare.express.event if rare.express else ""),
        proxy_reason=_named(rules.proxy_reasons, rare.proxy_reason),
    )


def _named(entries: Sequence[ExpressEvent] | Sequence[ProxyReason], code: str) -> Wording | None:
    """What the rules call it; the code itself where they no longer know it."""
    found = next((entry.name for entry in entries if entry.code == code), None)
    return found or (Wording(ja=code) if code else None)


def _photo_reason(record: IntakeRecord, rules: RuleSet) -> Wording | None:
    """The special reason in words; its code when the list has changed meanwhile."""
    special = record.photo.special if record.photo else None
    if special is None:
        return None
    named = next((each.name for each in rules.special_photos if each.code == special.code), None)
    known = photo_rules().reason(special.code)
    return named or (known.name if known else Wording(ja=special.code))


def clock_note(stamp: Stamp) -> ClockNote:
    uncertainty = None if stamp.uncertainty_ms is None else timedelta(milliseconds=stamp.uncertainty_ms)
    return ClockNote(stamp.corrected(), timedelta(milliseconds=stamp.offset_ms), uncertainty)
