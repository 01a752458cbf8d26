"""Queries of what lies on the desk beside the cases: notes, drafts, saved views, batches. Within one municipality."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import defer
from sqlmodel import Session, SQLModel, col, delete, func, or_, select

from backoffice.cases.models import (
    Case,
    CaseBatch,
    CaseBatchItem,
    CaseDraft,
    CaseNote,
    CasePhoto,
    CaseTally,
    DraftForm,
    SavedView,
)
from backoffice.cases.workflow import State


class DeskRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def add(self, *rows: SQLModel) -> None:
        for row in rows:
            self._session.add(row)
            self._session.flush()

    def batches(self, *, limit: int) -> list[tuple[CaseBatch, int, int]]:
        """Youngest first, with how many cases were decided and how many left alone."""
        decided, left = func.count(col(CaseBatchItem.version)), func.count() - func.count(col(CaseBatchItem.version))
        found = (
            select(CaseBatch, decided, left)
            .join(
                CaseBatchItem,
                (col(CaseBatchItem.municipality_id) == col(CaseBatch.municipality_id))
                & (col(CaseBatchItem.batch_id) == col(CaseBatch.id)),
            )
            .where(CaseBatch.municipality_id == self._municipality)
            .group_by(col(CaseBatch.municipality_id), col(CaseBatch.id))
        )
        return [
            (batch, done, rest)
            for batch, done, rest in self._session.exec(found.order_by(col(CaseBatch.id).desc()).limit(limit))
        ]

    def approved(self, *, handed_over: bool, limit: int) -> list[Case]:
        """Approved cases that still have to be handed over, oldest first; or those that were, the last first."""
        out = col(Case.handed_over_at)
        found = (
            select(Case)
            .options(defer(Case.record))  # type: ignore[arg-type]
            .where(
                Case.municipality_id == self._municipality,
                col(Case.state) == State.APPROVED,
                out.is_not(None) if handed_over else out.is_(None),
            )
        )
        order = (out.desc(),) if handed_over else (col(Case.received_at), col(Case.id))
        return list(self._session.exec(found.order_by(*order).limit(limit)))

    def photos(self, case: str) -> list[CasePhoto]:
        """Every photo of a case that has had more than one, oldest first."""
        found = select(CasePhoto).where(CasePhoto.municipality_id == self._municipality, CasePhoto.case_id == case)
        return list(self._session.exec(found.order_by(col(CasePhoto.number))))

    def photo_of_record(self, record: str) -> CasePhoto | None:
        """The photo that came with a record which made no case of its own."""
        found = select(CasePhoto).where(CasePhoto.municipality_id == self._municipality, CasePhoto.record_id == record)
        return self._session.exec(found.limit(1)).one_or_none()

    def returned(self, form: str) -> list[Case]:
        """Cases of a form id that went back to the applicant; two are enough to know that it is not one."""
        found = select(Case).where(
            Case.municipality_id == self._municipality, Case.form_id == form, col(Case.state) == State.RETURNED
        )
        return list(self._session.exec(found.order_by(col(Case.id)).limit(2)))

    def notes(self, case: str) -> list[CaseNote]:
        """Newest first."""
        found = select(CaseNote).where(CaseNote.municipality_id == self._municipality, CaseNote.case_id == case)
        return list(self._session.exec(found.order_by(col(CaseNote.id).desc())))

    def draft(self, staff: str, case: str, form: DraftForm) -> CaseDraft | None:
        return self._session.get(CaseDraft, (self._municipality, staff, case, form))

    def put_draft(self, draft: CaseDraft) -> None:
        self._session.merge(draft)
        self._session.flush()

    def drafts(self, staff: str, *, since: datetime, limit: int) -> list[tuple[CaseDraft, Case]]:
        """A person's drafts with their cases, last written first."""
        found = (
            select(CaseDraft, Case)
            .join(
                Case,
                (col(Case.municipality_id) == col(CaseDraft.municipality_id))
                & (col(Case.id) == col(CaseDraft.case_id)),
            )
            .where(
                CaseDraft.municipality_id == self._municipality,
                CaseDraft.staff_id == staff,
                col(CaseDraft.saved_at) >= since,
            )
        )
        return list(self._session.exec(found.order_by(col(CaseDraft.saved_at).desc()).limit(limit)))

    def drop_draft(self, staff: str, case: str, form: DraftForm) -> None:
        own = delete(CaseDraft).where(
            col(CaseDraft.municipality_id) == self._municipality,
            col(CaseDraft.staff_id) == staff,
            col(CaseDraft.case_id) == case,
            col(CaseDraft.form) == form,
        )
        self._session.exec(own)

    def drop_drafts(self, *, before: datetime) -> int:
        old = delete(CaseDraft).where(
            col(CaseDraft.municipality_id) == self._municipality, col(CaseDraft.saved_at) < before
        )
        return self._session.exec(old).rowcount

    def views(self, staff: str) -> list[SavedView]:
        """A person's own and those shared, by name."""
        found = select(SavedView).where(
            SavedView.municipality_id == self._municipality,
            or_(col(SavedView.owner_id) == staff, col(SavedView.shared).is_(True)),
        )
        return list(self._session.exec(found.order_by(col(SavedView.name), col(SavedView.id))))

    def view(self, view: str) -> SavedView | None:
        return self._session.get(SavedView, (self._municipality, view))

    def drop_view(self, view: SavedView) -> None:
        self._session.delete(view)
        self._session.flush()

    def batch(self, batch: str, *, lock: bool = False) -> CaseBatch | None:
        return self._session.get(
            CaseBatch, (self._municipality, batch), with_for_update=lock or None, populate_existing=True
        )

    def items(self, batch: str) -> list[tuple[CaseBatchItem, Case]]:
        """A batch's cases in the order of their slips."""
        found = (
            select(CaseBatchItem, Case)
            .join(
                Case,
                (col(Case.municipality_id) == col(CaseBatchItem.municipality_id))
                & (col(Case.id) == col(CaseBatchItem.case_id)),
            )
            .where(CaseBatchItem.municipality_id == self._municipality, CaseBatchItem.batch_id == batch)
        )
        return list(self._session.exec(found.order_by(col(Case.slip), col(Case.id))))

    def forms_doubled(self, forms: Iterable[str]) -> set[str]:
        """Which of these form ids more than one standing case has."""
        wanted = sorted(set(forms))
        found = select(Case.form_id, Case.id).where(
            Case.municipality_id == self._municipality, col(Case.form_id).in_(wanted), Case.state != State.DUPLICATE
        )
        seen: dict[str, int] = {}
        for form, _case in self._session.exec(found):
            if form is not None:
                seen[form] = seen.get(form, 0) + 1
        return {form for form, count in seen.items() if count > 1}

    def returned_for(self, since: datetime, until: datetime) -> list[tuple[str, int]]:
        """(reason codes with spaces between, cases) of what was returned in a period and still is."""
        found = select(Case.return_reasons, func.count()).where(
            Case.municipality_id == self._municipality,
            col(Case.decided_at) >= since,
            col(Case.decided_at) < until,
            Case.state == State.RETURNED,
        )
        return [(reasons, cases) for reasons, cases in self._session.exec(found.group_by(Case.return_reasons))]

    def waiting(self, state: State, limit: int) -> list[datetime]:
        """When those that wait for this were received, the oldest first: read in the index alone."""
        found = select(Case.received_at).where(Case.municipality_id == self._municipality, Case.state == state)
        return list(self._session.exec(found.order_by(col(Case.received_at), col(Case.id)).limit(limit)))

    def tallies(self) -> list[CaseTally]:
        found = select(CaseTally).where(CaseTally.municipality_id == self._municipality)
        return list(self._session.exec(found.order_by(col(CaseTally.fiscal_year).desc(), col(CaseTally.visit_id))))
