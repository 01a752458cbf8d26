"""The end of the visit: line mended, paper counted against the records, closing balance signed by both sides, print."""

from __future__ import annotations

from playwright.sync_api import expect

from deploy.demo.processes import wait_for
from tests.venue.scene import Story, step


def play(story: Story) -> None:
    venue, tablet = story.venue, story.tablet
    with step("without the office nothing has left, and nothing is called done that is not"):
        counts = [machine.balance() for machine in venue.machines]
        assert sum(int(str(count["captured"])) for count in counts) == len(story.slips), counts
        assert not any(int(str(count["received"])) for count in counts), counts
        _balance(story, 0, closed=False)
    with step("a wrong count is found, by kind and with the numbers; the right one agrees"):
        _count(story, {**story.papers, "n_envelope": story.papers["n_envelope"] - 1})
        expect(tablet.page.locator(".differs")).to_have_count(1)
        expect(tablet.page.locator(".differs")).to_contain_text("-1")
        _count(story, story.papers)
        expect(tablet.page.locator(".verdict.good")).to_be_visible()
        expect(tablet.page.locator("body")).to_contain_text(f"封をしたままの封筒 {story.papers['n_envelope']}通")
    with step("the line is mended: every record reaches the office, is signed for and erased"):
        venue.line.good()
        wait_for("everything is erased", lambda: _left(story) == 0, seconds=120, pause=1.0)
    with step("closing balance of both kiosks on the tablet, signed by both sides; the sheet prints"):
        for place in (0, 1):
            _balance(story, place, closed=True)
            assert tablet.page.locator(".signatures code").count() == 4
            assert len(tablet.page.pdf()) > 10_000
    with step("the office's own books say the same, gifts included"):
        books = venue.received()
        assert sum(int(str(line["received"])) for line in books) == len(story.slips), books
        assert all(line["missing"] in ([], 0, None) and not line["gaps"] and not line["forks"] for line in books), books
        wait_for("every record is opened", lambda: _opened(story) == len(story.slips), seconds=60, pause=1.0)
        visits = [line for line in venue.stage.shell.lines("demado-backoffice", "balance") if line["visit"]]
        assert all(line["closed"] for line in visits), visits
        assert sum(int(str(line["gifts"] or 0)) for line in visits) == story.papers["n_gift"], visits
    for machine in venue.machines:
        counted = machine.balance()
        print(f"           {machine.name}: captured {counted['captured']} = received {counted['received']} = erased"
              f" {counted['erased']}")  # fmt: skip
    print(f"           paper: {', '.join(f'{name[2:]} {number}' for name, number in sorted(story.papers.items()))}")


def _left(story: Story) -> int:
    counts = [machine.balance() for machine in story.venue.machines]
    return sum(int(str(count["captured"])) - int(str(count["erased"])) for count in counts)


def _opened(story: Story) -> int:
    return sum(int(str(line["opened"])) for line in story.venue.received())


def _count(story: Story, papers: dict[str, int]) -> None:
    page = story.tablet.page
    page.goto(f"{story.tablet.url}/attendant/venue/papers")
    for field in page.locator("input[name^=n_]").all():
        field.fill(str(papers.get(str(field.get_attribute("name")), 0)))
    page.locator("#bag").fill("封-0007")
    story.tablet.press(page.locator('form[action="/attendant/venue/papers"] button.primary'))
    expect(page.locator("#bag")).to_have_value("封-0007")


def _balance(story: Story, place: int, *, closed: bool) -> None:
    """The balance of one kiosk, asked for on the tablet."""
    tablet = story.tablet
    tablet.go("/attendant/venue/papers")
    tablet.press(
        tablet.page.locator('form[action="/attendant/venue/look"]:has(input[value="balance"]) button').nth(place)
    )
    tablet.touch("/attendant/balance")
    said = "受け付けた申請はすべて市役所に届き" if closed else "まだ閉じていません"
    expect(tablet.page.locator(".closing .verdict")).to_contain_text(said)
