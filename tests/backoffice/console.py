"""The console in tests: people of every role with a browser each, and cases to look at."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from backoffice.cases import service as cases
from backoffice.staff import service as staff
from backoffice.staff import sessions
from backoffice.staff.authorisation import Role
from backoffice.staff.models import Staff
from backoffice.staff.sealing import Sealing
from backoffice.staff.tokens import Token
from schemas.canonical import sha256_hex
from schemas.ids import CaseId, MunicipalityCode, PacketId, StaffId
from tests.backoffice.office import Office
from tests.factories import FUKUSHIMA, intake_record, jpeg_photo, photo_evidence

_people = count(1)
SITE = "http://localhost:8500"


@dataclass
class Browser:
    """A person's browser: keeps cookies, follows no redirect, sends the form token along."""

    client: TestClient
    person: Staff | None = None
    token: Token | None = None

    def get(self, path: str, **more: Any) -> Response:
        return self.client.get(path, follow_redirects=False, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, *, csrf: str | None = None, **more: Any) -> Response:
        """Send a form with the token a page of ours would have put into it."""
        token = self.csrf() if csrf is None else csrf
        return self.client.post(path, data={"csrf": token, **(data or {})}, follow_redirects=False, **more)

    def post_json(self, path: str, body: Any) -> Response:
        return self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf()}, follow_redirects=False)

    def csrf(self) -> str:
        page = self.get("/account" if self.token else "/sign-in")
        return field_of(page.text, "csrf")


def field_of(page: str, name: str) -> str:
    """The value of the first hidden field of this name."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no field {name}"
    return found[1]


@dataclass
class Console:
    """An office with its console."""

    office: Office
    browsers: list[TestClient] = field(default_factory=list)

    @property
    def sealing(self) -> Sealing:
        return Sealing(self.office.app.state.keyring, randomness=lambda size: bytes(range(size)))

    def stranger(self) -> Browser:
        """A browser nobody is signed in with."""
        client = TestClient(self.office.app, base_url=SITE, raise_server_exceptions=False)
        client.portal = self.office.client.portal  # the office's event loop, not a new one for each request
        self.browsers.append(client)
        return Browser(client)

    def hire(
        self, role: Role = Role.STAFF, *, municipality: MunicipalityCode = FUKUSHIMA, name: str = "", login: str = ""
    ) -> Staff:
        """A new account."""
        number = next(_people)
        new = staff.Newcomer(name=name or f"試験 {number}郎", role=role, login=login or f"test-{number}")
        with self.office.work() as work:
            return staff.add(work, municipality, new, by="test")

    def sign_in(self, role: Role = Role.STAFF, *, person: Staff | None = None, **about: Any) -> Browser:
        """A browser in which somebody is signed in."""
        person = person or self.hire(role, **about)
        browser = self.stranger()
        with self.office.work() as work:
            token = sessions.begin(work, person, means="password", browser="Mozilla/5.0 (X11; Linux) Chrome/140.0")
        browser.client.cookies.set("demado_session", str(token))
        browser.person, browser.token = person, token
        return browser

    def case(
        self,
        *,
        photo: bytes | None = None,
        municipality: MunicipalityCode = FUKUSHIMA,
        photo_accepted_by: StaffId | None = None,
        **record: Any,
    ) -> CaseId:
        """A received case, its photo in the vault (`photo=b""`: none), confirmed against the checks if by somebody."""
        picture = jpeg_photo() if photo is None else photo
        made = intake_record(photo=picture or None, municipality=municipality, home_municipality=municipality, **record)
        if photo_accepted_by is not None:
            evidence = photo_evidence(picture, accepted=False, accepted_by=photo_accepted_by)
            made = made.model_copy(update={"photo": evidence})
        packet = PacketId(sha256_hex(made.canonical()))
        vault = self.office.app.state.vault
        blob = vault.put(picture, municipality=municipality, of=packet) if picture else None
        with self.office.work() as work:
            return cases.open_case(work, made, photo_blob=blob, packet=packet, received_at=work.now)
