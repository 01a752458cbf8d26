"""What a code that was read means for the intake: a form, or a booking."""

from __future__ import annotations

from kiosk.flow import Intake, Step, events
from schemas.form_code import BookingCode
from schemas.intake import FormReading


def shown(reading: FormReading | BookingCode) -> events.Event:
    """The event a reading is."""
    if isinstance(reading, BookingCode):
        return events.BookingShown(reading.number, reading.visit)
    return events.FormGiven(reading)


def known_already(reading: FormReading | BookingCode, intake: Intake) -> bool:
    """The slip, or the form beside it, still lies before the camera."""
    if isinstance(reading, BookingCode):
        came = intake.came.booking if intake.came else None
        return came is not None and came.number == reading.number
    return intake.form is not None and intake.step is Step.BOOKING
