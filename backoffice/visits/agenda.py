"""The five official items of the meeting before a visit, and what is usually loaded.

Source of the items: 総務省 「出張申請受付方式について」 (domain facts 7.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backoffice.web.language import mark


class Item(StrEnum):
    """What municipality and organisation have to settle."""

    SCOPE = "scope"
    ROLES = "roles"
    SCHEDULE = "schedule"
    PUBLICITY = "publicity"
    VENUE = "venue"


_WITHIN: Final = timedelta(days=730)
NAMES: Final[Mapping[Item, str]] = {
    Item.SCOPE: mark("実施日、想定される人数、市区外在住者の受付の可否"),
    Item.ROLES: mark("事業所職員と市区町村職員の役割分担、事業所への依頼事項の説明・確認"),
    Item.SCHEDULE: mark("申請当日のタイムスケジュール"),
    Item.PUBLICITY: mark("事業所内での広報・周知、申請当日に必要な書類等の事前配布"),
    Item.VENUE: mark("会場や物品(机・椅子)の手配"),
}
# What seeds and specifications of municipalities name for a visit (domain facts 7.4), per visit to be changed.
USUAL_EQUIPMENT: Final = (
    ("受付端末(タブレット)と充電器", "2"), ("撮影用カメラと三脚", "1"), ("照明", "2"), ("無地の背景", "1"),
    ("受付票プリンターと用紙", "1"), ("延長コード・予備電池", "2"), ("モバイル回線", "1"), ("番号札", "1"),
    ("案内表示・ポスター", "5"), ("交付申請書の予備・筆記具", "20"), ("封筒・目隠しシール", "20"),
    ("施錠できる搬送容器", "1"), ("清拭用品", "1"), ("机(会場で用意)", "3"), ("椅子(会場で用意)", "6"),
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """What was settled about an item: minutes, who sees to it, until when, whether it is done."""

    minutes: str = ""
    responsible: str = ""
    due: date | None = None
    done: bool = False

    def stored(self) -> dict[str, str]:
        due = self.due.isoformat() if self.due else ""
        return {
            "minutes": self.minutes,
            "responsible": self.responsible,
            "due": due,
            "done": "yes" if self.done else "",
        }

    def late(self, today: date) -> bool:
        return self.due is not None and not self.done and self.due < today


def absurd(due: str, today: date, *, asked_on: date | None = None) -> bool:
    """Whether what was typed as a due date is none, lies beyond two years either way, or before the visit was asked
    for."""
    if not due:
        return False
    try:
        day = date.fromisoformat(due)
    except ValueError:
        return True
    return abs(day - today) > _WITHIN or (asked_on is not None and day < asked_on)


def point_of(stored: Mapping[str, str] | None) -> Point:
    if not stored:
        return Point()
    due = date.fromisoformat(stored["due"]) if stored["due"] else None
    return Point(stored["minutes"], stored["responsible"], due, bool(stored["done"]))
