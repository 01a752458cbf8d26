"""After a fault: captured, received, opened and erased, record by record; and no trace of anybody in any file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from backoffice.kit.errors import OfficeError
from schemas.canonical import sha256_hex
from tests.faults.books import Case, Received, Shelves, Stub, holding, stubs_of
from tests.faults.people import Applicant, marks, photo_marks
from tests.faults.world import Kiosk, World

_SHORTLY = 3
_OPENED = ("office.db", "office.img", "office-after.img")  # the database, or the disk on which it lies


@dataclass
class Findings:
    """What must stay empty. `unmet`: anything else a fault's own scenario had promised."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    readable: list[str] = field(default_factory=list)
    unmet: list[str] = field(default_factory=list)

    def __iadd__(self, other: Findings) -> Findings:
        for name in ("lost", "doubled", "readable", "unmet"):
            getattr(self, name).extend(getattr(other, name))
        return self

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.readable or self.unmet)

    def __str__(self) -> str:
        parts = [(name, getattr(self, name)) for name in ("lost", "doubled", "readable", "unmet")]
        return "; ".join(f"{name}: {', '.join(found[:_SHORTLY])}" for name, found in parts if found)


@dataclass
class Ledger:
    """What happened at a world's counters. `promised`: slip → person, for those who were told that it was kept."""

    attempted: dict[str, Applicant] = field(default_factory=dict)
    promised: dict[str, Applicant] = field(default_factory=dict)
    compared: set[str] = field(default_factory=set)


class Comparison:
    """Both sides of one world, now."""

    def __init__(self, world: World, ledger: Ledger, shelves: Shelves, *, clones: Iterable[Kiosk] = ()) -> None:
        self._world, self._ledger, self._shelves = world, ledger, shelves
        self._kiosks = (world.kiosk, *clones)
        self._cloned = len(self._kiosks) > 1
        self._found = Findings()
        self._received = world.book.received(world.device)
        self._cases = world.book.cases(world.device)

    def findings(self) -> Findings:
        self._stubs()
        self._chain()
        self._opened()
        self._promises()
        self._doubles()
        self._readable()
        return self._found

    def _stubs(self) -> None:
        """Erased means: opened at the office and gone here. Refused means: lost to its person."""
        office = {packet.packet: packet for packet in self._received}
        captured: set[str] = set()
        for kiosk in self._kiosks:
            for stub in stubs_of(kiosk.data):
                captured.add(stub.packet)
                if fault := self._fault_of(stub, office.get(stub.packet)):
                    self._found.lost.append(f"packet {stub.sequence} {fault}")
        for stranger in office.keys() - captured:
            self._found.doubled.append(f"packet {office[stranger].sequence} was received and never captured")

    def _fault_of(self, stub: Stub, received: Received | None) -> str:
        if stub.state == "refused":
            return f"is refused ({stub.problem})"
        if stub.state != "erased":
            return f"is {stub.state} still"
        if stub.frame:
            return "is called erased and lies here"
        if received is None:
            return "was erased and never received"
        return "" if received.state == "opened" else f"is {received.state} at the office"

    def _chain(self) -> None:
        """1, 2, 3 …, each naming the one before; what was accepted beside the chain is looked at apart."""
        before: str | None = None
        chain = [packet for packet in self._received if not packet.fork]
        for expected, packet in enumerate(chain, start=1):
            if packet.sequence != expected:
                self._found.lost.append(f"gap before packet {packet.sequence}")
                return
            if packet.previous != before and not self._cloned:
                self._found.doubled.append(f"fork at packet {packet.sequence}")
            before = packet.packet

    def _opened(self) -> None:
        """Each opened case is what its person gave, its sealed bytes are there, unchanged."""
        blobs, vault = self._world.blobs(), self._world.vault()
        lying = {packet.packet: packet.blob for packet in self._received}
        for case in self._cases:
            if case.packet in self._ledger.compared:
                continue
            try:
                frame = blobs.get(lying[case.packet])
                photo = vault.get(case.photo) if case.photo else None
            except (OfficeError, KeyError) as error:
                self._found.lost.append(f"{case.slip}: {error!r}")
                continue
            if sha256_hex(frame) != case.packet:
                self._found.lost.append(f"{case.slip}: sealed bytes changed")
            if not self._is_what_was_given(case, photo):
                self._found.lost.append(f"{case.slip}: opened record differs from what was given")
            self._ledger.compared.add(case.packet)

    def _is_what_was_given(self, case: Case, photo: bytes | None) -> bool:
        return _same(self._ledger.attempted.get(case.form), case.record, photo)

    def _promises(self) -> None:
        """Whoever was told "kept", or carries a slip, has a case."""
        opened = {case.slip: case.form for case in self._cases}
        handed_out = set().union(*(kiosk.slips() for kiosk in self._kiosks)) | self._ledger.promised.keys()
        forms = {case.form for case in self._cases}
        for slip, person in self._ledger.promised.items():
            if person.form not in forms:
                self._found.lost.append(f"{slip}: promised and not there")
        if not self._cloned:  # two machines with one identity hand out the same numbers
            self._found.lost += [f"{slip}: printed and not there" for slip in handed_out - opened.keys()]

    def _doubles(self) -> None:
        for what, values in (
            ("case of record", (case.record_id for case in self._cases)),
            ("case of form", (case.form for case in self._cases)),
            ("packet of record", (packet.record for packet in self._received)),
            ("packet", (packet.packet for packet in self._received)),
        ):
            twice = [value for value, count in Counter(values).items() if count > 1]
            self._found.doubled += [f"{what} {value[:8]}…" for value in twice]

    def _readable(self) -> None:
        """The office's database holds opened cases: searched for photos only. The kiosk's folder: for names too."""
        changed = list(self._shelves.changed())
        rows = [path for path in changed if path.name.startswith(_OPENED)]
        self._found.readable += holding(rows, photo_marks())
        self._found.readable += holding((path for path in changed if path not in rows), marks())
        at_the_kiosk = (path for path in changed if path.is_relative_to(self._world.kiosk.data))
        self._found.readable += holding(at_the_kiosk, self._world.names)


def _same(person: Applicant | None, record: str, photo: bytes | None) -> bool:
    if person is None:
        return False
    told = json.loads(record)
    given = (told["form"]["form_id"], told["birth_date"], told["note"])
    return given == (person.form, person.birth, person.note) and photo == person.photo


def shelves_of(world: World) -> Shelves:
    """Every file either side writes: databases, WAL, blobs, logs, sticks."""
    return Shelves((world.folder,))
