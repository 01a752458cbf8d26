"""Queueing letters in the transaction of their cause, taking them back, and a person's word about those that failed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.mail.models import Mail, MailKind, MailState
from backoffice.mail.repository import MailRepository
from schemas.ids import MunicipalityCode, Uuid7

# One address as people have it; nothing that could begin another header or a second recipient (RFC 5321, 5322).
_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,63}", re.ASCII)


class MailId(Uuid7):
    """One letter."""


@dataclass(frozen=True)
class Letter:
    """`due_at`: not before. `about` and `page`: see the model."""

    kind: MailKind
    address: str
    title: str
    body: str
    about: str
    page: str
    due_at: datetime


def read_address(text: str) -> str:
    """An address somebody typed. `Refused("field.mail")` when it is none."""
    plain = text.strip()
    if len(plain) > 254 or not _ADDRESS.fullmatch(plain):
        raise Refused("field.mail", "メールアドレスを確かめてください。", status=422)
    return plain


def queue(work: UnitOfWork, municipality: MunicipalityCode, letter: Letter) -> MailId:
    made = work.new_id(MailId)
    MailRepository(work.session).add(
        Mail(
            municipality_id=municipality, id=made, kind=letter.kind, about=letter.about, page=letter.page,
            address=letter.address, title=letter.title[:200], body=letter.body, due_at=letter.due_at,
            created_at=work.now,
        )
    )  # fmt: skip
    return made


def withdraw(work: UnitOfWork, municipality: MunicipalityCode, about: str) -> int:
    """Letters not sent yet are not sent any more; returns how many."""
    found = MailRepository(work.session).queued_about(municipality, about)
    for row in found:
        row.state = MailState.WITHDRAWN
        forget(row)
    return len(found)


def listed(work: UnitOfWork, municipality: MunicipalityCode, page: str) -> list[Mail]:
    return MailRepository(work.session).on_page(municipality, page)


def send_again(work: UnitOfWork, municipality: MunicipalityCode, wanted: str, *, actor: str) -> Mail:
    """A person decides that a letter that failed, or perhaps went out, is tried once more."""
    row = MailRepository(work.session).one(municipality, wanted)
    if row is None:
        raise NotFound("mail.not_found", "メールが見つかりません。")
    if row.state not in (MailState.FAILED, MailState.UNSURE):
        raise Refused("mail.not_failed", "このメールは送り直せません。", status=409)
    row.state, row.attempts, row.due_at, row.failure = MailState.QUEUED, 0, work.now, ""
    audit.write(work, municipality=municipality, actor=actor, action="mail.again", subject=f"mail:{row.id}")
    return row


def forget(row: Mail) -> None:
    """Whom and what leaves the row; what stays tells a person which letter it was."""
    row.address, row.body = masked(row.address), ""


def masked(address: str) -> str:
    """`a•••@example.jp`"""
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}"
