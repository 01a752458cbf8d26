"""A service killed in the middle, and a family under one number."""

from __future__ import annotations

import time

from playwright.sync_api import expect

from tests.venue.scene import BY_HAND, KID, Story, step


def crash(story: Story) -> None:
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


def family(story: Story) -> None:
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
