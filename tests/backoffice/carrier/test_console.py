"""The USB page: files in any order, any number of times; a partial one refused whole; receipts to carry back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from httpx2 import Response

from backoffice.staff.authorisation import Role
from schemas.usb import UsbReceipts
from tests.backoffice.console import Browser, Console
from tests.backoffice.counter import packet_id
from tests.backoffice.intake.test_usb import stick_of
from tests.factories import KORIYAMA


def upload(browser: Browser, *files: tuple[str, bytes], **more: Any) -> Response:
    return browser.post("/usb", files=[("files", (name, content)) for name, content in files], **more)


def receipts_on(browser: Browser, page: str) -> list[UsbReceipts]:
    links = re.findall(r'href="(/usb/receipts/[^"]+)"', page)
    return [UsbReceipts.model_validate_json(browser.get(link).content) for link in links]


def test_two_files_in_the_wrong_order_give_receipts_for_the_stick(console: Console) -> None:
    counter = console.office.counter()
    frames = [counter.seal() for _ in range(4)]
    first, second = stick_of(counter, frames[:2]), stick_of(counter, frames[2:])
    browser = console.sign_in(Role.STAFF)
    answer = upload(browser, ("b.demado-usb", second), ("a.demado-usb", first))
    assert answer.status_code == 200
    given = [receipt.packet for file in receipts_on(browser, answer.text) for receipt in file.receipts]
    assert sorted(given) == sorted(packet_id(frame) for frame in frames)
    assert "未着" not in browser.get("/devices").text
    assert list(console.office.settings.data_dir.glob("usb-*")) == []


def test_the_same_file_again_changes_nothing(console: Console) -> None:
    counter = console.office.counter()
    content = stick_of(counter, [counter.seal()])
    browser = console.sign_in(Role.STAFF)
    first = receipts_on(browser, upload(browser, ("a.demado-usb", content)).text)
    console.office.clock.move(minutes=5)
    assert receipts_on(browser, upload(browser, ("again.demado-usb", content)).text) == first


def test_a_cut_file_is_refused_whole_and_named_and_keeps_no_other_out(console: Console) -> None:
    counter, other = console.office.counter(), console.office.counter()
    frames = [counter.seal() for _ in range(3)]
    whole = stick_of(counter, frames)
    good = stick_of(other, [other.seal()])
    browser = console.sign_in(Role.STAFF)
    answer = upload(browser, ("cut.demado-usb", whole[: whole.index(frames[2]) + 100]), ("good.demado-usb", good))
    assert answer.status_code == 422
    assert "usb.incomplete" in answer.text
    assert re.search(r"件の封緘データが足りません（番号 3）", answer.text)
    (only,) = receipts_on(browser, answer.text)
    assert only.device == other.device
    assert counter.send(frames[0]).status_code == 201  # nothing of the cut file was taken


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"\x00" * 4096], ids=["empty", "pdf", "zeros"])
def test_something_else_is_refused_with_a_reason(console: Console, content: bytes) -> None:
    answer = upload(console.sign_in(Role.STAFF), ("x.demado-usb", content))
    assert (answer.status_code, "取り込みませんでした" in answer.text) == (422, True)


def test_another_municipalitys_file_is_not_taken_here(console: Console) -> None:
    counter = console.office.counter(municipality=KORIYAMA)
    answer = upload(console.sign_in(Role.STAFF), ("x.demado-usb", stick_of(counter, [counter.seal()])))
    assert (answer.status_code, "usb.wrong_municipality" in answer.text) == (422, True)


def test_another_municipality_does_not_get_the_receipts(console: Console) -> None:
    counter = console.office.counter()
    browser = console.sign_in(Role.STAFF)
    answer = upload(browser, ("a.demado-usb", stick_of(counter, [counter.seal()])))
    (link,) = re.findall(r'href="(/usb/receipts/[^"]+)"', answer.text)
    assert console.sign_in(Role.LEAD, municipality=KORIYAMA).get(link).status_code == 404
    assert browser.get("/usb/receipts/..%2f..%2fsecrets").status_code == 404


def test_only_the_desk_carries(console: Console) -> None:
    assert console.sign_in(Role.CONTRACTOR).get("/usb").status_code == 403
    assert "USBで届いた申請を取り込む" in console.sign_in(Role.STAFF).get("/devices").text
