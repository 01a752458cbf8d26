"""What the text of a scanned code means: an application form, a slip or booking slip of ours, or nothing to do with us.

The payload of the real form's code is not published, so it is treated as text: exactly one run of 23 digits is the
申請書ID; a link to an allowed host without one, or one long token, is opaque (staff type the printed id); everything
else is refused. Only ASCII and full-width digits are digits: ①, ² and ٣ are signs that no number may touch.
The result carries no raw text: a refused code leaves nothing behind. No link is ever opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from schemas.circumstances import BOOKING_NUMBER
from schemas.errors import IdentifierInvalid
from schemas.ids import ApplicationFormId, SlipNumber, VisitId, contains_my_number, digits_only
from schemas.slip_code import SlipCode

# ISO/IEC 18004: the largest symbol holds 7,089 digits; longer "codes" come from something that is not a scanner.
LONGEST_TEXT = 7_089
_SLIP = re.compile(r"(?:DEMADO-SLIP\.1\.)?([A-Z0-9]{2}-\d{4}-\d)", re.ASCII)  # typed, or of a kiosk before version 2
_GAP = r"[ \-‐‑‒–—―−ーｰ]"
_BOOKING = re.compile(rf"DEMADO-BOOKING\.1\.([0-9A-F-]{{36}})\.({BOOKING_NUMBER})", re.ASCII)
# A run of digits, perhaps in groups; a label "ID" may touch it, a word or a path may not (23 digits there are chance).
_RUN = re.compile(
    rf"(?<![0-9A-Za-z])(?<!\d[.,_])(?:ID)?(\d(?:{_GAP}{{0,3}}\d)*)(?![0-9A-Za-z]|[.,_]\d)", re.ASCII | re.IGNORECASE
)
_LABEL = re.compile(r"(?:申請書|form ?)?id *:", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.ASCII | re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:[a-z0-9\-]+\.)+[a-z]{2,}(?:[/?#:]|$)", re.ASCII | re.IGNORECASE)
_HOST_INSIDE = re.compile(r"//|[a-z0-9][.。][a-z]{2,}(?:[/?#:%]|$)|[a-z0-9\]]/+\d{12}", re.ASCII | re.IGNORECASE)
"""A link that does not begin the text, lacks its scheme, or was garbled by a scanner that types (`https'//`)."""
_TOKEN = re.compile(r"(?=(?:.*[A-Za-z]){4})(?=.*\d)[A-Za-z0-9_+/=.~\-]{20,}", re.ASCII)
_OURS = "DEMADO-"
_SIGN = "\u25a1"


class FormCodeKind(StrEnum):
    """FORM_ID: an id to use. OPAQUE: a form's code without a readable id, staff type the printed one. SLIP: a 受付票
    of ours. BOOKING: a booking slip of ours. MY_NUMBER: looks like a 個人番号 (the back of a card carries one),
    refused. OTHER: refused."""

    FORM_ID = "form_id"
    OPAQUE = "opaque"
    SLIP = "slip"
    BOOKING = "booking"
    MY_NUMBER = "my_number"
    OTHER = "other"


@dataclass(frozen=True)
class BookingCode:
    """A booking slip: the number of a booking at a visit. It says who came, not that they may: anybody can make one."""

    visit: VisitId
    number: str


@dataclass(frozen=True)
class FormCode:
    """The meaning of one scanned text; the text itself is not kept."""

    kind: FormCodeKind
    form_id: ApplicationFormId | None = None
    slip: SlipNumber | None = None
    booking: BookingCode | None = None

    @property
    def refused(self) -> bool:
        return self.kind in (FormCodeKind.MY_NUMBER, FormCodeKind.OTHER)


def booking_code(visit: VisitId, number: str) -> str:
    """The text of the code on a booking slip: no name, no time, no place."""
    return f"DEMADO-BOOKING.1.{visit}.{number}"


def read_form_code(text: str, allowed_hosts: Iterable[str]) -> FormCode:
    """The meaning of a scanned text. `allowed_hosts`: host names whose links (and sub-domains') are forms.
    Never raises."""
    plain = _plain(text).strip() if len(text) <= LONGEST_TEXT else ""
    if not plain:
        return FormCode(FormCodeKind.OTHER)
    if found := _SLIP.fullmatch(plain.upper()):
        return _slip(found[1])
    if plain.upper().startswith("DEMADO-SLIP.2."):
        return _signed_slip(plain)
    if found := _BOOKING.fullmatch(plain.upper()):
        return _booking(found[1], found[2])
    if _is_link(plain):
        return _read_link(plain, tuple(allowed_hosts))
    if contains_my_number(plain):
        return FormCode(FormCodeKind.MY_NUMBER)
    if form_id := _only_id(plain, not_beside=_SIGN + "/%"):  # an id has no path and no escape
        return FormCode(FormCodeKind.FORM_ID, form_id)
    opaque = _TOKEN.fullmatch(plain) and not plain.upper().startswith(_OURS)
    return FormCode(FormCodeKind.OPAQUE if opaque else FormCodeKind.OTHER)


def _plain(text: str) -> str:
    """Compatibility forms folded (NFKC); what would turn into digits without being one becomes a letter-like sign."""
    return unicodedata.normalize("NFKC", "".join(_SIGN if _sham(letter) else letter for letter in text))


def _sham(letter: str) -> bool:
    if letter.isascii() or "\uff10" <= letter <= "\uff19":
        return False
    return any(one.isdecimal() for one in unicodedata.normalize("NFKC", letter))


def _slip(text: str) -> FormCode:
    try:
        return FormCode(FormCodeKind.SLIP, slip=SlipNumber.parse(text))
    except IdentifierInvalid:
        return FormCode(FormCodeKind.OTHER)


def _signed_slip(text: str) -> FormCode:
    """Whether the signature is right is the office's question: here it only says that this is no form."""
    try:
        return FormCode(FormCodeKind.SLIP, slip=SlipCode.parse(text).slip)
    except IdentifierInvalid:
        return FormCode(FormCodeKind.OTHER)


def _booking(visit: str, number: str) -> FormCode:
    try:
        return FormCode(FormCodeKind.BOOKING, booking=BookingCode(VisitId.parse(visit), number))
    except IdentifierInvalid:
        return FormCode(FormCodeKind.OTHER)


def _is_link(plain: str) -> bool:
    """Anything a phone would offer to open: `scheme:…`, `…//…`, a bare host name, or one inside the text."""
    if _HOST_INSIDE.search(plain):
        return True
    return not _LABEL.match(plain) and bool(_SCHEME.match(plain) or _BARE_HOST.match(plain))


def _read_link(plain: str, allowed_hosts: tuple[str, ...]) -> FormCode:
    """A link, or words with links among them: every one must lead to an allowed host."""
    words = plain.split()
    links = [word for word in words if _is_link(word)]
    beside = " ".join(word for word in words if word not in links)
    behind = [_behind_host(link, allowed_hosts) for link in links]
    if not links or _is_link(beside) or None in behind:
        return FormCode(FormCodeKind.OTHER)
    if contains_my_number(beside):
        return FormCode(FormCodeKind.MY_NUMBER)
    form_id = _only_id("\n".join([beside, *(part for part in behind if part)]))
    return FormCode(FormCodeKind.FORM_ID, form_id) if form_id else FormCode(FormCodeKind.OPAQUE)


def _behind_host(link: str, allowed_hosts: tuple[str, ...]) -> str | None:
    """What stands behind the host of a link, percent signs resolved; None when the host is not allowed."""
    address = link if _SCHEME.match(link) and "://" in link else f"https://{link}"
    if re.search(r"[\s\\\x00-\x1f\x7f]", address) or not _host_allowed(address, allowed_hosts):
        return None
    return _plain(unquote(address.partition("://")[2].partition("/")[2] or address.partition("?")[2]))


def _host_allowed(address: str, allowed_hosts: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.scheme not in ("https", "http") or "@" in parts.netloc or port not in (None, 80, 443):
        return False
    host = host.rstrip(".")
    return any(host == allowed or host.endswith(f".{allowed}") for allowed in map(str.lower, allowed_hosts))


def _only_id(plain: str, *, not_beside: str = _SIGN) -> ApplicationFormId | None:
    """The one run of exactly 23 digits that touches none of these signs; None when there is none or more than one."""
    runs = [(found.group(1), plain[: found.start()], plain[found.end() :]) for found in _RUN.finditer(plain)]
    ids = [digits_only(run) for run, before, after in runs if not {before[-1:], after[:1]} & {*not_beside}]
    ids = [run for run in ids if len(run) == 23]
    return ApplicationFormId(ids[0]) if len(ids) == 1 else None
