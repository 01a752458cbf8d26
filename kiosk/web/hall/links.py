"""Who is paired with whom: as the lead with others, or as one of a lead's. Survives a restart, ends with the visit.

The file (0600) holds addresses and keys of this venue's pairing, nobody's data. A key opens what an attendant of the
visit may do at a kiosk, so it is made at random for each pair and kept by the follower as a hash only.
"""

from __future__ import annotations

import hmac
import secrets
import threading
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from pydantic import Field, ValidationError

from kiosk.outbox.files import read_limited, write_durably
from kiosk.web.hall.wire import Word
from kiosk.web.session import Session
from schemas.ids import DeviceId, VisitId
from schemas.language import Language
from schemas.visit import VisitBundle

KEY_HEADER = "x-demado-link"
STAFF_HEADER = "x-demado-staff"
TABLET_HEADER = "x-demado-tablet"
CSRF_HEADER = "x-demado-csrf"
LANGUAGE_HEADER = "x-demado-language"
QUIET_HEADER = "x-demado-quiet"
HOLDS_HEADER = "x-demado-holds"
TABLETS_AT_MOST = 20
_LIMIT = 256 * 1024


class Follower(Word):
    """A kiosk this one leads. `anchor`: the certificate it answers under, PEM; empty without TLS (development)."""

    device: DeviceId
    counter: str
    name: str
    address: str
    anchor: str = ""
    key: str = Field(repr=False)


class Leader(Word):
    """The kiosk that leads this one. `key_hash`: SHA-256 of the key it shows."""

    counter: str
    name: str
    key_hash: str = Field(repr=False)


class Pairings(Word):
    visit: VisitId
    followers: tuple[Follower, ...] = ()
    leader: Leader | None = None


class Links:
    """The pairings in force, and the sessions of tablets that come through the lead."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._pairings: Pairings | None = _read(file)
        self._tablets: dict[str, Session] = {}

    def of(self, bundle: VisitBundle | None) -> Pairings | None:
        """The pairings of this visit; those of another one are forgotten."""
        with self._lock:
            kept = self._pairings
            if bundle is None or kept is None:
                return None
            return kept if kept.visit == bundle.visit else None

    def follow(self, bundle: VisitBundle, counter: str, name: str) -> str:
        """Take this leader instead of any other; returns the key it is to show."""
        key = secrets.token_hex(32)
        leader = Leader(counter=counter, name=name, key_hash=_hash(key))
        self._keep(Pairings(visit=bundle.visit, leader=leader))
        with self._lock:
            self._tablets.clear()
        return key

    def lead(self, bundle: VisitBundle, follower: Follower) -> None:
        others = [each for each in self._followers(bundle) if each.device != follower.device]
        self._keep(Pairings(visit=bundle.visit, followers=(*others, follower)))

    def part(self, bundle: VisitBundle, device: DeviceId | None = None) -> None:
        """No longer lead this kiosk; without one: no longer follow."""
        followers = tuple(each for each in self._followers(bundle) if each.device != device)
        self._keep(Pairings(visit=bundle.visit, followers=followers))
        if device is None:
            with self._lock:
                self._tablets.clear()

    def tablet(self, headers: Mapping[str, str], bundle: VisitBundle | None) -> Session | None:
        """The session of a tablet behind the lead; None when this is not our lead's key."""
        pairings = self.of(bundle)
        leader = pairings.leader if pairings else None
        given = headers.get(KEY_HEADER, "")
        if bundle is None or leader is None or not hmac.compare_digest(_hash(given), leader.key_hash):
            return None
        session = self._session(headers.get(TABLET_HEADER, "")[:64])
        staff = headers.get(STAFF_HEADER, "")
        session.attendant = next((each for each in bundle.attendants if each.staff == staff), None)
        session.csrf = headers.get(CSRF_HEADER, "")[:64] or secrets.token_urlsafe(24)
        language = headers.get(LANGUAGE_HEADER, "")
        session.language = Language(language) if language in set(Language) else Language.JA
        quiet = headers.get(QUIET_HEADER, "")
        session.quiet = int(quiet) if quiet.isascii() and quiet.isdigit() and len(quiet) < 9 else 0
        return session

    def _session(self, name: str) -> Session:
        with self._lock:
            session = self._tablets.pop(name, None)
            if session is None:
                session = Session(secrets.token_urlsafe(24), "", linked=True)
            self._tablets[name] = session
            while len(self._tablets) > TABLETS_AT_MOST:
                del self._tablets[next(iter(self._tablets))]
            return session

    def _followers(self, bundle: VisitBundle) -> tuple[Follower, ...]:
        pairings = self.of(bundle)
        return pairings.followers if pairings else ()

    def _keep(self, pairings: Pairings) -> None:
        write_durably(self._file, pairings.model_dump_json().encode())
        with self._lock:
            self._pairings = pairings


def _read(file: Path) -> Pairings | None:
    try:
        return Pairings.model_validate_json(read_limited(file, _LIMIT) or b"")
    except ValidationError:
        return None


def _hash(key: str) -> str:
    return sha256(key.encode()).hexdigest()
