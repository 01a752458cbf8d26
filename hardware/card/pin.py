"""What must hold before a PIN may cost a try: form, tries left, an explicit yes for the last one.

利用者証明用暗証番号: four digits, three tries, unlocked only at a municipal counter. Full-width digits from a Japanese
keyboard mean the same digits (NFKC); anything else is refused here, not by the card.
"""

from __future__ import annotations

import re
import unicodedata

from hardware.card.errors import PinLocked, PinNotSent

_FOUR_DIGITS = re.compile(r"[0-9]{4}")


def admit_pin(typed: str, *, tries_left: int | None, last_try_confirmed: bool) -> str:
    """The four ASCII digits to send. Raises `PinLocked`, `PinNotSent`.

    A card that does not say how many tries are left is treated as if one were left."""
    if tries_left == 0:
        raise PinLocked("the PIN is locked")
    digits = unicodedata.normalize("NFKC", typed).strip()
    if not _FOUR_DIGITS.fullmatch(digits):
        raise PinNotSent("a PIN has four digits; it was not sent to the card", tries_left)
    if (tries_left is None or tries_left == 1) and not last_try_confirmed:
        raise PinNotSent("the last try needs an explicit yes; the PIN was not sent to the card", tries_left)
    return digits
