"""Cards that are not made like ours, by a seed: keys, chains, encodings, dates, lists, PINs – and what an independent
reading of the rules says about each. The rules here are written down again on purpose, not taken from the product."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.name import _ASN1Type
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardware.card import tlv
from hardware.card.exchange import PinEntry
from hardware.card.my_number import AuthenticationLayout
from hardware.card.trust import Anchor
from hardware.card.virtual.application import Application, Pin
from hardware.card.virtual.card import Mood, VirtualCard
from schemas.card import CardVerdict, Revocation

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
# Midnights in Japan are 15:00 UTC the day before; a leap day and a year's end are among them.
MIDNIGHTS = tuple(datetime(*day, 15, 0, tzinfo=UTC) for day in ((2026, 11, 19), (2026, 12, 31), (2028, 2, 28)))
_OIDS = {
    "real": "1.2.392.200149.8.5.1.3.30",
    "test": "1.2.392.200149.8.5.1.0.30",
    "next": "1.2.392.200149.8.5.1.12.30",
    "signature": "1.2.392.200149.8.5.1.1.20",
    "any": "2.5.29.32.0",
    "longer": "1.2.392.200149.8.5.1.3.30.1",
    "other arc": "1.2.392.200149.8.5.2.3.30",
}
_GOOD_POLICIES = {"real", "test", "next"}


@cache
def keys() -> dict[str, Key]:
    """Made once: RSA keys take their time."""
    sizes = {"rsa1024": 1024, "rsa2048": 2048, "rsa3072": 3072}
    made: dict[str, Key] = {name: rsa.generate_private_key(65537, size) for name, size in sizes.items()}
    made |= {"rsa2048 e3": rsa.generate_private_key(3, 2048), "p384": ec.generate_private_key(ec.SECP384R1())}
    made |= {"p192": ec.generate_private_key(ec.SECP192R1()), "p256": ec.generate_private_key(ec.SECP256R1())}
    names = ("root 1", "root 2", "root 3", "missing", "stranger")
    made |= {name: rsa.generate_private_key(65537, 2048) for name in names}
    return made | {"root ec": ec.generate_private_key(ec.SECP384R1())}


def _name(unit: str, kind: _ASN1Type = _ASN1Type.UTF8String) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-DEMADO-TEST", kind),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit, kind),
        ]
    )


OURS, THEIRS, BELOW = "TEST for user authentication", "TEST another authority", "TEST below"


def _authority(key: Key, unit: str, begins: datetime, ends: datetime, *, by: Key | None = None) -> x509.Certificate:
    issuer = _name(OURS if by is not None else unit)
    builder = x509.CertificateBuilder(issuer, _name(unit), key.public_key(), 4712, begins, ends)
    builder = builder.add_extension(x509.BasicConstraints(True, None), True)
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    return builder.sign(by or key, hashes.SHA256())


_LONG_AGO, _FAR = datetime(2016, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


@cache
def anchors() -> tuple[Anchor, ...]:
    """Three generations of one name, the first of them ended and renewed with the same key; an ended one of its own
    name; one that another authority signed."""
    made = keys()
    ended = datetime(2026, 1, 1, tzinfo=UTC)
    certificates = (
        _authority(made["root 1"], OURS, _LONG_AGO, ended),
        _authority(made["root 1"], OURS, ended, _FAR),
        _authority(made["root 2"], OURS, _LONG_AGO, _FAR),
        _authority(made["root ec"], OURS, _LONG_AGO, _FAR),
        _authority(made["root 3"], "TEST ended", _LONG_AGO, ended),
        _authority(made["p256"], BELOW, _LONG_AGO, _FAR, by=made["root 2"]),
    )
    return tuple(Anchor(certificate, f"{number}.pem") for number, certificate in enumerate(certificates))


_ISSUERS = {
    "root 1": (OURS, "root 1"),
    "root 2": (OURS, "root 2"),
    "root ec": (OURS, "root ec"),
    "ended": ("TEST ended", "root 3"),
    "below": (BELOW, "p256"),
    "missing": (OURS, "missing"),
    "stranger": (THEIRS, "stranger"),
}


@dataclass(frozen=True)
class Make:
    """One card and the moment it is looked at."""

    seed: int
    now: datetime
    begins: datetime
    ends: datetime
    key: str
    clone: bool
    issuer: str
    broken: bool
    key_identifier: bool
    printable: bool
    usage: str
    policies: tuple[str, ...] | None
    purpose: str
    unknown_critical: bool
    serial: int
    length_octets: int
    filler: bytes
    listed: str
    entry: PinEntry | None
    tries: int
    locked: tuple[int, int]
    plain_ecdsa: bool
    mood: Mood

    def card(self) -> VirtualCard:
        key, layout = keys()[self.key], AuthenticationLayout()
        inside = next(tlv.parse(self._certificate())).value
        stored = tlv.encode(0x30, inside, length_octets=self.length_octets) + self.filler
        issuer = _authority(keys()[_ISSUERS[self.issuer][1]], _ISSUERS[self.issuer][0], _LONG_AGO, _FAR)
        files = {layout.certificate_ef: stored, layout.issuer_ef: issuer.public_bytes(serialization.Encoding.DER)}
        pin = Pin(b"1234", self.tries, 3, *self.locked)
        other = keys()["root ec" if isinstance(key, ec.EllipticCurvePrivateKey) else "stranger"]
        application = Application(
            layout.aid,
            files,
            pins={layout.pin_ef: pin},
            keys={layout.key_ef: other if self.clone else key},
            guards={layout.key_ef: layout.pin_ef},
            plain_ecdsa=self.plain_ecdsa,
        )
        return VirtualCard((application,), self.mood)

    def _certificate(self) -> bytes:
        unit, signer = _ISSUERS[self.issuer]
        issuer = _name(unit, _ASN1Type.PrintableString if self.printable else _ASN1Type.UTF8String)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST000000000013101001A")])
        public = keys()[self.key].public_key()
        builder = x509.CertificateBuilder(issuer, subject, public, self.serial, self.begins, self.ends)
        for extension, critical in self._extensions():
            builder = builder.add_extension(extension, critical)
        der = builder.sign(keys()[signer], hashes.SHA256()).public_bytes(serialization.Encoding.DER)
        return der[:-1] + bytes([der[-1] ^ 1]) if self.broken else der

    def _extensions(self) -> list[tuple[x509.ExtensionType, bool]]:
        found: list[tuple[x509.ExtensionType, bool]] = []
        if self.usage != "none":
            bits = {
                "good": (0,), "signature": (0, 1), "encipherment": (2,), "both": (0, 2), "agreement": (0, 4),
                "authority": (0, 5), "lists": (0, 6),
            }[self.usage]  # fmt: skip
            found.append((x509.KeyUsage(*(number in bits for number in range(9))), self.seed % 2 == 0))
        if self.policies is not None:
            named = [x509.PolicyInformation(x509.ObjectIdentifier(_OIDS[each]), None) for each in self.policies]
            found.append((x509.CertificatePolicies(named), self.seed % 3 == 0))
        purposes = {"client": ExtendedKeyUsageOID.CLIENT_AUTH, "code": ExtendedKeyUsageOID.CODE_SIGNING}
        if self.purpose != "none":
            found.append((x509.ExtendedKeyUsage([purposes[self.purpose]]), False))
        if self.key_identifier:
            public = keys()[_ISSUERS[self.issuer][1]].public_key()
            found.append((x509.AuthorityKeyIdentifier.from_issuer_public_key(public), False))
        if self.unknown_critical:
            found.append((x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4"), b"\x05\x00"), True))
        return found

    def revocation_list(self) -> bytes | None:
        """PEM. `listed`: whose list, whether it names the certificate, how old it is."""
        if self.listed == "none":
            return None
        whose, names, age = self.listed.split()
        unit, signer = _ISSUERS[self.issuer if whose == "own" else "root 2" if self.issuer != "root 2" else "root 1"]
        begins = self.now - (DAY if age == "fresh" else 9 * DAY)
        builder = x509.CertificateRevocationListBuilder(_name(unit), begins, begins + 2 * DAY)
        revoked = x509.RevokedCertificateBuilder(self.serial if names == "named" else self.serial + 1, begins).build()
        made = builder.add_revoked_certificate(revoked).sign(keys()[signer], hashes.SHA256())
        return made.public_bytes(serialization.Encoding.PEM)

    # What the rules say, once more.

    def expected(self) -> CardVerdict:
        verdict = self._before_the_pin()
        if self.entry is None or verdict is not CardVerdict.VALID:
            return verdict
        if self.entry.typed.strip() not in ("1234", _FULL_WIDTH, "9999"):
            return CardVerdict.WRONG_PIN
        if self.tries == 1 and not self.entry.last_try_confirmed:
            return CardVerdict.WRONG_PIN
        if self.entry.typed == "9999":
            return CardVerdict.LOCKED if self.tries == 1 else CardVerdict.WRONG_PIN
        return CardVerdict.FORGED if self.clone else CardVerdict.VALID

    def _before_the_pin(self) -> CardVerdict:
        if self.issuer in ("stranger", "missing"):
            return self._unsigned()
        if self.broken:
            return CardVerdict.FORGED
        if self._wrong_kind():
            return CardVerdict.UNTRUSTED
        if self.now < self.begins:
            return CardVerdict.NOT_YET_VALID
        if self.now >= self.ends + SECOND:
            return CardVerdict.EXPIRED
        if self.listed.startswith("own named"):
            return CardVerdict.REVOKED
        if self.issuer == "ended":
            return CardVerdict.UNTRUSTED
        return CardVerdict.LOCKED if self.tries == 0 else CardVerdict.VALID

    def _unsigned(self) -> CardVerdict:
        """A stranger's name, or our authority's name over a key nobody has installed. A broken signature with no
        word on which key it was meant for is a forgery."""
        if self.issuer == "missing" and self.broken and not self.key_identifier:
            return CardVerdict.FORGED
        return CardVerdict.UNTRUSTED

    def _wrong_kind(self) -> bool:
        return (
            self.usage != "good"
            or self.purpose == "code"
            or self.unknown_critical
            or self.key in ("rsa1024", "p192")
            or (self.policies is not None and not _GOOD_POLICIES & set(self.policies))
        )

    def expected_revocation(self) -> Revocation:
        """Only where the verdict depends on it."""
        return {
            "own clean fresh": Revocation.GOOD,
            "own clean stale": Revocation.STALE,
        }.get(self.listed, Revocation.REVOKED if self.listed.startswith("own named") else Revocation.UNCHECKED)


_FULL_WIDTH = "\uff11\uff12\uff13\uff14"


def make(seed: int) -> Make:
    """Mostly right, with one or two things out of order."""
    dice = random.Random(seed)

    def odd(usual: str, *others: str, chance: float = 0.06) -> str:
        return dice.choice(others) if dice.random() < chance else usual

    now = dice.choice(MIDNIGHTS) + dice.choice((-SECOND, -SECOND / 2, timedelta(0), SECOND / 2, SECOND))
    begins, ends = _dates(dice)
    typed = odd("1234", "9999", _FULL_WIDTH, " 1234 ", "12345", "一二三四", "12 34", chance=0.3)
    mood = Mood(most_bytes=dice.choice((None, None, 1, 7, 200, 255)), asleep=dice.random() < 0.2)
    policies = odd("real", "test", "next", "signature", "any", "longer", "other arc", "real any", "none", chance=0.3)
    names = policies.split() if policies in ("real any",) else [policies]
    return Make(
        seed=seed,
        now=now,
        begins=begins,
        ends=ends,
        key=odd("rsa2048", "rsa1024", "rsa3072", "rsa2048 e3", "p384", "p192", "p256", chance=0.4),
        clone=dice.random() < 0.06,
        issuer=odd(dice.choice(("root 1", "root 2")), "root ec", "ended", "below", "missing", "stranger", chance=0.3),
        broken=dice.random() < 0.06,
        key_identifier=dice.random() < 0.6,
        printable=dice.random() < 0.2,
        usage=odd("good", "none", "signature", "encipherment", "both", "agreement", "authority", "lists"),
        policies=None if policies == "none" else tuple(names),
        purpose=odd("none", "client", "client", "code", chance=0.3),
        unknown_critical=dice.random() < 0.04,
        serial=dice.choice((1, 0x7F, 0x80, 0x0133C349, dice.getrandbits(63) | 1, (1 << 158) + 5)),
        length_octets=dice.choice((2, 2, 3)),
        filler=dice.choice((b"", b"\xff" * 40, b"\x00" * 40, b"\xff" * 2000, b"\xff")),
        listed=odd("none", *_LISTS, chance=0.5),
        entry=PinEntry(typed, dice.random() < 0.5) if dice.random() < 0.7 else None,
        tries=int(odd("3", "0", "1", "2", chance=0.3)),
        locked=dice.choice(((0x6984, 0x63C0), (0x6983, 0x6983), (0x6984, 0x6984), (0x63C0, 0x63C0))),
        plain_ecdsa=dice.random() < 0.5,
        mood=mood,
    )


_LISTS = ("own clean fresh", "own clean stale", "own named fresh", "own named stale", "other named fresh")


def _dates(dice: random.Random) -> tuple[datetime, datetime]:
    """Ends at the last second of a Japanese day, begins at its first."""
    end = dice.choice((*MIDNIGHTS, datetime(2031, 2, 17, 15, 0, tzinfo=UTC), datetime(2049, 12, 31, 15, tzinfo=UTC)))
    begin = dice.choice((datetime(2022, 1, 9, 15, 0, tzinfo=UTC), *MIDNIGHTS[:2]))
    return min(begin, end - 2 * DAY), dice.choice((end, datetime(2052, 2, 16, 15, tzinfo=UTC))) - SECOND
