"""Name and birth date from the chip, over HTTP with the virtual card: only where the rules ask, only if wished."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from hardware.card import FourAttributes
from hardware.card.desk import ReaderDesk
from hardware.card.sources import TrustSources
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.card import Mood, VirtualCard
from hardware.card.virtual.states import CardMaker, CardState, Holder
from hardware.card.virtual.transport import InProcessReaders
from schemas.answers import CardHolder
from schemas.intake import IntakeRecord
from schemas.language import Wording
from schemas.rules import default_rules
from schemas.rules.entries import ChipAttributes
from tests.kiosk.web.conftest import _kiosk, _office, _port
from tests.kiosk.web.kiosk import ANSWERS, ENOUGH, FUKUSHIMA, Kiosk

PIN = "4321"
ASKED = ChipAttributes(purpose=Wording(ja="書きまちがいを防ぐため", en="to avoid mistakes"))
NAME, BORN = "試験　太郎", date(1990, 2, 17)


class Reader:
    """The kiosk with a virtual card on its reader; `maker` makes cards of a trusted authority."""

    def __init__(self, kiosk: Kiosk, office: Any, readers: InProcessReaders, maker: CardMaker) -> None:
        self.kiosk, self.office, self._readers, self._maker = kiosk, office, readers, maker

    def put(self, state: CardState = CardState.VALID, *, mood: Mood | None = None, **holder: Any) -> VirtualCard:
        card = self._maker.card(state, Holder(**{"pin": PIN, **holder}), mood=mood)
        self._readers.cards["one"] = card
        return card

    def come(self, state: CardState = CardState.VALID, **holder: Any) -> VirtualCard:
        """With this card to the step behind it."""
        card, person = self.put(state, **holder), self.kiosk.applicant
        person.come_to("card")
        person.post("/card", action="check")
        person.until(lambda now: now["card"] == "reported")
        person.post("/card", action="keep")
        return card

    def do(self, **fields: str) -> str:
        """A post of the holder's screen and, when the reader is done, the page."""
        answer = self.kiosk.applicant.post("/holder", **fields)
        if answer["status"] == 200:
            self.kiosk.applicant.until(lambda now: now["holder"] != "reading")
        return self.kiosk.applicant.page()

    def screen(self) -> str:
        return str(self.kiosk.applicant.state()["screen"])


@pytest.fixture(scope="module")
def _reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    folder = tmp_path_factory.mktemp("holder")
    now = datetime.now(UTC)
    maker = CardMaker(VirtualAuthority.create(now), lambda: now)
    (folder / "trust").mkdir()
    (folder / "trust" / "authority.pem").write_bytes(maker.authority.pem)
    readers = InProcessReaders({"one": None})
    desk = ReaderDesk(
        readers, TrustSources(folder / "trust", (), lambda: now), attributes_allowed=True, card_expiry=True
    )
    with ExitStack() as stack:
        office = stack.enter_context(_office(_port()))
        rules = default_rules().model_copy(update={"chip_attributes": (ASKED,)})
        office.office.bundle = partial(office.office.bundle, rules=rules)  # type: ignore[method-assign]
        yield Reader(_kiosk(stack, folder, office, card=desk), office, readers, maker)


@pytest.fixture
def reader(_reader: Reader) -> Reader:
    _reader.kiosk.clear()
    return _reader


def sent(card: VirtualCard) -> list[int]:
    """Lengths of what was given to VERIFY."""
    return [len(command.data) for command in card.commands if command.ins == 0x20 and command.data]


def test_without_the_rule_nobody_is_asked(kiosk: Kiosk) -> None:
    kiosk.applicant.come_to("birth")
    assert kiosk.applicant.post("/holder", action="look")["status"] == 422
    assert kiosk.applicant.post("/holder", action="read", pin=PIN)["code"] == "flow.out_of_step"


def test_the_screen_says_why_what_and_that_one_may_refuse(reader: Reader) -> None:
    reader.come()
    page = reader.kiosk.applicant.page()
    assert reader.screen() == "holder"
    for said in ("書きまちがいを防ぐため", "氏名と生年月日です", "マイナンバーは読み取りません", "断ることができます"):
        assert said in page


@pytest.mark.parametrize("letters", [1, 300])
def test_name_and_birth_date_are_read_at_every_length_of_the_file(reader: Reader, letters: int) -> None:
    card = reader.come(address="鹿" * letters)
    page = reader.do(action="look")
    assert "券面事項入力補助用の暗証番号" in page
    assert "あと3回まちがえると" in page
    assert sent(card) == []
    page = reader.do(action="read", pin=PIN)
    assert NAME in page
    assert "平成2年2月17日" in page
    assert "鹿" * letters not in page
    after = reader.kiosk.applicant.post("/holder", action="keep")
    assert (after["screen"], sent(card)) == ("home", [4])


def in_memory(*kinds: type[CardHolder] | type[FourAttributes]) -> list[CardHolder | FourAttributes]:
    """What is left of them anywhere in this process. No other thread may run meanwhile: a tuple that it is just
    building must not be held by a list of all objects (CPython then refuses to make it larger)."""
    gc.collect()
    usual = sys.getswitchinterval()
    sys.setswitchinterval(60)
    try:
        return [each for each in gc.get_objects() if type(each) in kinds and each.name]
    finally:
        sys.setswitchinterval(usual)


