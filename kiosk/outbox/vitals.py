"""What the machine tells the office, with every question for a bundle: version, battery, disk, and who has come.

Battery as Linux says it (Documentation/ABI/testing/sysfs-class-power): the emptiest of the machine's own, none on a
machine without. What cannot be read is left out; nothing of it ever stops a question.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from schemas.ids import VisitId
from schemas.protocol import CAME_BETWEEN, CAME_LIMIT

POWER: Final = Path("/sys/class/power_supply")


def vitals(folder: Path, *, power: Path = POWER) -> dict[str, str]:
    """`running`: version; `battery`: per cent; `mains`: whether it is plugged in; `disk_free`, `disk_total`: bytes of
    the disk that packets lie on."""
    return _running() | _power(power) | _disk(folder)


def arrivals(visit: VisitId, came: Iterable[str]) -> dict[str, str]:
    """`visit`: which one the numbers are of; `came`: booking numbers whose people have come. More than a question can
    hold are not told at all: half of them would make absent people of the rest."""
    numbers = CAME_BETWEEN.join(sorted(came))
    return {"visit": visit, "came": numbers} if len(numbers) <= CAME_LIMIT else {}


@cache
def _running() -> dict[str, str]:
    try:
        return {"running": version("demado")}
    except PackageNotFoundError:
        return {}


def _power(folder: Path) -> dict[str, str]:
    try:
        supplies = [each for each in folder.iterdir() if _said(each, "scope") != "Device"]  # no mouse's battery
    except OSError:
        return {}
    full = [int(said) for each in supplies if (said := _said(each, "capacity")).isdigit() and int(said) <= 100]
    plugged = [said == "1" for each in supplies if (said := _said(each, "online"))]
    found = {"battery": str(min(full))} if full else {}
    return found | ({"mains": "true" if any(plugged) else "false"} if plugged else {})


def _said(supply: Path, name: str) -> str:
    try:
        return (supply / name).read_text("ascii").strip()
    except (OSError, ValueError):
        return ""


def _disk(folder: Path) -> dict[str, str]:
    try:
        usage = shutil.disk_usage(folder)
    except OSError:
        return {}
    return {"disk_free": str(usage.free), "disk_total": str(usage.total)}
