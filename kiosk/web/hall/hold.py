"""Who holds the kiosk's screen: nobody (the person before it), or one signed-in tablet.

While a tablet holds it, the applicant's pages are the tablet's and the kiosk's own screen shows only that. A tablet
that is not heard of for a minute, or whose attendant signs out, holds nothing any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from kiosk.web.session import Session
from schemas.visit import AttendantRole

SILENT_FOR = 60.0


class Hold:
    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._session: Session | None = None
        self._heard = 0.0

    def take(self, session: Session) -> None:
        """From now on the screen is this tablet's; another one that had it loses it."""
        with self._lock:
            if self._session is not None:
                self._session.holds = False
            self._session, self._heard, session.holds = session, self._monotonic(), True

    def release(self) -> bool:
        """True when somebody had it."""
        with self._lock:
            return self._drop()

    def is_by(self, session: Session) -> bool:
        """True for the tablet that holds the screen; asking counts as being heard of."""
        with self._lock:
            if self._session is not session or self._is_over():
                return False
            self._heard = self._monotonic()
            return True

    @property
    def taken(self) -> bool:
        with self._lock:
            return self._session is not None and not self._is_over()

    def expire(self) -> bool:
        """True when a silent tablet has just lost the screen."""
        with self._lock:
            return self._session is not None and self._is_over() and self._drop()

    def _is_over(self) -> bool:
        session = self._session
        gone = session is None or session.attendant is None or session.attendant.role is AttendantRole.HELPER
        return gone or self._monotonic() - self._heard > SILENT_FOR

    def _drop(self) -> bool:
        session, self._session = self._session, None
        if session is not None:
            session.holds = False
        return session is not None
