"""PostgreSQL for the tests: Debian's server programs in a temporary directory, on a socket, never a system service."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

PORT = 54329  # names the socket file in our own folder; no TCP is listened on
_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def programs() -> Path | None:
    """The folder with initdb and postgres, newest version first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]), reverse=True)
    return found[0].parent if found else None


def unusable() -> str | None:
    """Why PostgreSQL cannot be started here, or None."""
    if programs() is None:
        return "PostgreSQL's server programs are not installed (apt install postgresql)"
    if os.getuid() == 0 and _account() is None:
        return "running as root without an account to run PostgreSQL under"
    return None


def _account() -> str | None:
    """initdb refuses root: Debian's package brings `postgres`."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """Start a server; yields a database URL with `{name}` open. `durable`: commits reach the disk, for benchmarks."""
    home = Path(tempfile.mkdtemp(prefix="demado-pg-"))
    account = _account() if os.getuid() == 0 else None
    found = programs()
    assert found is not None
    pg_ctl = [found / "pg_ctl", "-D", home / "data", "-l", home / "log", "-w", "-t", "60"]
    options = f"-c listen_addresses='' -c max_connections=200 -k {home} -p {PORT} {'' if durable else _FAST}"
    try:
        if account:
            shutil.chown(home, account)
        initdb = [found / "initdb", "-D", home / "data", "-U", "demado", "-A", "trust", "-E", "UTF8", "--locale=C"]
        _run([*initdb, "-N"], account)
        _run([*pg_ctl, "-o", options, "start"], account)
        try:
            yield f"postgresql+psycopg://demado@/{{name}}?host={home}&port={PORT}"
        finally:
            _run([*pg_ctl, "-m", "immediate", "stop"], account)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def execute(url: str, statement: str) -> None:
    """Run one statement outside a transaction in the maintenance database."""
    plain = url.format(name="postgres").replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


def _run(command: list[str | Path], account: str | None) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}
    done = subprocess.run(command, user=account, cwd="/", env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name}: {done.stderr or done.stdout}")
