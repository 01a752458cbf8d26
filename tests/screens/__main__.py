"""`make screens`, or `python -m tests.screens`: looks at every screen in every language; exit 0 only without a finding.

python -m tests.screens --out var/screens --language en,pt --only review,done --mode zoom-portrait
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import sync_playwright

from schemas.language import Language
from tests.conftest import BROWSER_FLAGS
from tests.screens.eye import Seen
from tests.screens.report import contact_sheets, markdown
from tests.screens.stage import open_venue
from tests.screens.steps import Look, Step
from tests.screens.table import HOLDER, LAST, LOOKS, ONCE, OVER_TLS
from tests.screens.walk import Wanted, walking


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = Wanted(options.language, options.out, frozenset(options.only), frozenset(options.mode))
    begun = time.monotonic()
    seen = _walk(wanted)
    missing = [look.name for look in LOOKS if look.name not in {one.look.name for one in seen}]
    missing = [name for name in dict.fromkeys(missing) if not wanted.only or name in wanted.only]
    findings, screens = sum(len(one.findings) for one in seen), len({one.look.name for one in seen})
    counted = f"{len(seen)} looks at {screens} screens, {findings} findings, {time.monotonic() - begun:.0f} s"
    head = f"{datetime.now(UTC):%Y-%m-%d}: {counted}"
    (options.out / "report.md").write_text(markdown(seen, head=head, missing=missing), "utf-8")
    sheets = contact_sheets(seen, options.out)
    print(f"{head}\n{options.out / 'report.md'}, {sheets} contact sheets")
    return 0 if seen and not findings and not missing else 1


def _parser() -> argparse.ArgumentParser:
    def names(text: str) -> list[str]:
        return [name for name in text.split(",") if name]

    def languages(text: str) -> tuple[Language, ...]:
        return tuple(Language(name) for name in names(text))

    parser = argparse.ArgumentParser(prog="python -m tests.screens", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("var/screens"), help="folder for report and pictures")
    parser.add_argument("--language", type=languages, default=tuple(Language), help="ja,ja-x-easy,en,…")
    parser.add_argument(
        "--only", type=names, default=[], help=f"of {', '.join(dict.fromkeys(look.name for look in LOOKS))}"
    )
    parser.add_argument("--mode", type=names, default=[], help="portrait, landscape, zoom-portrait, …")
    return parser


def _walk(wanted: Wanted) -> list[Seen]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    with (
        tempfile.TemporaryDirectory() as folder,
        open_venue(Path(folder)) as venue,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=BROWSER_FLAGS)
        with walking(venue, browser, wanted, _say) as walk:
            walk.steps(ONCE)
            if _wants(wanted, LAST):
                for language in wanted.languages:
                    walk.steps(LAST, (language,))
            if _wants(wanted, HOLDER):
                venue.ask_the_chip()
                walk.steps(HOLDER)
            if _wants(wanted, OVER_TLS):
                venue.enrol_next_door()
                walk.steps(OVER_TLS)
        browser.close()
    return walk.seen


def _wants(wanted: Wanted, steps: tuple[Step, ...]) -> bool:
    return not wanted.only or any(isinstance(step, Look) and step.name in wanted.only for step in steps)


def _say(seen: Seen) -> None:
    for finding in seen.findings:
        print(f"{seen.look.name} {seen.language} {seen.mode.name}: {finding}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
