"""Notes on a case, and drafts of what somebody is writing, on the server: a session that ends loses nothing.

A draft is its writer's alone. It goes when it is used, when it is emptied, and after `DRAFT_LIFE`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backoffice.audit import service as audit
from backoffice.cases import service
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.errors import StepImpossible
from backoffice.cases.models import Case, CaseDraft, CaseNote, DraftForm
from backoffice.cases.reasons import return_reasons
from backoffice.cases.workflow import NOTE_LIMIT
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import Uuid7, contains_my_number

DRAFT_LIFE: Final = timedelta(days=14)
DRAFTS_SHOWN: Final = 10


class NoteId(Uuid7):
    """One note."""


@dataclass(frozen=True)
class Draft:
    """What was being written: a text and, for a return, reason codes."""

    text: str = ""
    reasons: tuple[str, ...] = ()


def add(work: UnitOfWork, municipality: str, case: str, *, text: str, by: str) -> None:
    """Keep a note. `StepImpossible` when it is empty or holds a 個人番号."""
    service.read(work, municipality, case)
    written = text.strip()[:NOTE_LIMIT]
    if not written:
        raise StepImpossible("workflow.no_note")
    if contains_my_number(written):
        raise StepImpossible("workflow.my_number")
    repository = DeskRepository(work.session, municipality)
    repository.add(
        CaseNote(
            municipality_id=municipality, case_id=case, id=work.new_id(NoteId), at=work.now, author=by, text=written
        )
    )
    repository.drop_draft(by, case, DraftForm.NOTE)
    audit.write(work, municipality=municipality, actor=by, action="case.noted", subject=f"case:{case}")


def of(work: UnitOfWork, municipality: str, case: str) -> list[CaseNote]:
    """A case's notes, newest first."""
    return DeskRepository(work.session, municipality).notes(case)


def save_draft(work: UnitOfWork, municipality: str, case: str, form: DraftForm, draft: Draft, *, by: str) -> None:
    """Keep what is being written; an empty draft is dropped. `StepImpossible` when it holds a 個人番号."""
    service.read(work, municipality, case)
    if contains_my_number(draft.text):
        raise StepImpossible("workflow.my_number")
    repository = DeskRepository(work.session, municipality)
    repository.drop_drafts(before=work.now - DRAFT_LIFE)
    reasons = [code for code in return_reasons() if code in draft.reasons]
    if not draft.text.strip() and not reasons:
        repository.drop_draft(by, case, form)
        return
    repository.put_draft(
        CaseDraft(
            municipality_id=municipality, staff_id=by, case_id=case, form=form, text=draft.text[:NOTE_LIMIT],
            reasons=" ".join(reasons), saved_at=work.now,
        )
    )  # fmt: skip


def draft(work: UnitOfWork, municipality: str, case: str, form: DraftForm, *, by: str) -> Draft:
    """What this person was writing; an empty draft when there is none, or an old one."""
    found = DeskRepository(work.session, municipality).draft(by, case, form)
    if found is None or work.now - found.saved_at > DRAFT_LIFE:
        return Draft()
    return Draft(found.text, tuple(found.reasons.split()))


def used(work: UnitOfWork, municipality: str, case: str, form: DraftForm, *, by: str) -> None:
    """What was written has gone where it belongs."""
    DeskRepository(work.session, municipality).drop_draft(by, case, form)


def unfinished(work: UnitOfWork, municipality: str, *, by: str) -> list[tuple[CaseDraft, Case]]:
    """A person's drafts with their cases, last written first."""
    repository = DeskRepository(work.session, municipality)
    return repository.drafts(by, since=work.now - DRAFT_LIFE, limit=DRAFTS_SHOWN)
