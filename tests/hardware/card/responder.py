"""An OCSP responder over real HTTP, built with `cryptography`; every part of its answer can be made wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hardware.card.virtual.authority import VirtualAuthority
from tests.hardware.card.conftest import NOW

HOUR = timedelta(hours=1)


@dataclass
class Behaviour:
    """What the responder says and how. `nonce`: `echo`, `none`, `other`. `delegate`: the certificate that has the
    task, None when the authority signs itself. `raw`: these bytes instead of an answer."""

    authority: VirtualAuthority
    status: ocsp.OCSPCertStatus = ocsp.OCSPCertStatus.GOOD
    this_update: datetime = NOW - HOUR
    next_update: datetime | None = NOW + HOUR
    nonce: str = "echo"
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | None = None
    delegate: x509.Certificate | None = None
    shown: x509.Certificate | None = None
    serial: int | None = None
    hash: hashes.HashAlgorithm = field(default_factory=hashes.SHA256)
    unsuccessful: ocsp.OCSPResponseStatus | None = None
    raw: bytes | None = None
    http_status: int = 200
    moved_to: str | None = None
    held_back: threading.Event | None = None
    by_name: bool = False
    asked: list[bytes] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def answer(self, question: bytes) -> bytes:
        self.asked.append(question)
        if self.raw is not None:
            return self.raw
        if self.unsuccessful is not None:
            return _der(ocsp.OCSPResponseBuilder.build_unsuccessful(self.unsuccessful))
        request = ocsp.load_der_ocsp_request(question)
        revoked = self.status is ocsp.OCSPCertStatus.REVOKED
        named = _named(self.authority, self.serial or request.serial_number)
        builder = ocsp.OCSPResponseBuilder().add_response(
            named,
            self.authority.certificate,
            request.hash_algorithm,
            self.status,
            self.this_update,
            self.next_update,
            self.this_update if revoked else None,
            x509.ReasonFlags.key_compromise if revoked else None,
        )
        return _der(self._signed(builder, request))

    def _signed(self, builder: ocsp.OCSPResponseBuilder, request: ocsp.OCSPRequest) -> ocsp.OCSPResponse:
        how = ocsp.OCSPResponderEncoding.NAME if self.by_name else ocsp.OCSPResponderEncoding.HASH
        builder = builder.responder_id(how, self.delegate or self.authority.certificate)
        shown = self.shown or self.delegate
        if shown is not None:
            builder = builder.certificates([shown])
        if self.nonce != "none":
            given = request.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
            builder = builder.add_extension(x509.OCSPNonce(given if self.nonce == "echo" else bytes(32)), False)
        return builder.sign(self.key or self.authority.key, self.hash)


def _der(response: ocsp.OCSPResponse) -> bytes:
    return response.public_bytes(serialization.Encoding.DER)


_MADE = ec.generate_private_key(ec.SECP256R1())


def _named(authority: VirtualAuthority, serial: int) -> x509.Certificate:
    """The builder wants a certificate to speak of; only its serial number goes into the answer."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST")])
    builder = x509.CertificateBuilder(authority.certificate.subject, name, _MADE.public_key(), serial, NOW, NOW + HOUR)
    return builder.sign(_MADE, hashes.SHA256())


def delegate(
    authority: VirtualAuthority,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    *,
    purpose: x509.ObjectIdentifier | None = ExtendedKeyUsageOID.OCSP_SIGNING,
    begins: datetime = NOW - HOUR,
    ends: datetime = NOW + HOUR,
    issuer: VirtualAuthority | None = None,
) -> x509.Certificate:
    """A responder's own certificate, issued by the authority (or another one of its name)."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST OCSP responder")])
    builder = x509.CertificateBuilder(authority.certificate.subject, name, key.public_key(), 4711, begins, ends)
    if purpose is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), False)
    return builder.sign((issuer or authority).key, hashes.SHA256())


@contextmanager
def serving(behaviour: Behaviour) -> Iterator[str]:
    """The responder's address on this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            behaviour.paths.append(self.path)
            question = self.rfile.read(int(self.headers["Content-Length"]))
            answer = behaviour.answer(question)
            if behaviour.moved_to is not None:
                self.send_response(307)
                self.send_header("Location", behaviour.moved_to)
                self.end_headers()
                return
            self.send_response(behaviour.http_status)
            self.send_header("Content-Type", "application/ocsp-response")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            if behaviour.held_back is not None:
                self.wfile.write(answer[:4])
                behaviour.held_back.wait(10)
                return
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/ocsp"
        finally:
            server.shutdown()
            thread.join()
