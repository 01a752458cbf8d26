"""The device pages: what each role sees and does, and that another municipality's devices do not exist here."""

from __future__ import annotations

import re

import pytest

from backoffice.devices import service
from backoffice.devices.service import DeviceState
from backoffice.staff.authorisation import Role
from backoffice.visits import service as visits
from schemas.enrolment import EnrolmentTicket
from schemas.protocol import BUNDLE_PATH
from tests.backoffice.console import Console
from tests.backoffice.counter import Counter, packet_id
from tests.factories import FUKUSHIMA, KORIYAMA


def ticket_on(page: str) -> EnrolmentTicket:
    found = re.search(r"DEMADO-ENROL\.1\.[^<]+", page)
    assert found
    return EnrolmentTicket.parse(found[0])


def test_ticket_of_the_page_enrols_a_device(console: Console) -> None:
    office = console.office
    page = console.sign_in(Role.LEAD).post("/devices/tickets", {"visit": office.visit()})
    counter = Counter(office.client, office.app.state.signing.recipient_keys(office.clock())[0], office.clock)
    assert counter.enrol(ticket_on(page.text).code).status_code == 200
    assert "<svg" in page.text
    assert 'style="' not in page.text


def test_list_shows_what_has_arrived_and_what_is_missing(console: Console) -> None:
    counter = console.office.counter()
    first, _lost, third = (counter.seal() for _ in range(3))
    for frame in (first, third, b"broken on the way"):
        counter.send(frame)
    page = console.sign_in(Role.STAFF).get("/devices").text
    assert "未着 1件" in page
    assert "隔離 1件" in page
    one = console.sign_in(Role.STAFF).get(f"/devices/{counter.device}").text
    assert "封緘データではない" in one


def test_gauges_place_and_bundle_are_seen_before_a_device_leaves(console: Console) -> None:
    office, browser = console.office, console.sign_in(Role.LEAD)
    visit = office.visit()
    counter = office.counter(visit=visit)
    told = "sealed=0&unsent=3&running=0.1.0&battery=12&mains=false&disk_free=100&disk_total=400"
    with office.work() as work:
        (place,) = visits.places_of(work, FUKUSHIMA, visit)
    preview = browser.get(f"/devices/{counter.device}/bundle").text
    assert all(each in preview for each in ("出張申請受付", "だれもサインインできません", "まだない"))
    assert counter.get(f"{BUNDLE_PATH}?have=0&{told}").status_code == 200
    assert "第1版" in browser.get(f"/devices/{counter.device}/bundle").text, "looking gives nothing out"
    assert browser.post(f"/devices/{counter.device}/place", {"place": place}).status_code == 303
    assert browser.post(f"/devices/{counter.device}/place", {"place": visit}).status_code == 404
    for page in (browser.get("/devices").text, browser.get(f"/devices/{counter.device}").text):
        assert all(each in page for each in ("0.1.0", 'value="12"', 'value="75"', "本部"))
    assert browser.post(f"/devices/{counter.device}/visit", {"visit": "", "anyway": "true"}).status_code == 303
    assert browser.get(f"/devices/{counter.device}/bundle").status_code == 404
    assert counter.get(f"{BUNDLE_PATH}?have=0&battery=101").status_code == 400


def test_empty_list_says_what_to_do(console: Console) -> None:
    assert "端末がありません" in console.sign_in(Role.LEAD).get("/devices").text


def test_device_is_renamed_moved_and_revoked_from_its_page(console: Console) -> None:
    office = console.office
    device, visit = office.counter().device, office.visit()
    browser = console.sign_in(Role.LEAD)
    for path, data in (("name", {"name": "新しい名前"}), ("visit", {"visit": visit}), ("end", {"lost": "true"})):
        assert browser.post(f"/devices/{device}/{path}", data).status_code == 303
    with office.work() as work:
        (found,) = service.devices(work, FUKUSHIMA)
    assert (found.name, found.visit, found.state) == ("新しい名前", visit, DeviceState.LOST)
    page = browser.get(f"/devices/{device}").text
    assert "紛失" in page
    assert "失効させる" not in page


@pytest.mark.parametrize("role", [Role.STAFF, Role.CONTRACTOR, Role.AUDITOR])
def test_role_that_only_looks_gets_no_ticket(console: Console, role: Role) -> None:
    browser = console.sign_in(role)
    assert "登録コードを作る" not in browser.get("/devices").text
    assert browser.post("/devices/tickets").status_code == 403


