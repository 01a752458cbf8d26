"""A few thousand rows of a roster at once: who is new, who changed, who is the same, and which line is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations import service as organisations
from backoffice.organisations.service import OrganisationId, UnitId
from backoffice.rosters.mapping import Column, Person, RowWrong, person_of
from backoffice.rosters.models import Member, RosterImport
from backoffice.rosters.names import folded
from backoffice.rosters.repository import RosterRepository, Whose
from schemas.ids import MunicipalityCode, Uuid7

TOLD: Final = 500
"""Wrong lines kept in words; further ones are counted."""
_AT_ONCE: Final = 500
_UNIT_NAME: Final = 120  # what a unit's name holds
_KEPT: Final = ("kana", "former_name", "alias", "birth_month")
Key = tuple[str, str, str]


class MemberId(Uuid7):
    """One person of a roster."""


@dataclass(frozen=True)
class Line:
    number: int
    person: Person

    @cached_property
    def key(self) -> Key:
        return (self.person.number, self.person.relation.value, folded(self.person.name)[:200])


class Portion:
    def __init__(self, work: UnitOfWork, row: RosterImport, columns: Mapping[Column, int]) -> None:
        self._work, self._row, self._columns = work, row, columns
        self._repository = RosterRepository(work.session)
        self._whose = Whose(row.municipality_id, row.organisation_id)
        self._municipality = MunicipalityCode(row.municipality_id)
        self._units = organisations.units_by_name(work, self._municipality, OrganisationId(row.organisation_id))
        self._names = organisations.unit_names(work, self._municipality, OrganisationId(row.organisation_id))
        self._meant = organisations.units_meant(work, self._municipality, OrganisationId(row.organisation_id))

    def take(self, lines: Iterator[tuple[int, int, list[str]]], *, at_most: int) -> bool:
        """Take rows in; True when the file's end was reached."""
        batch: list[Line] = []
        for taken, (number, offset, cells) in enumerate(lines, start=1):
            self._row.read, self._row.offset = number - 1, offset
            try:
                batch.append(Line(number, person_of(cells, self._columns)))
            except RowWrong as wrong:
                self._tell(number, wrong)
            if len(batch) >= _AT_ONCE:
                self._keep(batch)
                batch = []
            if taken >= at_most:
                self._keep(batch)
                return self._row.read >= self._row.rows
        self._keep(batch)
        return True

    def _keep(self, batch: list[Line]) -> None:
        lines = self._once(batch)
        known = self._repository.known(self._whose, lines)
        fresh, same = [], []
        for key, line in lines.items():
            member = known.get(key)
            if member is None:
                fresh.append(self._new(line))
            elif member.seen_in == self._row.id:
                self._tell(line.number, RowWrong(Column.NAME, "twice"))
            elif self._renew(member, line.person):
                self._row.changed += 1
            else:
                same.append(member.id)
        self._repository.insert(fresh)
        self._repository.seen(self._whose, same, self._row.id)
        self._row.added += len(fresh)
        self._row.same += len(same)
        self._work.session.flush()

    def _once(self, batch: list[Line]) -> dict[Key, Line]:
        lines: dict[Key, Line] = {}
        for line in batch:
            if line.key in lines:
                self._tell(line.number, RowWrong(Column.NAME, "twice"))
            else:
                lines[line.key] = line
        return lines

    def _new(self, line: Line) -> dict[str, object]:
        person = line.person
        return {
            "municipality_id": self._row.municipality_id, "id": self._work.new_id(MemberId),
            "organisation_id": self._row.organisation_id, "unit_id": self._unit(person.unit), "number": person.number,
            "relation": person.relation, "name": person.name, "name_key": line.key[2], "search": person.search,
            "unit_name": self._called(self._unit(person.unit)), "seen_in": self._row.id,
            "left_at": None, **{name: getattr(person, name) for name in _KEPT},
        }  # fmt: skip

    def _renew(self, member: Member, person: Person) -> bool:
        """True when the file says something new of a person known already."""
        unit = self._unit_of(member, person)
        now = {
            "name": person.name, "unit_id": unit, "unit_name": self._called(unit), "search": person.search,
            "left_at": None,
            **{name: getattr(person, name) for name in _KEPT},
        }  # fmt: skip
        if all(getattr(member, name) == value for name, value in now.items()):
            return False
        for name, value in {**now, "seen_in": self._row.id}.items():
            setattr(member, name, value)
        return True

    def _unit_of(self, member: Member, person: Person) -> str | None:
        """Who is in a unit made one with the one the file names stays there: it is no change."""
        named = self._unit(person.unit)
        same = member.unit_id is not None and self._meant.get(member.unit_id, member.unit_id) == named
        return member.unit_id if same else named

    def _unit(self, name: str) -> UnitId | None:
        """The 所属 of that name, made when the tree does not have it yet."""
        name = name[:_UNIT_NAME]
        if not name:
            return None
        if name not in self._units:
            organisation = OrganisationId(self._row.organisation_id)
            made = organisations.add_unit(self._work, self._municipality, organisation, name=name)
            self._units[name], self._names[made] = made, name
        return self._units[name]

    def _called(self, unit: str | None) -> str:
        return self._names.get(UnitId(unit), "") if unit else ""

    def _tell(self, number: int, wrong: RowWrong) -> None:
        self._row.wrong += 1
        if len(self._row.errors) < TOLD:
            self._row.errors = [*self._row.errors, [number, wrong.column.value, wrong.code]]
