"""Queries about municipalities, organisations and their units."""

from __future__ import annotations

from sqlmodel import Session, SQLModel, col, select

from backoffice.organisations.models import Municipality, Organisation, Unit


class OrganisationRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: SQLModel) -> None:
        self._session.add(row)
        self._session.flush()

    def municipality(self, municipality: str, *, lock: bool = False) -> Municipality | None:
        return self._session.get(Municipality, municipality, with_for_update=lock or None)

    def municipalities(self) -> list[Municipality]:
        """Every tenant of the installation."""
        return list(self._session.exec(select(Municipality).order_by(col(Municipality.municipality_id))))

    def organisation(self, municipality: str, organisation: str, *, lock: bool = False) -> Organisation | None:
        return self._session.get(Organisation, (municipality, organisation), with_for_update=lock or None)

    def organisations(self, municipality: str) -> list[Organisation]:
        found = select(Organisation).where(Organisation.municipality_id == municipality)
        return list(self._session.exec(found.order_by(col(Organisation.name))))

    def units(self, municipality: str, organisation: str) -> list[Unit]:
        found = select(Unit).where(Unit.municipality_id == municipality, Unit.organisation_id == organisation)
        return list(self._session.exec(found.order_by(col(Unit.id))))
