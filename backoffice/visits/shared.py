"""What many devices' bundles have in common, made once: 30 kiosks begin their day at the same moment.

Only values are kept, never an answer of the database: a list of known forms is made anew when the mark of its rows has
changed, a part when its value is another.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from pydantic import BaseModel

from schemas.bundle import Part, PartName, part_of
from schemas.known_forms import KnownForms
from schemas.visit import VisitBundle

_KEPT = 64
Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Shared:
    """For one process; used by many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[bytes, tuple[Hashable, KnownForms]] = OrderedDict()
        self._parts: OrderedDict[tuple[PartName, int], tuple[BaseModel, Part]] = OrderedDict()

    def known(self, salt: bytes, mark: Hashable, read: Callable[[], Iterable[str]]) -> KnownForms:
        """The list under this salt, read again when `mark` is another than last time."""
        with self._lock:
            kept = self._known.get(salt)
            if kept is None or kept[0] != mark:
                kept = (mark, KnownForms.of(read(), salt=salt))
            keep(self._known, salt, kept, most=_KEPT)
            return kept[1]

    def part(self, name: PartName, bundle: VisitBundle, value: BaseModel | None) -> Part | None:
        """The part that holds just this value; the very same value again gives the very same part."""
        if value is None:
            return None
        key = (name, id(value))
        with self._lock:
            kept = self._parts.get(key)
            if kept is None or kept[0] is not value:
                made = part_of(bundle, name)
                if made is None:
                    return None
                kept = (value, made)
            keep(self._parts, key, kept, most=_KEPT)
            return kept[1]


def keep(store: OrderedDict[Key, Value], key: Key, value: Value, *, most: int) -> None:
    """Put it in as the youngest; what was longest not asked for gives way."""
    store[key] = value
    store.move_to_end(key)
    while len(store) > most:
        store.popitem(last=False)
