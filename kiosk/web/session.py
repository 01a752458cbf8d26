"""Browser sessions: a random cookie, a token against forged requests, who has signed in. In memory only."""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.ids import DeviceId
from schemas.language import Language
from schemas.personal import PersonalData
from schemas.visit import Attendant, AttendantRole

COOKIE = "demado_kiosk"
SIGNED_IN_FOR = 30 * 60.0
COVERED_AFTER, LOCKED_AFTER = 60, 5 * 60
"""Seconds of silence at a tablet until what is personal is covered, and until the PIN is asked again."""
SESSIONS_AT_MOST = 200


@dataclass
class Session:
    """One browser. `refused`: the code of its last refused post, shown until the next one succeeds or the screen it was
    about (`refused_at`) is left; `typed`: what stood in its fields, so that one wrong digit does not cost the whole
    number. `record`: whom it has last drawn; the view switches are that person's. `at`: the paired kiosk this tablet
    works at, None for this one; `holds`: it has this kiosk's screen, `holds_there` that kiosk's, `own_eye`:
    looking with the tablet's camera, not the kiosk's; `tablet`: its name towards paired kiosks; `linked`: it comes
    through the lead itself; `here`: the browser of this very machine; `quiet`: for how many seconds nobody has touched
    it; `locked`: that was for long, or staff said so: the PIN opens it again."""

    key: str
    csrf: str
    refused: str | None = None
    refused_at: str = ""
    typed: dict[str, str] = field(default_factory=dict, repr=False)
    record: str = ""
    language: Language = Language.JA
    large: bool = False
    sound: bool = True
    contrast: bool = False
    attendant: Attendant | None = field(default=None, repr=False)
    personal: PersonalData | None = field(default=None, repr=False)  # opened by their PIN; memory only
    seen: float = 0.0
    tablet: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    at: DeviceId | None = None
    holds: bool = False
    holds_there: bool = False
    own_eye: bool = True
    linked: bool = False
    here: bool = False
    quiet: int = 0
    locked: bool = False

    @property
    def sees_people(self) -> bool:
        """Staff and contractors: helpers see numbers only."""
        return self.attendant is not None and self.attendant.role is not AttendantRole.HELPER

    def lock(self) -> None:
        """The names of who has booked are closed again with it."""
        if self.sees_people:
            self.personal, self.locked = None, True

    def is_at(self, place: str) -> None:
        """A refusal and what was typed belong to the screen they were about."""
        if self.refused_at != place:
            self.refuse(None, place)

    def refuse(self, code: str | None, place: str, typed: dict[str, str] | None = None) -> None:
        self.refused, self.refused_at, self.typed = code, place, typed or {}

    def keep(self, typed: dict[str, str], place: str) -> None:
        """What was typed and is to be looked at once more."""
        self.refuse(None, place, typed)

    def knows(self, token: str) -> bool:
        return hmac.compare_digest(self.csrf.encode(), token.encode())


class Sessions:
    """All browsers of this kiosk; the least recently seen goes first when there are too many."""

    def __init__(self, *, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}

    def of(self, key: str | None) -> tuple[Session, bool]:
        """The session of a cookie, and whether it is new."""
        now = self._monotonic()
        with self._lock:
            known = self._sessions.pop(key, None) if key else None
            session = known or Session(secrets.token_urlsafe(24), secrets.token_urlsafe(24))
            if session.attendant is not None and now - session.seen > SIGNED_IN_FOR:
                session.attendant = session.personal = None
                session.locked = False
            elif now - session.seen > LOCKED_AFTER:
                session.lock()
            session.quiet = int(now - session.seen) if session.attendant else 0
            if len(self._sessions) >= SESSIONS_AT_MOST:
                del self._sessions[next(iter(self._sessions))]
            self._sessions[session.key] = session
        return session, known is None

    def signed_in(self, key: str | None) -> bool:
        """True for the cookie of an attendant who is signed in; begins no session."""
        with self._lock:
            known = self._sessions.get(key) if key else None
        return known is not None and known.attendant is not None and self._monotonic() - known.seen <= SIGNED_IN_FOR

    def acted(self, session: Session) -> None:
        """The person behind this browser did something (polling does not count)."""
        session.seen = self._monotonic()

    def renew(self, session: Session) -> None:
        """A new key and token, against sessions fixed or read before signing in."""
        with self._lock:
            self._sessions.pop(session.key, None)
            session.key, session.csrf = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
            self._sessions[session.key] = session
