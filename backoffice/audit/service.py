"""The audit log: append-only, each entry holds the hash of the one before it (per municipality).

An entry's hash is SHA-256 over its fields and the previous hash in canonical JSON. A changed, removed or inserted
entry breaks the chain at its place; entries cut off the end show against the head. Noting the printed head outside
the database makes a rewritten chain visible too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from backoffice.audit.models import AuditEntry
from backoffice.audit.repository import GENESIS, AuditRepository, AuditSort, Search
from backoffice.database import Database
from backoffice.kit.unit_of_work import UnitOfWork, transaction
from schemas.canonical import sha256_hex

__all__ = ["AuditSort", "Search", "Verification", "actions", "everything", "search", "verify", "write"]

SYSTEM = "system"
_AT_ONCE: Final = 1_000


def write(work: UnitOfWork, *, municipality: str, actor: str, action: str, subject: str, detail: str = "") -> None:
    """Append an entry in the caller's transaction. `actor`: staff or device id, or `system`; `action`: dotted verb;
    `subject`: `noun:id`. Names, form ids and free text do not belong in `detail`."""
    repository = AuditRepository(work.session, municipality)
    head = repository.locked_head()
    entry = AuditEntry(
        municipality_id=municipality, sequence=head.sequence + 1, at=work.now, actor=actor, action=action,
        subject=subject, detail=detail[:500], previous=head.hash, hash="",
    )  # fmt: skip
    entry.hash = hash_of(entry)
    repository.add(entry)
    head.sequence, head.hash = entry.sequence, entry.hash
    work.session.flush()


def hash_of(entry: AuditEntry) -> str:
    """The hash an entry must carry. Moments count in whole microseconds UTC, as both databases keep them."""
    fields = {
        "municipality": entry.municipality_id, "sequence": entry.sequence, "at": entry.at.astimezone(UTC).isoformat(),
        "actor": entry.actor, "action": entry.action, "subject": entry.subject, "detail": entry.detail,
        "previous": entry.previous,
    }  # fmt: skip
    return sha256_hex(json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())


@dataclass(frozen=True)
class Verification:
    """What checking the chain found. `broken_at`: sequence of the first entry that does not fit."""

    entries: int
    head: str
    broken_at: int | None = None

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def verify(work: UnitOfWork, municipality: str) -> Verification:
    """Walk the whole chain of a municipality."""
    repository = AuditRepository(work.session, municipality)
    expected, previous = 1, GENESIS
    for entry in repository.chain():
        if entry.sequence != expected or entry.previous != previous or entry.hash != hash_of(entry):
            return Verification(entries=expected - 1, head=previous, broken_at=expected)
        expected, previous = expected + 1, entry.hash
    head = repository.head()
    if (head.sequence, head.hash) != (expected - 1, previous) if head else expected > 1:
        return Verification(entries=expected - 1, head=previous, broken_at=expected)
    return Verification(entries=expected - 1, head=previous)


def search(work: UnitOfWork, municipality: str, wanted: Search, *, limit: int = 50) -> list[AuditEntry]:
    """Entries that match, newest first."""
    return AuditRepository(work.session, municipality).search(wanted, limit=limit)


def everything(database: Database, municipality: str, wanted: Search) -> Iterator[AuditEntry]:
    """All entries that match, in portions, each read in a short transaction of its own: memory stays flat."""
    while True:
        with transaction(database) as work:
            found = search(work, municipality, wanted, limit=_AT_ONCE)
        yield from found
        if len(found) < _AT_ONCE:
            return
        wanted = wanted.after(found[-1])


def actions(work: UnitOfWork, municipality: str) -> list[str]:
    return AuditRepository(work.session, municipality).actions()
