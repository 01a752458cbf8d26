"""Asking the authority's OCSP responder (RFC 6960), where the municipality has the standing for it.

Only a filed 利用者証明検証者 (公的個人認証法 36条) may ask; a configured address says that it has filed. Whatever goes
wrong means 失効未確認, never good. An authentic "revoked" counts however old it is, a "good" only when it is fresh and
answers this very question (nonce). The question is the body of a POST: no serial number in any address or proxy log.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, SignatureAlgorithmOID

from hardware.card.certificate import STRONG_HASHES, UNREADABLE, CardCertificate, extension, in_full
from hardware.card.errors import ResponderUnheard
from hardware.card.post import post
from hardware.card.revocation import revocation_state
from schemas.card import Revocation

NONCE_BYTES = 32  # RFC 9654 2.1
CLOCKS_DIFFER = timedelta(minutes=5)
# A responder that names no next update always has newer word; what it says now should not be older than this.
OLDEST_WITHOUT_END = timedelta(days=1)

_log = structlog.get_logger("hardware.card.ocsp")


@dataclass(frozen=True)
class OcspResponder:
    """`url`: http or https. `seconds`: the whole question and answer. `nonce_required`: False for a responder that
    signs its answers in advance (RFC 5019); freshness alone then guards against replay."""

    url: str
    seconds: float = 3.0
    nonce_required: bool = True
    randomness: Callable[[int], bytes] = os.urandom

    def state(
        self,
        certificate: CardCertificate,
        issuer: x509.Certificate,
        *,
        lists: Iterable[x509.CertificateRevocationList],
        now: datetime,
    ) -> Revocation:
        """GOOD, REVOKED or UNCHECKED; never raises. `lists` may revoke the responder itself."""
        nonce = self.randomness(NONCE_BYTES)
        try:
            question = _question(certificate, issuer, nonce)
            answer = ocsp.load_der_ocsp_response(post(self.url, _encoded(question), seconds=self.seconds))
            _require_authentic(answer, issuer, lists=tuple(lists), now=now)
            return self._weigh(answer, _single(answer, question), nonce=nonce, now=now)
        except (ResponderUnheard, InvalidSignature, *UNREADABLE) as error:
            reason = str(error) if isinstance(error, ResponderUnheard) else type(error).__name__
            _log.warning("ocsp_unanswered", reason=reason)
            return Revocation.UNCHECKED

    def _weigh(
        self, answer: ocsp.OCSPResponse, single: ocsp.OCSPSingleResponse, *, nonce: bytes, now: datetime
    ) -> Revocation:
        if single.certificate_status is ocsp.OCSPCertStatus.REVOKED:
            return Revocation.REVOKED
        if single.certificate_status is not ocsp.OCSPCertStatus.GOOD:
            raise ResponderUnheard("the responder does not know the certificate")
        given = next((e.value.nonce for e in answer.extensions if isinstance(e.value, x509.OCSPNonce)), None)
        if given != nonce and (given is not None or self.nonce_required):
            raise ResponderUnheard("the answer is to another question")
        if any(each.critical and not isinstance(each.value, x509.OCSPNonce) for each in answer.extensions):
            raise ResponderUnheard("the answer has a critical extension that is not understood")
        if not _fresh(single, now):
            raise ResponderUnheard("the answer is not of today")
        return Revocation.GOOD


def _question(certificate: CardCertificate, issuer: x509.Certificate, nonce: bytes) -> ocsp.OCSPRequest:
    """SHA-1 only names the certificate here (RFC 5019 2.1.1); every responder understands it."""
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate.parsed, issuer, hashes.SHA1())  # noqa: S303
    return builder.add_extension(x509.OCSPNonce(nonce), critical=False).build()


def _encoded(question: ocsp.OCSPRequest) -> bytes:
    return question.public_bytes(serialization.Encoding.DER)


def _single(answer: ocsp.OCSPResponse, question: ocsp.OCSPRequest) -> ocsp.OCSPSingleResponse:
    """The part of the answer that speaks of our certificate. Raises `ResponderUnheard`."""
    wanted = (question.serial_number, question.issuer_name_hash, question.issuer_key_hash)
    for single in answer.responses:
        if (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == wanted:
            return single
    raise ResponderUnheard("the answer is about another certificate")


def _fresh(single: ocsp.OCSPSingleResponse, now: datetime) -> bool:
    begins, ends = single.this_update_utc, single.next_update_utc
    last = begins + OLDEST_WITHOUT_END if ends is None else ends
    return begins - CLOCKS_DIFFER <= now <= last


def _require_authentic(
    answer: ocsp.OCSPResponse,
    issuer: x509.Certificate,
    *,
    lists: tuple[x509.CertificateRevocationList, ...],
    now: datetime,
) -> None:
    """Signed by the issuer itself, or by a responder to which the issuer gave the task (RFC 6960 4.2.2.2)."""
    if answer.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ResponderUnheard(f"the responder answered {answer.response_status.name.lower()}")
    if not isinstance(answer.signature_hash_algorithm, STRONG_HASHES):
        raise ResponderUnheard("the answer's signature is not of a trusted kind")
    if _is(answer, issuer):
        _require_signature(answer, issuer)
        return
    for delegate in answer.certificates:
        if _is(answer, delegate) and _has_the_task(delegate, issuer, lists=lists, now=now):
            _require_signature(answer, delegate)
            return
    raise ResponderUnheard("the answer is not signed by a responder of the issuer")


def _is(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> bool:
    if answer.responder_key_hash is not None:
        return answer.responder_key_hash == x509.SubjectKeyIdentifier.from_public_key(signer.public_key()).digest
    return answer.responder_name == signer.subject


def _has_the_task(
    delegate: x509.Certificate,
    issuer: x509.Certificate,
    *,
    lists: tuple[x509.CertificateRevocationList, ...],
    now: datetime,
) -> bool:
    read = in_full(delegate)
    purposes, usage = extension(delegate, x509.ExtendedKeyUsage), extension(delegate, x509.KeyUsage)
    if not read.strongly_signed or not read.issued_by(issuer):
        return False
    if purposes is None or ExtendedKeyUsageOID.OCSP_SIGNING not in purposes:
        return False
    if usage is not None and not usage.digital_signature:
        return False
    if not read.has_begun(now) or read.has_ended(now):
        return False
    return revocation_state(read, issuer, lists=lists, now=now) is not Revocation.REVOKED


def _require_signature(answer: ocsp.OCSPResponse, signer: x509.Certificate) -> None:
    """Raises `InvalidSignature`, `ResponderUnheard`."""
    key, algorithm = signer.public_key(), answer.signature_hash_algorithm
    if algorithm is None:
        raise UnsupportedAlgorithm("no hash")
    if isinstance(key, rsa.RSAPublicKey) and answer.signature_algorithm_oid != SignatureAlgorithmOID.RSASSA_PSS:
        key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
    else:
        raise ResponderUnheard("the answer's signature is not of a trusted kind")
