"""The error of the flow.

FlowRefused     an event that does not fit where the intake stands, or a value that cannot be taken
"""

from __future__ import annotations


class FlowRefused(Exception):
    """The intake stays as it was. `code` is stable and dotted; screens translate it. It never holds what was typed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
