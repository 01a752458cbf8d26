"""Clocks that jump, disks that were cloned, requests sent again by somebody else, sticks pulled out too early."""

from __future__ import annotations

import json
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from backoffice.database import Database
from backoffice.intake import balance, forks, service, usb
from backoffice.kit.errors import Refused
from backoffice.kit.unit_of_work import transaction, utc_now
from backoffice.parts import make_intake
from backoffice.settings import Settings
from schemas.stamp import Stamp
from tests.factories import FUKUSHIMA
from tests.faults.books import stubs_of
from tests.faults.run import Run
from tests.faults.world import Kiosk, World, nothing_on_its_way, until

_YEAR = 365 * 86_400.0
_JUMPS = (_YEAR, -_YEAR, 3600.0, -3600.0, 0.5, -1.0, 86_400.0 * 20_000 * -1, 30.0)
_BLOCK = 512
_SLACK = timedelta(milliseconds=5)  # stamps are rounded to milliseconds


def clock_jumps(run: Run) -> None:
    """The wall clock jumps by a year, to 1970 (dead battery), by an hour (DST), by leap seconds, at any time."""
    kiosk, truth = run.world.kiosk, {}
    for _ in range(run.chance.randint(2, 4)):
        jump = run.chance.choice(_JUMPS)
        if jump < -10 * _YEAR:
            jump = -time.time() + 86_400.0
        today = kiosk.ask("clock", wrong_by=jump)["today"]
        person = run.person()
        before = datetime.now(UTC)
        run.must(today in _days(before), f"the day stays right: {today}")
        run.serve(person=person)
        truth[person.form] = (before, datetime.now(UTC))
    if run.chance.random() < 0.3:
        run.world.kill_kiosk()
        run.world.start_kiosk()
    run.show()
    if run.world.kiosk.child and run.chance.random() < 0.7:
        kiosk.ask("clock", wrong_by=0.0)
    run.world.settle()
    for case in run.world.book.cases(run.world.device):
        if case.form in truth:
            told = Stamp.model_validate(json.loads(case.record)["confirmed"])
            run.must(_lies_between(told, *truth[case.form]), f"{case.slip}: {told} is not {truth[case.form]}")


def _lies_between(told: Stamp, before: datetime, after: datetime) -> bool:
    """Give or take what the stamp itself says of its uncertainty. None: no signed time was ever heard."""
    if told.uncertainty_ms is None:
        return False
    slack = timedelta(milliseconds=told.uncertainty_ms) + _SLACK
    return before - slack <= told.corrected() <= after + slack


def _days(now: datetime) -> set[str]:
    japan = now + timedelta(hours=9)
    return {japan.date().isoformat(), (japan - timedelta(minutes=1)).date().isoformat()}


def device_cloned(run: Run) -> None:
    """A kiosk's disk was copied: two machines with one identity serve people, in either order. The office names the
    fork, a person there accepts what was refused, and the machine's next try leaves nothing in quarantine."""
    world = run.world
    run.serve_some(1)
    world.settle()
    world.kill_kiosk()
    copy = Kiosk(world.folder / "clone", world.folder / "clone" / "kiosk", inherited=len(stubs_of(world.kiosk.data)))
    copy.folder.mkdir()
    shutil.copytree(world.kiosk.data, copy.data)
    run.clones.append(copy)
    world.clones.append(copy)
    world.line.down = True
    world.start_kiosk()
    world.start_kiosk(copy)
    for kiosk in (world.kiosk, copy):
        for _ in range(run.chance.randint(1, 3)):
            run.serve(kiosk)
    first, second = run.chance.sample([world.kiosk, copy], 2)
    world.kill_kiosk(second)
    world.line.good()
    run.must(until(lambda: nothing_on_its_way(first), seconds=60), "the first one's packets arrive")
    world.start_kiosk(second)
    run.must(until(lambda: nothing_on_its_way(second), seconds=60), "the second one's are decided on")
    seen = [kiosk.ask("look") for kiosk in (first, second)]
    run.must(seen[0]["refused"] == 0, f"the first one is not refused: {seen[0]}")
    run.must(seen[1]["refused"] > 0, f"the fork is noticed: {seen[1]}")
    run.message = ""
    run.show(second)
    run.message += f"（{'、'.join(seen[1]['problems'])}）"
    _accept_the_fork(run, refused=seen[1]["refused"])
    second.ask("retry")
    taken = until(lambda: second.ask("look")["erased"] == second.ask("look")["captured"], seconds=60)
    run.must(taken, f"what the office accepted is signed for and erased: {second.ask('look')}")


def _accept_the_fork(run: Run, *, refused: int) -> None:
    desk = Desk(run.world)
    try:
        numbers = desk.accept_forks()
        run.must(len(numbers) == refused, f"{refused} were refused, {len(numbers)} can be accepted")
        run.must(set(numbers) <= set(desk.forks(run.world.device)), f"the fork is named after that: {numbers}")
    finally:
        desk.close()


