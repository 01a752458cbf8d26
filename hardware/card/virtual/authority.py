"""A test authority shaped like the 利用者証明用 CA: RSA-2048, SHA-256, the profile of `hardware.card.certificate`.

Every name says TEST. Keys exist in memory only.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

JST = ZoneInfo("Asia/Tokyo")
POLICY = "1.2.392.200149.8.5.1.0.30"
_NEVER = timedelta(days=3650)


def new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def authority_name(unit: str = "TEST JPKI for user authentication") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-DEMADO-TEST"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "TEST Agency for Local Authority Information Systems"),
        ]
    )


@dataclass(frozen=True)
class Profile:
    """What a certificate says of itself. `subject_id`: 14 characters, 市町村コード, 3 digits, A."""

    not_before: datetime
    not_after: datetime
    subject_id: str = "TEST000000000013101001A"
    policy: str | None = POLICY
    non_repudiation: bool = False
    key_identifier: bool = True


@dataclass(frozen=True, repr=False)
class VirtualAuthority:
    """A self-signed root. Times are passed in; serial numbers are random."""

    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def create(
        cls,
        now: datetime,
        *,
        name: x509.Name | None = None,
        key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None,
    ) -> VirtualAuthority:
        """Valid for ten years around `now`. `key`: RSA-2048 unless one is given."""
        key, name = key or new_key(), name or authority_name()
        public = key.public_key()
        builder = (
            x509.CertificateBuilder(name, name, public, _serial(), now - _NEVER / 2, now + _NEVER)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        )
        return cls(key, builder.sign(key, _hash(key)))

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def issue(self, public: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, profile: Profile) -> x509.Certificate:
        subject = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
                x509.NameAttribute(NameOID.COMMON_NAME, profile.subject_id),
            ]
        )
        usage = _usage(digital_signature=True, content_commitment=profile.non_repudiation)
        builder = (
            x509.CertificateBuilder(
                self.certificate.subject, subject, public, _serial(), profile.not_before, profile.not_after
            )
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(x509.CRLDistributionPoints([_distribution_point()]), critical=False)
        )
        if profile.policy is not None:
            policy = x509.PolicyInformation(x509.ObjectIdentifier(profile.policy), None)
            builder = builder.add_extension(x509.CertificatePolicies([policy]), critical=True)
        if profile.key_identifier:
            identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
            builder = builder.add_extension(identifier, critical=False)
        return builder.sign(self.key, _hash(self.key))

    def revocation_list(
        self, serials: Iterable[int], *, now: datetime, lasts: timedelta = timedelta(days=1)
    ) -> x509.CertificateRevocationList:
        """A complete list, fresh from `now` on for `lasts`."""
        builder = x509.CertificateRevocationListBuilder(self.certificate.subject, now, now + lasts)
        for serial in serials:
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now).build()
            )
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        return builder.sign(self.key, _hash(self.key))


def _hash(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> hashes.SHA256 | hashes.SHA384:
    return hashes.SHA256() if isinstance(key, rsa.RSAPrivateKey) else hashes.SHA384()


def _serial() -> int:
    """Four bytes like those of the real authority, never with the sign bit, never zero."""
    return int.from_bytes(os.urandom(4), "big") >> 1 | 1


def _usage(
    *,
    digital_signature: bool = False,
    content_commitment: bool = False,
    key_cert_sign: bool = False,
    crl_sign: bool = False,
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=content_commitment,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _distribution_point() -> x509.DistributionPoint:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "JP"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "JPKI-DEMADO-TEST"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "CRL Distribution Points"),
            x509.NameAttribute(NameOID.COMMON_NAME, "TEST City CRLDP"),
        ]
    )
    return x509.DistributionPoint([x509.DirectoryName(name)], None, None, None)
