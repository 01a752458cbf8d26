"""A real SMTP server on a free port (RFC 5321), which can be told to misbehave. It keeps what it took."""

from __future__ import annotations

import email
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import policy
from email.message import EmailMessage


@dataclass
class Inbox:
    """`answer`: what RCPT is answered with; `hang_up`: the line breaks after the text, before the answer."""

    port: int = 0
    answer: str = "250 ok"
    hang_up: bool = False
    taken: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        inbox: Inbox = self.server.inbox  # type: ignore[attr-defined]
        self._say("220 test")
        while line := self.rfile.readline():
            command, _, rest = line.decode().strip().partition(" ")
            if command.upper() == "QUIT":
                self._say("221 bye")
                return
            if command.upper() == "DATA":
                self._say("354 go on")
                text = b"".join(self._lines())
                if inbox.hang_up:
                    return
                inbox.taken.append(email.message_from_bytes(text, policy=policy.default))
                self._say("250 taken")
            elif command.upper() == "RCPT":
                inbox.recipients.append(rest)
                self._say(inbox.answer)
            else:
                self._say("250 ok")

    def _lines(self) -> Iterator[bytes]:
        while (line := self.rfile.readline()) != b".\r\n":
            yield line.removeprefix(b".")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def smtp_server() -> Iterator[Inbox]:
    inbox = Inbox()
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Talk) as server:
        server.inbox = inbox  # type: ignore[attr-defined]
        inbox.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield inbox
        server.shutdown()
        thread.join()
