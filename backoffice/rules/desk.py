"""Uploading a rule set and putting it into force: from a day on, never backwards, by two people where the rules ask.

Which rules ask is said by the set that holds today, so nobody can switch the second person off alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.rules import service
from backoffice.rules.errors import RulesUnfit
from backoffice.rules.models import RuleActivation, RuleFile
from backoffice.rules.repository import RuleRepository
from schemas.canonical import sha256_hex
from schemas.ids import Uuid7
from schemas.rules import Problem, RuleSet, SecondPerson, load, problems_of

BYTES_LIMIT: Final = 200 * 1024


class RuleFileId(Uuid7):
    """One uploaded file."""


class ActivationId(Uuid7):
    """One day from which a file holds."""


class Standing(StrEnum):
    """Where an activation stands on a day."""

    PENDING = "pending"
    PLANNED = "planned"
    IN_FORCE = "in_force"
    OVER = "over"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Line:
    """An activation with its file and where it stands today."""

    activation: RuleActivation
    file: RuleFile
    standing: Standing


def upload(work: UnitOfWork, municipality: str, data: bytes, *, file_name: str, by: str) -> RuleFile:
    """Keep a file. `RulesUnfit` with every wrong line. The same bytes again are the same file."""
    name = (file_name.replace("\\", "/").rsplit("/", 1)[-1] or "rules.toml")[:120]
    text, rules = _read(data, name)
    repository = RuleRepository(work.session, municipality)
    sha256 = sha256_hex(text.encode())
    if known := repository.by_content(sha256):
        return known
    row = RuleFile(
        municipality_id=municipality, id=work.new_id(RuleFileId), code=rules.id[:80], title=rules.title.ja[:200],
        example=rules.example, effective_from=rules.effective_from, effective_until=rules.effective_until,
        sha256=sha256, text=text, file_name=name, uploaded_by=by, uploaded_at=work.now,
    )  # fmt: skip
    repository.add(row)
    _note(work, row, "rules.uploaded", by=by, detail=sha256[:16])
    return row


def _read(data: bytes, name: str) -> tuple[str, RuleSet]:
    if len(data) > BYTES_LIMIT:
        raise Refused("rules.too_large", "ファイルが大きすぎます(200KBまで)。", status=413)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RulesUnfit([Problem(name, data.count(b"\n", 0, error.start) + 1, "", "not UTF-8")]) from None
    if problems := problems_of(text, name=name):
        raise RulesUnfit(problems)
    return text, load(text, name=name)


def read(work: UnitOfWork, municipality: str, wanted: str) -> RuleFile:
    """One file. `NotFound` also for another municipality's."""
    found = RuleRepository(work.session, municipality).file(wanted)
    if found is None:
        raise NotFound("rules.unknown", "この決まりのファイルは見つかりません。")
    return found


def files(work: UnitOfWork, municipality: str) -> list[RuleFile]:
    return RuleRepository(work.session, municipality).files()


def activate(work: UnitOfWork, municipality: str, file: RuleFile, *, day: date, by: str) -> RuleActivation:
    """Let a file hold from a day on. Where today's rules ask for a second person it waits for one."""
    _fit(file, day, today=service.today(work.now))
    repository = RuleRepository(work.session, municipality)
    same = [row for row in repository.activations() if (row.file_id, row.valid_from) == (file.id, day)]
    if same and same[0].withdrawn_at is None:
        return same[0]
    row = RuleActivation(
        municipality_id=municipality, id=work.new_id(ActivationId), file_id=file.id, valid_from=day, asked_by=by,
        asked_at=work.now,
    )  # fmt: skip
    if not two_people(work, municipality):
        row.confirmed_by, row.confirmed_at = by, work.now
    repository.add(row)
    done = "rules.activated" if row.confirmed_at else "rules.asked"
    _note(work, file, done, by=by, detail=f"from {day.isoformat()}")
    return row


def _fit(file: RuleFile, day: date, *, today: date) -> None:
    if file.example:
        raise Refused(
            "rules.example",
            "「例」と書かれたファイルです。決めたものなら example = false にして送り直してください。",
            status=422,
        )
    if day < today:
        raise Refused("rules.day_past", "過ぎた日からは有効にできません。", status=422)
    if day < file.effective_from or (file.effective_until is not None and day > file.effective_until):
        raise Refused("rules.day_outside", "ファイルに書かれた有効期間の外の日です。", status=422)


def two_people(work: UnitOfWork, municipality: str) -> bool:
    """Whether another rule set needs a second person now."""
    held = service.in_force(work, municipality, service.today(work.now))
    return SecondPerson.RULES in held.rules.office.second_person


def confirm(work: UnitOfWork, municipality: str, activation: str, *, by: str) -> RuleActivation:
    """The second person agrees. Twice changes nothing."""
    row, file = _open(work, municipality, activation)
    if row.confirmed_at is not None:
        return row
    if row.asked_by == by:
        raise Refused("rules.same_person", "有効化を求めた人とは別の人が確認してください。", status=409)
    _fit(file, row.valid_from, today=service.today(work.now))
    row.confirmed_by, row.confirmed_at = by, work.now
    _note(work, file, "rules.activated", by=by, detail=f"from {row.valid_from.isoformat()}")
    return row


def withdraw(work: UnitOfWork, municipality: str, activation: str, *, by: str) -> RuleActivation:
    """Take back what has not begun. What holds already is followed by another set, never undone."""
    row, file = _open(work, municipality, activation)
    if row.confirmed_at is not None and row.valid_from <= service.today(work.now):
        raise Refused(
            "rules.begun",
            "すでに始まっています。前の決まりに戻すには、そのファイルをもう一度有効にしてください。",
            status=409,
        )
    row.withdrawn_by, row.withdrawn_at = by, work.now
    _note(work, file, "rules.withdrawn", by=by, detail=f"from {row.valid_from.isoformat()}")
    return row


def _open(work: UnitOfWork, municipality: str, activation: str) -> tuple[RuleActivation, RuleFile]:
    row = RuleRepository(work.session, municipality).activation(activation, lock=True)
    if row is None:
        raise NotFound("rules.unknown", "この決まりのファイルは見つかりません。")
    if row.withdrawn_at is not None:
        raise Refused("rules.withdrawn", "すでに取り下げられています。", status=409)
    return row, read(work, municipality, row.file_id)


def lines(work: UnitOfWork, municipality: str) -> list[Line]:
    """Every activation, the latest day first."""
    repository, today = RuleRepository(work.session, municipality), service.today(work.now)
    known = {file.id: file for file in repository.files()}
    holds = service.in_force(work, municipality, today).activation
    return [Line(row, known[row.file_id], _standing(row, holds, today)) for row in repository.activations()]


def _standing(row: RuleActivation, holds: str | None, today: date) -> Standing:
    if row.withdrawn_at is not None:
        return Standing.WITHDRAWN
    if row.confirmed_at is None:
        return Standing.PENDING
    if row.id == holds:
        return Standing.IN_FORCE
    return Standing.PLANNED if row.valid_from > today else Standing.OVER


def _note(work: UnitOfWork, file: RuleFile, action: str, *, by: str, detail: str) -> None:
    audit.write(
        work, municipality=file.municipality_id, actor=by, action=action, subject=f"rules:{file.id}", detail=detail
    )
