"""A PostgreSQL server of one world, that can be stopped as by a crash and started again."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.backoffice import postgres


class PostgresServer:
    """Debian's programs in a temporary folder, on a socket. Commits reach the disk."""

    def __init__(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="demado-pg-"))
        self._account = _account()
        found = postgres.programs()
        assert found is not None
        self._programs = found
        self.url = f"postgresql+psycopg://demado@/office?host={self._home}&port={postgres.PORT}"

    def __enter__(self) -> Self:
        if self._account:
            shutil.chown(self._home, self._account)
        data = self._home / "data"
        self._do("initdb", "-D", str(data), "-U", "demado", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        self.start()
        maintenance = self.url.replace("/office?", "/{name}?")
        postgres.execute(maintenance, "CREATE DATABASE office")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def start(self) -> None:
        """Harmless when it runs."""
        if not self._running():
            options = f"-c listen_addresses='' -c max_connections=100 -k {self._home} -p {postgres.PORT}"
            self._ctl("-w", "-o", options, "start")

    def stop(self) -> None:
        """At once, as a crash: open transactions are lost, the log is replayed at the next start."""
        if self._running():
            self._ctl("-m", "immediate", "stop")

    def _running(self) -> bool:
        return (self._home / "data" / "postmaster.pid").exists()

    def _ctl(self, *arguments: str) -> None:
        self._do("pg_ctl", "-D", str(self._home / "data"), "-l", str(self._home / "log"), *arguments)

    def _do(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._programs / program, *arguments], user=self._account, cwd="/", stdin=subprocess.DEVNULL,
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"}, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{program} ended with {done.returncode}")


def _account() -> str | None:
    """initdb refuses root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None
