"""From camera frames to the application form's id or a booking: what was read, or why not, one word at a time.

A code's text is judged by `schemas.form_code` and forgotten; nothing is opened, logged or kept.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from hardware.camera import Frame
from hardware.qr import QrHint, QrReader
from hardware.qr.wedge import scanned_text
from kiosk.desk.places import Box, Places, places_of
from kiosk.desk.preview import HasFrames
from schemas.form_code import BookingCode, FormCode, FormCodeKind, read_form_code
from schemas.intake import FormKind, FormReading

_DARK = np.zeros((32, 32, 3), dtype=np.uint8)


@dataclass(frozen=True)
class ScanView:
    """`hint`: what to do with the paper. `wrong`: the kind of a code that was read but is not a form's id. `refused`:
    why a booking that was read does not count."""

    hint: QrHint = QrHint.NONE
    wrong: FormCodeKind | None = None
    refused: str | None = None


class FormScan:
    """Looks at each new frame once, and for a hand scanner's line at every turn.

    `wrong_for`: seconds a word about a wrong code stays after it was last seen.
    """

    def __init__(self, camera: HasFrames, reader: QrReader, *, wrong_for: float) -> None:
        self._camera, self._reader, self._wrong_for = camera, reader, wrong_for
        self._lock = threading.Lock()
        self._view = ScanView()
        self._wrong_until = 0.0
        self._seen = 0
        self._places = Places()

    def view(self) -> ScanView:
        with self._lock:
            return self._view

    @property
    def camera(self) -> HasFrames:
        """What is looked through: the live picture shows the same."""
        return self._camera

    def places(self, frame: Frame) -> tuple[Box, ...]:
        """Where codes lie on a frame, as the last look at this camera says."""
        with self._lock:
            return self._places.on(frame.sequence)

    def clear(self) -> None:
        """What the camera saw until now is the person's before: only frames to come are looked at."""
        frame = self._camera.latest()
        with self._lock:
            self._view, self._wrong_until, self._places = ScanView(), 0.0, Places()
            self._seen = frame.sequence if frame else 0

    def look(self, now: float, allowed_hosts: Iterable[str]) -> FormReading | BookingCode | None:
        """The form's id or booking the newest frame shows; else the view says what to do."""
        frame = self._camera.latest()
        new = frame is not None and frame.sequence != self._seen
        self._seen = frame.sequence if frame else 0
        # Without a camera, or before one that stands still, a hand scanner may still have a line for us.
        reading = self._reader.read(frame.pixels if frame and new else _DARK)
        if frame is not None and new:
            tall, wide = frame.pixels.shape[:2]
            with self._lock:
                self._places = places_of(frame.sequence, reading.places, wide=wide, tall=tall)
        if frame is not None and not new and not reading.codes:
            return None
        return self._judge(now, [code.text for code in reading.codes], reading.hint, allowed_hosts)

    def typed(self, now: float, text: str, allowed_hosts: Iterable[str]) -> FormReading | BookingCode | None:
        """What a hand scanner typed into the page in one line; else the view says what was wrong."""
        return self._judge(now, [scanned_text(text) or ""], QrHint.NONE, allowed_hosts)

    def refuse(self, now: float, code: str) -> None:
        """A booking was read and does not count: say why for as long as a wrong code's word stays."""
        with self._lock:
            self._wrong_until, self._view = now + self._wrong_for, ScanView(refused=code)

    def _judge(
        self, now: float, texts: Iterable[str], hint: QrHint, allowed_hosts: Iterable[str]
    ) -> FormReading | BookingCode | None:
        codes = [read_form_code(text, allowed_hosts) for text in texts]
        forms = {code.form_id for code in codes if code.kind is FormCodeKind.FORM_ID}
        if len(forms) == 1:
            self.clear()
            return FormReading(kind=FormKind.QR, form_id=forms.pop())
        bookings = {code.booking for code in codes if code.booking is not None}
        if not forms and len(bookings) == 1:
            return bookings.pop()
        self._say(now, QrHint.ONE_CODE_ONLY if len(forms) > 1 else hint, _worst(codes))
        return None

    def _say(self, now: float, hint: QrHint, wrong: FormCodeKind | None) -> None:
        with self._lock:
            refused = None
            if wrong is not None:
                self._wrong_until = now + self._wrong_for
            elif now < self._wrong_until:
                wrong, refused = self._view.wrong, self._view.refused
            self._view = ScanView(hint, wrong, refused)


def _worst(codes: list[FormCode]) -> FormCodeKind | None:
    """The kind to speak of when several wrong codes are in the picture: a 個人番号 first."""
    kinds = {code.kind for code in codes} - {FormCodeKind.FORM_ID, FormCodeKind.BOOKING}
    order = (FormCodeKind.MY_NUMBER, FormCodeKind.OPAQUE, FormCodeKind.SLIP, FormCodeKind.OTHER)
    return next((kind for kind in order if kind in kinds), None)
