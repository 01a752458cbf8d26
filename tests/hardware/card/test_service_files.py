"""The files that make a kiosk a service: accepted by systemd, and without the holes through which a PIN could leave."""

from __future__ import annotations

import configparser
import shutil
import subprocess
from pathlib import Path

import pytest

KIOSK = Path(__file__).parents[3] / "deploy" / "kiosk"


def _section(name: str) -> dict[str, str]:
    """The last value of each key, as systemd takes single values."""
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment, method-assign]
    unit.read(KIOSK / name, "utf-8")
    return dict(unit["Service"])


@pytest.mark.parametrize("name", ["demado-kiosk.service", "pcscd-no-traces.conf"])
def test_no_service_that_sees_a_pin_dumps_core_or_swaps(name: str) -> None:
    service = _section(name)
    assert (service["LimitCORE"], service["MemorySwapMax"]) == ("0", "0")


def test_pcscd_is_started_without_its_traffic_log() -> None:
    command = _section("pcscd-no-traces.conf")["ExecStart"]
    assert "--apdu" not in command
    assert "--debug" not in command


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_accepts_the_unit(tmp_path: Path) -> None:
    """User and program do not exist on this machine: true and root stand in for them."""
    text = (KIOSK / "demado-kiosk.service").read_text("utf-8")
    lines = [
        {"ExecStart": "ExecStart=/bin/true", "User": "User=root", "Group": "Group=root"}.get(line.split("=")[0], line)
        for line in text.splitlines()
    ]
    unit = tmp_path / "demado-kiosk.service"
    unit.write_text("\n".join(lines), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    about_ours = [line for line in done.stderr.splitlines() if "demado-kiosk" in line]
    assert (done.returncode, about_ours) == (0, [])


def test_the_polkit_rule_speaks_of_card_readers_and_the_kiosks_user_only() -> None:
    rule = (KIOSK / "50-demado-pcscd.rules").read_text("utf-8")
    assert "org.debian.pcsc-lite.access_pcsc" in rule
    assert "org.debian.pcsc-lite.access_card" in rule
    assert f'subject.user === "{_section("demado-kiosk.service")["User"]}"' in rule
