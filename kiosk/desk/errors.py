"""The error of the desk.

DeskRefused     what was asked does not fit what is going on at the desk; nothing has changed
"""

from __future__ import annotations


class DeskRefused(Exception):
    """`code` is stable and dotted; screens translate it. Never holds what was typed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
