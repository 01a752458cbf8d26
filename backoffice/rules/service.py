"""The rule set of a municipality on a day. Uploading and activating is `desk`; what would change is `preview`.

A municipality that has decided nothing works with the example set shipped with Demado, and every page says so.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rules.repository import RuleRepository
from schemas.rules import RuleSet, default_rules, load

JST: Final = ZoneInfo("Asia/Tokyo")
EXAMPLE: Final = "example"
_MOST_KEPT: Final = 64
_lock = threading.Lock()
_kept: OrderedDict[str, RuleSet] = OrderedDict()


@dataclass(frozen=True)
class InForce:
    """A rule set that holds. `version`: another one means other rules; `activation`: None for the shipped example."""

    version: str
    rules: RuleSet
    activation: str | None = None

    @property
    def example(self) -> bool:
        """The municipality itself has decided nothing for this day."""
        return self.activation is None


def in_force(work: UnitOfWork, municipality: str, day: date) -> InForce:
    """What holds on a day: the activation with the latest first day, of one day the one confirmed last."""
    repository = RuleRepository(work.session, municipality)
    found = repository.in_force(day)
    if found is None:
        return InForce(EXAMPLE, default_rules())
    activation, sha256 = found
    return InForce(sha256, _read(sha256, lambda: repository.text(activation.file_id)), activation.id)


def today(at: datetime) -> date:
    """The day in Japan."""
    return at.astimezone(JST).date()


def _read(sha256: str, fetch: Callable[[], str]) -> RuleSet:
    """One object for one file in the whole process: bundles share the parts made of it."""
    with _lock:
        rules = _kept.get(sha256)
        if rules is None:
            rules = _kept[sha256] = load(fetch(), name=sha256)
            while len(_kept) > _MOST_KEPT:
                _kept.popitem(last=False)
        return rules
