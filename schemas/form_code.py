"""What the text of a scanned code means: an application form, a slip of ours, or nothing to do with us.

The payload of the real form's code is not published, so it is treated as text: exactly one run of 23 digits is the
申請書ID; a link to an allowed host without one is opaque (staff type the printed id); everything else is refused.
The result carries no raw text: a refused code leaves nothing behind. No link is ever opened.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote, urlsplit

from schemas.errors import IdentifierInvalid
from schemas.ids import ApplicationFormId, SlipNumber, contains_my_number, digits_only

# ISO/IEC 18004: the largest symbol holds 7,089 digits; longer "codes" come from something that is not a scanner.
LONGEST_TEXT = 7_089
_SLIP = re.compile(r"(?:DEMADO-SLIP\.1\.)?([A-Z0-9]{2}-\d{4}-\d)", re.ASCII)
_GAP = r"[ \-‐‑‒–—―−ーｰ]"
# A run of digits, perhaps in groups; a label "ID" may touch it, a word may not (23 digits inside a token are chance).
_RUN = re.compile(
    rf"(?<![0-9A-Za-z])(?<!\d[.,_])(?:ID)?(\d(?:{_GAP}{{0,3}}\d)*)(?![0-9A-Za-z]|[.,_]\d)", re.ASCII | re.IGNORECASE
)
_LABEL = re.compile(r"(?:申請書|form ?)?id *:", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:", re.ASCII | re.IGNORECASE)
_BARE_HOST = re.compile(r"(?:[a-z0-9\-]+\.)+[a-z]{2,}(?:[/?#:]|$)", re.ASCII | re.IGNORECASE)


class FormCodeKind(StrEnum):
    """FORM_ID: an id to use. OPAQUE: a form's code without a readable id, staff type the printed one. SLIP: a 受付票
    of ours. MY_NUMBER: looks like a 個人番号 (the back of a card carries one), refused. OTHER: refused."""

    FORM_ID = "form_id"
    OPAQUE = "opaque"
    SLIP = "slip"
    MY_NUMBER = "my_number"
    OTHER = "other"


@dataclass(frozen=True)
class FormCode:
    """The meaning of one scanned text; the text itself is not kept."""

    kind: FormCodeKind
    form_id: ApplicationFormId | None = None
    slip: SlipNumber | None = None

    @property
    def refused(self) -> bool:
        return self.kind in (FormCodeKind.MY_NUMBER, FormCodeKind.OTHER)


def slip_code(number: SlipNumber) -> str:
    """The text of the code printed on a slip."""
    return f"DEMADO-SLIP.1.{number}"


def read_form_code(text: str, allowed_hosts: Iterable[str]) -> FormCode:
    """The meaning of a scanned text. `allowed_hosts`: host names whose links (and sub-domains') are forms.
    Never raises."""
    plain = unicodedata.normalize("NFKC", text).strip() if len(text) <= LONGEST_TEXT else ""
    if not plain:
        return FormCode(FormCodeKind.OTHER)
    if found := _SLIP.fullmatch(plain.upper()):
        return _slip(found[1])
    if _is_link(plain):
        return _read_link(plain, tuple(allowed_hosts))
    if contains_my_number(plain):
        return FormCode(FormCodeKind.MY_NUMBER)
    form_id = _only_id(plain)
    return FormCode(FormCodeKind.FORM_ID, form_id) if form_id else FormCode(FormCodeKind.OTHER)


def _slip(text: str) -> FormCode:
    try:
        return FormCode(FormCodeKind.SLIP, slip=SlipNumber.parse(text))
    except IdentifierInvalid:
        return FormCode(FormCodeKind.OTHER)


def _is_link(plain: str) -> bool:
    """Anything a phone would offer to open: `scheme:…`, `…://…`, or a bare host name at the start."""
    if _LABEL.match(plain):
        return "://" in plain
    return "://" in plain or bool(_SCHEME.match(plain) or _BARE_HOST.match(plain))


def _read_link(plain: str, allowed_hosts: tuple[str, ...]) -> FormCode:
    address = plain if _SCHEME.match(plain) and "://" in plain else f"https://{plain}"
    if re.search(r"[\s\\\x00-\x1f\x7f]", address) or not _host_allowed(address, allowed_hosts):
        return FormCode(FormCodeKind.OTHER)
    behind_host = address.partition("://")[2].partition("/")[2] or address.partition("?")[2]
    form_id = _only_id(unicodedata.normalize("NFKC", unquote(behind_host)))
    return FormCode(FormCodeKind.FORM_ID, form_id) if form_id else FormCode(FormCodeKind.OPAQUE)


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


def _only_id(plain: str) -> ApplicationFormId | None:
    """The one run of exactly 23 digits; None when there is none or more than one, or digits of another script."""
    if any(letter.isdecimal() and not letter.isascii() for letter in plain):
        return None
    runs = [digits_only(run) for run in _RUN.findall(plain)]
    ids = [run for run in runs if len(run) == 23]
    return ApplicationFormId(ids[0]) if len(ids) == 1 else None
