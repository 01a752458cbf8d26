"""One SQLite connection on one thread: WAL, `synchronous=FULL`, `secure_delete`, incremental vacuum.

SQLite before 3.51.3 can corrupt a WAL that two connections reset at once; with one connection, owned by one thread,
that cannot happen, and every other thread simply waits its turn. The folder lock keeps other processes out; they may
open read-only, and a reader neither writes nor resets.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from kiosk.errors import KioskError, OutboxFault, OutboxFull
from kiosk.outbox.files import FILE_MODE, sync_folder

_Result = TypeVar("_Result")
_PRAGMAS = (
    "synchronous = FULL",
    "secure_delete = ON",
    "foreign_keys = ON",
    "temp_store = MEMORY",
    "busy_timeout = 100",
)
# Less than the ballast (4 MiB): even on a full disk what is in the WAL finds room in the file once that is thrown off.
_TIDY_BYTES = 1024 * 1024
_PAGE = 16_384  # bytes; a 300 KB frame commits some 15 % faster than with 4,096
# Primary result codes (sqlite.org/rescode.html): what they mean at a counter.
_FAULTS = {
    sqlite3.SQLITE_IOERR: ("outbox.disk", "the disk failed"),
    sqlite3.SQLITE_CORRUPT: ("outbox.corrupt", "the outbox file is damaged"),
    sqlite3.SQLITE_NOTADB: ("outbox.corrupt", "the outbox file is damaged"),
    sqlite3.SQLITE_READONLY: ("outbox.read_only", "the outbox file cannot be written"),
    sqlite3.SQLITE_CANTOPEN: ("outbox.folder", "the outbox file cannot be opened"),
    sqlite3.SQLITE_BUSY: ("outbox.busy", "another program holds the outbox file"),
}


class Database:
    """`run` executes on the owning thread and returns, or raises, in the caller's."""

    def __init__(self, path: Path, schema: str, *, readonly: bool = False) -> None:
        self._closed = self._clogged = False
        self._untidy = 0
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outbox")
        try:
            self._connection = self._on_thread(lambda: _open_readonly(path) if readonly else _open(path, schema))
        except KioskError:
            self._thread.shutdown()
            raise

    def run(self, act: Callable[[sqlite3.Connection], _Result]) -> _Result:
        """Raises `OutboxFull` or `OutboxFault` for what disk and database do; an open transaction is rolled back."""
        return self._on_thread(lambda: act(self._connection))

    def write(
        self, act: Callable[[sqlite3.Connection], _Result], *, meanwhile: Callable[[], None] = lambda: None
    ) -> _Result:
        """`run` in one transaction, durable when this returns. `meanwhile` runs on the caller's thread, which has
        nothing else to do; when it raises, nothing is committed."""
        done = Future[None]()

        def in_transaction() -> _Result:
            with transaction(self._connection):
                answer = act(self._connection)
                done.result()
                return answer

        begun = self._begin(in_transaction)
        try:
            meanwhile()
            done.set_result(None)
        finally:
            done.cancel()  # without effect once it is done
        return _end(begun)

    def tidy_soon(self, written: int) -> None:
        """Copy the WAL into the file after the caller has gone on, so that no commit has to wait for it – once about
        `_TIDY_BYTES` have been written, because a WAL begun anew costs the next commit a second fsync."""
        self._untidy += written
        if self._untidy >= _TIDY_BYTES:
            with suppress(RuntimeError):  # closing, which copies too
                self._thread.submit(self._tidy)

    def require_tidy(self) -> None:
        """Raises `OutboxFull` when the WAL could not be copied: then it holds one packet more than the disk has room
        for twice, and the next one must not join it."""
        if self._clogged:
            self.run(lambda connection: connection.execute("PRAGMA wal_checkpoint(PASSIVE)"))
            self._clogged = False

    def _tidy(self) -> None:
        try:
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            self._untidy = 0
        except sqlite3.Error:
            self._clogged = True

    def close(self) -> None:
        """Closing the last connection checkpoints and removes the WAL. Closing twice is harmless."""
        if not self._closed:
            self._closed = True
            self._on_thread(self._connection.close)
            self._thread.shutdown()

    def _on_thread(self, act: Callable[[], _Result]) -> _Result:
        return _end(self._begin(act))

    def _begin(self, act: Callable[[], _Result]) -> Future[_Result]:
        try:
            return self._thread.submit(act)
        except RuntimeError as error:  # after shutdown
            raise OutboxFault("outbox.closed", "the outbox is closed") from error


def _end(begun: Future[_Result]) -> _Result:
    try:
        return begun.result()
    except sqlite3.Error as error:
        raise _fault(error) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def truncate_wal(connection: sqlite3.Connection) -> bool:
    """Copy the WAL into the file and cut it to zero; False while a reader keeps it from happening."""
    busy, _in_wal, _copied = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def give_back_free_pages(connection: sqlite3.Connection) -> None:
    """Each step of this statement gives back one page; `execute` would take only the first step."""
    connection.executescript("PRAGMA incremental_vacuum")


def _open(path: Path, schema: str) -> sqlite3.Connection:
    fresh = not path.exists()
    if fresh:
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, FILE_MODE))  # -wal and -shm take over these rights
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        _prepare(connection, schema)
    except sqlite3.Error:
        connection.close()
        raise
    if fresh:
        sync_folder(path.parent)
    return connection


def _prepare(connection: sqlite3.Connection, schema: str) -> None:
    connection.execute(f"PRAGMA page_size = {_PAGE}")
    connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
    connection.execute("PRAGMA journal_mode = WAL")
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    if not connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]:
        connection.executescript(f"BEGIN; {schema} COMMIT;")


def _open_readonly(path: Path) -> sqlite3.Connection:
    """On a disk that takes no writes a file without WAL cannot change, and must be called so (sqlite.org/wal.html,
    "Read-Only Databases"): no `-shm` can be made beside it."""
    still = not os.access(path.parent, os.W_OK) and not path.with_name(path.name + "-wal").exists()
    options = "mode=ro&immutable=1" if still else "mode=ro"
    return sqlite3.connect(f"{path.absolute().as_uri()}?{options}", uri=True, isolation_level=None)


def _fault(error: sqlite3.Error) -> KioskError:
    result = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if result == sqlite3.SQLITE_FULL:
        return OutboxFull("outbox.disk_full", "the disk is full")
    code, words = _FAULTS.get(result, ("outbox.database", "the outbox file cannot be used"))
    return OutboxFault(code, f"{words} ({getattr(error, 'sqlite_errorname', type(error).__name__)})")
