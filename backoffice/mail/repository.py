"""Queries about outgoing mail."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from backoffice.mail.models import Mail, MailState


class MailRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: Mail) -> None:
        self._session.add(row)
        self._session.flush()

    def one(self, municipality: str, wanted: str) -> Mail | None:
        return self._session.get(Mail, (municipality, wanted), with_for_update=True)

    def due(self, at: datetime) -> Mail | None:
        """The letter due longest of the whole installation, locked."""
        found = select(Mail).where(Mail.state == MailState.QUEUED, col(Mail.due_at) <= at)
        ordered = found.order_by(col(Mail.due_at)).limit(1).with_for_update(skip_locked=True)
        return self._session.exec(ordered).first()

    def abandoned(self, *, claimed_before: datetime) -> list[Mail]:
        """Claimed, and nobody said what became of them."""
        found = select(Mail).where(Mail.state == MailState.SENDING, col(Mail.claimed_at) < claimed_before)
        return list(self._session.exec(found.with_for_update(skip_locked=True)))

    def queued_about(self, municipality: str, about: str) -> list[Mail]:
        found = select(Mail).where(
            Mail.municipality_id == municipality, Mail.about == about, Mail.state == MailState.QUEUED
        )
        return list(self._session.exec(found.with_for_update()))

    def on_page(self, municipality: str, page: str) -> list[Mail]:
        """Youngest first."""
        found = select(Mail).where(Mail.municipality_id == municipality, Mail.page == page)
        return list(self._session.exec(found.order_by(col(Mail.id).desc())))
