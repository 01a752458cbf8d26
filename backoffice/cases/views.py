"""Saved views: the conditions of a list under a name, for oneself or for everybody of the desk.

Only conditions that name nobody are kept: state, day, sort, order, visit, method – never a search text.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode

from backoffice.audit import service as audit
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import SavedView
from backoffice.kit.errors import NotAllowed, NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import Uuid7, contains_my_number

KEPT: Final = ("state", "day", "sort", "order", "visit", "method")
LIMIT: Final = 50  # views a person may have


class ViewId(Uuid7):
    """One saved view."""


def save(work: UnitOfWork, municipality: str, *, name: str, conditions: str, shared: bool, by: str) -> SavedView:
    """Keep the conditions (a query string) under a name. `Refused` when the name says nothing or too much."""
    written = " ".join(name.split())[:40]
    if not written:
        raise Refused("view.no_name", "一覧の名前を入力してください。", status=422)
    if contains_my_number(written):
        raise Refused("view.my_number", "名前に個人番号は書けません。", status=422)
    repository = DeskRepository(work.session, municipality)
    known = repository.views(by)
    if sum(view.owner_id == by for view in known) >= LIMIT:
        raise Refused("view.too_many", "保存できる一覧は50件までです。使わないものを削除してください。", status=409)
    same = next((view for view in known if view.owner_id == by and view.name == written), None)
    view = same or SavedView(
        municipality_id=municipality, id=work.new_id(ViewId), owner_id=by, name=written, conditions="", shared=shared,
        created_at=work.now,
    )  # fmt: skip
    view.conditions, view.shared = plain(conditions), shared
    repository.add(view)
    audit.write(
        work, municipality=municipality, actor=by, action="view.saved", subject=f"view:{view.id}",
        detail="shared" if shared else "own",
    )  # fmt: skip
    return view


def plain(conditions: str) -> str:
    """The conditions that may be kept, in one order."""
    given = dict(parse_qsl(conditions[:1000]))
    return urlencode({name: given[name][:40] for name in KEPT if given.get(name)})


def of(work: UnitOfWork, municipality: str, *, by: str) -> list[SavedView]:
    """A person's own and those shared, by name."""
    return DeskRepository(work.session, municipality).views(by)


def remove(work: UnitOfWork, municipality: str, view: str, *, by: str, lead: bool) -> None:
    """Forget a view: one's own, or as a lead a shared one."""
    repository = DeskRepository(work.session, municipality)
    found = repository.view(view)
    if found is None or (found.owner_id != by and not found.shared):
        raise NotFound("view.unknown", "この一覧は見つかりません。")
    if found.owner_id != by and not lead:
        raise NotAllowed("view.not_yours", "ほかの職員が作った一覧は、受付責任者だけが削除できます。")
    repository.drop_view(found)
    audit.write(work, municipality=municipality, actor=by, action="view.removed", subject=f"view:{view}")
