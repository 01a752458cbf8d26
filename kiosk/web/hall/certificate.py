"""The venue's own certificate: how tablets reach a kiosk over HTTPS where no network and no public name exists.

Each kiosk has an authority of its own (RFC 5280), made here and never leaving; it is constrained to private addresses
and `.local` names (RFC 5280, 4.2.1.10), so that whoever installs it on a tablet risks nothing else. The authority stays
from visit to visit, the certificate under it is made anew when the kiosk's addresses change. Both fingerprints are
shown on the kiosk's own screen, for comparing by eye.
"""

from __future__ import annotations

import fcntl
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network, ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.outbox.files import make_private_folder, read_limited, write_durably

AUTHORITY_DAYS = 3650
LEAF_DAYS = 397  # browsers refuse longer ones (CA/Browser Forum ballot SC31)
RENEW_BEFORE = timedelta(days=30)
BACKDATED = timedelta(days=2)  # tablets' clocks run where they like
NAMES = ("localhost",)
_PRIVATE = tuple(
    IPv4Network(net) for net in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8")
)
_LIMIT = 64 * 1024
_SIOCGIFADDR = 0x8915  # netdevice(7)


@dataclass(frozen=True)
class VenueCertificate:
    """Files for the server (PEM) and what is shown. `anchor`: the certificate a tablet or another kiosk trusts, PEM;
    `anchor_print`, `leaf_print`: SHA-256 over DER, lower-case hexadecimal."""

    chain: Path
    key: Path
    anchor: bytes
    anchor_print: str
    leaf_print: str


def given_certificate(chain: Path, key: Path) -> VenueCertificate:
    """A certificate the municipality has installed. Its own first certificate is the anchor other kiosks pin."""
    leaf = x509.load_pem_x509_certificates(chain.read_bytes())[0]
    return VenueCertificate(chain, key, leaf.public_bytes(Encoding.PEM), _print(leaf), _print(leaf))


def own_certificate(folder: Path, addresses: Iterable[IPv4Address], now: datetime) -> VenueCertificate:
    """The kiosk's own, made or renewed in `folder` (0700) where needed."""
    make_private_folder(folder)
    authority, authority_key = _authority(folder, now)
    wanted = {str(address) for address in addresses} | {"127.0.0.1"}
    chain, key = folder / "server.pem", folder / "server.key"
    leaf = _certificate(chain)
    if leaf is None or not _fits(leaf, authority, wanted, now) or not key.is_file():
        leaf = _new_leaf(authority, authority_key, wanted, now, key)
        write_durably(chain, leaf.public_bytes(Encoding.PEM) + authority.public_bytes(Encoding.PEM))
    return VenueCertificate(chain, key, authority.public_bytes(Encoding.PEM), _print(authority), _print(leaf))


def local_addresses() -> tuple[IPv4Address, ...]:
    """This machine's addresses other machines may use, by interface (netdevice(7)); loopback is none of them."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            try:
                raw = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
            except OSError:
                continue  # an interface without an IPv4 address
            address = IPv4Address(raw[20:24])
            if not address.is_loopback:
                found.append(address)
    return tuple(sorted(found, key=lambda address: (not _is_private(address), int(address))))


def is_local(host: str) -> bool:
    """True for addresses and names that exist in a venue only: private, link-local, loopback, `.local`."""
    try:
        address = ip_address(host)
    except ValueError:
        return host in NAMES or host.endswith(".local")
    return isinstance(address, IPv4Address) and _is_private(address)


def grouped(fingerprint: str) -> str:
    """For comparing by eye: `3f2a 90bc …`."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4)).upper()


def _authority(folder: Path, now: datetime) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    path, key_path = folder / "authority.pem", folder / "authority.key"
    known, kept = _certificate(path), _kept_key(key_path)
    if known is not None and kept is not None and known.not_valid_after_utc - now > timedelta(days=LEAF_DAYS):
        return known, kept
    key = _new_key(key_path)
    name = _name("Demado kiosk authority")
    builder = _builder(name, name, key, now, AUTHORITY_DAYS)
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    here = [*(x509.IPAddress(net) for net in _PRIVATE), x509.DNSName("local"), x509.DNSName("localhost")]
    made = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.NameConstraints(here, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, SHA256())
    )
    write_durably(path, made.public_bytes(Encoding.PEM))
    return made, key


def _new_leaf(
    authority: x509.Certificate,
    authority_key: ec.EllipticCurvePrivateKey,
    addresses: set[str],
    now: datetime,
    key_path: Path,
) -> x509.Certificate:
    key = _new_key(key_path)
    names: list[x509.GeneralName] = [*(x509.DNSName(name) for name in NAMES)]
    names += [x509.IPAddress(ip_address(text)) for text in sorted(addresses) if is_local(text)]
    builder = _builder(_name("Demado kiosk"), authority.subject, key, now, LEAF_DAYS)
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key()), critical=False)
        .sign(authority_key, SHA256())
    )


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(now - BACKDATED + timedelta(days=days))
    )


def _fits(leaf: x509.Certificate, authority: x509.Certificate, addresses: set[str], now: datetime) -> bool:
    try:
        leaf.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    named = {str(address) for address in names.get_values_for_type(x509.IPAddress)}
    return {text for text in addresses if is_local(text)} <= named and leaf.not_valid_after_utc - now > RENEW_BEFORE


def _certificate(path: Path) -> x509.Certificate | None:
    """None for a file that is not there or damaged: it is made anew."""
    pem = read_limited(path, _LIMIT)
    try:
        return x509.load_pem_x509_certificates(pem)[0] if pem else None
    except ValueError:
        return None


def _new_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    write_durably(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key


def _kept_key(path: Path) -> ec.EllipticCurvePrivateKey | None:
    pem = read_limited(path, _LIMIT)
    try:
        key = load_pem_private_key(pem, password=None) if pem else None
    except (ValueError, TypeError):
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) else None


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _print(certificate: x509.Certificate) -> str:
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def _is_private(address: IPv4Address) -> bool:
    return any(address in net for net in _PRIVATE)
