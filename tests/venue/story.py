"""`python -m tests.venue`: one afternoon's accidents at a venue of two kiosks and a tablet, in real processes.

The tablet comes over the network with the venue's own certificate; the line to the office is cut before the first
person and mended after the last; one kiosk's service is killed in the middle of an intake. Every step is printed with
its time; the first that is not as it should be ends the story with 1.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from playwright.sync_api import Browser, expect
from playwright.sync_api import Error as BrowserError

from deploy.demo.processes import DemoFailed
from schemas.language import Language
from schemas.rules import Delivery, Method
from tests.simulation.kinds import CHILD, CHILD_AND_PARENT, LICENCE_AND_STAFF, Kind
from tests.venue import leaving, roles
from tests.venue.browsers import PORTRAIT, TABLET, chromium, face_film, key_of, opened
from tests.venue.hand import Hand, Stuck
from tests.venue.staff import Tablet
from tests.venue.stage import Machine, Venue, open_venue

RESUME_S = 5.0
ADULT = Kind(
    "adult", 0, Method.ONSITE_RECEPTION, Delivery.RESTRICTED_DELIVERY_MAIL,
    answers={"form": ("/form", {"kind": "sealed_envelope"})}, documents=LICENCE_AND_STAFF,
    papers={"number_paper": "handed_in", "pin_request": "PIN-000101"},
)  # fmt: skip
SHORT = replace(ADULT, documents=LICENCE_AND_STAFF[:1], papers={"old_card": "handed_in"})
NO_FORM = replace(ADULT, answers={"form": ("/form", {"kind": "none"})}, papers={"loss_report": "yes"})
BY_HAND = replace(ADULT, answers={"form": ("/form", {"kind": "handwritten"})}, papers={})
KID = replace(BY_HAND, born=CHILD, documents=CHILD_AND_PARENT)
STATEMENT = ("certified_photo_statement", "eligibility_certificate", "pension_book", "notification_card")


@dataclass
class Story:
    """`slips`: everybody who was sealed; `papers`: what staff have in hands, by the sheet's field."""

    venue: Venue
    left: Hand
    right: Hand
    tablet: Tablet
    browser: Browser
    slips: list[str] = field(default_factory=list)
    papers: dict[str, int] = field(default_factory=dict)

    def took(self, slip: str, *papers: str) -> None:
        self.slips.append(slip)
        for paper in papers:
            self.papers[paper] = self.papers.get(paper, 0) + 1

    def device(self, machine: Machine) -> str:
        """Its id, from the list every page of the tablet has."""
        forms = self.tablet.page.locator(".venue-nav form", has=self.tablet.page.get_by_text(machine.name, exact=True))
        return str(forms.locator("input[name=kiosk]").get_attribute("value"))

    def look_at(self, machine: Machine) -> None:
        self.tablet.board()
        self.tablet.touch("/attendant/venue/look", kiosk=self.device(machine))
        expect(self.tablet.page.locator(".board .side")).to_be_visible()

    def card(self, machine: Machine) -> str:
        """What the board says of a kiosk."""
        place = self.tablet.page.locator(f'.kiosk-card[aria-label^="{machine.name} "]')
        return " ".join(place.inner_text().split())

    def board_says(self, machine: Machine, *words: str) -> None:
        self.tablet.until(f"{machine.name}: {words}", lambda: all(word in self.card(machine) for word in words))


@contextmanager
def step(what: str) -> Iterator[None]:
    began = time.monotonic()
    try:
        yield
    except (Stuck, BrowserError, AssertionError, DemoFailed) as error:
        print(f"{time.monotonic() - began:7.2f} s  FAILED  {what}\n{str(error)[:1500]}", flush=True)
        raise SystemExit(1) from error
    print(f"{time.monotonic() - began:7.2f} s  {what}", flush=True)


