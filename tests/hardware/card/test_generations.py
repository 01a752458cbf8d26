"""Card generations are data: today's, and one that nobody has seen yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from hardware.card.desk import ReaderDesk
from hardware.card.errors import GenerationsRefused
from hardware.card.generations import known_generations, read_generations
from hardware.card.my_number import AuthenticationLayout, SigningInput
from hardware.card.pcsc import open_card_desk
from hardware.card.sources import TrustSources
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.states import CardMaker, CardState
from hardware.card.virtual.transport import InProcessReaders
from hardware.settings import DeviceSettings
from hardware.status import DeviceState
from schemas.card import CardVerdict
from tests.hardware.card.conftest import NOW

NEXT = """
[[generation]]
name = "next"
aid = "D392F000260100000002"
token = "0106"
availability = "0108"
certificate = "010A"
issuer = "010B"
key = "0117"
pin = "0018"
tries = 5
signing = "hash_sha384"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Today's card and the next one."""
    path = tmp_path / "generations.toml"
    shipped = Path(__file__).parents[3] / "hardware" / "card" / "generations.toml"
    path.write_text(shipped.read_text("utf-8") + NEXT, "utf-8")
    return path


def test_todays_card_is_known() -> None:
    assert known_generations() == (AuthenticationLayout(),)


@pytest.mark.parametrize("state", [CardState.VALID, CardState.CLONED, CardState.LOCKED])
@pytest.mark.parametrize("plain", [True, False])
def test_a_card_of_another_aid_and_algorithm_is_verified_by_configuration(
    file: Path, trust: Path, state: CardState, plain: bool
) -> None:
    layout = read_generations(file)[1]
    assert (layout.signing, layout.tries) == (SigningInput.HASH_SHA384, 5)
    authority = VirtualAuthority.create(NOW, key=ec.generate_private_key(ec.SECP384R1()))
    (trust / "next.pem").write_bytes(authority.pem)
    maker = CardMaker(authority, lambda: NOW, ec.generate_private_key(ec.SECP384R1()), layout)
    card = maker.card(state)
    card.applications[0].plain_ecdsa = plain
    sources = TrustSources(trust, (), lambda: NOW)
    desk = ReaderDesk(InProcessReaders({"one": card}), sources, layouts=read_generations(file))
    report = desk.check(pin="1234")
    wanted = {CardState.CLONED: CardVerdict.FORGED, CardState.LOCKED: CardVerdict.LOCKED}
    assert report.verdict is wanted.get(state, CardVerdict.VALID)
    assert report.possession == (state is CardState.VALID)
    unconfigured = ReaderDesk(InProcessReaders({"one": card}), sources)
    assert unconfigured.check(pin="1234").verdict is CardVerdict.NOT_MY_NUMBER_CARD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "generation = []",
        "nonsense",
        NEXT.replace("hash_sha384", "md5"),
        NEXT.replace('"0018"', '"18"'),
        NEXT.replace("D392F000260100000002", "D3"),
        NEXT + "extra = 1",
        "a = " + "[" * 5000,
    ],
)
def test_a_file_that_cannot_be_used_is_a_device_that_says_so(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(GenerationsRefused, match=r"mine\.toml"):
        read_generations(path)
    desk = open_card_desk(DeviceSettings(card_generations=path))
    assert desk.status().state is DeviceState.FAULT
    assert desk.status().code == "card.setting_unknown"
    assert desk.check().verdict is CardVerdict.NO_CARD


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GenerationsRefused):
        read_generations(tmp_path / "nowhere.toml")
