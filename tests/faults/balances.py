"""Both balances after a fault's runs, by the commands people use: `demado-kiosk` and `demado-backoffice balance`."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

from tests.faults.world import World


@dataclass(frozen=True)
class Balances:
    """What each side says of the same device."""

    kiosk: dict[str, Any]
    office: dict[str, Any]

    @property
    def equal(self) -> bool:
        """Captured = received = erased = opened, except what both have in quarantine; no gap."""
        here, there = self.kiosk, self.office
        carried = here["captured"] - here["refused"]
        figures = {carried, here["received"], here["erased"], there["received"], there["opened"]}
        return len(figures) == 1 and not there["missing"] and here["refused"] == there["quarantined"]

    def __str__(self) -> str:
        here, there = self.kiosk, self.office
        return (
            f"kiosk captured {here['captured']} received {here['received']} erased {here['erased']} refused "
            f"{here['refused']} | office received {there['received']} opened {there['opened']} missing "
            f"{there['missing']} quarantined {there['quarantined']} | {'equal' if self.equal else 'NOT EQUAL'}"
        )


def both_balances(world: World) -> Balances:
    """Asked while both services run. Of machines with one identity the sum, what was there before the copy once."""
    kiosks = [
        _said(
            "kiosk", ["balance", "--offline"],
            {"DEMADO_KIOSK_DATA": str(kiosk.data), "DEMADO_KIOSK_DEVELOPMENT": "true"},
        )[0]
        for kiosk in (world.kiosk, *world.clones)
    ]  # fmt: skip
    office = {
        "DEMADO_BACKOFFICE_DATA_DIR": str(world.office_folder),
        "DEMADO_BACKOFFICE_DATABASE_URL": world.database_url,
    }
    lines = _said("backoffice", ["balance"], office)
    mine = next(line for line in lines if line["device"] == world.device and line["visit"] is None)
    names = ("captured", "received", "erased", "refused")
    together = {name: sum(said[name] for said in kiosks) for name in names}
    for name in names[:3]:
        together[name] -= sum(clone.inherited for clone in world.clones)
    return Balances(together, mine)


def _said(side: str, arguments: list[str], environment: dict[str, str]) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", side, *arguments], env={**os.environ, **environment}, capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{side} {' '.join(arguments)}: {done.stdout}{done.stderr}")
    return [json.loads(line) for line in done.stdout.splitlines()]
