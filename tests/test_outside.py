"""Every parser of what comes from outside, in one list: whatever it is given, only its own error comes out of it, with
words that say what was wrong, and memory stays bounded. What only one of them has to fear is tested beside it.

Elsewhere, because they need a running service or a picture: request signatures and headers (intake/test_noise), problem
answers (outbox/test_uplink), tus metadata and offsets, key files, rosters, rule files, QR texts, cards, pictures.
"""

from __future__ import annotations

import json
import tempfile
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from backoffice.devices.service import DeviceState, EnrolledDevice
from backoffice.intake import closings
from backoffice.intake.payload import read_payload
from backoffice.intake.usb import read_manifest
from backoffice.intake.ustar import UstarBroken, members
from backoffice.kit.card_trust import CardTrustFolder
from backoffice.kit.errors import OfficeError, Refused, Unopenable
from backoffice.kit.hpke import RecipientPrivate
from kiosk.errors import AnswerInvalid, CarrierRefused, OutboxFault
from kiosk.outbox import usb
from kiosk.outbox.balancing import read_office_balance
from kiosk.outbox.closing import read_closing
from kiosk.outbox.keys import Keys
from kiosk.outbox.tries import TryBook
from kiosk.outbox.trust import read_bundle, read_grant, read_receipt, read_statement
from schemas.balance import Balance, BalanceStatement
from schemas.enrolment import EnrolmentTicket
from schemas.errors import ContractError, IdentifierInvalid, PacketMalformed
from schemas.ids import KeyId
from schemas.office_time import OfficeTime
from schemas.packet import MAGIC, VERSION, Packet, Suite
from schemas.stamp import Stamp
from schemas.usb import MANIFEST_NAME
from tests.backoffice.intake.test_payload import header_of
from tests.backoffice.intake.test_usb import tar_of
from tests.factories import FUKUSHIMA, MORNING, intake_record
from tests.kiosk.outbox.test_trust import DEVICE, DEVICE_KEY, IDENTITY, TICKET

_MEMORY = 48 * 1024 * 1024
_RECORD = intake_record()
_HEADER = header_of(_RECORD)
_STATED = BalanceStatement(
    municipality=FUKUSHIMA, signer=KeyId("0" * 16),
    balance=Balance(
        side="kiosk", device=DEVICE, visit=None, captured=1, received=1, erased=1, refused=0, at=Stamp(at=MORNING)
    ),
)  # fmt: skip
_ENROLLED = EnrolledDevice(
    municipality=FUKUSHIMA, id=DEVICE, name="A", counter="A1", public_key=bytes(32), state=DeviceState.ACTIVE,
    visit=None, enrolled_at=MORNING, last_seen_at=None, ended_at=None,
)  # fmt: skip
_PRIVATE = {suite: RecipientPrivate.generate(suite) for suite in Suite}


def _opened(suite: Suite) -> Callable[[bytes], object]:
    header = _HEADER.model_copy(update={"suite": suite})
    return lambda data: _PRIVATE[suite].open(Packet(header, header.canonical(), data, bytes(64)))


def _header(data: bytes) -> object:
    return Packet.parse(MAGIC + bytes([VERSION]) + len(data).to_bytes(4, "big") + data + bytes(80))


def _file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], object]:
    """A parser of a file of that name."""

    def parse(data: bytes) -> object:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(data)
            return read(Path(folder))

    return parse


class NeverRaised(Exception):
    """The error of a parser that has none."""


@dataclass(frozen=True)
class Parser:
    """`error`: its own; `takes`: it may have an answer for noise."""

    read: Callable[[bytes], object]
    error: type[Exception]
    takes: bool = False


PARSERS = {
    "frame": Parser(Packet.parse, PacketMalformed),
    "header": Parser(_header, PacketMalformed),
    "sealed, hybrid": Parser(_opened(Suite.MLKEM768_X25519_AES256GCM), Unopenable),
    "sealed, X25519": Parser(_opened(Suite.X25519_AES256GCM), Unopenable),
    "ZIP payload": Parser(lambda data: read_payload(data, _HEADER), Unopenable),
    "visit bundle": Parser(lambda data: read_bundle(data, identity=IDENTITY), AnswerInvalid),
    "receipt": Parser(lambda data: read_receipt(data, identity=IDENTITY), AnswerInvalid),
    "grant": Parser(lambda data: read_grant(data, ticket=TICKET, device_key=DEVICE_KEY), AnswerInvalid),
    "word on a device": Parser(lambda data: read_statement(data, identity=IDENTITY), AnswerInvalid),
    "office's balance": Parser(lambda data: read_office_balance(data, device=DEVICE), AnswerInvalid),
    "closing balance": Parser(lambda data: read_closing(data, stated=_STATED, identity=IDENTITY), AnswerInvalid),
    "kiosk's statement": Parser(lambda data: closings.read_statement(data, _ENROLLED, visit=None), Refused),
    "office's time": Parser(lambda data: OfficeTime.parse(data.decode("latin-1")), IdentifierInvalid),
    "enrolment ticket": Parser(lambda data: EnrolmentTicket.parse(data.decode("latin-1")), ContractError),
    "USB file": Parser(_file("x.tar", lambda folder: read_manifest(folder / "x.tar")), OfficeError),
    "USB manifest": Parser(
        lambda data: _file("x.tar", lambda folder: read_manifest(folder / "x.tar"))(tar_of((MANIFEST_NAME, data))),
        OfficeError,
    ),
    "USB tar": Parser(lambda data: list(members(BytesIO(data), limit=lambda _name: 1000)), UstarBroken, takes=True),
    "USB receipts": Parser(
        _file("r.json", lambda folder: usb.read_answer(folder / "r.json", IDENTITY)), CarrierRefused
    ),
    "identity file": Parser(_file("identity.json", lambda folder: Keys(folder).identity()), OutboxFault),
    "PIN tries": Parser(_file("tries.json", lambda folder: TryBook(folder).read()), NeverRaised, takes=True),
    "authority": Parser(_file("a.pem", lambda folder: CardTrustFolder(folder).read()), NeverRaised, takes=True),
    "revocation list": Parser(_file("a.crl", lambda folder: CardTrustFolder(folder).read()), NeverRaised, takes=True),
}
_JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats(allow_nan=False) | some.text(max_size=12),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=8), inner, max_size=3),
).map(lambda value: json.dumps(value).encode())
HOSTILE = {
    "deep list": b"[" * 200_000,
    "deep object": b'{"a":' * 100_000,
    "long number": b'{"version":' + b"9" * 400_000 + b"}",
    "long name": b'{"' + b"a" * 400_000 + b'":1}',
    "much of nothing": bytes(3 * 1024 * 1024),
    "lone surrogates": b'{"content":"\\ud800","parts":["\\udfff"]}',
    "half a number": b"1e",
}


@pytest.mark.parametrize("name", PARSERS)
@settings(max_examples=30, deadline=None)
@given(data=some.binary(max_size=300) | some.binary(min_size=1_000, max_size=1_400) | _JSON)
def test_whatever_comes_only_its_own_error_comes_out_and_says_something(name: str, data: bytes) -> None:
    parser = PARSERS[name]
    try:
        parser.read(data)
    except parser.error as error:
        assert 5 < len(str(error)) < 600, str(error)[:700]
    else:
        assert parser.takes


@pytest.mark.parametrize("name", PARSERS)
def test_hostile_input_is_refused_in_bounded_memory(name: str) -> None:
    parser = PARSERS[name]
    for data in HOSTILE.values():
        tracemalloc.start()
        with suppress(parser.error):
            parser.read(data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < _MEMORY, (name, peak)
