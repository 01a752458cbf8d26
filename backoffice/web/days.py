"""A day as a form or an address gives it."""

from __future__ import annotations

from datetime import date


def day_of(text: str) -> date | None:
    """ISO 8601, years 2000 to 2200; None for anything else."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
