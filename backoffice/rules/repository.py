"""Queries about rule files and their activations, each within one municipality."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import defer
from sqlmodel import Session, col, or_, select

from backoffice.rules.models import RuleActivation, RuleFile


class RuleRepository:
    def __init__(self, session: Session, municipality: str) -> None:
        self._session = session
        self._municipality = municipality

    def add(self, row: RuleFile | RuleActivation) -> None:
        self._session.add(row)
        self._session.flush()

    def file(self, wanted: str) -> RuleFile | None:
        return self._session.get(RuleFile, (self._municipality, wanted))

    def by_content(self, sha256: str) -> RuleFile | None:
        found = select(RuleFile).where(RuleFile.municipality_id == self._municipality, RuleFile.sha256 == sha256)
        return self._session.exec(found).one_or_none()

    def files(self) -> list[RuleFile]:
        """All files, the youngest first, their texts left unread."""
        found = select(RuleFile).where(RuleFile.municipality_id == self._municipality)
        return list(self._session.exec(found.options(defer(RuleFile.text)).order_by(col(RuleFile.id).desc())))  # type: ignore[arg-type]

    def activation(self, wanted: str, *, lock: bool = False) -> RuleActivation | None:
        found = select(RuleActivation).where(
            RuleActivation.municipality_id == self._municipality, RuleActivation.id == wanted
        )
        return self._session.exec(found.with_for_update() if lock else found).one_or_none()

    def activations(self) -> list[RuleActivation]:
        """All of them, the latest day first; of one day the one decided last first."""
        found = select(RuleActivation).where(RuleActivation.municipality_id == self._municipality)
        return list(
            self._session.exec(
                found.order_by(col(RuleActivation.valid_from).desc(), col(RuleActivation.asked_at).desc())
            )
        )

    def in_force(self, day: date) -> tuple[RuleActivation, str] | None:
        """What holds on a day, with the SHA-256 of its file; None when nothing does."""
        found = (
            select(RuleActivation, RuleFile.sha256)
            .join(RuleFile, (col(RuleFile.municipality_id) == col(RuleActivation.municipality_id))
                  & (col(RuleFile.id) == col(RuleActivation.file_id)))
            .where(
                RuleActivation.municipality_id == self._municipality,
                col(RuleActivation.valid_from) <= day,
                col(RuleActivation.confirmed_at).is_not(None),
                col(RuleActivation.withdrawn_at).is_(None),
                or_(col(RuleFile.effective_until).is_(None), col(RuleFile.effective_until) >= day),
            )
            .order_by(col(RuleActivation.valid_from).desc(), col(RuleActivation.confirmed_at).desc())
        )  # fmt: skip
        return self._session.exec(found.limit(1)).one_or_none()

    def text(self, wanted: str) -> str:
        """A file's text alone."""
        found = select(RuleFile.text).where(RuleFile.municipality_id == self._municipality, RuleFile.id == wanted)
        return self._session.exec(found).one()
