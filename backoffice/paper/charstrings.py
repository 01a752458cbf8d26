"""Which subroutines a glyph's outline calls (Adobe Technical Note 5177): only these travel with it.

Only what is needed to follow calls is interpreted: numbers, stem hints (their count says how long a mask is), calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

_STEMS: Final = frozenset({1, 3, 18, 23})
_MASKS: Final = frozenset({19, 20})
_CALL, _CALL_SHARED, _RETURN, _END, _ESCAPE = 10, 29, 11, 14, 12


class Calls:
    """Follows glyphs one after the other; `own` and `shared` are the numbers of the subroutines met."""

    def __init__(self, own: Sequence[bytes], shared: Sequence[bytes]) -> None:
        self._own, self._shared = own, shared
        self.own: set[int] = set()
        self.shared: set[int] = set()
        self._stack: list[int] = []
        self._stems = 0

    def follow(self, outline: bytes) -> None:
        self._stack, self._stems = [], 0
        self._run(outline)

    def _run(self, code: bytes) -> bool:
        """True when the glyph has ended."""
        at = 0
        while at < len(code):
            sign = code[at]
            if sign >= 32 or sign == 28:
                at += self._push(code, at)
                continue
            at += 1
            if sign in (_CALL, _CALL_SHARED):
                if self._call(shared=sign == _CALL_SHARED):
                    return True
                continue
            if sign == _RETURN:
                return False
            if sign == _END:
                return True
            if sign == _ESCAPE:
                at += 1
            if sign in _STEMS | _MASKS:
                self._stems += len(self._stack) // 2
            if sign in _MASKS:
                at += (self._stems + 7) // 8
            self._stack.clear()
        return False

    def _call(self, *, shared: bool) -> bool:
        known, met = (self._shared, self.shared) if shared else (self._own, self.own)
        number = self._stack.pop() + (107 if len(known) < 1240 else 1131 if len(known) < 33900 else 32768)
        met.add(number)
        return self._run(known[number])

    def _push(self, code: bytes, at: int) -> int:
        """Put a number on the stack; returns its length. Fractions keep their whole part."""
        sign = code[at]
        if sign == 28:
            self._stack.append(int.from_bytes(code[at + 1 : at + 3], "big", signed=True))
            return 3
        if sign == 255:
            self._stack.append(int.from_bytes(code[at + 1 : at + 3], "big", signed=True))
            return 5
        if sign <= 246:
            self._stack.append(sign - 139)
            return 1
        high = (sign - 247) * 256 + code[at + 1] + 108
        self._stack.append(high if sign <= 250 else -((sign - 251) * 256) - code[at + 1] - 108)
        return 2
