"""Which field of a form a refusal is about: the console's script says it beside that field, besides above the page.

Several names: the first that the sent form has. `field.<name>` and `roster.column_missing.<name>` name theirs.
"""

from __future__ import annotations

from typing import Final

from backoffice.kit.errors import OfficeError

FIELDS: Final = {
    "attendant.pin_form": "pin",
    "rules.day_outside": "day", "rules.day_past": "day", "rules.no_day": "day",
    "rules.too_large": "file", "rules.unfit": "file",
    "staff.code_wrong": "code", "staff.login_taken": "login", "staff.name_invalid": "name",
    "staff.password_differs": "password_again", "staff.password_guessable": "password",
    "staff.password_long": "password", "staff.password_short": "password",
    "usb.incomplete": "file", "usb.manifest_invalid": "file", "usb.no_manifest": "file", "usb.not_a_bundle": "file",
    "usb.signature_invalid": "file", "usb.too_large": "file", "usb.unreadable": "file",
    "usb.wrong_municipality": "file",
    "view.my_number": "name", "view.no_name": "name",
    "visit.date_absurd": "day to starts_on", "visit.dates_reversed": "ends_on", "visit.time_opened": "begins",
    "visit.hours_too_short": "ends", "visit.minimum_for_home": "minimum", "visit.move_day": "to",
    "visit.reason_missing": "reason", "visit.slot_too_short": "minutes", "visit.too_few": "reason",
    "visit.walk_in_too_many": "walk_in",
    "workflow.no_note": "note",
}  # fmt: skip


def field_of(error: object) -> str:
    """Names with spaces between; empty when the refusal is about no single field."""
    if not isinstance(error, OfficeError):
        return ""
    if error.code.startswith("field."):
        return error.code.removeprefix("field.")
    if error.code.startswith("roster.column_missing."):
        return "column_" + error.code.rsplit(".", 1)[1]
    return FIELDS.get(error.code, "")
