"""The line to the mail server: protected as the settings say or not used, and staff read why."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from backoffice.kit.errors import SetUpInvalid
from backoffice.mail import service as mail
from backoffice.mail.models import Mail, MailFailure, MailKind
from backoffice.mail.sending import Postman
from backoffice.mail.server import Security, SmtpServer
from backoffice.mail.service import Letter
from backoffice.settings import Settings
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Console
from tests.backoffice.mail.smtp import Inbox, smtp_server
from tests.factories import FUKUSHIMA, MORNING

LOGIN = ("demado@city.example.jp", "a long password")
PAGE = "visit:tls"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that vouches for itself, and certificate with key for the server."""
    folder, key = tmp_path_factory.mktemp("smtp"), ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail test")])
    since, until = MORNING - timedelta(days=900), MORNING + timedelta(days=9000)
    signed = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(since).not_valid_after(until)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = signed.public_bytes(serialization.Encoding.PEM)
    form = serialization.PrivateFormat.PKCS8
    secret = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    (folder / "authority.pem").write_bytes(pem)
    (folder / "server.pem").write_bytes(pem + secret)
    return folder / "authority.pem", folder / "server.pem"


@contextmanager
def serving(made: tuple[Path, Path], **about: object) -> Iterator[Inbox]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made[1])
    with smtp_server(tls=context, **about) as inbox:
        yield inbox


def deliver(console: Console, inbox: Inbox, security: Security, **about: object) -> Mail:
    """Queue a letter, try once, and how it stands then."""
    user, password = about.pop("login", ("", ""))  # type: ignore[misc]
    server = SmtpServer("127.0.0.1", inbox.port, security, "no-reply@city.example.jp", user, password, **about)  # type: ignore[arg-type]
    letter = Letter(MailKind.CONFIRMATION, "hanako@example.jp", "予約の確認", "本文", "booking:x", PAGE, MORNING)
    with console.office.work() as work:
        made = mail.queue(work, FUKUSHIMA, letter)
    Postman(console.office.database, server, now=console.office.clock).deliver_due()
    with console.office.work() as work:
        return work.session.get_one(Mail, (FUKUSHIMA, made))


@pytest.mark.parametrize(("security", "at_once"), [(Security.STARTTLS, False), (Security.TLS, True)])
def test_protected_line_with_login_takes_the_letter(
    console: Console, made: tuple[Path, Path], security: Security, at_once: bool
) -> None:
    with serving(made, at_once=at_once, login=LOGIN) as inbox:
        row = deliver(console, inbox, security, login=LOGIN, authority=made[0])
        assert (row.state, [letter["To"] for letter in inbox.taken]) == ("sent", ["hanako@example.jp"])
        assert {"AUTH", "MAIL"}.isdisjoint(inbox.heard[: inbox.heard.index("tls")]), "nothing was said before"


@pytest.mark.parametrize(
    ("case", "failure"),
    [
        ("not offered", "no_tls"),
        ("unknown issuer", "certificate"),
        ("wrong password", "login 535"),
        ("away", "away"),
    ],
)
def test_what_is_not_protected_or_not_let_in_is_not_used_kept_and_said(
    console: Console, made: tuple[Path, Path], case: str, failure: str
) -> None:
    with serving(made, login=LOGIN) as inbox:
        login, authority, port = LOGIN, made[0], inbox.port
        if case == "not offered":
            inbox.tls = None
        elif case == "wrong password":
            login = (LOGIN[0], "x")
        elif case == "away":
            inbox.port = 9  # discard: nobody listens there
        row = deliver(
            console, inbox, Security.STARTTLS, login=login, authority=None if case == "unknown issuer" else authority
        )
        assert (row.state, row.attempts, row.failure, inbox.taken) == ("queued", 1, failure, [])
        assert row.due_at > console.office.clock()
        assert "DATA" not in inbox.heard
        assert ("AUTH" in inbox.heard) is (case == "wrong password"), "no password in the clear"
        inbox.port = port
    _seen_by_staff(console, row)


def _seen_by_staff(console: Console, row: Mail) -> None:
    visit = console.office.visit()
    with console.office.work() as work:
        work.session.get_one(Mail, (FUKUSHIMA, row.id)).page = f"visit:{visit}"
    page = console.sign_in(Role.LEAD).get(f"/visits/{visit}/mails").text
    words = {
        MailFailure.NO_TLS: "暗号化した通信", MailFailure.CERTIFICATE: "証明書を確かめられません",
        MailFailure.LOGIN: "利用者名かパスワード", MailFailure.AWAY: "つながりません",
    }  # fmt: skip
    assert words[MailFailure(row.failure.split()[0])] in page


def test_password_that_smtp_cannot_carry_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "smtp").write_text("長い合言葉", "utf-8")
    (tmp_path / "smtp").chmod(0o600)
    settings = Settings.load(
        smtp_host="mail.example", smtp_sender="a@b.example", smtp_user="a", smtp_password_file=tmp_path / "smtp"
    )
    with pytest.raises(SetUpInvalid, match="ASCII"):
        _ = settings.smtp


def test_a_name_the_certificate_does_not_hold_is_refused(console: Console, made: tuple[Path, Path]) -> None:
    with serving(made, at_once=True) as inbox:
        server = SmtpServer("localhost", inbox.port, Security.TLS, "a@b.example", authority=made[0])
        letter = Letter(MailKind.REMINDER, "hanako@example.jp", "t", "b", "booking:y", PAGE, MORNING)
        with console.office.work() as work:
            wanted = mail.queue(work, FUKUSHIMA, letter)
        Postman(console.office.database, server, now=console.office.clock).deliver_due()
        with console.office.work() as work:
            assert work.session.get_one(Mail, (FUKUSHIMA, wanted)).failure == "certificate"
