"""Tries faults: a world a fault (or a run), run after run, each compared; what came of it in one row a fault."""

from __future__ import annotations

import logging
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from kiosk.logs import write_logs
from tests.faults.balances import Balances, both_balances
from tests.faults.books import Shelves
from tests.faults.compare import Comparison, Findings, Ledger, shelves_of
from tests.faults.matrix import Fault
from tests.faults.nursery import Nursery
from tests.faults.run import Run
from tests.faults.server import PostgresServer
from tests.faults.template import Template, make_template
from tests.faults.world import Gone, Stuck, World

_TROUBLES = (Gone, Stuck, RuntimeError, TimeoutError, OSError, subprocess.CalledProcessError, AssertionError)

_MANY = 10


@dataclass
class Row:
    """One fault's line of the table. `replays`: how to repeat the runs that failed."""

    fault: Fault
    runs: int = 0
    missed: int = 0
    served: int = 0
    seconds: float = 0.0
    message: str = ""
    skipped: str = ""
    findings: Findings = field(default_factory=Findings)
    replays: list[str] = field(default_factory=list)
    balances: list[Balances] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Nobody got so far as a slip: then nothing was shown."""
        return self.runs >= _MANY and not self.served

    @property
    def clean(self) -> bool:
        return self.findings.clean and not self.empty and all(both.equal for both in self.balances)


@dataclass
class _Stage:
    """A world with its ledger and what was searched already."""

    world: World
    ledger: Ledger
    shelves: Shelves


class Runner:
    """`folder`: where worlds are made, each in a folder that is removed with it. `seed`: draws the accidents.
    `thorough`: each block of a stick, not some, and the tablet read for every fault."""

    def __init__(
        self,
        folder: Path,
        nursery: Nursery,
        *,
        seed: int,
        thorough: bool = True,
        tell: Callable[[str], None] = lambda _line: None,
        template: Template | None = None,
    ) -> None:
        write_logs(level=logging.CRITICAL)
        self._folder, self._nursery, self._seed = folder, nursery, seed
        self._thorough, self._tell = thorough, tell
        self._template = template or make_template(folder / "template")
        self._worlds = 0
        self._shared = ExitStack()
        self._stage: _Stage | None = None

    def close(self) -> None:
        """End the world that sociable faults share."""
        self._shared.close()
        self._stage = None

    def try_sociably(self, fault: Fault, numbers: Iterable[int]) -> Row:
        """The runs of these numbers in the world of the fault before, where that is possible."""
        if not fault.sociable:
            return self.try_fault(fault, numbers, balances=False)
        row = Row(fault)
        for number in numbers:
            self._stage = self._stage or self._open(self._shared, fault)
            self._run(fault, number, self._stage, row)
            if not row.clean:
                self.close()
        return row

    def try_fault(self, fault: Fault, numbers: Iterable[int], *, balances: bool = True) -> Row:
        """The runs of these numbers in a world of their own, and a fresh one after every finding."""
        row = Row(fault)
        if reason := fault.impossible():
            row.skipped = reason
            return row
        begun = time.monotonic()
        waiting = list(numbers)
        while waiting:
            try:
                waiting = self._in_a_world(fault, waiting, row, balances=balances)
            except _TROUBLES as trouble:  # the world could not be made, or its balance not be read
                row.findings.unmet.append(f"{type(trouble).__name__}: {trouble}")
                self._tell(f"{fault.name}: {row.findings}")
                break
        row.seconds = time.monotonic() - begun
        return row

    def _in_a_world(self, fault: Fault, numbers: list[int], row: Row, *, balances: bool) -> list[int]:
        """Returns the runs that need another world."""
        with ExitStack() as stack:
            stage = self._open(stack, fault)
            done, spoilt = 0, False
            while done < len(numbers) and not spoilt and not (fault.fresh and done):
                spoilt = not self._run(fault, numbers[done], stage, row)
                done += 1
            if balances and not spoilt and not (fault.fresh and row.balances):
                row.balances.append(both_balances(stage.world))
        return numbers[done:]

    def _open(self, stack: ExitStack, fault: Fault) -> _Stage:
        self._worlds += 1
        folder = self._folder / f"{fault.name}-{self._worlds}"
        folder.mkdir(parents=True)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        server = stack.enter_context(PostgresServer()) if fault.postgres else None
        url = server.url if server else None
        world = stack.enter_context(World(folder, self._nursery, self._template, database_url=url))
        world.server = server
        return _Stage(world, Ledger(), shelves_of(world))

    def _run(self, fault: Fault, number: int, stage: _Stage, row: Row) -> bool:
        """False when there was anything to find."""
        chance = Random(f"{self._seed}:{fault.name}:{number}")
        message = row.message if self._thorough else row.message or "–"
        run = Run(stage.world, stage.ledger, chance, number, message, thorough=self._thorough)
        before, found = len(stage.ledger.promised), Findings()
        try:
            fault.act(run)
            found += self._compared(run, stage)
        except _TROUBLES as trouble:
            found.lost.append(f"{type(trouble).__name__}: {trouble}")
        found += run.unmet
        row.runs += 1
        row.missed += not run.fired
        row.served += len(stage.ledger.promised) - before
        row.message = run.message
        row.findings += found
        if not run.fired:
            self._tell(f"{fault.name} {number}: never came to {run.point or 'pass'}")
        if not found.clean:
            row.replays.append(f"make faults SEED={self._seed} FAULT={fault.name} RUN={number}")
            self._tell(f"{row.replays[-1]}: {found}" + (f" at {run.point}" if run.point else ""))
        return found.clean

    def _compared(self, run: Run, stage: _Stage) -> Findings:
        """Everything works again; wait, compare."""
        stage.world.mend()
        if not run.message:
            run.show()
            run.message = f"復旧後 / afterwards: {run.message}"
        for clone in run.clones:
            if clone.child is None or not clone.child.running:
                stage.world.start_kiosk(clone)
        held = stage.world.kiosk.ask("look")["refused"] if run.clones else 0
        stage.world.settle(refused=held)
        return Comparison(stage.world, stage.ledger, stage.shelves, clones=run.clones).findings()
