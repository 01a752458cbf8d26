"""Municipalities as tenants, the organisations they visit, and the municipalities people may live in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations.known import known_municipalities
from backoffice.organisations.models import Kind, Municipality, Organisation, Partner, Unit
from backoffice.organisations.repository import OrganisationRepository
from schemas.ids import MunicipalityCode, Uuid7
from schemas.language import Wording, with_reading
from schemas.visit import Municipality as NamedMunicipality


class OrganisationId(Uuid7):
    """One organisation."""


class UnitId(Uuid7):
    """One unit of an organisation."""


@dataclass(frozen=True)
class Tenant:
    """A municipality that uses this installation."""

    code: MunicipalityCode
    name: str
    name_en: str
    kana: str
    contact: str

    @property
    def named(self) -> NamedMunicipality:
        return named(self.code, self.name, self.kana, self.name_en)


@dataclass(frozen=True)
class Contact:
    """`name`: with their duty, e.g. 総務課 会津."""

    name: str
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True)
class OrganisationLine:
    """`contact`, `phone`, `mail`: whom to ask first; `further`: others."""

    id: OrganisationId
    name: str
    contact: str
    kind: Kind = Kind.OTHER
    partner: Partner = Partner.CANDIDATE
    phone: str = ""
    mail: str = ""
    further: tuple[Contact, ...] = ()

    @property
    def people(self) -> str:
        """All of them on one line, for searching and for files."""
        others = (" ".join(part for part in (each.name, each.phone, each.mail) if part) for each in self.further)
        return " / ".join(part for part in (self.contact, *others) if part)

    @property
    def seal(self) -> str:
        """Tells one state of it from another: what a form was filled in over."""
        others = (text for each in self.further for text in (each.name, each.phone, each.mail))
        said = (self.name, self.contact, self.kind, self.partner, self.phone, self.mail, *others)
        return sha256("\0".join(said).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class UnitLine:
    """A unit and how deep it stands in the tree."""

    id: UnitId
    name: str
    depth: int
    parent: str | None = None

    @property
    def seal(self) -> str:
        """Tells one state of it from another: what a form was filled in over."""
        return sha256(f"{self.name}\0{self.parent or ''}".encode()).hexdigest()[:16]


def named(code: MunicipalityCode, name: str, kana: str, name_en: str) -> NamedMunicipality:
    """`kana`: in hiragana; やさしい日本語 shows it over the name's characters."""
    wording = Wording(ja=name, ja_easy=with_reading(name, kana), en=name_en or None)
    return NamedMunicipality(code=code, name=wording, kana=kana[:80])


def add_municipality(
    work: UnitOfWork,
    code: MunicipalityCode,
    *,
    name: str,
    actor: str,
    name_en: str = "",
    kana: str = "",
    contact: str = "",
) -> None:
    """Take a municipality on as a tenant."""
    repository = OrganisationRepository(work.session)
    if repository.municipality(code):
        raise Refused("municipality.exists", "この市区町村はすでに登録されています。", status=409)
    repository.add(
        Municipality(municipality_id=code, name=name, name_en=name_en, kana=kana, contact=contact, created_at=work.now)
    )
    audit.write(work, municipality=code, actor=actor, action="municipality.added", subject=f"municipality:{code}")


def tenant(work: UnitOfWork, code: MunicipalityCode) -> Tenant:
    found = OrganisationRepository(work.session).municipality(code)
    if found is None:
        raise NotFound("municipality.not_found", "市区町村が登録されていません。")
    return _tenant(found)


def tenants(work: UnitOfWork) -> list[Tenant]:
    return [_tenant(row) for row in OrganisationRepository(work.session).municipalities()]


def add_organisation(
    work: UnitOfWork, municipality: MunicipalityCode, *, name: str, contact: str = "", actor: str
) -> OrganisationId:
    made = work.new_id(OrganisationId)
    OrganisationRepository(work.session).add(
        Organisation(municipality_id=municipality, id=made, name=name, contact=contact, created_at=work.now)
    )
    audit.write(
        work, municipality=municipality, actor=actor, action="organisation.added", subject=f"organisation:{made}"
    )
    return made


def add_unit(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    organisation: OrganisationId,
    *,
    name: str,
    parent: UnitId | None = None,
    actor: str = "",
) -> UnitId:
    """A new unit; one of that name that was taken away comes back instead. By a person (`actor`) only under a name its
    neighbours do not have."""
    repository = OrganisationRepository(work.session)
    rows = repository.units(municipality, organisation)
    if actor and taken(rows, name, parent):
        raise Refused("field.name", "同じ名前の所属が、同じところにあります。", status=422)
    former = next((row for row in rows if row.name == name and row.ended_at and not row.merged_into), None)
    if former is not None:
        former.ended_at, former.parent_id = None, parent
        return UnitId(former.id)
    made = work.new_id(UnitId)
    repository.add(
        Unit(
            municipality_id=municipality, id=made, organisation_id=organisation, parent_id=parent, name=name,
            created_at=work.now,
        )
    )  # fmt: skip
    if actor:
        audit.write(work, municipality=municipality, actor=actor, action="unit.added", subject=f"unit:{made}")
    return made