def test_device_of_another_municipality_does_not_exist_here(console: Console) -> None:
    device = console.office.counter(municipality=KORIYAMA).device
    browser = console.sign_in(Role.ADMINISTRATOR)
    assert str(device) not in browser.get("/devices").text
    assert browser.get(f"/devices/{device}").status_code == 404
    assert browser.post(f"/devices/{device}/end", {"lost": "false"}).status_code == 404


def test_ticket_for_another_municipalitys_visit_is_refused(console: Console) -> None:
    visit = console.office.visit(municipality=KORIYAMA)
    assert console.sign_in(Role.LEAD).post("/devices/tickets", {"visit": visit}).status_code == 404


@pytest.mark.parametrize("path", ["/devices/x", "/devices/019f0000-0000-4000-8000-000000000001"])
def test_address_that_is_no_device_is_refused_as_a_page(console: Console, path: str) -> None:
    answer = console.sign_in(Role.LEAD).get(path)
    assert answer.status_code in (404, 422)
    assert "text/html" in answer.headers["content-type"]


def test_lead_accepts_a_second_packet_under_one_number_from_the_devices_page(console: Console) -> None:
    counter = console.office.counter()
    first = counter.frame(counter.header(counter.record().record), b"one")
    second = counter.frame(counter.header(counter.record().record), b"two")
    for frame in (first, second, b"broken on the way"):
        counter.send(frame)
    path = f"/devices/{counter.device}/quarantine/{packet_id(second)}/accept"
    only_looks = console.sign_in(Role.STAFF)
    assert "受付責任者か管理者が受け入れられます" in only_looks.get(f"/devices/{counter.device}").text
    assert only_looks.post(path, {"reason": "複製"}).status_code == 403
    lead = console.sign_in(Role.LEAD)
    page = lead.get(f"/devices/{counter.device}").text
    assert page.count("/accept") == 1  # what is broken cannot be accepted
    assert "通し番号1の申請を受け入れる" in page
    assert lead.post(path, {"reason": " "}).status_code == 422
    assert lead.post(path, {"reason": "端末が複製されていた"}).status_code == 303
    assert "/accept" not in (after := lead.get(f"/devices/{counter.device}").text)
    assert "つながりの食い違い" in after
    assert counter.send(second).status_code == 200


def test_packets_of_a_device_ended_too_early_are_received_by_a_persons_word(console: Console) -> None:
    counter, lead = console.office.counter(), console.sign_in(Role.LEAD)
    first, late = counter.seal(), counter.seal()
    assert counter.send(first).status_code == 201
    lead.post(f"/devices/{counter.device}/end", {"lost": "true"})
    assert counter.send(late).status_code == 403
    desk = lead.get("/devices/quarantine").text
    assert all(word in desk for word in ("失効した端末から届いた", "受け入れるかどうかを決められます"))
    assert "失効の後に届きました" in lead.get(f"/devices/{counter.device}").text
    path = f"/devices/{counter.device}/quarantine/{packet_id(late)}/accept"
    assert lead.post(path, {"reason": "庁内で見つかった"}).status_code == 303
    console.office.worker.drain()
    assert len(set(re.findall(r"/cases/[0-9a-f-]{36}", lead.get("/cases?state=all").text))) == 2
    assert "隔離したデータはありません" in lead.get("/devices/quarantine").text
    assert "つながりの食い違い" not in lead.get(f"/devices/{counter.device}").text


def test_a_device_has_its_place_in_the_inventory(console: Console) -> None:
    counter, lead = console.office.counter(), console.sign_in(Role.LEAD)
    at, given = f"/devices/{counter.device}", {"name": "A1", "asset": "R8-0042", "note": "充電器は青い袋"}
    assert lead.post(f"{at}/name", given).status_code == 303
    assert all(word in lead.get(at).text for word in ("R8-0042", "充電器は青い袋"))
    assert "R8-0042" in lead.get("/devices?q=r8-0042").text
    refused = lead.post(f"{at}/name", {**given, "note": "1234 5678 9018"})
    assert (refused.status_code, 'aria-invalid="true"' in refused.text) == (422, True)
    assert "端末の備品番号・メモを変更" in lead.get("/audit").text
