"""Lines that cut, dawdle, repeat, overtake, shorten, and things between kiosk and office that lie."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from schemas.canonical import sha256_hex
from schemas.errors import PacketMalformed
from schemas.ids import KeyId
from schemas.packet import Packet
from schemas.problem import Problem
from schemas.receipt import Receipt
from tests.faults.line import Request, Trouble, body_of, ok, with_body
from tests.faults.run import Run
from tests.faults.world import nothing_on_its_way, until

_PROBLEM = b"application/problem+json"


def _bad_line(run: Run, make: Callable[[Random], Trouble], *, times: int = 3, packets_only: bool = True) -> None:
    """The line is bad for so many requests – until the tablet was read, if nobody has yet; people come meanwhile."""
    line = run.world.line
    before, left, unread = line.met, times, not run.message

    def trouble(request: Request) -> Trouble | None:
        nonlocal left
        if (left <= 0 and not unread) or (packets_only and not request.carries_packet):
            return None
        left -= 1
        return make(run.chance)

    line.trouble = trouble
    run.serve_some()
    run.fired = until(lambda: line.met > before, seconds=20)
    run.show()
    unread = False
    until(lambda: left <= 0, seconds=0.5)


def cut_request(run: Run) -> None:
    """The line is cut after so many bytes of the request."""
    _bad_line(run, lambda chance: Trouble(up=_bytes(chance)))


def cut_answer(run: Run) -> None:
    """The line is cut in the answer, after the office has committed."""
    _bad_line(run, lambda chance: Trouble(down=chance.choice((1, 9, chance.randrange(2, 300), chance.randrange(900)))))


def lost_answer(run: Run) -> None:
    """The office has committed; not a byte of its answer comes back."""
    _bad_line(run, lambda _chance: Trouble(down=0))


def slow(run: Run) -> None:
    """Every piece of request and answer comes late."""
    _bad_line(run, lambda chance: Trouble(delay=chance.uniform(0.002, 0.03)), packets_only=False, times=6)


def doubled(run: Run) -> None:
    """The office gets every request twice, unseen by the kiosk."""
    _bad_line(run, lambda _chance: Trouble(twice=True), packets_only=False, times=6)


def reordered(run: Run) -> None:
    """A request is overtaken by later ones and arrives after them."""
    _bad_line(run, lambda chance: Trouble(late=chance.randint(1, 4)), times=2)


def shortened(run: Run) -> None:
    """A proxy drops the end of bodies and puts the length right, both ways."""

    def make(chance: Random) -> Trouble:
        if chance.random() < 0.5:
            return Trouble(request=lambda raw: with_body(raw, _part(body_of(raw), chance)))
        return Trouble(answer=lambda raw: with_body(raw, _part(body_of(raw), chance)))

    _bad_line(run, make)


def error_before(run: Run) -> None:
    """Something on the way answers 500, 502, 503 or 429; the office is never asked."""
    _bad_line(run, lambda chance: Trouble(before=chance.choice((500, 502, 503, 504, 429))))


def error_after(run: Run) -> None:
    """The office has committed; its answer becomes a 500, 502 or 504 on the way."""
    _bad_line(run, lambda chance: Trouble(after=chance.choice((500, 502, 504))))


def forged(run: Run) -> None:
    """Somebody else answers: portals, other keys, changed receipts, receipts of other packets, invented refusals."""
    heard = [body_of(run.world.old_answer)] if run.world.old_answer else []
    kind = FORGERIES[run.number % len(FORGERIES)]

    def make(chance: Random) -> Trouble:
        if kind in (_impostor, _recorded):
            return Trouble(instead=lambda request: kind(request.raw, chance, heard))
        return Trouble(answer=lambda raw: _remembered(run, kind(raw, chance, heard), raw))

    _bad_line(run, make, times=2)
    run.world.line.good()
    if kind is _refusal:  # nobody signs refusals: the packet waits in quarantine until staff send it again
        kiosk = run.world.kiosk
        run.must(until(lambda: nothing_on_its_way(kiosk), seconds=60), "everything is decided on")
        run.must(kiosk.ask("look")["refused"] > 0, "a refusal puts the packet into quarantine")
        kiosk.ask("retry")


def all_at_once(run: Run) -> None:
    """Every one of these, request by request, as chance will have it."""

    def make(chance: Random) -> Trouble:
        kinds: tuple[Trouble, ...] = (
            Trouble(up=_bytes(chance)), Trouble(down=chance.randrange(600)), Trouble(twice=True),
            Trouble(late=chance.randint(1, 4)), Trouble(before=503), Trouble(after=500),
            Trouble(delay=chance.uniform(0.0, 0.01)), Trouble(answer=lambda raw: _portal(raw, chance, [])),
        )  # fmt: skip
        return chance.choice(kinds)

    _bad_line(run, make, times=12, packets_only=False)


def _bytes(chance: Random) -> int:
    return chance.choice((0, 1, chance.randrange(900), chance.randrange(50_000)))


def _part(body: bytes, chance: Random) -> bytes:
    return body[: chance.randrange(len(body))] if body else body


def _remembered(run: Run, answer: bytes, genuine: bytes) -> bytes:
    run.world.old_answer = genuine
    return answer


def _portal(raw: bytes, _chance: Random, _heard: list[bytes]) -> bytes:
    return with_body(raw, b"<html>Welcome to the venue's free Wi-Fi</html>", status=b"200 OK", kind=b"text/html")


def _changed(raw: bytes, chance: Random, _heard: list[bytes]) -> bytes:
    """One figure of the genuine receipt is another one."""
    body = bytearray(body_of(raw))
    places = [place for place, byte in enumerate(body) if chr(byte).isdigit()]
    if places:
        place = chance.choice(places)
        body[place] = ord(str((int(chr(body[place])) + 1) % 10))
    return with_body(raw, bytes(body))


def _other_key(raw: bytes, _chance: Random, _heard: list[bytes]) -> bytes:
    """The same receipt, signed by somebody else under the office's name."""
    try:
        receipt = Receipt.model_validate_json(body_of(raw))
    except ValueError:
        return with_body(raw, b"{}")
    signature = Ed25519PrivateKey.generate().sign(receipt.signed_part)
    return with_body(raw, receipt.model_copy(update={"signature": signature}).canonical())