def taken(rows: Iterable[Unit], name: str, parent: str | None, *, but: str = "") -> bool:
    """Whether another unit in use has this name in this place."""
    here = (row for row in rows if row.ended_at is None and row.parent_id == parent and row.id != but)
    return any(row.name == name for row in here)


def units_by_name(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> dict[str, UnitId]:
    """The organisation's units in use; of several with one name the first. A name that was made one with another unit
    means that one."""
    rows = OrganisationRepository(work.session).units(municipality, organisation)
    meant = standing_for(rows)
    used = {row.id for row in rows if row.ended_at is None}
    older = {row.name: UnitId(meant[row.id]) for row in reversed(rows) if row.merged_into and meant[row.id] in used}
    return older | {row.name: UnitId(row.id) for row in reversed(rows) if row.id in used}


def unit_names(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> dict[UnitId, str]:
    """What every unit is called, those taken away too; one made one with another is called like that one."""
    rows = OrganisationRepository(work.session).units(municipality, organisation)
    names, meant = {row.id: row.name for row in rows}, standing_for(rows)
    return {UnitId(row.id): names[meant[row.id]] for row in rows}


def same_units(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: str
) -> list[UnitId]:
    """A unit with those made one with it."""
    rows = OrganisationRepository(work.session).units(municipality, organisation)
    return [UnitId(unit) for unit, meant in standing_for(rows).items() if meant == wanted]


def units_meant(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> dict[str, str]:
    """By unit, the one it belongs to now."""
    return standing_for(OrganisationRepository(work.session).units(municipality, organisation))


def standing_for(rows: Sequence[Unit]) -> dict[str, str]:
    """By unit, the one it belongs to now: itself, or the one at the end of what it was made one with."""
    into = {row.id: row.merged_into for row in rows if row.merged_into}

    def end(unit: str) -> str:
        for _ in rows:
            unit = into.get(unit, unit)
        return unit

    return {row.id: end(row.id) if row.id in into else row.id for row in rows}


def organisation(work: UnitOfWork, municipality: MunicipalityCode, wanted: str) -> OrganisationLine:
    found = OrganisationRepository(work.session).organisation(municipality, wanted)
    if found is None:
        raise NotFound("organisation.not_found", "団体が見つかりません。")
    return _line(found)


def organisations(work: UnitOfWork, municipality: MunicipalityCode) -> list[OrganisationLine]:
    rows = OrganisationRepository(work.session).organisations(municipality)
    return [_line(row) for row in rows]


def change_organisation(
    work: UnitOfWork,
    municipality: MunicipalityCode,
    wanted: OrganisationId,
    line: OrganisationLine,
    *,
    actor: str,
    seen: str = "",
) -> None:
    """Name, contact, kind and how far the talks are. `Refused` with 409 when it is no longer what was `seen`."""
    row = OrganisationRepository(work.session).organisation(municipality, wanted, lock=True)
    if row is None:
        raise NotFound("organisation.not_found", "団体が見つかりません。")
    if seen and organisation(work, municipality, wanted).seal not in (seen, line.seal):
        raise Refused(
            "organisation.changed_meanwhile", "ほかの人が先に保存しました。内容を見比べてください。", status=409
        )
    row.name, row.contact, row.phone, row.mail = line.name, line.contact, line.phone, line.mail
    row.kind, row.partner = line.kind, line.partner
    row.further = [[each.name, each.phone, each.mail] for each in line.further]
    audit.write(
        work, municipality=municipality, actor=actor, action="organisation.changed", subject=f"organisation:{wanted}"
    )


def tree(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> list[UnitLine]:
    """The units in use, each parent before its children."""
    children: dict[str | None, list[Unit]] = {}
    for row in OrganisationRepository(work.session).units(municipality, organisation):
        if row.ended_at is not None:
            continue
        children.setdefault(row.parent_id, []).append(row)

    def under(parent: str | None, depth: int) -> list[UnitLine]:
        lines: list[UnitLine] = []
        for row in children.get(parent, []):
            lines += [line_of(row, depth), *under(row.id, depth + 1)]
        return lines

    return under(None, 0)


def home_municipalities(tenant: Tenant) -> tuple[NamedMunicipality, ...]:
    """Where applicants of a visit may live: the tenant first, then the rest of its prefecture as far as known."""
    others = (known for known in known_municipalities() if known.code[:2] == tenant.code[:2])
    neighbours = (named(known.code, known.name, known.kana, known.name_en) for known in others)
    return (tenant.named, *(place for place in neighbours if place.code != tenant.code))


def line_of(row: Unit, depth: int = 0) -> UnitLine:
    return UnitLine(UnitId(row.id), row.name, depth, row.parent_id)


def _line(row: Organisation) -> OrganisationLine:
    further = tuple(Contact(*each) for each in row.further or ())
    return OrganisationLine(
        OrganisationId(row.id), row.name, row.contact, row.kind, row.partner, row.phone, row.mail, further
    )


def _tenant(row: Municipality) -> Tenant:
    return Tenant(MunicipalityCode(row.municipality_id), row.name, row.name_en, row.kana, row.contact)
