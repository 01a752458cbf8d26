"""What stable codes say to people: one sentence each, marked for translation. Screens never show a code alone."""

from __future__ import annotations

from kiosk.web.words.answers import (
    DOMICILES,
    LICENCES,
    NUMBER_PAPERS,
    OLD_CARDS,
    PURPOSES,
    RESIDENCES,
    SPACE_FULL,
    WHO,
    WHY,
)
from kiosk.web.words.devices import (
    ALARMS,
    DEVICE_STATES,
    DEVICES,
    FORM_CAMERA,
    TROUBLES,
    Trouble,
    device_action,
    trouble,
)
from kiosk.web.words.office import OFFICE_REFUSALS, OfficeRefusal, office_refusal
from kiosk.web.words.person import (
    ASK_STAFF,
    CHECKS,
    CLASSES,
    DELIVERIES,
    DELIVERY_NAMES,
    ERAS,
    METHODS,
    PERSONS,
    REVOCATIONS,
    ROLES,
    STEPS,
    VERDICTS,
    Verdict,
)
from kiosk.web.words.photo import POINTS, SOURCES, TAKES_ITSELF
from kiosk.web.words.reading import ADVICE, FORMS, HINTS, READY, SHOW_BOOKING, WRONG_CODES
from kiosk.web.words.refusals import REFUSALS, refusal, scan_words
from kiosk.web.words.venue import PAPERS

__all__ = [
    "ADVICE",
    "ALARMS",
    "ASK_STAFF",
    "CHECKS",
    "CLASSES",
    "DELIVERIES",
    "DELIVERY_NAMES",
    "DEVICES",
    "DEVICE_STATES",
    "DOMICILES",
    "ERAS",
    "FORMS",
    "FORM_CAMERA",
    "HINTS",
    "LICENCES",
    "METHODS",
    "NUMBER_PAPERS",
    "OFFICE_REFUSALS",
    "OLD_CARDS",
    "PAPERS",
    "PERSONS",
    "POINTS",
    "PURPOSES",
    "READY",
    "REFUSALS",
    "RESIDENCES",
    "REVOCATIONS",
    "ROLES",
    "SHOW_BOOKING",
    "SOURCES",
    "SPACE_FULL",
    "STEPS",
    "TAKES_ITSELF",
    "TROUBLES",
    "VERDICTS",
    "WHO",
    "WHY",
    "WRONG_CODES",
    "OfficeRefusal",
    "Trouble",
    "Verdict",
    "device_action",
    "office_refusal",
    "refusal",
    "scan_words",
    "trouble",
]
