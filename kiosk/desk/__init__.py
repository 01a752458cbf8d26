"""The desk: the flow at the real devices. One desk a kiosk, holding the one current intake in memory.

Web threads and the live loop meet here; every public method is safe to call from any of them. What a device does
slowly (decoding, judging a picture, talking to a card) happens outside the desk's lock, and its result is taken only
if it still belongs to the applicant it was made for.
"""

from __future__ import annotations

from kiosk.desk.card_check import CardPhase, CardView
from kiosk.desk.desk import Desk
from kiosk.desk.errors import DeskRefused
from kiosk.desk.farewell import Farewell
from kiosk.desk.form_scan import ScanView
from kiosk.desk.lists import BookingBook
from kiosk.desk.parking import Garage, Parked
from kiosk.desk.shots import BoothPhase, BoothView, Shot
from kiosk.desk.timing import Timing

__all__ = [
    "BookingBook",
    "BoothPhase", "BoothView", "CardPhase", "CardView", "Desk", "DeskRefused", "Farewell", "Garage", "Parked",
    "ScanView", "Shot", "Timing",
]  # fmt: skip
