"""The error tree of the kiosk. Screens and scripts key on `code`; the text is English, for the log.

KioskError                      `transient`: the same act may succeed later without anybody changing anything
├── SettingsRefused             a setting is unsafe or unreadable; names the line to change
├── NotEnrolled                 the device has no identity yet
│   └── DeviceErased            it had one; the office revoked it and everything here was destroyed
├── NoVisit                     no verified visit bundle yet: nothing to seal to
├── RecordUnfit                 record, photo and device do not fit each other
├── OutboxFull                  disk or limit reached; nothing was kept (transient)
├── OutboxFault                 disk or database failed; nothing was kept (transient)
│   └── OutboxInUse             another process owns the outbox (transient)
├── UplinkError                 the office did not do what was asked
│   ├── UplinkUnreachable       no answer, or an answer that is not the office's (transient)
│   ├── UplinkRefused           the office answered with a problem (transient when the problem says so)
│   └── AnswerInvalid           an answer that is malformed or wrongly signed; nothing of it is believed (transient)
├── EnrolmentRefused            this ticket cannot enrol this device
└── CarrierRefused              a USB stick or file that cannot be used; nothing of it was taken
"""

from __future__ import annotations

from schemas.problem import Problem


class KioskError(Exception):
    """Trouble at the counter. `code` is stable and dotted."""

    transient: bool = False

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class SettingsRefused(KioskError):
    """The service does not start like this."""


class NotEnrolled(KioskError):
    """Nothing can be sealed or sent before enrolment."""

    def __init__(self) -> None:
        super().__init__("device.not_enrolled", "this device is not enrolled: scan the enrolment code of the office")


class DeviceErased(NotEnrolled):
    """The office's signed word was followed; a new enrolment begins anew."""

    def __init__(self) -> None:
        KioskError.__init__(
            self, "device.erased", "the office revoked this device and its data was destroyed: enrol it anew to use it"
        )


class NoVisit(KioskError):
    """Without a bundle there is no key to seal to."""

    def __init__(self) -> None:
        super().__init__("visit.none", "no visit has reached this device yet: connect it to the office once")


class RecordUnfit(KioskError):
    """A record that must not be sealed as it stands."""


class OutboxFull(KioskError):
    """No room; the record is still with the caller."""

    transient = True


class OutboxFault(KioskError):
    """The disk or the database failed; the record is still with the caller."""

    transient = True


class OutboxInUse(OutboxFault):
    """One process owns the outbox at a time."""

    def __init__(self) -> None:
        super().__init__("outbox.in_use", "another process uses this data folder: use its screens or stop it first")


class UplinkError(KioskError):
    """The office could not be asked, refused, or answered something unusable."""


class UplinkUnreachable(UplinkError):
    """No answer from the office: line, TLS, captive portal."""

    transient = True


class UplinkRefused(UplinkError):
    """The office's own refusal."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code, f"{problem.status} {problem.code}: {problem.title}")
        self.problem = problem
        self.transient = problem.transient or problem.status in _TRANSIENT_STATUS


class AnswerInvalid(UplinkError):
    """Somebody between us and the office, or an office with other keys."""

    transient = True


class EnrolmentRefused(KioskError):
    """Ask the office for a new ticket, or finish what is unsent first."""


class CarrierRefused(KioskError):
    """A stick without room, a file that reads back differently, a file of another device."""


# RFC 9110 section 15: request timeout, too early, too many requests, and the server's own trouble.
_TRANSIENT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
