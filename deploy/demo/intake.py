"""One whole intake over HTTP, step by step as a person and an attendant do it: `--headless` and the journey tests.

The kiosk's posts answer JSON to scripts (kiosk/web/applicant.py, attendant.py name the fields); the office's console is
driven by its plain forms (backoffice/staff/console, backoffice/cases/console).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from html import unescape

import httpx2
import pyotp

from deploy.demo.processes import DemoFailed
from deploy.demo.stage import CARD_PIN, MUNICIPALITY, Attendant, Stage

PASSWORD_BYTES = 18
_CSRF = re.compile(r'name="csrf"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="csrf"')
_CASE = re.compile(r"/cases/([0-9a-f-]{36})")


class Browser:
    """A cookie jar, a CSRF token and polite refusals: what both services see of a browser."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._client = httpx2.Client(base_url=url, timeout=30, trust_env=False)
        self.csrf = ""

    def get(self, path: str) -> httpx2.Response:
        return self._checked(self._client.get(path, follow_redirects=True))

    def page(self, path: str) -> str:
        """A page; its CSRF token is kept for the next post."""
        text = self.get(path).text
        if found := _CSRF.search(text):
            self.csrf = unescape(found[1] or found[2])
        return text

    def post(self, path: str, *, json: bool = False, **fields: str | list[str]) -> httpx2.Response:
        """A form. With `json`, a script's answer is asked for; else redirects are followed."""
        headers = {"Accept": "application/json"} if json else {}
        answer = self._client.post(path, data={"csrf": self.csrf, **fields}, headers=headers, follow_redirects=not json)
        return self._checked(answer)

    def close(self) -> None:
        self._client.close()

    def _checked(self, answer: httpx2.Response) -> httpx2.Response:
        if answer.status_code >= 400:
            text = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())[:400]
            raise DemoFailed(f"{answer.request.method} {answer.request.url}: {answer.status_code} {text}")
        return answer


class Kiosk(Browser):
    """The applicant at the touchscreen."""

    def state(self) -> dict[str, object]:
        state = dict(self._client.get("/api/state", headers={"Accept": "application/json"}).json())
        self.csrf = str(state["csrf"])
        return state

    def act(self, path: str, **fields: str | list[str]) -> dict[str, object]:
        """A post of a person; returns the counter's state."""
        return dict(self.post(path, json=True, **fields).json())

    def until(self, what: str, done: Callable[[dict[str, object]], bool], *, seconds: float = 40) -> dict[str, object]:
        """Poll the state as the page does. Raises `DemoFailed` when it does not come."""
        end = time.monotonic() + seconds
        state = self.state()
        while not done(state):
            if time.monotonic() > end:
                raise DemoFailed(f"{what}: still {state} after {seconds:.0f} s")
            time.sleep(0.1)
            state = self.state()
        return state


def apply(kiosk: Kiosk, *, with_card: bool, birth_date: str = "平成2年4月1日") -> None:
    """The applicant's way from idle to the attendant's turn."""
    kiosk.until("the kiosk is ready", lambda state: state["step"] == "idle")
    kiosk.act("/start", language="ja")
    kiosk.act("/consent")
    kiosk.until("the form's QR is read", lambda state: state["step"] != "form")
    check_card(kiosk, with_card=with_card)
    kiosk.act("/person", birth_date=birth_date)
    kiosk.act("/person", municipality=MUNICIPALITY)
    take_photo(kiosk)


def check_card(kiosk: Kiosk, *, with_card: bool) -> None:
    """The existing card without, then with its PIN; skipped where there is no reader."""
    if not with_card:
        kiosk.act("/card", action="skip")
        return
    for fields in ({"action": "check"}, {"action": "pin", "pin": CARD_PIN}):
        kiosk.act("/card", **fields)
        kiosk.until("the card is checked", lambda state: state["card"] not in ("reading",))
    kiosk.act("/card", action="keep")


def take_photo(kiosk: Kiosk, *, tries: int = 4) -> None:
    """Countdown, picture, judgement; again while the machine refuses it."""
    for _ in range(tries):
        kiosk.act("/photo/shoot")
        state = kiosk.until("the picture is judged", lambda state: state["photo"] == "judged")
        if state["photo_accepted"]:
            kiosk.act("/photo/keep")
            return
    raise DemoFailed(f"no acceptable picture in {tries} tries")


def attend(kiosk_url: str, attendant: Attendant) -> None:
    """The attendant's part on the tablet: documents, delivery conditions, finished."""
    tablet = Kiosk(kiosk_url)
    try:
        tablet.state()
        tablet.act("/attendant/sign-in", staff=attendant.staff, pin=attendant.pin)
        tablet.state()
        shown = ["applicant:driving_licence", "applicant:staff_id"]
        checks = ["original", "in_date", "name_matches", "birth_matches", "address_matches", "photo_matches"]
        tablet.act("/attendant/documents", shown=shown, check=[f"{one}:{check}" for one in shown for check in checks])
        answers = {f"answer_{code}": "yes" for code in ("address_unchanged", "no_mail_forwarding", "pin_request")}
        tablet.act("/attendant/answers", **answers)
        tablet.act("/attendant/finish", note="")
    finally:
        tablet.close()


def confirm(kiosk: Kiosk) -> dict[str, object]:
    """From the attendant's part, through the review, to the sealed record; returns the state with slip and sequence."""
    kiosk.until("the attendant has finished", lambda state: bool(state["attended"]))
    if kiosk.state()["step"] == "attendant":
        kiosk.act("/onward")
    kiosk.until("the review", lambda state: state["step"] == "review")
    kiosk.act("/review/confirm")
    return kiosk.until("the record is sealed", lambda state: state["step"] == "sealed")


class Console(Browser):
    """A member of the office's staff."""

    def join(self, stage: Stage, password: str) -> None:
        """Set up password and authenticator by the one-time link; afterwards the browser is signed in."""
        path = stage.invitation.removeprefix(stage.office_url)
        page = self.page(path)
        found = re.search(r'id="totp-secret"[^>]*>([A-Z2-7 ]+)<', page)
        if found is None:
            raise DemoFailed("the invitation shows no authenticator key")
        code = pyotp.TOTP(found[1].replace(" ", "")).now()
        self.post(f"{path}/password", password=password, password_again=password, code=code)

    def find_case(self, slip: str, *, seconds: float = 30) -> str:
        """The id of the case with this slip number, waiting until the worker has opened it."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if found := _CASE.search(self.page(f"/cases?q={slip}")):
                return found[1]
            time.sleep(0.2)
        raise DemoFailed(f"no case with slip {slip} in the office after {seconds:.0f} s")

    def approve(self, case: str) -> None:
        version = self._version(case)
        self.post(f"/cases/{case}/approve", version=version)
        if f"/cases/{case}" not in self.page("/cases?state=approved"):
            raise DemoFailed("the case is not in the list of approved ones")

    def _version(self, case: str) -> str:
        found = re.search(r'name="version"[^>]*value="(\d+)"', self.page(f"/cases/{case}"))
        if found is None:
            raise DemoFailed("the case's page has no version")
        return found[1]
