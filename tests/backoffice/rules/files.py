"""Rule files for tests: the shipped example as a municipality of its own would have decided it."""

from __future__ import annotations

from importlib.resources import files

SHIPPED = files("schemas.rules").joinpath("default.toml").read_text("utf-8")


def rule_file(*changes: tuple[str, str], code: str = "fukushima-1", example: bool = False) -> str:
    """The example's text with pieces replaced, each of which must be there."""
    text = SHIPPED.replace('id = "example-a-b-t"', f'id = "{code}"')
    if not example:
        text = text.replace("example = true", "example = false")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


COUNTER_ONLY = ('delivery = "restricted_delivery_mail"', 'delivery = "counter"')
TWO_FOR_RULES = ('"photo_excused", "decision"]', '"photo_excused", "decision", "rules"]')
