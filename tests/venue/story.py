"""`python -m tests.venue`: one afternoon's accidents at a venue of two kiosks and a tablet, in real processes.

The tablet comes over the network with the venue's own certificate; the line to the office is cut before the first
person and mended after the last; one kiosk's service is killed in the middle of an intake. Every step is printed with
its time; the first that is not as it should be ends the story with 1.
"""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, expect
from playwright.sync_api import Error as BrowserError

from schemas.language import Language
from tests.venue import leaving, roles, trouble
from tests.venue.browsers import PORTRAIT, TABLET, chromium, face_film, key_of, opened
from tests.venue.hand import Hand, Stuck
from tests.venue.scene import ADULT, BY_HAND, NO_FORM, SHORT, STATEMENT, Story, step
from tests.venue.staff import Tablet
from tests.venue.stage import Venue, open_venue

RESUME_S = 5.0


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
    trouble.crash(story)
    trouble.family(story)
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
