"""The meaning of scanned texts: what is accepted, and that everything else leaves nothing behind."""

from __future__ import annotations

import re
import time
import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.form_code import LONGEST_TEXT, FormCode, FormCodeKind, read_form_code
from schemas.ids import SlipNumber, is_my_number

HOSTS = ("kojinbango-card.go.jp",)
ID = "12345678901234567890123"
MY_NUMBER = "123456789018"

digits = st.text("0123456789", min_size=1, max_size=60)
ids = st.text("0123456789", min_size=23, max_size=23)
FULL_WIDTH = {ord("０") + digit: str(digit) for digit in range(10)}
SEPARATORS = (" ", "-", "　", "－", "−")


def read(text: str) -> FormCode:
    return read_form_code(text, HOSTS)


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f"  {ID}\n",
        "1234 5678 9012 3456 7890 123",
        "１２３４５６７８９０１２３４５６７８９０１２３",
        "1234－5678－9012－3456－7890－123",
        f"ID{ID}",
        f"ID:{ID}",
        f"申請書ID：{ID}",
        f"申請書ＩＤ　{ID}（見本）",
        f"DEMADO {ID}",
        f"https://net.kojinbango-card.go.jp/SS_SERVICE_OUT/FA01S001Action.do?id={ID}",
        f"HTTPS://KOJINBANGO-CARD.GO.JP/{ID}",
        f"https://kojinbango-card.go.jp./f/{ID}.html?v=2",
        f"https://kojinbango-card.go.jp:443?id={ID}#top",
        f"kojinbango-card.go.jp/?id={ID}",
        f"https://kojinbango-card.go.jp/?id=1234%205678%209012%203456%207890%20123&t={MY_NUMBER}",
        f"申請書ID {ID} https://net.kojinbango-card.go.jp/",
        f"申請はこちら https://net.kojinbango-card.go.jp/?id={ID}",
        f"\ufeff{ID}",
        f"① {ID}",
        f"07/10/2026 ID {ID}",
    ],
)
def test_exactly_one_run_of_23_digits_is_the_form_id(text: str) -> None:
    assert read(text).form_id == ID
    assert read(text).kind is FormCodeKind.FORM_ID


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "こんにちは",
        ID[:22],
        ID + "4",
        f"{ID} 4",
        f"{ID}.4",
        f"1,{ID}",
        f"{ID} / {ID[::-1]}",
        f"{ID}\n{ID}",
        f"x{ID}",
        f"{ID}f",
        "٣" + ID[:22],
        f"https://example.com/?id={ID}",
        f"http://kojinbango-card.go.jp.example.com/{ID}",
        f"https://evil-kojinbango-card.go.jp/{ID}",
        f"https://kojinbango-card.go.jp@example.com/{ID}",
        f"https://example.com\\@kojinbango-card.go.jp/{ID}",
        f"https://kojinbango-card.go.jp:8443/{ID}",
        f"https://kojinbango-card.go.jp:99999/{ID}",
        f"https://[::1/{ID}",
        f"ftp://kojinbango-card.go.jp/{ID}",
        f"example.com/{ID}",
        f"www.example.com?{ID}",
        f"申請はこちら https://example.com/{ID}",
        f"申請書ID {ID} https://example.com/",
        f"see example.com/{ID}",
        f"https://kojinbango-card.go.jp/ https://example.com/{ID}",
        f"https'//example.com/?id={ID}",
        f"example。com/{ID}",
        f"//example.com/{ID}",
        f"http:example.com/{ID}",
        f"localhost/{ID}",
        f"192.0.2.4/{ID}",
        "①" + ID[1:],
        ID[:22] + "²",
        "½" + ID[:22],
        "₁₂₃" + ID[3:],
        ID[:11] + "\u200b" + ID[11:],
        ID[:11] + "\x1d" + ID[11:],
        "DEMADO-ENROL.1.aHR0cHM6Ly9vZmZpY2UuZXhhbXBsZQ.ABCDEFGH234567AB.0123456789abcdef",
        "abcdefghijklmnopqrstuvwxyz",
        "WIFI:T:WPA;S=venue1;P=12345678;;",
        f"tel:{ID}",
        f"javascript:alert({ID})",
        f"ID:https://example.com/{ID}",
        "1" * (LONGEST_TEXT + 1),
        "A1-0042-0",
    ],
)
def test_everything_else_is_refused_and_not_kept(text: str) -> None:
    assert read(text) == FormCode(FormCodeKind.OTHER)
    assert read(text).refused


@pytest.mark.parametrize(
    "text",
    [
        "https://kojinbango-card.go.jp/",
        "https://net.kojinbango-card.go.jp/apply?token=Zk3-_x9Q",
        f"https://net.kojinbango-card.go.jp/apply?token=ab{ID}cd",
        f"https://net.kojinbango-card.go.jp/apply?a={ID}&b={ID[::-1]}",
        f"https://net.kojinbango-card.go.jp/{ID}4",
        f"https://{ID}.kojinbango-card.go.jp/",
        f"https://net.kojinbango-card.go.jp/?id=%E2%91%A0{ID[1:]}",
        "申請はこちら https://net.kojinbango-card.go.jp/",
        "Zk3xQ9mmPp28sjJ2hQw8Tz01LLa",
        "c2lnbmVkLXRva2VuLW9mLWEtZm9ybQ==9",
    ],
)
def test_an_allowed_link_without_one_clear_id_is_opaque(text: str) -> None:
    assert read(text) == FormCode(FormCodeKind.OPAQUE)
    assert not read(text).refused


