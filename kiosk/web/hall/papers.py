"""Paper against records: which papers each sealed record says were taken, what was counted at the end of the visit, and
for whom a form must be made at the office.

Slip numbers and kinds only, kept on the disk until the next visit begins here, so that a restart loses no count. The
numbers stand on the papers' own slips; nobody is named.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final

import structlog
from pydantic import Field, ValidationError

from kiosk.errors import KioskError
from kiosk.outbox.files import read_limited, write_durably
from kiosk.web.hall.wire import Word
from schemas.balance import Gifts
from schemas.ids import SlipNumber, VisitId
from schemas.intake import FormKind, IntakeRecord
from schemas.rules import NumberPaper, OldCard

log = structlog.get_logger(__name__)
_LIMIT = 4 * 1024 * 1024
PHOTO_STATEMENT = "certified_photo_statement"


class Paper(StrEnum):
    """What is taken in, counted and carried; the gift that is handed out; and the form that is still to be made."""

    FORM = "form"
    ENVELOPE = "envelope"
    PIN_REQUEST = "pin_request"
    NUMBER_PAPER = "number_paper"
    OLD_CARD = "old_card"
    JUKI_CARD = "juki_card"
    LOSS_REPORT = "loss_report"
    PHOTO_STATEMENT = "photo_statement"
    GIFT = "gift"
    REISSUE = "reissue"


COUNTED: Final = tuple(paper for paper in Paper if paper is not Paper.REISSUE)
"""Of the others nothing lies on the table."""
NO_FORM: Final = frozenset({"form.none", "form.reissue"})
"""What the rules tell people for whom the office must make a form (facts 3.3)."""


class Count(Word):
    """What was counted by hand, by whom (their name stands on the sheet). `bag`: number of the sealed bag."""

    counted: dict[Paper, int] = Field(default_factory=dict)
    bag: str = Field(default="", max_length=40)
    by: str = Field(default="", max_length=80)
    at: str = ""


class Sheet(Word):
    """`slips`: a sealed number's papers, one entry a sheet; `people`: how many were sealed under it (a family)."""

    visit: VisitId
    slips: dict[SlipNumber, tuple[Paper, ...]] = Field(default_factory=dict)
    people: dict[SlipNumber, int] = Field(default_factory=dict)
    count: Count = Count()

    def gifts(self, slip: SlipNumber) -> int:
        return self.slips.get(slip, ()).count(Paper.GIFT)


class Tally:
    """The sheet of the visit under way. Safe from any thread."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._sheet = _read(file)

    def note(self, record: IntakeRecord) -> None:
        """A sealed record's papers. A sheet that cannot be written never undoes a sealing: it is said in the log."""
        self._add(record.visit, record.slip, papers_of(record))

    def gift(self, visit: VisitId, slip: SlipNumber, *, handed: bool, number: int | None = None) -> None:
        """So many gifts were handed out under this number, at most one a person; by default each got one."""
        with self._lock:
            sheet = self._of(visit)
            others = tuple(each for each in sheet.slips.get(slip, ()) if each is not Paper.GIFT)
            people = sheet.people.get(slip, 1)
            given = min(people, people if number is None else number) if handed else 0
            self._keep(sheet.model_copy(update={"slips": {**sheet.slips, slip: (*others, *(Paper.GIFT,) * given)}}))

    def gifts(self, visit: VisitId | None) -> Gifts | None:
        """For the office, with the balance of a visit; None before the first was handed or counted."""
        if visit is None:
            return None
        sheet = self.sheet(visit)
        handed = tuple(slip for slip in sorted(sheet.slips) for _ in range(sheet.gifts(slip)))
        counted = sheet.count.counted.get(Paper.GIFT)
        return Gifts(handed=handed, counted=counted) if handed or counted is not None else None

    def counted(self, visit: VisitId, count: Count) -> None:
        with self._lock:
            self._keep(self._of(visit).model_copy(update={"count": count}))

    def sheet(self, visit: VisitId) -> Sheet:
        with self._lock:
            return self._of(visit)

    def by_paper(self, visit: VisitId) -> dict[str, tuple[SlipNumber, ...]]:
        """Slips by kind of paper, in order, one for each sheet (a family has several under one number); kinds nobody
        brought are left out."""
        slips = self.sheet(visit).slips
        found = {
            paper.value: tuple(slip for slip in sorted(slips) for kind in slips[slip] if kind is paper)
            for paper in Paper
        }
        return {paper: taken for paper, taken in found.items() if taken}

    def _add(self, visit: VisitId, slip: SlipNumber, papers: Iterable[Paper]) -> None:
        try:
            with self._lock:
                sheet = self._of(visit)
                slips = {**sheet.slips, slip: (*sheet.slips.get(slip, ()), *papers)}
                people = {**sheet.people, slip: sheet.people.get(slip, 0) + 1}
                self._keep(sheet.model_copy(update={"slips": slips, "people": people}))
        except KioskError as error:
            log.error("paper sheet not written", code=error.code, slip=slip)

    def _of(self, visit: VisitId) -> Sheet:
        return self._sheet if self._sheet is not None and self._sheet.visit == visit else Sheet(visit=visit)

    def _keep(self, sheet: Sheet) -> None:
        write_durably(self._file, sheet.model_dump_json().encode())
        self._sheet = sheet


def papers_of(record: IntakeRecord) -> tuple[Paper, ...]:
    """What of this record lies on the table as paper."""
    papers = record.papers
    documents = {check.document for check in record.identity.documents} if record.identity else set()
    taken: Mapping[Paper, bool] = {
        Paper.FORM: record.form.kind in (FormKind.QR, FormKind.TYPED),
        Paper.ENVELOPE: record.form.kind in (FormKind.SEALED_ENVELOPE, FormKind.HANDWRITTEN),  # never an open sheet
        Paper.PIN_REQUEST: bool(papers.pin_request),
        Paper.NUMBER_PAPER: papers.number_paper is NumberPaper.HANDED_IN,
        Paper.OLD_CARD: papers.old_card is OldCard.HANDED_IN,
        Paper.JUKI_CARD: papers.juki_card is OldCard.HANDED_IN,
        Paper.LOSS_REPORT: papers.loss_report,
        Paper.PHOTO_STATEMENT: PHOTO_STATEMENT in documents,
        Paper.REISSUE: any(notice.code in NO_FORM for notice in record.decision.notices),
    }
    return tuple(paper for paper, is_taken in taken.items() if is_taken)


def _read(file: Path) -> Sheet | None:
    try:
        return Sheet.model_validate_json(read_limited(file, _LIMIT) or b"")
    except ValidationError:
        return None
