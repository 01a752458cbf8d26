"""Vendored browser files: fetched from the npm registry by a person, locked, committed; nothing is loaded at run time.

`python deploy/vendor.py` checks the committed files against `vendor.toml`; `--fetch` renews them with `npm pack`.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent


def _packages() -> list[dict[str, object]]:
    return tomllib.loads((ROOT / "deploy/vendor.toml").read_text("utf-8"))["package"]  # type: ignore[no-any-return]


def _fetch(name: str, version: str, folder: Path) -> tarfile.TarFile:
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    return tarfile.open(folder / packed.stdout.strip().splitlines()[-1])


def main() -> int:
    """Exit 0 when every committed file has the locked checksum."""
    wrong = []
    with tempfile.TemporaryDirectory() as scratch:
        for package in _packages():
            archive = (
                _fetch(str(package["name"]), str(package["version"]), Path(scratch)) if "--fetch" in sys.argv else None
            )
            for entry in package["file"]:  # type: ignore[attr-defined]
                for target in entry["targets"]:
                    path = ROOT / target
                    if archive:
                        member = archive.extractfile(f"package/{entry['path']}")
                        assert member is not None
                        path.parent.mkdir(parents=True, exist_ok=True)
                        path.write_bytes(member.read())
                    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
                    if found != entry["sha256"]:
                        wrong.append(f"{target}: {found}, locked {entry['sha256']}")
    print("\n".join(wrong) or "vendored files match the lock")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
