"""所属 that change: another name, another place in the tree, one unit instead of two, taken away and back.

A unit is never deleted. Taken away it is offered nowhere any more and keeps its bookings and the people who have left;
who is still on the roster has to be elsewhere first. Made one with another it only points there: people keep the
unit their roster named and are shown under the other, so taking it back moves nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations.models import Unit
from backoffice.organisations.repository import OrganisationRepository
from backoffice.organisations.service import (
    OrganisationId,
    UnitId,
    UnitLine,
    line_of,
    same_units,
    taken,
    tree,
    unit_names,
)
from backoffice.rosters import service as rosters
from backoffice.visits import service as visits
from schemas.ids import MunicipalityCode


@dataclass(frozen=True)
class Use:
    """Who and what a unit has, with those made one with it: people on the roster now, people who have left, bookings,
    units below it."""

    members: int
    left: int
    bookings: int
    below: int

    @property
    def removable(self) -> bool:
        return not (self.members or self.below)


def unit(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: str) -> UnitLine:
    """One in use. `NotFound` for one that was taken away."""
    return line_of(_row(work, municipality, organisation, wanted))


def use(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId) -> Use:
    rows = OrganisationRepository(work.session).units(municipality, organisation)
    same = same_units(work, municipality, organisation, wanted)
    present, left = rosters.in_units(work, rosters.whose(municipality, organisation), same)
    below = sum(row.parent_id == wanted and row.ended_at is None for row in rows)
    return Use(present, left, visits.bookings_of_units(work, municipality, same), below)


def parents(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId
) -> list[UnitLine]:
    """Units that may stand above one: all but itself and those below it."""
    lines = tree(work, municipality, organisation)
    at = next((place for place, line in enumerate(lines) if line.id == wanted), len(lines))
    end = next((place for place in range(at + 1, len(lines)) if lines[place].depth <= lines[at].depth), len(lines))
    return lines[:at] + lines[end:]


def ended(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> list[tuple[UnitLine, str]]:
    """Those taken away, the youngest first, each with the name of the one it was made one with."""
    rows = OrganisationRepository(work.session).units(municipality, organisation)
    names = {row.id: row.name for row in rows}
    over = sorted(((row.ended_at, row) for row in rows if row.ended_at), key=lambda pair: pair[0], reverse=True)
    return [(line_of(row), names.get(row.merged_into or "", "")) for _at, row in over]


def change(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId,
    *, name: str, parent: UnitId | None, seen: str, actor: str,
) -> None:  # fmt: skip
    """Another name, or another unit above it. `Refused` for a place below itself, a name its neighbours have, and with
    409 when it is no longer what was `seen`."""
    row = _row(work, municipality, organisation, wanted, seen=seen, wish=(name, parent))
    if parent is not None and parent not in {line.id for line in parents(work, municipality, organisation, wanted)}:
        raise Refused("field.parent", "自分の下の所属は、上の所属にできません。", status=422)
    rows = OrganisationRepository(work.session).units(municipality, organisation)
    if taken(rows, name, parent, but=wanted):
        raise Refused("field.name", "同じ名前の所属が、同じところにあります。", status=422)
    row.name, row.parent_id = name, parent
    _call(work, municipality, organisation, wanted)
    _write(work, municipality, actor, "unit.changed", wanted)


def merge(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId,
    *, into: str, seen: str, actor: str,
) -> None:  # fmt: skip
    """One unit instead of two: its people and its name in the next roster belong to the other."""
    row = _row(work, municipality, organisation, wanted, seen=seen)
    _require_none_below(work, municipality, organisation, wanted)
    if into == wanted or into not in {line.id for line in tree(work, municipality, organisation)}:
        raise Refused("field.into", "どの所属に統合するかを選んでください。", status=422)
    together = same_units(work, municipality, organisation, wanted)
    row.merged_into, row.ended_at = into, work.now
    _call(work, municipality, organisation, wanted, *together)
    _write(work, municipality, actor, "unit.merged", wanted, f"unit:{into}")


def remove(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId,
    *, seen: str, actor: str,
) -> None:  # fmt: skip
    """No longer offered. `Refused` while somebody of the roster is in it, or a unit below it."""
    row = _row(work, municipality, organisation, wanted, seen=seen)
    _require_none_below(work, municipality, organisation, wanted)
    if use(work, municipality, organisation, wanted).members:
        raise Refused("unit.has_members", "この所属には名簿の人がいます。先に別の所属へ統合してください。", status=409)
    row.ended_at = work.now
    _write(work, municipality, actor, "unit.removed", wanted)


def restore(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId, *, actor: str
) -> None:
    """As it was before it was taken away or made one with another; at the top where the one above it is gone."""
    rows = _locked(work, municipality, organisation)
    row = rows.get(wanted)
    if row is None:
        raise _unknown()
    if row.ended_at is None:
        return
    above = rows.get(row.parent_id or "")
    row.parent_id = row.parent_id if above is not None and above.ended_at is None else None
    if taken(list(rows.values()), row.name, row.parent_id, but=wanted):
        raise Refused("unit.name_taken", "同じ名前の所属が、もうあります。", status=409)
    row.ended_at = row.merged_into = None
    _call(work, municipality, organisation, wanted)
    _write(work, municipality, actor, "unit.restored", wanted)


def _call(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, *changed: UnitId) -> None:
    """Whoever is in these, or in one made one with them, is listed under their name."""
    work.session.flush()
    names, whose = unit_names(work, municipality, organisation), rosters.whose(municipality, organisation)
    here = {unit for wanted in changed for unit in (wanted, *same_units(work, municipality, organisation, wanted))}
    for unit in sorted(here):
        rosters.call_unit(work, whose, unit, names[unit])


def _require_none_below(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: UnitId
) -> None:
    if use(work, municipality, organisation, wanted).below:
        raise Refused("unit.has_units", "先に、下の所属を別の所属へ移してください。", status=409)


def _row(
    work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId, wanted: str,
    *, seen: str = "", wish: tuple[str, str | None] | None = None,
) -> Unit:  # fmt: skip
    """Locked with its whole tree when something was `seen`, which it must still be, or what is wished for."""
    rows = _locked(work, municipality, organisation) if seen else _all(work, municipality, organisation)
    row = rows.get(wanted)
    if row is None or row.ended_at is not None:
        raise _unknown()
    if seen and seen != line_of(row).seal and wish != (row.name, row.parent_id):
        raise Refused("unit.changed_meanwhile", "ほかの人が先に保存しました。内容を見比べてください。", status=409)
    return row


def _locked(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> Mapping[str, Unit]:
    """The organisation's row is the lock of its tree: two moves at once could make a ring."""
    if OrganisationRepository(work.session).organisation(municipality, organisation, lock=True) is None:
        raise NotFound("organisation.not_found", "団体が見つかりません。")
    return _all(work, municipality, organisation)


def _all(work: UnitOfWork, municipality: MunicipalityCode, organisation: OrganisationId) -> Mapping[str, Unit]:
    return {row.id: row for row in OrganisationRepository(work.session).units(municipality, organisation)}


def _unknown() -> NotFound:
    return NotFound("unit.not_found", "所属が見つかりません。")


def _write(
    work: UnitOfWork, municipality: MunicipalityCode, actor: str, action: str, wanted: str, detail: str = ""
) -> None:
    audit.write(work, municipality=municipality, actor=actor, action=action, subject=f"unit:{wanted}", detail=detail)
