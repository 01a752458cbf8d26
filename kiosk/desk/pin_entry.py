"""What a typed PIN must be before a card hears of it, for both PINs the counter may ask for."""

from __future__ import annotations

from kiosk.desk.errors import DeskRefused

_DIGITS = 4


def require_form(pin: str) -> None:
    """Raises `DeskRefused`: a PIN that cannot be one costs no try."""
    if not (len(pin) == _DIGITS and pin.isascii() and pin.isdigit()):
        raise DeskRefused("pin.form")


def require_try(tries_left: int | None, *, last_try_confirmed: bool) -> None:
    """Raises `DeskRefused`. A card that does not say how many tries are left is treated as if one were left."""
    if tries_left == 0:
        raise DeskRefused("pin.not_now")
    if tries_left in (None, 1) and not last_try_confirmed:
        raise DeskRefused("pin.last_try")
