"""Letters about bookings through a real SMTP server: asked for, sent once, tried again, given up, never twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlmodel import select

from backoffice.kit.errors import Refused, SetUpInvalid
from backoffice.mail import service as mail
from backoffice.mail.models import Mail, MailKind, MailState
from backoffice.mail.sending import TRIES
from backoffice.mail.service import read_address
from backoffice.settings import Settings
from backoffice.staff.authorisation import Role
from backoffice.visits import letters, moving, planning, reminders, service
from backoffice.visits.models import BookingContact, Visit
from schemas.ids import VisitId
from schemas.language import Language
from tests.backoffice.conftest import MakeOffice
from tests.backoffice.console import Browser, Console
from tests.backoffice.mail.smtp import Inbox, smtp_server
from tests.backoffice.visits.test_public import member
from tests.factories import FUKUSHIMA

ADDRESS = "hanako@example.jp"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with smtp_server() as opened:
        yield opened


@dataclass
class Booked:
    """Somebody with a booking three days ahead, on the booking page."""

    console: Console
    visit: VisitId
    at: str
    browser: Browser

    def deliver(self) -> int:
        count: int = self.console.office.app.state.postman.deliver_due()
        return count

    def mails(self) -> list[Mail]:
        with self.console.office.work() as work:
            return mail.listed(work, FUKUSHIMA, f"visit:{self.visit}")

    def states(self) -> list[str]:
        return sorted(f"{row.kind} {row.state}" for row in self.mails())

    def ask(self, **answers: str) -> int:
        return self.browser.post(f"{self.at}/mail", {"mail": ADDRESS, **answers}).status_code


@pytest.fixture
def booked(make_office: MakeOffice, inbox: Inbox) -> Booked:
    office = make_office(
        role="all", embedded_worker=False, smtp_host="127.0.0.1", smtp_port=inbox.port, smtp_security="none",
        smtp_sender="no-reply@city.example.jp",
    )  # fmt: skip
    console = Console(office)
    visit = office.visit()
    with office.work() as work:
        row = work.session.get_one(Visit, (FUKUSHIMA, visit))
        work.session.add(member(work, row.organisation_id, "101", 4))
        plan = planning.plan_of(work, FUKUSHIMA, visit)
        plan.booking_open, at = True, f"/booking/{FUKUSHIMA}/{plan.code}"
        moving.move(work, FUKUSHIMA, visit, row.starts_on + timedelta(days=3), version=1, actor="test")
        slot = service.look(work, FUKUSHIMA, visit).places[0].slots[0].id
    browser = console.stranger()
    browser.post(f"{at}/me", {"number": "101", "month": "4"})
    assert browser.post(f"{at}/slot", {"slot": slot}).status_code == 303
    return Booked(console, visit, at, browser)


def test_confirmation_now_reminder_on_the_eve_each_once(booked: Booked, inbox: Inbox) -> None:
    assert booked.ask(child="yes", purpose="first") == 303
    assert (booked.deliver(), booked.deliver()) == (1, 0)
    letter = inbox.taken[0]
    body = letter.get_content()
    assert (letter["To"], letter["Auto-Submitted"], "001" in letter["Subject"]) == (ADDRESS, "auto-generated", True)
    assert all(part in body for part in ("お子さま", "15:00", f"http://127.0.0.1:8500{booked.at}", "任意"))
    assert booked.states() == ["confirmation sent", "reminder queued"]
    sent = next(row for row in booked.mails() if row.state is MailState.SENT)
    assert (sent.address, sent.body) == ("h•••@example.jp", "")
    booked.console.office.clock.move(days=2, hours=12)
    assert (booked.deliver(), booked.deliver(), len(inbox.taken)) == (1, 0, 2)
    assert "あす" in inbox.taken[1]["Subject"]


def test_letters_are_in_the_language_the_page_was_in(booked: Booked, inbox: Inbox) -> None:
    for language in Language:
        booked.browser.post("/language", {"language": language.value, "next": booked.at})
        booked.ask(child="yes")
        assert booked.deliver() == 1
        (eve,) = (row for row in booked.mails() if row.state is MailState.QUEUED)
        letter = inbox.taken.pop()
        for subject, body in ((letter["Subject"], letter.get_content()), (eve.title, eve.body)):
            assert "{" not in subject + body
            assert bool(re.search("[ぁ-ん]", subject + body)) is language.startswith("ja"), body
            assert language is not Language.JA_EASY or "予約(よやく)" in subject


def test_every_sentence_of_letters_is_there_in_all_seven_languages() -> None:
    for name, wording in letters.sentences().items():
        assert wording.model_dump(by_alias=True).keys() == set(Language)
        assert all(wording.model_dump(by_alias=True).values()), name


def test_server_away_is_tried_again_and_given_up_where_staff_see_it(booked: Booked, inbox: Inbox) -> None:
    booked.ask()
    inbox.answer = "451 later"
    assert (booked.deliver(), booked.deliver()) == (0, 0)
    assert booked.states()[0] == "confirmation queued"
    booked.console.office.clock.move(minutes=1)
    inbox.answer = "250 ok"
    assert booked.deliver() == 1
    booked.browser.post(f"{booked.at}/cancel")
    inbox.answer = "451 later"
    for _ in range(TRIES):
        booked.deliver()
        booked.console.office.clock.move(minutes=40)
    lead = booked.console.sign_in(Role.LEAD)
    page = lead.get(f"/visits/{booked.visit}/mails").text
    assert all(words in page for words in ("送れませんでした", "メールサーバーが断りました", ">451<"))
    assert ADDRESS not in page
    inbox.answer = "250 ok"
    failed = next(row.id for row in booked.mails() if row.state is MailState.FAILED)
    assert lead.post(f"/visits/{booked.visit}/mails/{failed}/again").status_code == 303
    assert booked.deliver() == 1
    assert lead.post(f"/visits/{booked.visit}/mails/{failed}/again").status_code == 409


def test_refused_recipient_is_not_tried_again(booked: Booked, inbox: Inbox) -> None:
    booked.ask()
    inbox.answer = "550 no such person"
    booked.deliver()
    booked.console.office.clock.move(minutes=40)
    booked.deliver()
    assert (booked.states()[0], len(inbox.recipients)) == ("confirmation failed", 1)


def test_line_broken_after_the_text_is_never_repeated_by_itself(booked: Booked, inbox: Inbox) -> None:
    booked.ask()
    inbox.hang_up = True
    booked.deliver()
    booked.console.office.clock.move(hours=1)
    inbox.hang_up = False
    assert (booked.deliver(), booked.states()[0], inbox.taken) == (0, "confirmation unsure", [])


def test_sender_that_died_in_the_middle_leaves_a_question(booked: Booked) -> None:
    booked.ask()
    with booked.console.office.work() as work:
        letter = next(each for each in booked.mails() if each.kind is MailKind.CONFIRMATION)
        row = work.session.get_one(Mail, (FUKUSHIMA, letter.id))
        row.state, row.claimed_at = MailState.SENDING, work.now - timedelta(minutes=11)
    booked.deliver()
    assert "confirmation unsure" in booked.states()


def test_change_and_cancelling_are_told_and_old_letters_withdrawn(booked: Booked, inbox: Inbox) -> None:
    booked.ask()
    with booked.console.office.work() as work:
        second = service.look(work, FUKUSHIMA, booked.visit).places[0].slots[1].id
    booked.browser.post(f"{booked.at}/slot", {"slot": second})
    while booked.deliver():
        pass
    assert [letter["Subject"][:7] for letter in inbox.taken] == ["予約が変わりまし"[:7]]
    assert booked.states() == [
        "changed sent", "confirmation withdrawn", "reminder queued", "reminder withdrawn"
    ]  # fmt: skip
    with booked.console.office.work() as work:
        moving.cancel(work, FUKUSHIMA, booked.visit, reason="台風", actor="test")
    booked.deliver()
    assert "取り消されました" in inbox.taken[-1]["Subject"]


def test_stopping_forgets_the_address_and_so_does_the_day_after(booked: Booked) -> None:
    booked.ask()
    booked.browser.post(f"{booked.at}/mail/stop")
    with booked.console.office.work() as work:
        assert work.session.exec(select(BookingContact)).all() == []
    booked.ask()
    booked.console.office.clock.move(days=6)
    with booked.console.office.work() as work:
        assert reminders.forget(work) == 1
    assert {row.state for row in booked.mails()} == {MailState.WITHDRAWN}
    assert all(row.address == "h•••@example.jp" for row in booked.mails())


def test_nobody_without_a_booking_gets_letters_and_without_a_server_nobody_is_asked(
    booked: Booked, console: Console
) -> None:
    stranger = booked.console.stranger()
    stranger.post(f"{booked.at}/mail", {"mail": ADDRESS})
    assert (booked.mails(), "お知らせメール" in booked.browser.get(booked.at).text) == ([], True)
    assert console.office.app.state.postman is None


@pytest.mark.parametrize(
    "address",
    ["", "a", "a@b", "a b@example.jp", "a@example.jp\nBcc: b@example.jp", "a@example.jp,b@example.jp", "あ@example.jp"],
)
def test_what_is_no_address_is_told_beside_the_field(address: str) -> None:
    with pytest.raises(Refused, match=r"field\.mail"):
        read_address(address)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "smtp_sender"),
        ({"smtp_sender": "a@b.jp", "smtp_security": "none"}, "smtp_security"),
        ({"smtp_sender": "a@b.jp", "smtp_user": "u"}, "smtp_password_file"),
    ],
)
def test_unsafe_mail_settings_stop_the_start(given: dict[str, str], said: str) -> None:
    with pytest.raises(SetUpInvalid, match=said):
        Settings.load(smtp_host="mail.example.jp", **given)