def run(port: int) -> int:
    """0 when everything balances at the end."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="demado-venue-") as scratch:
        folder = Path(scratch)
        with open_venue(folder, port) as venue:
            print(f"{time.monotonic() - began:7.2f} s  office, two kiosks, line between them", flush=True)
            with chromium() as stranger, step("a tablet that was shown no fingerprint is refused by TLS"):
                _refused(stranger, venue)
            keys = [key_of(machine.address) for machine in venue.machines]
            with chromium(face_film(folder), trusted=keys) as browser:
                _play(_story(venue, browser))
    print(f"{time.monotonic() - began:7.2f} s  in total; everything balances")
    return 0


def _refused(browser: Browser, venue: Venue) -> None:
    page = opened(browser, TABLET)
    try:
        page.goto(f"{venue.first.door}/attendant")
    except BrowserError as error:
        assert "ERR_CERT" in str(error), error
        return
    raise Stuck("a certificate nobody has confirmed was taken")


def _story(venue: Venue, browser: Browser) -> Story:
    left, right = (Hand(opened(browser, PORTRAIT), machine.screen) for machine in venue.machines)
    for hand in (left, right):
        hand.go()
    return Story(venue, left, right, Tablet(opened(browser, TABLET), venue.first.door), browser)


def _play(story: Story) -> None:
    venue, tablet, people = story.venue, story.tablet, story.venue.people
    with step("tablet: the certificate's fingerprint is explained; staff sign in with their PIN"):
        tablet.page.goto(f"{venue.first.door}/trust")
        expect(tablet.page.locator(".prints code").first).to_be_visible()
        tablet.sign_in(people["staff"][0].staff, people["staff"][0].pin)
    with step("A2's staff screen shows a code; typed on the tablet, both kiosks stand on one board"):
        _pair(story)
    with step("the line to the office is cut"):
        venue.line.down = True
    _queue(story)
    _call_out(story)
    _override(story)
    _take_over(story)
    _tablet_alone(story)
    roles.play(story)
    _crash(story)
    _family(story)
    leaving.play(story)


def _pair(story: Story) -> None:
    second, staff = story.right, story.venue.people["staff"][1]
    own = Tablet(second.page, second.url)
    own.sign_in(staff.staff, staff.pin)
    own.page.goto(f"{second.url}/attendant/venue/pair")
    code = " ".join(own.page.locator("#code .code").inner_text().split())
    story.tablet.go("/attendant/venue/pair")
    story.tablet.page.locator("#pair-code").fill(code)
    story.tablet.touch("/attendant/venue/pair")
    story.tablet.board()
    story.board_says(story.venue.second, "あいています")
    own.page.goto(f"{second.url}/attendant")
    own.touch("/attendant/leave")
    own.until("idle", lambda: own.screen == "idle")


def _queue(story: Story) -> None:
    tablet, first = story.tablet, story.venue.first
    with step("queue: a walk-in and a booked number, call, call again, no-show, come after all"):
        display = opened(story.browser, (1920, 1080))
        display.goto(f"{first.screen}/display")
        tablet.touch("/attendant/venue/walk-in")
        booked = tablet.page.locator('form[action="/attendant/venue/arrive"] input[name=number][type=hidden]').first
        number = str(booked.get_attribute("value"))
        tablet.press(tablet.page.locator(f'form:has(input[value="{number}"]) button').first)
        tablet.touch("/attendant/venue/call", kiosk=story.device(first))
        story.board_says(first, "お呼びしています (1)")
        called = re.search(r"\b(W?\d{3,}|[A-Z0-9-]{4,})\b (?=お呼びしています)", story.card(first))
        assert called, story.card(first)
        expect(display.locator(".row.called .number")).to_have_text(called[1])
        tablet.touch("/attendant/venue/call", kiosk=story.device(first), number=called[1])
        story.board_says(first, "お呼びしています (2)")
        tablet.touch("/attendant/venue/no-show", number=called[1])
        story.board_says(first, "あいています")
        tablet.touch("/attendant/venue/undo", number=called[1])
        tablet.touch("/attendant/venue/call", kiosk=story.device(first))
        story.board_says(first, "お呼びしています")
        display.context.close()


def _call_out(story: Story) -> None:
    """Called out to a fire in the middle, back at the other kiosk."""
    tablet, first, second = story.tablet, story.venue.first, story.venue.second
    with step("A1: a firefighter comes as far as the photo"):
        story.left.start("ja")
        story.left.walk(ADULT, {}, until=("photo",))
        slip = str(first.state()["slip"])
        story.board_says(first, slip)
    with step("called out: parked by one touch, A1 is idle"):
        began = time.monotonic()
        tablet.touch("/attendant/venue/park", kiosk=story.device(first))
        story.left.until("idle", lambda: story.left.screen == "idle")
        _within("parked", began)
    with step("back: the number typed, on at A2 with everything answered"):
        began = time.monotonic()
        tablet.touch("/attendant/venue/resume", slip=slip, kiosk=story.device(second))
        story.right.until("the photo", lambda: story.right.screen == "photo")
        _within("resumed at the other kiosk", began)
    with step("A2: parked again and resumed by the running number alone"):
        tablet.touch("/attendant/venue/park", kiosk=story.device(second))
        story.right.until("idle", lambda: story.right.screen == "idle")
        tablet.until("parked", lambda: slip in tablet.page.locator(".lanes").inner_text())
        tablet.page.locator("#resume-slip").fill(slip.split("-")[1].lstrip("0"))
        began = time.monotonic()
        tablet.press(tablet.page.locator('form[action="/attendant/venue/resume"]:has(#resume-slip) button'))
        story.right.until("the photo", lambda: story.right.screen == "photo")
        _within("resumed", began)
    with step("A2: photo, documents with every check, papers, PIN form's number; sealed without the office"):
        story.right.walk(ADULT, {"photo": story.right.photograph})
        story.look_at(second)
        tablet.attend(ADULT, open_board=False)
        assert story.right.confirm() == slip
        story.right.goes()
        story.took(slip, "n_envelope", "n_number_paper", "n_pin_request")


def _within(what: str, began: float) -> None:
    took = time.monotonic() - began
    print(f"{took:7.2f} s    {what} (at most {RESUME_S:.0f} s)")
    if took > RESUME_S:
        raise Stuck(f"{what} took {took:.1f} s")


def _override(story: Story) -> None:
    tablet, first, people = story.tablet, story.venue.first, story.venue.people
    with step("A1: one document short: the tablet says why and what to bring; two staff decide otherwise"):
        story.left.start("ja")
        story.left.walk(SHORT, {"photo": story.left.photograph})
        story.look_at(first)
        tablet.part(SHORT)
        for word in ("窓口で受け取ります", "そろえば、ここで本人確認ができる組み合わせ"):
            expect(tablet.page.locator("#decision")).to_contain_text(word)
        tablet.press(tablet.page.locator("details.override > summary"))
        tablet.page.locator("#override-delivery").select_option("restricted_delivery_mail")
        tablet.page.locator("#override-reason").fill("期限切れの職員証。所属長が面識で確認")
        tablet.page.locator("#override-second").select_option(people["staff"][1].staff)
        tablet.page.locator("#override-pin").fill(people["staff"][1].pin)
        tablet.press(tablet.page.locator('form[action="/attendant/override"] button').last)
        expect(tablet.page.locator("details.override .notice-line")).to_contain_text("面識で確認")
        tablet.finish()
        slip = story.left.confirm()
        story.left.goes()
        story.took(slip, "n_envelope", "n_old_card")


def _take_over(story: Story) -> None:
    tablet, first = story.tablet, story.venue.first
    with step("A1: the tablet takes the screen in the middle, the kiosk says so, and gives it back"):
        story.left.start("en")
        story.left.walk(replace(NO_FORM, language=Language.EN), {}, until=("wishes",))
        story.look_at(first)
        tablet.touch("/attendant/hold/take", eye="kiosk")
        tablet.go()
        story.left.until("held", lambda: story.left.screen == "held")
        tablet.walk(NO_FORM, {"photo": tablet.photograph})
        tablet.go("/attendant")
        tablet.touch("/attendant/hold/give")
        story.left.until("the applicant's turn again", lambda: story.left.screen == "attendant")
        tablet.attend(NO_FORM)
        slip = story.left.confirm()
        story.left.goes()
        story.took(slip, "n_loss_report")


def _tablet_alone(story: Story) -> None:
    """At a bed: form, face, documents and review on the tablet; a photo statement instead of a photo document."""
    tablet, first = story.tablet, story.venue.first
    shown = tuple(("applicant", document) for document in STATEMENT)
    kind = replace(BY_HAND, documents=shown, papers={"number_paper": "handed_in"})
    with step("tablet alone: the whole intake with the tablet's camera, a certified photo statement, 通知カード"):
        story.look_at(first)
        tablet.touch("/attendant/hold/take", eye="tablet")
        tablet.go()
        tablet.touch("/start", language="ja")
        tablet.left("idle")
        tablet.walk(kind, {"photo": tablet.photograph})
        tablet.attend(kind)
        tablet.go()
        slip = tablet.confirm()
        tablet.touch("/done")
        tablet.go("/attendant")
        tablet.touch("/attendant/hold/give")
        story.took(slip, "n_envelope", "n_photo_statement", "n_number_paper")


def _crash(story: Story) -> None:
    tablet, first = story.tablet, story.venue.first
    with step("A1: one person parked, another in the middle; the service is killed"):
        story.left.start("ja")
        story.left.walk(BY_HAND, {}, until=("wishes",))
        parked = str(first.state()["slip"])
        story.look_at(first)
        tablet.touch("/attendant/park")
        story.left.until("idle", lambda: story.left.screen == "idle")
        story.left.start("ja")
        story.left.walk(BY_HAND, {}, until=("photo",))
        open_slip = str(first.state()["slip"])
        time.sleep(1.5)  # the hall notes open numbers once a second
        first.pull_the_plug()
    with step("A1 comes back: idle, the parked number is there, the open one is said to be lost, nothing else"):
        first.start()
        story.left.go()
        story.left.until("idle", lambda: story.left.screen == "idle")
        staff = story.venue.people["staff"][0]
        tablet.sign_in(staff.staff, staff.pin)
        tablet.board()
        tablet.until("lost", lambda: open_slip in " ".join(tablet.page.locator(".notice-line.lost").all_inner_texts()))
        lanes = tablet.page.locator(".lanes").inner_text()
        assert parked in lanes, lanes
        assert open_slip not in lanes, lanes
        story.board_says(story.venue.second, "あいています")
        tablet.touch("/attendant/venue/lost")
    with step("the parked person goes on where they were, and is sealed"):
        tablet.board()
        tablet.touch("/attendant/venue/resume", slip=parked, kiosk=story.device(first))
        story.left.until("the wishes", lambda: story.left.screen == "wishes")
        story.left.walk(BY_HAND, {"photo": story.left.photograph})
        story.look_at(first)
        tablet.attend(BY_HAND, open_board=False)
        assert story.left.confirm() == parked
        story.left.goes()
        story.took(parked, "n_envelope")


def _family(story: Story) -> None:
    tablet, second = story.tablet, story.venue.second
    with step("A2: a father and his child under one number, a gift for each by one touch"):
        story.right.start("ja")
        for member in (BY_HAND, KID):
            story.right.walk(member, {"photo": story.right.photograph})
            story.look_at(second)
            tablet.attend(member, open_board=False)
            slip = story.right.confirm()
            story.took(slip, "n_envelope", "n_gift")
            if member is BY_HAND:
                story.right.touch("/family/next")
                story.right.left("done")
        story.right.goes()
        tablet.board()
        tablet.until("done", lambda: slip in tablet.page.locator(".lanes").inner_text())
        tablet.touch("/attendant/venue/gift", slip=slip)
        expect(tablet.page.get_by_text("記念品 渡した 2/2")).to_be_visible()
