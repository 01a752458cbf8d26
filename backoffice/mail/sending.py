"""Handing letters to an SMTP server (RFC 5321), each at most once unless a person says otherwise.

A letter is claimed in a transaction of its own before a byte is sent. What was surely not taken is tried again with
back-off; what was refused for good is failed; where the line broke after the text nobody knows, and nobody repeats it.
"""

from __future__ import annotations

import smtplib
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from backoffice.database import Database
from backoffice.kit.jobs import pause_after
from backoffice.kit.unit_of_work import transaction
from backoffice.mail.models import Mail, MailFailure, MailState
from backoffice.mail.repository import MailRepository
from backoffice.mail.server import Security, SmtpServer
from backoffice.mail.service import forget

TRIES: Final = 10
_AT_ONCE: Final = 20
_LOOK: Final = 5.0  # seconds between rounds
_PATIENCE: Final = 20.0  # seconds for each answer of the server
_ABANDONED: Final = timedelta(minutes=10)
_log = structlog.get_logger()


class _Refused(Exception):
    """The server said no; `for_good`: another try would hear the same."""

    def __init__(self, code: int, *, for_good: bool) -> None:
        super().__init__(str(code))
        self.code, self.for_good = code, for_good


class _Unknown(Exception):
    """The text was sent and no answer came."""


class Postman:
    """Sends what is due. One thread at a time; several processes may run beside each other."""

    def __init__(self, database: Database, server: SmtpServer, *, now: Callable[[], datetime]) -> None:
        self._database, self._server, self._now = database, server, now

    def deliver_due(self) -> int:
        """Try what is due, a portion at most; returns how many were sent."""
        self._settle_abandoned()
        sent = 0
        for _ in range(_AT_ONCE):
            letter = self._claim()
            if letter is None or not self._deliver(letter):
                break  # the next round goes on: a server that is away is not asked twenty times
            sent += 1
        return sent

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sends from a thread of its own while the block runs."""
        stop = threading.Event()
        thread = threading.Thread(target=self.run, args=(stop,), name="postman")
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def run(self, stop: threading.Event) -> None:
        """The loop of the postman's own thread: a slow server holds up nobody else."""
        while not stop.wait(_LOOK):
            try:
                self.deliver_due()
            except SQLAlchemyError as error:
                _log.error("the postman cannot work", error=type(error).__name__)

    def _claim(self) -> Mail | None:
        with transaction(self._database, now=self._now) as work:
            row = MailRepository(work.session).due(work.now)
            if row is not None:
                row.state, row.attempts, row.claimed_at = MailState.SENDING, row.attempts + 1, work.now
            return row

    def _deliver(self, letter: Mail) -> bool:
        try:
            self._send(letter)
        except _Unknown:
            self._note(letter, MailState.UNSURE, MailFailure.NO_ANSWER)
        except _Refused as refused:
            state = MailState.FAILED if refused.for_good or letter.attempts >= TRIES else MailState.QUEUED
            self._note(letter, state, f"{MailFailure.ANSWERED} {refused.code}")
        except (OSError, smtplib.SMTPException) as error:
            state = MailState.FAILED if letter.attempts >= TRIES else MailState.QUEUED
            self._note(letter, state, _failure(error))
        else:
            self._note(letter, MailState.SENT, "")
            return True
        return False

    def _send(self, letter: Mail) -> None:
        server = self._connected()
        try:
            self._hand_over(server, letter)
        finally:
            with suppress(OSError, smtplib.SMTPException):
                server.quit()

    def _connected(self) -> smtplib.SMTP:
        """A line protected as the settings say, and signed in. Nothing of a letter was sent when this raises."""
        about, context = self._server, ssl.create_default_context(cafile=self._server.authority)
        if about.security is Security.TLS:
            server: smtplib.SMTP = smtplib.SMTP_SSL(about.host, about.port, timeout=_PATIENCE, context=context)
        else:
            server = smtplib.SMTP(about.host, about.port, timeout=_PATIENCE)
        with ExitStack() as unless_ready:
            unless_ready.callback(server.close)
            if about.security is Security.STARTTLS:
                server.starttls(context=context)
            if about.user:
                server.login(about.user, about.password)
            server.ehlo_or_helo_if_needed()
            unless_ready.pop_all()
        return server

    def _hand_over(self, server: smtplib.SMTP, letter: Mail) -> None:
        """Step by step, because it matters at which step something went wrong."""
        for code, _said in (server.mail(self._server.sender), server.rcpt(letter.address)):
            if code not in (250, 251):
                raise _Refused(code, for_good=code >= 500)
        code, _said = server.docmd("DATA")
        if code != 354:
            raise _Refused(code, for_good=code >= 500)
        try:
            server.send(_dotted(self._written(letter)))
            code, _said = server.getreply()
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise _Unknown from error
        if code != 250:
            raise _Refused(code, for_good=code >= 500)

    def _written(self, letter: Mail) -> bytes:
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = self._server.sender, letter.address, letter.title
        message["Date"] = format_datetime(letter.created_at)
        message["Message-ID"] = f"<{letter.id}@{self._server.sender.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes come back
        message.set_content(letter.body, cte="base64")
        return message.as_bytes()

    def _note(self, letter: Mail, state: MailState, failure: str) -> None:
        with transaction(self._database, now=self._now) as work:
            row = MailRepository(work.session).one(letter.municipality_id, letter.id)
            if row is None or row.state is not MailState.SENDING:
                return
            row.state, row.failure = state, failure
            if state is MailState.QUEUED:
                row.due_at = work.now + pause_after(row.attempts)
            if state is MailState.SENT:
                row.sent_at = work.now
                forget(row)
        if failure:
            _log.warning("mail not sent", mail=letter.id, state=state.value, failure=failure)

    def _settle_abandoned(self) -> None:
        """A sender that died in the middle: nobody knows whether the letter went out."""
        with transaction(self._database, now=self._now) as work:
            for row in MailRepository(work.session).abandoned(claimed_before=work.now - _ABANDONED):
                row.state, row.failure = MailState.UNSURE, MailFailure.STOPPED


def _failure(error: OSError | smtplib.SMTPException) -> str:
    """Why no letter could be handed over, so that staff read what to do."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return MailFailure.CERTIFICATE
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return MailFailure.NO_TLS
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return f"{MailFailure.LOGIN} {error.smtp_code}"
    if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0:
        return f"{MailFailure.ANSWERED} {error.smtp_code}"
    return MailFailure.AWAY


def _dotted(message: bytes) -> bytes:
    """With lines of one dot made safe and the end mark (RFC 5321, 4.5.2)."""
    body = message.replace(b"\r\n.", b"\r\n..")
    return (body if body.endswith(b"\r\n") else body + b"\r\n") + b".\r\n"