def replayed(run: Run) -> None:
    """Somebody kept old requests and sends them to the office again, once and after a restart of the office."""
    world = run.world
    run.serve_some()
    world.settle()
    kept = list(world.line.requests)
    before = _figures(world)
    for _ in range(3):
        status = world.line.send_again(run.chance.choice(kept))
        run.must(400 <= status < 500, f"an old request is refused, not {status}")
    if run.number % 5 == 0:
        world.kill_office()
        world.start_office()
        status = world.line.send_again(run.chance.choice(kept))
        run.must(400 <= status < 500, f"an old request is refused after a restart, not {status}")
    run.must(_figures(world) == before, "nothing changes by an old request")
    run.show()


def _figures(world: World) -> tuple[int, int]:
    return len(world.book.received(world.device)), len(world.book.cases(world.device))


def stick_cut(run: Run) -> None:
    """A USB file ends at each of its blocks: refused whole; the whole one is taken, again and again, and answered."""
    world = run.world
    world.line.down = True
    people = [run.person() for _ in range(run.chance.randint(1, 3))]
    for person in people:
        run.serve(person=person)
    stick = world.folder / f"stick-{run.number}"
    stick.mkdir()
    said = world.kiosk.ask("export", folder=str(stick))
    run.must(said.get("packets", 0) >= len(people), f"everything is on the stick: {said}")
    desk = Desk(world)
    try:
        _try_every_block(run, desk, Path(said["files"][0]))
        receipts = desk.take_in(Path(said["files"][0]))
        if run.chance.random() < 0.5:
            receipts = desk.take_in(Path(said["files"][0]))  # any number of times
        run.show()
        _bring_back(run, receipts)
    finally:
        desk.close()
    if run.chance.random() < 0.3:
        world.line.good()
        run.serve()


def _try_every_block(run: Run, desk: Desk, whole: Path) -> None:
    data, before = whole.read_bytes(), _figures(run.world)
    part = whole.with_name("part.demado-usb")
    end = len(data) - 2 * _BLOCK  # POSIX: two blocks of zeros end a tar, more may follow
    blocks = range(0, _last_block(data, end), _BLOCK)
    for size in blocks if run.thorough else run.chance.sample(list(blocks), min(12, len(blocks))):
        part.write_bytes(data[:size])
        try:
            desk.take_in(part)
            run.must(False, f"cut after {size} of {len(data)} bytes and taken")
        except Refused as refusal:
            run.must(refusal.code.startswith("usb."), refusal.code)
            if "番号" in refusal.title and not run.message:
                run.message = f"{refusal.title}（{refusal.code}）"
    part.unlink()
    run.must(_figures(run.world) == before, "nothing of a cut file is taken")


def _last_block(data: bytes, end: int) -> int:
    """Where the last packet's bytes end: only zeros follow."""
    while end > _BLOCK and not data[end - _BLOCK : end].strip(b"\x00"):
        end -= _BLOCK
    return end


def _bring_back(run: Run, receipts: Path) -> None:
    kiosk, data = run.world.kiosk, receipts.read_bytes()
    half = receipts.with_name("half.receipts.json")
    half.write_bytes(data[: run.chance.randrange(len(data) - 2)])
    said = kiosk.ask("receipts", file=str(half))
    run.must("error" in said, f"half a receipts file is refused, not {said}")
    said = kiosk.ask("receipts", file=str(receipts))
    run.must(said.get("received", 0) >= 1 and not said.get("refused"), f"the receipts are taken: {said}")
    run.must(nothing_on_its_way(kiosk), "what was signed for is erased")


class Desk:
    """The office's desk: `demado-backoffice import`, `quarantine accept` and `balance` in this process."""

    def __init__(self, world: World) -> None:
        settings = Settings.load(data_dir=world.office_folder, database_url=world.database_url, scrypt_cost=2**14)
        self._database = Database.connect(world.database_url)
        self._intake: Any = make_intake(settings)

    def take_in(self, file: Path) -> Path:
        """The receipts file. `Refused` when the file is not whole."""
        return usb.import_file(file, database=self._database, intake=self._intake, now=utc_now).receipts

    def accept_forks(self) -> list[int]:
        """Accept everything in quarantine that came under a number already taken; the numbers."""
        with transaction(self._database, now=utc_now) as work:
            waiting = [kept for kept in service.quarantined(work, FUKUSHIMA) if kept.forked]
        for kept in waiting:
            with transaction(self._database, now=utc_now) as work:
                forks.accept(work, self._intake, FUKUSHIMA, kept.packet, actor="desk", reason="端末が複製されていた")
        return [kept.sequence for kept in waiting if kept.sequence]

    def forks(self, device: str) -> tuple[int, ...]:
        with transaction(self._database, now=utc_now) as work:
            return next(
                found.chain.forks for found in balance.of_municipality(work, FUKUSHIMA) if found.device.id == device
            )

    def close(self) -> None:
        self._database.close()
