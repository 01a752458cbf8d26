"""A crowded PostgreSQL office, made by the server itself in seconds: years of cases, packets, history and audit of
several municipalities, a full roster, hundreds of visits. Foreign keys are not checked while it is made; they hold.

The sealed record is real in one case of twenty: PostgreSQL keeps it out of line, so lists never meet it, and six
gigabytes of the same text say nothing more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import psycopg

from backoffice.database import Database
from schemas.ids import MunicipalityCode, Uuid7
from tests.factories import FUKUSHIMA, KORIYAMA, intake_record, jpeg_photo

SHARES: Final = {FUKUSHIMA: 0.6, KORIYAMA: 0.25, MunicipalityCode("131016"): 0.15}
FILLED: Final = ("case", "case_event", "audit_entry", "packet", "member", "booking", "slot")
_NAME: Final = re.compile(r"(?<![:\w]):([a-z]+)\b")
_BARE_INDEXES: Final = """
SELECT indexname, indexdef FROM pg_indexes LEFT JOIN pg_constraint ON conname = indexname
WHERE schemaname = 'public' AND tablename = ANY(%s) AND conname IS NULL
"""


@dataclass(frozen=True)
class Crowd:
    """How many there are. Cases, packets and audit entries are of all municipalities together, the rest of each.

    `seconds`: between two cases of one municipality.
    """

    cases: int
    members: int = 100_000
    visits: int = 400
    devices: int = 60
    staff: int = 40
    seconds: int = 40

    def fill(self, database: Database, now: datetime) -> None:
        """Put everything into a migrated, empty database and let PostgreSQL count it."""
        address = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(address, autocommit=True) as server:
            with server.transaction():
                server.execute("SET LOCAL session_replication_role = replica")
                server.execute('ALTER TABLE "case" ALTER record SET COMPRESSION lz4')
                again = _drop_indexes(server)
                for municipality, share in SHARES.items():
                    for statement in self._statements(municipality, share, now):
                        server.execute(statement.encode())
                for definition in again:
                    server.execute(definition.encode())
            server.execute("VACUUM ANALYZE")

    def _statements(self, municipality: MunicipalityCode, share: float, now: datetime) -> list[str]:
        """crowd.sql with everything put in as literals: the server then knows their types."""
        record = intake_record(photo=jpeg_photo()).canonical().decode().replace("'", "''")
        values = {
            "municipality": f"'{municipality}'", "now": f"timestamptz '{now.isoformat()}'", "record": f"'{record}'",
            "cases": int(self.cases * share), "members": self.members, "visits": self.visits, "devices": self.devices,
            "staff": self.staff, "seconds": self.seconds,
        }  # fmt: skip
        lines = Path(__file__).with_suffix(".sql").read_text("utf-8").splitlines()
        parts = "\n".join(line for line in lines if not line.startswith("--")).split(";")
        return [_NAME.sub(lambda name: str(values[name[1]]), part) for part in parts if part.strip()]


def _drop_indexes(server: psycopg.Connection) -> list[str]:
    """Those that belong to no constraint: made at the end, they cost a third. Returns what makes them again."""
    found = server.execute(_BARE_INDEXES, [list(FILLED)]).fetchall()
    for name, _definition in found:
        server.execute(f'DROP INDEX "{name}"'.encode())
    return [definition for _name, definition in found]


def crowd_id(kind: str, number: int) -> Uuid7:
    """The id crowd.sql gives, e.g. `crowd_id("case", 3)`; kinds: staff, org, visit, case."""
    return Uuid7(f"{number:08x}-0000-7000-8000-{kind.encode().hex()[:12].ljust(12, '0')}")