def _of_another(raw: bytes, chance: Random, heard: list[bytes]) -> bytes:
    """A genuine receipt of this office – for another packet."""
    return with_body(raw, chance.choice(heard)) if heard else _portal(raw, chance, heard)


def _nonsense(raw: bytes, chance: Random, _heard: list[bytes]) -> bytes:
    return with_body(raw, chance.choice((b"", b"[]", b"null", b"{", chance.randbytes(300), b'{"a":' * 2000)))


def _refusal(raw: bytes, chance: Random, _heard: list[bytes]) -> bytes:
    code, status = chance.choice((("packet.sequence_conflict", 409), ("packet.signature_invalid", 422)))
    problem = json.dumps(Problem.of(code, status, "invented on the way").model_dump(exclude_none=True)).encode()
    return with_body(raw, problem, status=b"%d No" % status, kind=_PROBLEM)


def _impostor(raw: bytes, _chance: Random, _heard: list[bytes]) -> bytes:
    """The office is never asked; the receipt is right in everything but the signature."""
    try:
        frame = body_of(raw)
        packet = Packet.parse(frame)
    except PacketMalformed:
        return ok(b"<html></html>", kind="text/html")
    head = packet.header
    key = KeyId(sha256_hex(head.device.encode())[:16])
    receipt = Receipt(
        municipality=head.municipality, device=head.device, record=head.record, packet=packet.packet_id,
        sequence=head.sequence, received_at=head.sealed.at, office_key=key,
    )  # fmt: skip
    signature = Ed25519PrivateKey.generate().sign(receipt.signed_part)
    return ok(receipt.model_copy(update={"signature": signature}).canonical())


def _recorded(_raw: bytes, chance: Random, heard: list[bytes]) -> bytes:
    """The office is never asked; an old receipt of its own comes back."""
    return ok(chance.choice(heard) if heard else b"{}")


FORGERIES = (
    _portal, _changed, _other_key, _of_another, _nonsense, _refusal, _impostor, _recorded,
)  # fmt: skip
"""Every kind in turn."""
