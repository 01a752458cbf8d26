"""A real SMTP server on a free port (RFC 5321) with STARTTLS (RFC 3207), implicit TLS (RFC 8314) and login (RFC 4954),
which can be told to misbehave. It keeps what it took."""

from __future__ import annotations

import base64
import email
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage
from typing import Any

from tests.backoffice.serving import serving


@dataclass
class Inbox:
    """`answer`: what RCPT is answered with; `hang_up`: the line breaks after the text, before the answer.

    `tls`: the server's side of TLS; offered by STARTTLS, or spoken from the first byte when `at_once`. `login`: the
    user and password it wants. `heard`: every command in the clear and behind TLS, with "tls" where the line changed.
    """

    port: int = 0
    answer: str = "250 ok"
    hang_up: bool = False
    tls: ssl.SSLContext | None = None
    at_once: bool = False
    login: tuple[str, str] | None = None
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = 5.0

    def setup(self) -> None:
        self.inbox: Inbox = self.server.inbox  # type: ignore[attr-defined]
        self.safe, self.known = False, False
        super().setup()

    def handle(self) -> None:
        try:
            if self.inbox.tls and self.inbox.at_once:
                self._protect(self.inbox.tls)
            self._say("220 test")
            while line := self.rfile.readline():
                command, _, rest = line.decode().strip().partition(" ")
                self.inbox.heard.append(command.upper())
                if not self._answered(command.upper(), rest):
                    return
        except OSError:
            return  # the other side hung up, or did not like the certificate

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _answered(self, command: str, rest: str) -> bool:
        """False: the talk is over."""
        inbox = self.inbox
        if command == "QUIT":
            self._say("221 bye")
            return False
        if command == "EHLO":
            self._say("\r\n".join(["250-test", *self._offers(), "250 8BITMIME"]))
        elif command == "STARTTLS" and inbox.tls:
            self._say("220 go on")
            self._protect(inbox.tls)
        elif command == "AUTH":
            self._login(rest)
        elif inbox.login and not self.known:
            self._say("530 who are you")
        elif command == "DATA":
            return self._taken()
        elif command == "RCPT":
            inbox.recipients.append(rest)
            self._say(inbox.answer)
        else:
            self._say("250 ok")
        return True

    def _offers(self) -> list[str]:
        starttls = ["250-STARTTLS"] if self.inbox.tls and not self.safe else []
        return starttls + (["250-AUTH PLAIN"] if self.inbox.login else [])

    def _protect(self, context: ssl.SSLContext) -> None:
        self.connection = context.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), _Writer(self.connection)  # type: ignore[assignment]
        self.safe = True
        self.inbox.heard.append("tls")

    def _login(self, rest: str) -> None:
        _mechanism, _, given = rest.partition(" ")
        _nobody, user, password = base64.b64decode(given).decode().split("\0")
        self.known = (user, password) == self.inbox.login
        self._say("235 welcome" if self.known else "535 not you")

    def _taken(self) -> bool:
        self._say("354 go on")
        text = b"".join(self._lines())
        if self.inbox.hang_up:
            return False
        self.inbox.taken.append(email.message_from_bytes(text, policy=policy.default))
        self._say("250 taken")
        return True

    def _lines(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) != b".\r\n":
            yield line.removeprefix(b".")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class _Writer:
    """Writes to a line at once."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.closed = False

    def write(self, said: bytes) -> None:
        self._connection.sendall(said)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        self.closed = True


@contextmanager
def smtp_server(**about: Any) -> Iterator[Inbox]:
    inbox = Inbox(**about)
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk)
    server.inbox = inbox  # type: ignore[attr-defined]
    with serving(server) as inbox.port:
        yield inbox
