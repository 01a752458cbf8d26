"""What was typed and not sent is kept for the person, given back, and ended when the form is sent."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlmodel import select

import backoffice.web
from backoffice.drafts.models import SentForm
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console

TEMPLATES = Path(backoffice.web.__file__).parent / "templates"
TYPED = re.compile(r"parts\.field|<textarea|<input (?!type=\"(?:hidden|checkbox|file|radio)\")")
# Doors, files, one line that is typed anew as fast, a page of everybody's browser, and forms of which many stand on a
# page; a conflict's wish is kept as the case's own draft.
NOT_KEPT = {
    "/sign-in", "/sign-in/provider/code", "/invitation/{{ link }}/password", "/account/password", "/usb",
    "/organisations/{{ organisation.id }}/roster", "/cases/views", "{{ address }}/crop",
    "/cases/{{ case.id }}/{{ action }}", "{{ at }}/me", "{{ at }}/mail?{{ answers.stored()|urlencode }}",
    "/visits/{{ visit.id }}/slots/{{ slot.id }}",
}  # fmt: skip


def test_every_form_with_something_to_type_is_kept_when_the_session_ends() -> None:
    lost = set()
    for file in TEMPLATES.rglob("*.html"):
        for head, body in re.findall(r'(<form[^>]*method="post"[^>]*>)(.*?)</form>', file.read_text("utf-8"), re.S):
            action = re.search(r'action="([^"]*)"', head)
            if TYPED.search(body) and not re.search("data-keep|data-draft", head):
                lost.add(action[1] if action else file.name)
    assert lost <= NOT_KEPT, lost - NOT_KEPT


def test_draft_comes_back_to_its_owner_only_and_ends_with_the_form(shared_console: Console) -> None:
    lead, other = shared_console.sign_in(Role.LEAD), shared_console.sign_in(Role.LEAD)
    sent = lead.post("/drafts", {"form-of-draft": "/organisations", "name": "書きかけの団体"})
    assert sent.status_code == 204
    assert lead.get("/drafts?form=/organisations").json() == {"name": "書きかけの団体"}
    assert other.get("/drafts?form=/organisations").status_code == 204
    again = shared_console.sign_in(person=lead.person)  # the session ended, another one begins
    assert again.get("/drafts?form=/organisations").json() == {"name": "書きかけの団体"}
    assert lead.post("/organisations", {"name": "団体", "kind": "other"}).status_code == 303
    assert lead.get("/drafts?form=/organisations").status_code == 204


def test_refused_form_keeps_its_draft_and_an_emptied_one_ends_it(shared_console: Console) -> None:
    lead = shared_console.sign_in(Role.LEAD)
    lead.post("/drafts", {"form-of-draft": "/visits/new", "title": "消防"})
    assert lead.post("/visits/new", {"title": ""}).status_code == 422
    assert lead.get("/drafts?form=/visits/new").json() == {"title": "消防"}
    lead.post("/drafts", {"form-of-draft": "/visits/new"})
    assert lead.get("/drafts?form=/visits/new").status_code == 204


def test_a_my_number_or_nonsense_is_not_kept(shared_console: Console) -> None:
    lead = shared_console.sign_in(Role.LEAD)
    for given in ({"title": "123456789018"}, {"title": "x" * 5000}, {"a b": "x"}, {"form-of-draft": "//evil"}):
        assert lead.post("/drafts", {"form-of-draft": "/visits/new", **given}).status_code == 422
    assert lead.get("/drafts?form=/visits/new").status_code == 204


def test_drafts_leave_after_a_week(console: Console) -> None:
    lead = console.sign_in(Role.LEAD)
    lead.post("/drafts", {"form-of-draft": "/visits/new", "title": "消防"})
    console.office.clock.move(days=8)
    assert console.sign_in(person=lead.person).get("/drafts?form=/visits/new").status_code == 204


def test_a_form_sent_twice_makes_one_thing_and_leads_to_the_same_page(each_console: Console) -> None:
    lead = each_console.sign_in(Role.LEAD)
    mark, another = re.findall(r'name="once" value="([^"]+)"', lead.get("/organisations").text)[:2]
    assert mark != another
    form = {"name": "二度押した団体", "kind": "other", "once": mark}
    first, again = (lead.post("/organisations", form) for _ in range(2))
    assert (first.status_code, first.headers["location"]) == (again.status_code, again.headers["location"])
    assert lead.post("/organisations", {**form, "once": another}).headers["location"] != first.headers["location"]
    assert lead.get("/organisations").text.count(">二度押した団体<") == 2
    assert each_console.sign_in(Role.LEAD).post("/organisations", form).headers["location"] != first.headers["location"]


def test_two_clicks_at_one_moment_make_one_thing(each_console: Console) -> None:
    lead = each_console.sign_in(Role.LEAD)
    token, mark = lead.csrf(), "a" * 16
    with ThreadPoolExecutor(4) as pool:
        form = {"csrf": token, "name": "同時の団体", "kind": "other", "once": mark}
        answers = list(pool.map(lambda _: lead.post("/organisations", form, csrf=token), range(4)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert lead.get("/organisations").text.count(">同時の団体<") == 1


def test_a_refused_form_may_be_sent_again_and_marks_end_with_the_day(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    form = {"name": "", "role": "staff", "login": "once", "once": "b" * 16}
    assert administrator.post("/staff", form).status_code == 422
    assert "招待" in administrator.post("/staff", {**form, "name": "一度 だけ"}).text
    again = administrator.post("/staff", {**form, "name": "一度 だけ", "login": "twice"})
    assert (again.status_code, again.headers["location"]) == (303, "/staff")
    assert "twice" not in administrator.get("/staff").text
    console.office.clock.move(days=2)
    console.office.worker.tidy()
    with console.office.work() as work:
        assert work.session.exec(select(SentForm)).all() == []
