"""A responder that is right, and every way in which one can be wrong: only an authentic, fresh answer to our own
question is good."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from structlog.testing import capture_logs

from hardware.card.certificate import CardCertificate, read_certificate
from hardware.card.channel import Channel
from hardware.card.desk import ReaderDesk
from hardware.card.exchange import CardCheckup, PinEntry
from hardware.card.ocsp import OcspResponder
from hardware.card.sources import TrustSources
from hardware.card.trust import Anchor
from hardware.card.verify import Verifier
from hardware.card.virtual.authority import VirtualAuthority
from hardware.card.virtual.states import CardMaker, CardState, certificate_of
from hardware.card.virtual.transport import InProcessReaders, InProcessTransport
from schemas.card import CardVerdict, Revocation
from tests.hardware.card.conftest import NOW
from tests.hardware.card.responder import HOUR, Behaviour, delegate, serving

KEY = ec.generate_private_key(ec.SECP256R1())
DAY = timedelta(days=1)
Stranger = Callable[[], VirtualAuthority]


@pytest.fixture
def certificate(maker: CardMaker) -> CardCertificate:
    stored = certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.DER)
    return read_certificate(stored)


@pytest.fixture(scope="module")
def stranger() -> VirtualAuthority:
    """Another authority that bears the same name."""
    return VirtualAuthority.create(NOW)


@pytest.fixture
def ask(maker: CardMaker, certificate: CardCertificate) -> Callable[..., Revocation]:
    def run(behaviour: Behaviour, **changes: object) -> Revocation:
        lists = changes.pop("lists", ())
        with serving(behaviour) as url:
            responder = replace(OcspResponder(url, seconds=2.0), **changes)  # type: ignore[arg-type]
            return responder.state(certificate, maker.authority.certificate, lists=lists, now=NOW)  # type: ignore[arg-type]

    return run


Ask = Callable[..., Revocation]


def test_the_authoritys_own_answer_counts(maker: CardMaker, ask: Ask) -> None:
    assert ask(Behaviour(maker.authority)) is Revocation.GOOD
    assert ask(Behaviour(maker.authority, by_name=True)) is Revocation.GOOD
    assert ask(Behaviour(maker.authority, status=ocsp.OCSPCertStatus.REVOKED)) is Revocation.REVOKED


@pytest.mark.parametrize("by_name", [True, False])
def test_a_responder_with_the_task_counts(maker: CardMaker, ask: Ask, by_name: bool) -> None:
    behaviour = Behaviour(maker.authority, key=KEY, delegate=delegate(maker.authority, KEY), by_name=by_name)
    assert ask(behaviour) is Revocation.GOOD
    behaviour.status = ocsp.OCSPCertStatus.REVOKED
    assert ask(behaviour) is Revocation.REVOKED


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": ocsp.OCSPCertStatus.UNKNOWN},
        {"nonce": "none"},
        {"nonce": "other"},
        {"this_update": NOW - 3 * HOUR, "next_update": NOW - HOUR},
        {"this_update": NOW + HOUR},
        {"this_update": NOW - 2 * DAY, "next_update": None},
        {"serial": 99},
        {"unsuccessful": ocsp.OCSPResponseStatus.TRY_LATER},
        {"unsuccessful": ocsp.OCSPResponseStatus.UNAUTHORIZED},
        {"raw": b""},
        {"raw": b"<html>log in first</html>"},
        {"raw": b"\x30\x03\x0a\x01\x00"},
        {"raw": bytes(1 << 17)},
        {"http_status": 503},
    ],
    ids=lambda wrong: "-".join(f"{key}" for key in wrong),
)
def test_everything_else_is_unchecked(maker: CardMaker, ask: Ask, wrong: dict[str, object]) -> None:
    assert ask(replace(Behaviour(maker.authority), **wrong)) is Revocation.UNCHECKED  # type: ignore[arg-type]


def test_an_old_revocation_is_still_one(maker: CardMaker, ask: Ask) -> None:
    old = Behaviour(maker.authority, ocsp.OCSPCertStatus.REVOKED, NOW - 9 * DAY, NOW - 8 * DAY, nonce="none")
    assert ask(old) is Revocation.REVOKED


def test_answers_made_in_advance_count_only_where_allowed(maker: CardMaker, ask: Ask) -> None:
    assert ask(Behaviour(maker.authority, nonce="none"), nonce_required=False) is Revocation.GOOD
    assert ask(Behaviour(maker.authority, nonce="other"), nonce_required=False) is Revocation.UNCHECKED


@pytest.mark.parametrize("status", [ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED])
def test_strangers_say_neither_good_nor_revoked(
    maker: CardMaker, ask: Ask, stranger: VirtualAuthority, status: ocsp.OCSPCertStatus
) -> None:
    ours = delegate(maker.authority, KEY)
    for signer in (
        {"key": stranger.key},
        {"key": KEY},
        {"key": KEY, "delegate": delegate(maker.authority, KEY, issuer=stranger)},
        {"key": KEY, "delegate": delegate(maker.authority, KEY, purpose=None)},
        {"key": KEY, "delegate": delegate(maker.authority, KEY, purpose=ExtendedKeyUsageOID.CLIENT_AUTH)},
        {"key": KEY, "delegate": delegate(maker.authority, KEY, ends=NOW - timedelta(seconds=1))},
        {"key": KEY, "delegate": delegate(maker.authority, KEY, begins=NOW + timedelta(seconds=1))},
        {"key": stranger.key, "delegate": ours},
        {"key": KEY, "delegate": ours, "shown": delegate(maker.authority, stranger.key)},
        {"hash": hashes.SHA1()},
    ):
        behaviour = replace(Behaviour(maker.authority, status), **signer)  # type: ignore[arg-type]
        assert ask(behaviour) is Revocation.UNCHECKED, signer


def test_a_holders_card_is_no_responder(maker: CardMaker, ask: Ask) -> None:
    holder = certificate_of(maker.card(CardState.VALID))
    assert ask(Behaviour(maker.authority, key=maker.key, delegate=holder)) is Revocation.UNCHECKED  # type: ignore[arg-type]


def test_a_revoked_responder_says_nothing(maker: CardMaker, ask: Ask) -> None:
    behaviour = Behaviour(maker.authority, key=KEY, delegate=delegate(maker.authority, KEY))
    lists = (maker.authority.revocation_list([4711], now=NOW),)
    assert ask(behaviour, lists=lists) is Revocation.UNCHECKED


def test_a_slow_responder_does_not_hold_the_counter(maker: CardMaker, ask: Ask) -> None:
    let_go = threading.Event()
    began = time.monotonic()
    threading.Timer(1.0, let_go.set).start()
    assert ask(Behaviour(maker.authority, held_back=let_go), seconds=0.2) is Revocation.UNCHECKED
    assert time.monotonic() - began < 3


def test_the_question_goes_nowhere_else(maker: CardMaker, ask: Ask) -> None:
    elsewhere = Behaviour(maker.authority)
    with serving(elsewhere) as url:
        assert ask(Behaviour(maker.authority, moved_to=url)) is Revocation.UNCHECKED
    assert not elsewhere.asked


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/", "file:///etc/hostname", "ftp://x/", "nonsense", "http://[", ""])
def test_nobody_there_is_unchecked(maker: CardMaker, certificate: CardCertificate, url: str) -> None:
    responder = OcspResponder(url, seconds=2.0)
    state = responder.state(certificate, maker.authority.certificate, lists=(), now=NOW)
    assert state is Revocation.UNCHECKED


def test_the_serial_number_is_in_no_address_and_no_log(
    maker: CardMaker, ask: Ask, certificate: CardCertificate
) -> None:
    behaviour = Behaviour(maker.authority, nonce="other")
    with capture_logs() as logs:
        ask(behaviour)
    number = certificate.parsed.serial_number
    assert [entry["event"] for entry in logs] == ["ocsp_unanswered"]
    for text in (str(logs), *behaviour.paths):
        assert certificate.serial not in text
        assert str(number) not in text


@pytest.mark.parametrize(
    ("status", "verdict", "revocation", "possession"),
    [
        (ocsp.OCSPCertStatus.GOOD, CardVerdict.VALID, Revocation.GOOD, True),
        (ocsp.OCSPCertStatus.REVOKED, CardVerdict.REVOKED, Revocation.REVOKED, False),
        (ocsp.OCSPCertStatus.UNKNOWN, CardVerdict.VALID, Revocation.UNCHECKED, True),
    ],
)
def test_the_responders_word_is_in_the_verdict(
    maker: CardMaker,
    anchor: Anchor,
    status: ocsp.OCSPCertStatus,
    verdict: CardVerdict,
    revocation: Revocation,
    possession: bool,
) -> None:
    card = maker.card(CardState.VALID)
    with serving(Behaviour(maker.authority, status)) as url:
        checkup = CardCheckup(Verifier((anchor,), (), NOW, OcspResponder(url)), bytes)
        report = checkup.run(Channel(InProcessTransport(card)), PinEntry("1234"))
    assert (report.verdict, report.revocation, report.possession) == (verdict, revocation, possession)
    assert any(command.ins == 0x20 and command.data for command in card.commands) == possession


def test_without_an_answer_the_list_speaks(maker: CardMaker, anchor: Anchor) -> None:
    lists = (maker.authority.revocation_list([], now=NOW),)
    stored = certificate_of(maker.card(CardState.VALID)).public_bytes(serialization.Encoding.DER)
    finding = Verifier((anchor,), lists, NOW, OcspResponder("http://127.0.0.1:9/")).examine(stored, lambda: None)
    assert (finding.verdict, finding.revocation) == (CardVerdict.VALID, Revocation.GOOD)


@pytest.mark.parametrize("state", [CardState.EXPIRED, CardState.UNTRUSTED, CardState.FORGED, CardState.REVOKED])
def test_nobody_is_asked_about_a_card_that_is_out_of_order_anyway(
    maker: CardMaker, trust: Path, tmp_path: Path, state: CardState
) -> None:
    card, behaviour = maker.card(state), Behaviour(maker.authority)
    crl = tmp_path / "list.crl"
    crl.write_bytes(maker.revocation_list(card))
    with serving(behaviour) as url:
        sources = TrustSources(trust, (crl,), lambda: NOW, OcspResponder(url))
        report = ReaderDesk(InProcessReaders({"one": card}), sources).check()
    assert report.verdict.value == state.value
    assert not behaviour.asked


def test_an_answer_of_an_elliptic_authority_counts(certificate: CardCertificate) -> None:
    """The next generation's authority signs with ECDSA P-384."""
    authority = VirtualAuthority.create(NOW, key=ec.generate_private_key(ec.SECP384R1()))
    with serving(Behaviour(authority, hash=hashes.SHA384())) as url:
        asked = OcspResponder(url).state(certificate, authority.certificate, lists=(), now=NOW)
    assert asked is Revocation.GOOD


def test_noise_in_an_answer_is_never_good(maker: CardMaker, ask: Ask, certificate: CardCertificate) -> None:
    """Every byte position class of a good answer damaged once."""
    good = Behaviour(maker.authority, nonce="none")
    assert ask(good, nonce_required=False) is Revocation.GOOD
    answer = good.answer(good.asked[0])
    damaged = Behaviour(maker.authority)
    with serving(damaged) as url:
        responder = OcspResponder(url, nonce_required=False)
        for at in range(0, len(answer), 7):
            damaged.raw = answer[:at] + bytes([answer[at] ^ 0x5A]) + answer[at + 1 :]
            asked = responder.state(certificate, maker.authority.certificate, lists=(), now=NOW)
            assert asked is Revocation.UNCHECKED, at
