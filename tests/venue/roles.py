"""Who may do what at the tablet, by touch and by a forged post: a contractor supports, a helper sees numbers only."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.venue.browsers import TABLET, opened
from tests.venue.hand import Stuck
from tests.venue.scene import BY_HAND, Story, step
from tests.venue.staff import Tablet

_FORGED = """async ([path, fields]) => (await fetch(path, {
  method: "POST", headers: { Accept: "application/json" },
  body: new URLSearchParams({ csrf: document.querySelector('meta[name="csrf"]').content, ...fields }),
})).status"""
WHOLE = {"shown": "applicant:driving_licence", "check": "applicant:driving_licence:original"}


def play(story: Story) -> None:
    with step("A1: somebody stands at the attendant's turn"):
        story.left.start("ja")
        story.left.walk(BY_HAND, {"photo": story.left.photograph})
    with step("a contractor sees no documents, a forged record of 本人確認 is refused"):
        tablet = _somebody(story, "contractor")
        expect(tablet.page.locator("#part")).to_contain_text("本人確認を記録できるのは市区町村の職員だけです")
        assert not tablet.page.locator("input[name=shown]").count()
        _refused(tablet, "/attendant/documents", WHOLE)
        _refused(tablet, "/attendant/override", {"delivery": "restricted_delivery_mail", "reason": "x"})
        tablet.page.context.close()
    with step("a helper sees numbers only, and changes nothing of an applicant"):
        tablet = _somebody(story, "helper")
        text = tablet.page.locator("main").inner_text()
        for word in ("本人確認書類を", "受け取り方の確認", "平成"):
            assert word not in text, word
        assert not tablet.page.locator("#part").count()
        for path, fields in (
            ("/attendant/documents", WHOLE),
            ("/attendant/finish", {"note": ""}),
            ("/attendant/reset", {}),
        ):
            _refused(tablet, path, fields)
        assert tablet.page.evaluate("async () => (await fetch('/attendant/photo.jpg')).status") >= 400
        tablet.board()
        assert not tablet.page.locator('form[action="/attendant/venue/gift"]').count()
        tablet.page.context.close()
    with step("staff do their part; the person is sealed"):
        story.look_at(story.venue.first)
        story.tablet.attend(BY_HAND, open_board=False)
        slip = story.left.confirm()
        story.left.goes()
        story.took(slip, "n_envelope")


def _somebody(story: Story, role: str) -> Tablet:
    tablet = Tablet(opened(story.browser, TABLET), story.tablet.url)
    person = story.venue.people[role][0]
    tablet.sign_in(person.staff, person.pin)
    tablet.go("/attendant")
    return tablet


def _refused(tablet: Tablet, path: str, fields: dict[str, str]) -> None:
    """The post a page of theirs does not have, made by hand with their own session and token."""
    status = int(tablet.page.evaluate(_FORGED, [path, fields]))
    if status < 400:
        raise Stuck(f"{path} was taken: {status}")
