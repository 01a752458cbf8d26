"""Who may do what, tried on every route of the console with every role."""

from __future__ import annotations

import pytest

from backoffice.staff.authorisation import ALLOWED, Action, Role, allows
from tests.backoffice.console import Browser, Console
from tests.backoffice.routes import Door, console_doors
from tests.factories import FUKUSHIMA, KORIYAMA

DOORS = console_doors()
OPEN = {
    ("POST", "/language"),
    ("GET", "/static/{name:path}"),
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("POST", "/sign-in/passkey/options"),
    ("POST", "/sign-in/passkey"),
    ("POST", "/sign-in/provider"),
    ("GET", "/sign-in/provider/back"),
    ("GET", "/sign-in/provider/back/{municipality}"),
    ("POST", "/sign-in/provider/code"),
    ("POST", "/sign-out"),
    ("GET", "/invitation/{link}"),
    ("POST", "/invitation/{link}/password"),
    ("POST", "/invitation/{link}/passkey/options"),
    ("POST", "/invitation/{link}/passkey"),
    ("POST", "/invitation/{link}/provider"),
    ("GET", "/booking/{municipality}/{code}"),
    ("POST", "/booking/{municipality}/{code}/me"),
    ("POST", "/booking/{municipality}/{code}/slot"),
    ("POST", "/booking/{municipality}/{code}/cancel"),
    ("POST", "/booking/{municipality}/{code}/leave"),
    ("POST", "/booking/{municipality}/{code}/mail"),
    ("POST", "/booking/{municipality}/{code}/mail/stop"),
}
GUARDED = [door for door in DOORS if door.action is not None]


def knock(browser: Browser, door: Door) -> int:
    """The status for an empty request with a right form token; 403 is the table's no."""
    if door.method == "GET":
        return browser.get(door.address).status_code
    return browser.post(door.address).status_code


def test_only_signing_in_the_frame_and_the_booking_page_are_open() -> None:
    assert {(door.method, door.path) for door in DOORS if door.action is None} == OPEN


def test_the_walk_sees_every_room() -> None:
    rooms = {door.path.split("/")[1] for door in DOORS}
    assert {"cases", "staff", "audit", "account", "visits", "devices"} <= rooms
    assert len(GUARDED) > 30


REST = [role for role in Role if role not in (Role.STAFF, Role.HELPER)]


@pytest.mark.parametrize(
    "role", [Role.STAFF, Role.HELPER, *(pytest.param(role, marks=pytest.mark.long) for role in REST)]
)
def test_every_route_follows_the_table(console: Console, role: Role) -> None:
    browser = console.sign_in(role)
    wrong = [
        (door.method, door.path)
        for door in GUARDED
        if (knock(browser, door) != 403) is not (door.action is not None and allows(role, door.action))
    ]
    assert wrong == []


def test_nobody_passes_without_signing_in(console: Console) -> None:
    stranger = console.stranger()
    passed = [door for door in GUARDED if stranger.get(door.address).status_code == 200]
    assert passed == []
    for door in GUARDED:
        answer = stranger.get(door.address) if door.method == "GET" else stranger.post(door.address)
        assert answer.status_code == 303, door
        assert answer.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", Role)
def test_everybody_may_see_the_start_page_and_their_own_account(role: Role) -> None:
    assert {Action.HOME_SEE, Action.ACCOUNT_OWN} <= ALLOWED[role]


@pytest.mark.parametrize("role", [Role.CONTRACTOR, Role.HELPER, Role.PERSONNEL, Role.AUDITOR])
def test_only_municipal_desk_staff_see_applicants(role: Role) -> None:
    assert not {Action.CASE_LIST, Action.CASE_READ, Action.CASE_DECIDE, Action.CASE_EXPORT} & ALLOWED[role]


@pytest.mark.parametrize("action", [Action.STAFF_MANAGE, Action.RULES_MANAGE])
def test_only_administrators_manage_accounts_and_rules(action: Action) -> None:
    assert [role for role in Role if allows(role, action)] == [Role.ADMINISTRATOR]


def test_an_administrator_of_one_municipality_reaches_no_account_of_another(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR, municipality=KORIYAMA)
    other = console.hire(municipality=FUKUSHIMA)
    for verb in ("invite", "disable", "enable", "role"):
        assert administrator.post(f"/staff/{other.id}/{verb}", {"role": "staff"}).status_code == 404
    assert other.name not in administrator.get("/staff").text


def test_a_changed_role_holds_from_the_next_request(console: Console) -> None:
    administrator, staff = console.sign_in(Role.ADMINISTRATOR), console.sign_in(Role.STAFF)
    assert staff.person is not None
    assert staff.get("/cases").status_code == 200
    administrator.post(f"/staff/{staff.person.id}/role", {"role": "helper"})
    assert staff.get("/cases").status_code == 403