@pytest.mark.parametrize(
    "text",
    [
        MY_NUMBER,
        "1234 5678 9018",
        "１２３４５６７８９０１８",
        f"個人番号 {MY_NUMBER}",
        f"{ID} / {MY_NUMBER}",
        f"{MY_NUMBER} https://kojinbango-card.go.jp/",
    ],
)
def test_a_my_number_is_named_as_such_and_not_kept(text: str) -> None:
    assert read(text) == FormCode(FormCodeKind.MY_NUMBER)


def test_our_own_slip_is_recognised_with_and_without_its_prefix() -> None:
    number = SlipNumber.new("A1", 42)
    assert read(f"DEMADO-SLIP.1.{number}") == FormCode(FormCodeKind.SLIP, slip=number)
    assert read(number.lower()).slip == number
    assert read("DEMADO-SLIP.1." + number[:-1] + str((int(number[-1]) + 1) % 10)).kind is FormCodeKind.OTHER


@given(digits, st.sampled_from(SEPARATORS), st.integers(1, 8))
def test_a_bare_number_is_a_form_id_exactly_when_it_has_23_digits(number: str, separator: str, every: int) -> None:
    grouped = separator.join(number[at : at + every] for at in range(0, len(number), every))
    for text in (number, grouped):
        code = read(text)
        if len(number) == 23:
            assert code.form_id == number
        elif len(number) == 12 and is_my_number(number):
            assert code.kind is FormCodeKind.MY_NUMBER
        else:
            assert code.refused
            assert code.form_id is None


@given(st.text(max_size=200))
def test_no_text_makes_it_raise_and_an_id_always_stood_in_the_text(text: str) -> None:
    code = read(text)
    assert (code.form_id is not None) == (code.kind is FormCodeKind.FORM_ID)
    assert (code.slip is not None) == (code.kind is FormCodeKind.SLIP)
    if code.form_id is not None:
        shown = "".join(letter for letter in unicodedata.normalize("NFKC", text) if letter.isdecimal())
        assert code.form_id in shown


NUMBERS = (ID, ID[:22], ID + "4", MY_NUMBER, "１２３", "①", "²", "%20", "%31", "A1-0042-8")
LINKS = ("https://", "kojinbango-card.go.jp", ".example.com", "?id=", "#", "@", "/", "//", ":")
OTHERS = (" ", "-", "申請書ID：", "DEMADO-SLIP.1.", "\u200b", "\x1d", "\ud800", "x")
PIECES = st.sampled_from(NUMBERS + LINKS + OTHERS)


@settings(max_examples=400)
@example(f"{ID}/.example.com")
@example(f"{ID}/.example.com{ID}")
@example(f"{ID}.example.com{ID}/")
@example(f"%20{MY_NUMBER}１２３１２３１２３")
@given(st.lists(PIECES, max_size=8).map("".join))
def test_whatever_is_put_together_an_id_stands_there_in_full(text: str) -> None:
    """Built from what the rules look at, so that far more of it gets near to being taken than of arbitrary text."""
    code = read(text)
    if code.form_id is not None:
        digits = "".join(letter for letter in unquote(text).translate(FULL_WIDTH) if letter in "0123456789")
        assert code.form_id in digits
        host = re.search(r"\.example\.com(?=[/?#:%]|$)", text)  # what a phone would open
        assert host is None or "kojinbango-card.go.jp" in text or "/" not in text
    if "https://" in text and "kojinbango-card.go.jp" not in text:
        assert code.form_id is None


@given(st.integers(1, LONGEST_TEXT // 4), st.sampled_from(["1 ", "1", "1-", "ID", "a.", "// ", "１", "①", "1 /"]))
def test_the_longest_text_takes_no_time(count: int, piece: str) -> None:
    begin = time.process_time()
    read(piece * count + "a")
    assert time.process_time() - begin < 0.5


def test_nothing_of_a_text_is_kept_or_logged(capfd: pytest.CaptureFixture[str]) -> None:
    for text in (f"https://example.com/{ID}", MY_NUMBER, "Zk3xQ9mmPp28sjJ2hQw8Tz01LLa"):
        assert not any(text[at : at + 6] in repr(read(text)) for at in range(len(text) - 6))
    assert capfd.readouterr() == ("", "")


@given(ids, st.text("abcdefghijklmnopqrstuvwxyz0123456789-.", min_size=1, max_size=30))
def test_no_other_host_gets_an_id_through(form_id: str, host: str) -> None:
    code = read(f"https://{host}/?id={form_id}")
    allowed = host.rstrip(".")
    if allowed != HOSTS[0] and not allowed.endswith("." + HOSTS[0]):
        assert code.kind is FormCodeKind.OTHER


@given(ids, st.lists(st.tuples(st.sampled_from("abcxyz"), st.integers(0, 10**9)), max_size=4))
def test_short_numbers_beside_the_id_do_not_disturb_in_an_allowed_link(
    form_id: str, others: list[tuple[str, int]]
) -> None:
    query = "&".join(f"{name}={value}" for name, value in others)
    assert read(f"https://net.kojinbango-card.go.jp/?{query}&id={form_id}").form_id == form_id
