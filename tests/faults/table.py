"""The table for people: fault × runs × lost × doubled × readable × message shown, and both balances at the end."""

from __future__ import annotations

from collections.abc import Sequence

from tests.faults.runner import Row

_HEAD = "| fault | what happens | runs | people served | lost | doubled | readable | other | message shown |"
_RULE = "|---|---|--:|--:|--:|--:|--:|--:|---|"


def table(rows: Sequence[Row], *, head: str, seconds: float) -> str:
    """Markdown. Failing runs stand below with the command that repeats them."""
    lines = [head, "", _HEAD, _RULE, *(_line(row) for row in rows), _sum(rows), "", *_failures(rows)]
    lines += ["Balances after the runs (`demado-kiosk balance` | `demado-backoffice balance`):", ""]
    lines += [f"- {row.fault.name}: {both}" for row in rows for both in row.balances]
    lines += ["", f"{sum(row.runs for row in rows)} runs in {seconds / 60:.1f} minutes."]
    return "\n".join(lines) + "\n"


def _line(row: Row) -> str:
    about = row.fault.about.removesuffix(".").replace("|", "/")
    if row.skipped:
        return f"| {row.fault.name} | {about} | – | – | – | – | – | – | skipped: {row.skipped} |"
    found = row.findings
    figures = (row.runs, row.served, len(found.lost), len(found.doubled), len(found.readable), len(found.unmet))
    missed = f" ({row.missed} points not passed in their run)" if row.missed else ""
    cells = [row.fault.name, about + missed, *map(str, figures), (row.message or "–").replace("|", "/")]
    return f"| {' | '.join(cells)} |"


def _sum(rows: Sequence[Row]) -> str:
    figures = (
        sum(row.runs for row in rows), sum(row.served for row in rows), sum(len(row.findings.lost) for row in rows),
        sum(len(row.findings.doubled) for row in rows), sum(len(row.findings.readable) for row in rows),
        sum(len(row.findings.unmet) for row in rows),
    )  # fmt: skip
    return f"| **all** | | {' | '.join(f'**{figure}**' for figure in figures)} | |"


def _failures(rows: Sequence[Row]) -> list[str]:
    broken = [row for row in rows if not row.clean]
    if not broken:
        return []
    lines = ["Failed:", ""]
    for row in broken:
        why = str(row.findings) or ("nobody was served" if row.empty else "the balances are not equal")
        lines += [f"- {row.fault.name}: {why}", *(f"  - `{replay}`" for replay in row.replays[:5])]
    return [*lines, ""]
