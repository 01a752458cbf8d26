"""The start page: today's figures for everybody, the queue for the desk."""

from __future__ import annotations

import re

from sqlmodel import select

from backoffice.cases import service as cases
from backoffice.cases.today import live_visits, returned_for
from backoffice.intake.models import ReceivedPacket
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.factories import FUKUSHIMA, KORIYAMA


def figures(page: str) -> list[str]:
    return re.findall(r'<span class="figure-value">(\d+)</span>', page)


def test_an_empty_day_says_what_will_come(console: Console) -> None:
    page = console.sign_in().get("/").text
    assert figures(page) == ["0", "0", "0", "0"]
    assert "会場の端末から届くと、ここに並びます" in page


def test_figures_follow_the_work(console: Console) -> None:
    staff = console.sign_in()
    first, second, _third = (console.case() for _ in range(3))
    console.case(municipality=KORIYAMA)
    staff.post(f"/cases/{first}/approve", {"version": 1})
    staff.post(f"/cases/{second}/return", {"version": 1, "reason": "photo.unclear"})
    assert figures(staff.get("/").text) == ["3", "1", "1", "1"]


def test_htmx_gets_the_figures_alone(console: Console) -> None:
    part = console.sign_in().get("/", headers={"hx-request": "true"}).text
    assert "<html" not in part
    assert 'id="figures"' in part


def test_helpers_see_counts_and_no_application(console: Console) -> None:
    case = console.case()
    page = console.sign_in(Role.HELPER).get("/").text
    assert figures(page)[0] == "1"
    assert case not in page
    assert "次に確認する申請" not in page


def test_todays_visit_is_seen_by_the_hour_with_what_waits_and_what_is_missing(each_console: Console) -> None:
    staff, office = each_console.sign_in(), each_console.office
    visit = office.visit()
    counter = office.counter(visit=visit)
    assert "まだ届いていません" in staff.get("/").text
    frames = [counter.seal() for _ in range(3)]
    for frame in (frames[0], frames[2]):
        assert counter.send(frame).status_code == 201
        office.clock.move(minutes=40)
    office.worker.drain()
    with office.work() as work:
        [live] = live_visits(work, FUKUSHIMA)
        assert (live.id, live.hours, live.waiting, live.missing) == (visit, ((9, 1), (10, 1)), 2, 1)
        packet = work.session.exec(select(ReceivedPacket)).first()
        assert packet is not None
        work.session.add(ReceivedPacket(**packet.model_dump() | {"id": "f" * 64, "fork": "f" * 64}))
        work.session.flush()
        assert live_visits(work, FUKUSHIMA)[0].missing == 1  # what came beside the chain fills no gap
        case = cases.oldest_waiting(work, FUKUSHIMA)[0].id
    staff = each_console.sign_in(person=staff.person)  # silence has ended the session
    staff.post(f"/cases/{case}/return", {"version": 1, "reason": ["photo.unclear", "photo.glasses"]})
    page = staff.get("/").text
    assert "届いていない番号" in page
    assert "ピンぼけ" in page
    assert "届いていない番号" not in each_console.sign_in(Role.HELPER).get("/").text
    office.clock.move(days=1)
    with office.work() as work:
        assert live_visits(work, FUKUSHIMA) == []
        assert returned_for(work, FUKUSHIMA) == []


def test_the_backlog_says_how_old_it_is(console: Console) -> None:
    staff = console.sign_in(Role.STAFF)
    assert "いちばん古いもの" not in staff.get("/").text
    console.case()
    assert "7日より前" not in staff.get("/").text
    console.office.clock.move(days=8)
    page = console.sign_in(Role.STAFF).get("/").text
    assert ("いちばん古いもの" in page, "7日より前に届いたもの 1件" in page) == (True, True)
    assert "7日より前" not in console.sign_in(Role.HELPER).get("/").text
