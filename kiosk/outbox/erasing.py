"""Erasing what the office has signed for, so that neither file, write-ahead log nor free pages keep the ciphertext.

`secure_delete` overwrites the pages, an empty table gives them back, and the log is truncated; only then the state says
erased. A power cut in between leaves `received`, and the next call finishes.
"""

from __future__ import annotations

import sqlite3

from kiosk.outbox.database import give_back_free_pages, transaction, truncate_wal

_ERASE_BYTES = 1024 * 1024


def erase_received(connection: sqlite3.Connection) -> int:
    """In portions, because until the WAL is truncated an erased page needs room a second time."""
    erased = 0
    while portion := _erasable(connection):
        marks = ", ".join("?" * len(portion))
        with transaction(connection):
            connection.execute(f"DELETE FROM frames WHERE sequence IN ({marks})", portion)  # noqa: S608
        if not connection.execute("SELECT EXISTS (SELECT 1 FROM frames)").fetchone()[0]:
            give_back_free_pages(connection)
        if not truncate_wal(connection):
            return erased
        erase = f"UPDATE packets SET state = 'erased' WHERE sequence IN ({marks})"  # noqa: S608
        erased += connection.execute(erase, portion).rowcount
    return erased


def _erasable(connection: sqlite3.Connection) -> tuple[int, ...]:
    """The next received packets, together about `_ERASE_BYTES`; at least one while there are any."""
    rows = connection.execute(
        "SELECT sequence, coalesce(length(frame), 0) FROM packets LEFT JOIN frames USING (sequence) "
        "WHERE state <> 'erased' AND state = 'received' ORDER BY sequence LIMIT 100"
    )
    portion: list[int] = []
    size = 0
    for sequence, length in rows:
        if portion and size + length > _ERASE_BYTES:
            break
        portion.append(int(sequence))
        size += length
    return tuple(portion)
