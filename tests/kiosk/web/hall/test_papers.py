"""The end of a visit at the tablet: paper against the records of both kiosks, gifts, the way to each balance."""

from __future__ import annotations

from pathlib import Path

from kiosk.web.hall.papers import Tally
from schemas.balance import Gifts
from schemas.ids import SlipNumber, VisitId
from schemas.intake import FormKind, FormReading
from tests.factories import intake_record, uuid7
from tests.kiosk.web.hall.conftest import Venue, hall_of
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, STAFF


def test_the_papers_of_both_kiosks_are_counted_against_the_records(venue: Venue) -> None:
    tablet = venue.tablet()
    before = {paper: len(slips) for paper, slips in venue.hall.own().papers.items()}  # type: ignore[union-attr]
    venue.second.applicant.come_to("attendant")
    at_second = venue.second.attendant()
    papers = {"number_paper": "handed_in", "juki_card": "handed_in", "old_card": "kept", "pin_request": "PIN-000123"}
    at_second.post("/attendant/finish", {**ENOUGH, **ANSWERS, **papers, "part": "1"})
    sealed = venue.second.applicant.post("/review/confirm")
    slip = sealed["slip"]
    venue.turn()
    page = tablet.page("/attendant/venue/papers")
    assert "まだ数えていないもの" in page
    state = hall_of(venue.second).own()
    assert state is not None
    assert slip in state.papers["pin_request"]
    assert slip in state.papers["number_paper"]
    assert slip in state.papers["juki_card"]
    assert slip not in state.papers.get("old_card", ())
    here = {paper: len(slips) for paper, slips in state.papers.items()}
    counts = {paper: before.get(paper, 0) + here.get(paper, 0) for paper in before.keys() | here.keys()}
    right = {f"n_{paper}": str(number) for paper, number in counts.items()}  # nothing for what nobody brought
    tablet.post("/attendant/venue/papers", **right, bag="袋-7")
    page = tablet.page("/attendant/venue/papers")
    assert "紙の数と記録が合っています" in page
    assert f"数えた人: {STAFF.name} · 令和" in page
    tablet.post("/attendant/venue/papers", **{**right, "n_pin_request": "0"}, bag="袋-7")
    page = tablet.page("/attendant/venue/papers")
    assert "まだ数えていないもの、合わないもの" in page
    assert slip in page
    assert tablet.post("/attendant/venue/papers", n_form="many")["code"] == "papers.not_a_number"
    assert tablet.post("/attendant/venue/papers", bag="123456789018")["code"] == "text.my_number"
    tablet.post("/attendant/venue/gift", kiosk=venue.devices[1], slip=slip, handed="yes")
    assert slip in hall_of(venue.second).own().papers["gift"]  # type: ignore[union-attr]
    tablet.post("/attendant/venue/gift", kiosk=venue.devices[1], slip=slip, handed="no")
    assert slip not in hall_of(venue.second).own().papers.get("gift", ())  # type: ignore[union-attr]
    tablet.post("/attendant/venue/gift", slip=slip.lower(), handed="yes")
    visit = venue.second.outbox.bundle.visit  # type: ignore[union-attr]
    assert venue.second.outbox.gifts(visit) == Gifts(handed=(SlipNumber(slip),))
    assert tablet.post("/attendant/venue/gift", slip="9999", handed="yes")["code"] == "slip.unknown"


def test_for_whom_a_form_must_be_made_is_a_list_and_nothing_to_count(venue: Venue) -> None:
    venue.second.applicant.come_to("form")
    venue.second.applicant.post("/form", kind="none")
    venue.second.applicant.come_to("attendant")
    venue.second.attendant().post("/attendant/finish")
    slip = venue.second.applicant.post("/review/confirm")["slip"]
    venue.turn()
    page = venue.tablet().page("/attendant/venue/papers")
    assert slip in page.partition("申請書の再発行が必要な方")[2].partition("電子の記録")[0]
    assert 'name="n_reissue"' not in page


def test_each_of_a_family_gets_a_gift_under_their_one_number(tmp_path: Path) -> None:
    visit, slip = uuid7(VisitId, 1), SlipNumber.new("A1", 7)
    file = tmp_path / "papers.json"
    tally = Tally(file)
    forms = (FormReading(kind=FormKind.HANDWRITTEN), FormReading(kind=FormKind.NONE))
    for form in forms:
        tally.note(intake_record(visit=visit, slip=slip, form=form))
    assert tally.by_paper(visit) == {"envelope": (slip,)}  # what is written by hand goes into one
    for number, handed in ((1, 1), (None, 2), (5, 2)):
        tally.gift(visit, slip, handed=True, number=number)
        assert tally.gifts(visit) == Gifts(handed=(slip,) * handed)
    assert Tally(file).by_paper(visit)["gift"] == (slip, slip)
    tally.gift(visit, slip, handed=False)
    assert tally.gifts(visit) is None


def test_each_kiosks_balance_is_one_touch_away(venue: Venue) -> None:
    tablet = venue.tablet()
    assert "収支を開く" in tablet.page("/attendant/venue/papers")
    page = tablet.submit("/attendant/venue/look", kiosk=venue.devices[1], then="balance")
    assert '収支 <span class="number">A2</span>' in page
