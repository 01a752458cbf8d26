"""What to have along when the card is collected, as slip and last screen list it: one heading a group."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kiosk.web.texts import N_
from kiosk.web.words import PERSONS
from schemas.rules import Item

ONE_OF = N_("次のどれか1つ")
ALSO = N_("そのほかに必要なもの")


@dataclass(frozen=True)
class Group:
    """`heading`: whose documents, or None; `rule`: whether one is enough or all are needed."""

    heading: str | None
    rule: str
    items: tuple[Item, ...]


def groups(items: Iterable[Item]) -> tuple[Group, ...]:
    """One group a person of whose sets one is enough, then what is needed in any case."""
    listed = tuple(items)
    sets = {person: tuple(item for item in listed if item.one_of is person) for person in PERSONS}
    found = tuple(Group(PERSONS[person], ONE_OF, each) for person, each in sets.items() if each)
    rest = tuple(item for item in listed if item.one_of is None)
    return (*found, Group(None, ALSO, rest)) if rest else found