def test_the_record_has_what_was_confirmed_and_memory_has_nothing(reader: Reader) -> None:
    with capture_logs() as logs:
        reader.come()
        reader.do(action="look")
        reader.do(action="read", pin=PIN)
        reader.kiosk.applicant.post("/holder", action="keep")
        person = reader.kiosk.applicant
        person.post("/person", municipality=FUKUSHIMA)
        person.post("/wishes")
        person.take_photo()
        tablet = reader.kiosk.attendant()
        tablet.post("/attendant/documents", ENOUGH)
        tablet.post("/attendant/answers", ANSWERS)
        assert tablet.post("/attendant/finish", note="")["step"] == "review"
        assert NAME in person.page()
        assert person.post("/review/confirm")["step"] == "sealed"
        person.until(lambda state: state["sent"])
    ((record, _),) = reader.office.office.opened(reader.kiosk.outbox.identity.device).values()  # type: ignore[union-attr]
    assert isinstance(record, IntakeRecord)
    assert record.holder == CardHolder(name=NAME, birth_date=BORN)
    assert record.birth_date == BORN
    assert Holder().address not in record.model_dump_json()
    del record
    assert in_memory(CardHolder, FourAttributes) == []
    assert not [secret for secret in (NAME, Holder().address, "1990", PIN) if secret in repr(logs)]


def test_who_would_rather_not_types_the_birth_date_as_ever(reader: Reader) -> None:
    card = reader.come()
    assert reader.kiosk.applicant.post("/onward")["screen"] == "birth"
    assert sent(card) == []
    assert reader.kiosk.applicant.post("/person", birth_date="1990-04-01")["screen"] == "home"


def test_what_was_read_may_be_left_unused(reader: Reader) -> None:
    reader.come()
    reader.do(action="look")
    reader.do(action="read", pin=PIN)
    assert reader.kiosk.applicant.post("/onward")["screen"] == "birth"
    intake = reader.kiosk.desk.intake
    assert intake is not None
    assert (intake.holder, intake.birth_date) == (CardHolder(), None)


@pytest.mark.parametrize(
    ("tries", "pin", "more", "said", "cost"),
    [
        (3, "1111", {}, "あと2回まちがえると", [4]),
        (3, "１２３", {}, "暗証番号は4桁の数字です", []),
        (1, PIN, {}, "確認の欄を選んでください", []),
        (1, "1111", {"last_try": "yes"}, "この暗証番号はロックされています", [4]),
        (1, PIN, {"last_try": "yes"}, NAME, [4]),
        (3, "４３２１", {}, NAME, [4]),
    ],
)
def test_a_pin_is_treated_with_care(
    reader: Reader, tries: int, pin: str, more: dict[str, str], said: str, cost: list[int]
) -> None:
    card = reader.come(tries=tries)
    reader.do(action="look")
    assert said in reader.do(action="read", pin=pin, **more)
    assert sent(card) == cost


def test_a_locked_pin_is_said_before_one_is_typed(reader: Reader) -> None:
    card = reader.come(tries=0)
    assert "この暗証番号はロックされています" in reader.do(action="look")
    assert reader.kiosk.applicant.post("/holder", action="read", pin=PIN)["code"] == "pin.not_now"
    assert sent(card) == []


def test_no_pin_goes_to_a_card_that_nobody_has_looked_at(reader: Reader) -> None:
    card = reader.come()
    assert reader.kiosk.applicant.post("/holder", action="read", pin=PIN)["code"] == "pin.not_now"
    reader.do(action="look")
    other = reader.put(CardState.UNTRUSTED)
    assert "発行元を確かめられませんでした" in reader.do(action="read", pin=PIN)
    assert sent(card) == sent(other) == []


@pytest.mark.parametrize("state", [CardState.UNTRUSTED, CardState.OTHER_CARD])
def test_only_the_holder_of_a_genuine_card_is_asked(reader: Reader, state: CardState) -> None:
    card, person = reader.put(state), reader.kiosk.applicant
    person.come_to("card")
    person.post("/card", action="check")
    person.until(lambda now: now["card"] == "reported")
    if person.post("/card", action="keep")["status"] != 200:
        person.post("/card", action="skip")
    assert reader.screen() == "birth"
    assert sent(card) == []


@pytest.mark.parametrize("after", [12, 19])
def test_a_card_taken_away_is_put_back_and_asked_for_its_pin_again(reader: Reader, after: int) -> None:
    reader.come()
    reader.do(action="look")
    reader.put(mood=Mood(remove_after=after))
    page = reader.do(action="read", pin=PIN)
    assert "読み取らずに進めます" in page
    assert NAME not in page
    reader.put()
    assert "あと3回まちがえると" in reader.do(action="look")
    assert NAME in reader.do(action="read", pin=PIN)


def test_silence_takes_the_name_off_the_screen(reader: Reader) -> None:
    reader.come()
    reader.do(action="look")
    assert NAME in reader.do(action="read", pin=PIN)
    slip = reader.kiosk.desk.park()
    assert NAME not in reader.kiosk.applicant.page()
    reader.kiosk.desk.resume(slip)
    assert NAME not in reader.kiosk.applicant.page()
