"""The 利用者証明用電子証明書 as a value: read once and completely, so that nothing can fail later (RFC 5280).

Profile, as measured and published: RSA-2048 SHA-256, keyUsage digitalSignature only, subject without name or address,
certificatePolicies 1.2.392.200149.8.5.1.3.30, end of validity 23:59:59 JST. What is unconfirmed (policy critical or
not, extKeyUsage, OCSP address) is accepted either way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtendedKeyUsageOID

from hardware.card import tlv
from hardware.card.errors import CertificateMalformed, TlvMalformed

JST = ZoneInfo("Asia/Tokyo")
# 利用者証明用 policies: …8.5.1.<generation or test>.30; the 署名用 ones end in .20.
_POLICY = re.compile(r"1\.2\.392\.200149\.8\.5\.1\.\d+\.30")
STRONG_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_UNDERSTOOD = (
    x509.AuthorityKeyIdentifier,
    x509.BasicConstraints,
    x509.CertificatePolicies,
    x509.CRLDistributionPoints,
    x509.ExtendedKeyUsage,
    x509.IssuerAlternativeName,
    x509.KeyUsage,
    x509.SubjectAlternativeName,
)
# Everything the cryptography package raises for certificates it cannot read. Its warning (a serial number that is not
# positive) is an error where Python is told to make errors of warnings.
UNREADABLE = (
    CryptographyDeprecationWarning,
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.InvalidVersion,
    x509.UnsupportedGeneralNameType,
)

_E = TypeVar("_E", bound=x509.ExtensionType)


@dataclass(frozen=True, repr=False)
class CardCertificate:
    """The certificate on the card. Dates are aware, in JST; `serial` hexadecimal, whole bytes."""

    parsed: x509.Certificate
    not_before: datetime
    not_after: datetime
    serial: str

    def extension(self, kind: type[_E]) -> _E | None:
        return extension(self.parsed, kind)

    def has_begun(self, now: datetime) -> bool:
        return now >= self.not_before

    def has_ended(self, now: datetime) -> bool:
        """The last second belongs to the validity as a whole (RFC 5280 4.1.2.5)."""
        return now.replace(microsecond=0) > self.not_after

    @property
    def elliptic(self) -> bool:
        """The holder's key is an ECDSA one."""
        return isinstance(self.parsed.public_key(), ec.EllipticCurvePublicKey)

    @property
    def strongly_signed(self) -> bool:
        """SHA-2, not its broken predecessors."""
        try:
            return isinstance(self.parsed.signature_hash_algorithm, STRONG_HASHES)
        except UnsupportedAlgorithm:
            return False

    def issued_by(self, authority: x509.Certificate) -> bool:
        """Name and signature. The name's value counts, not its encoding (RFC 5280 7.1), so `verify_directly_issued_by`,
        which compares bytes, is not enough."""
        if not same_name(self.parsed.issuer, authority.subject):
            return False
        try:
            key, parameters = authority.public_key(), self.parsed.signature_algorithm_parameters
            signature, signed = self.parsed.signature, self.parsed.tbs_certificate_bytes
            algorithm = self.parsed.signature_hash_algorithm
            if isinstance(key, rsa.RSAPublicKey) and algorithm is not None:
                key.verify(signature, signed, cast(padding.AsymmetricPadding, parameters), algorithm)
            elif isinstance(key, ec.EllipticCurvePublicKey) and isinstance(parameters, ec.ECDSA):
                key.verify(signature, signed, parameters)
            else:
                return False
        except (InvalidSignature, *UNREADABLE):
            return False
        return True

    def proves(self, challenge: bytes, signature: bytes) -> bool:
        """True when `signature` over `challenge` was made with this certificate's key."""
        key = self.parsed.public_key()
        try:
            if isinstance(key, rsa.RSAPublicKey):
                key.verify(signature, challenge, padding.PKCS1v15(), hashes.SHA256())
            elif isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(_as_der(signature, key), challenge, ec.ECDSA(hashes.SHA384()))
            else:
                return False
        except (InvalidSignature, ValueError):
            return False
        return True


