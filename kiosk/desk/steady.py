"""A value that is shown only after it has been right for a while: advice must not flicker."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")


class Steady(Generic[Value]):
    """The last value that held for `holds_s`; the very first one counts at once."""

    def __init__(self, holds_s: float) -> None:
        self._holds_s = holds_s
        self._shown: list[Value] = []
        self._candidate: list[Value] = []
        self._since = 0.0

    def of(self, value: Value, now: float) -> Value:
        if [value] != self._candidate:
            self._candidate, self._since = [value], now
        if not self._shown or now - self._since >= self._holds_s:
            self._shown = [value]
        return self._shown[0]