def same_name(one: x509.Name, other: x509.Name) -> bool:
    """By value, whatever string type, case and spacing (RFC 5280 7.1)."""
    return _folded(one) == _folded(other)


def _folded(name: x509.Name) -> list[set[tuple[str, str]]]:
    return [
        {(each.oid.dotted_string, " ".join(str(each.value).casefold().split())) for each in rdn} for rdn in name.rdns
    ]


def _japanese(moment: datetime) -> datetime:
    """99991231235959Z, "no end" (RFC 5280 4.1.2.5), has no Japanese time that Python could write."""
    try:
        return moment.astimezone(JST)
    except OverflowError:
        return moment


def _as_der(signature: bytes, key: ec.EllipticCurvePublicKey) -> bytes:
    """Cards give r and s side by side (ISO/IEC 7816-8); X.509 wants them in a SEQUENCE."""
    size = (key.curve.key_size + 7) // 8
    if len(signature) != 2 * size:
        return signature
    return encode_dss_signature(int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big"))


def read_certificate(stored: bytes) -> CardCertificate:
    """From the bytes on the card; a non-minimal outer length is mended. Raises `CertificateMalformed`."""
    try:
        _, start, size = tlv.header(stored)
        if stored[0] != 0x30 or start + size > len(stored):
            raise CertificateMalformed("not a certificate")
        return _whole(x509.load_der_x509_certificate(tlv.encode(0x30, stored[start : start + size])))
    except (TlvMalformed, *UNREADABLE) as error:
        raise CertificateMalformed("not a certificate") from error


def in_full(certificate: x509.Certificate) -> CardCertificate:
    """The same view of a certificate that does not come from a card. Raises what is in `UNREADABLE`."""
    return _whole(certificate)


def _whole(certificate: x509.Certificate) -> CardCertificate:
    _read_everything(certificate)
    serial = f"{certificate.serial_number:X}"
    return CardCertificate(
        certificate,
        _japanese(certificate.not_valid_before_utc),
        _japanese(certificate.not_valid_after_utc),
        serial if len(serial) % 2 == 0 else f"0{serial}",
    )


def extension(certificate: x509.Certificate, kind: type[_E]) -> _E | None:
    for found in certificate.extensions:
        if isinstance(found.value, kind):
            return found.value
    return None


def profile_objection(certificate: CardCertificate) -> str | None:
    """Why this is not a 利用者証明用 certificate, whoever signed it; None when it is one."""
    usage = certificate.extension(x509.KeyUsage)
    constraints = certificate.extension(x509.BasicConstraints)
    if usage is None or not _signature_alone(usage):
        return "key usage is not digital signature alone"
    if constraints is not None and constraints.ca:
        return "it is an authority's certificate"
    return _policy_objection(certificate) or _key_objection(certificate)


def _signature_alone(usage: x509.KeyUsage) -> bool:
    others = (
        usage.content_commitment,
        usage.key_encipherment,
        usage.data_encipherment,
        usage.key_agreement,
        usage.key_cert_sign,
        usage.crl_sign,
    )
    return usage.digital_signature and not any(others)


def _policy_objection(certificate: CardCertificate) -> str | None:
    policies = certificate.extension(x509.CertificatePolicies)
    if policies is not None and not any(_POLICY.fullmatch(p.policy_identifier.dotted_string) for p in policies):
        return "its policy is not that of user authentication certificates"
    purposes = certificate.extension(x509.ExtendedKeyUsage)
    wanted = {ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if purposes is not None and not wanted & set(purposes):
        return "its extended key usage is not client authentication"
    if any(found.critical and not isinstance(found.value, _UNDERSTOOD) for found in certificate.parsed.extensions):
        return "it has a critical extension that is not understood"
    return None


def _key_objection(certificate: CardCertificate) -> str | None:
    key = certificate.parsed.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return None if key.key_size >= 2048 else "its key is too short"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return None if key.curve.key_size >= 256 else "its key is too short"
    return "its key is of an unknown kind"


def _read_everything(certificate: x509.Certificate) -> None:
    """The package parses on access: do it here, where failing is expected."""
    _ = (certificate.extensions, certificate.issuer, certificate.subject, certificate.signature_algorithm_oid)
    certificate.public_key()
