"""Stores that fail: full disks, databases that are locked or gone, a blob folder that takes nothing."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.people import Applicant
from tests.faults.run import Run
from tests.faults.world import until

_DISK = 14 * 1024 * 1024
_UNLIMITED = resource.RLIM_INFINITY
_LONG_ONCE_IN = 17


def kiosk_disk_full(run: Run) -> None:
    """The kiosk's disk (a tmpfs of 14 MiB) is filled by somebody else while the line is away, then while it is back."""
    world = run.world
    _move_to_small_disk(run)
    world.line.down = True
    filler = world.kiosk.data.parent / "somebody-elses"
    _fill(filler, leave=run.chance.randrange(400_000))
    waiting = None
    for _ in range(40):
        waiting = run.person()
        said = run.serve(person=waiting)
        if said is None or "error" in said:
            break
    full = said is not None and said.get("error") == "outbox.disk_full"
    run.must(full, f"a full disk says so, not {said}")
    _fill(filler, leave=0)
    world.line.good()
    run.must(until(lambda: _all_sent(run), seconds=60), "what is on a full disk leaves it")
    filler.unlink()
    if full and waiting:
        _again(run, waiting)


def kiosk_file_limit(run: Run) -> None:
    """Files of the kiosk may grow no further (RLIMIT_FSIZE on the running process)."""
    world, child = run.world, run.world.kiosk.child
    assert child is not None
    world.line.down = True
    run.serve()
    waiting = run.person()
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (run.chance.randrange(4_096, 60_000), _UNLIMITED))
    said = run.serve(person=waiting)
    run.must(said is not None and str(said.get("error")).startswith("outbox.disk"), f"refused and said, not {said}")
    resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (_UNLIMITED, _UNLIMITED))
    _again(run, waiting)


def office_disk_full(run: Run) -> None:
    """Files of the office may grow no further (RLIMIT_FSIZE on the running process)."""
    office = run.world.office
    assert office is not None
    limit = run.chance.choice((0, 4_096, run.chance.randrange(20_000), run.chance.randrange(400_000)))
    resource.prlimit(office.pid, resource.RLIMIT_FSIZE, (limit, _UNLIMITED))
    run.serve_some()
    until(lambda: bool(_problems(run)), seconds=0.4)
    run.show()
    resource.prlimit(office.pid, resource.RLIMIT_FSIZE, (_UNLIMITED, _UNLIMITED))


def office_database_locked(run: Run) -> None:
    """Another program holds the office's SQLite file; now and then longer than the office waits (10 s)."""
    file = run.world.office_folder / "office.db"
    long = run.number % _LONG_ONCE_IN == _LONG_ONCE_IN - 1
    holder = sqlite3.connect(file, isolation_level=None, timeout=20)
    try:
        holder.execute("BEGIN EXCLUSIVE")
        run.serve_some()
        if long:
            run.must(until(lambda: "office.unavailable" in _problems(run), seconds=60), "the office says it is away")
        else:
            time.sleep(run.chance.uniform(0.05, 0.4))
        run.show()
        holder.execute("ROLLBACK")
    finally:
        holder.close()


def office_database_stopped(run: Run) -> None:
    """PostgreSQL is stopped (immediate: as a crash), started again after a while."""
    server = run.world.server
    killer = run.later(server.stop, most=0.15)
    run.serve_some(4)
    killer.join()
    run.serve()
    time.sleep(run.chance.uniform(0.0, 0.2))
    run.show()
    server.start()


def blobs_refuse(run: Run) -> None:
    """The folder of sealed packets takes nothing: mounted read-only, or a file in its place."""
    packets = run.world.office_folder / "blobs" / "packets"
    packets.mkdir(parents=True, exist_ok=True, mode=0o700)
    how = _read_only if os.getuid() == 0 and run.number % 2 else _replaced_by_file
    with how(packets):
        run.serve_some()
        run.must(until(lambda: "office.unavailable" in _problems(run), seconds=30), "the office says it cannot store")
        run.show()


@contextmanager
def _read_only(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def _replaced_by_file(folder: Path) -> Iterator[None]:
    away = folder.with_name("away")
    folder.rename(away)
    folder.touch()
    try:
        yield
    finally:
        folder.unlink()
        away.rename(folder)


def _problems(run: Run) -> list[str]:
    return list(run.world.kiosk.ask("look")["problems"])


def _all_sent(run: Run) -> bool:
    seen = run.world.kiosk.ask("look")
    return bool(seen["captured"] == seen["erased"])


def _again(run: Run, person: Applicant) -> None:
    """The person is still at the counter and presses 確定 once more, or begins where not even that was possible."""
    said = run.world.kiosk.ask("seal")
    if said.get("error") == "desk.nobody_here":
        said = run.world.kiosk.take(person)
    run.must("slip" in said, f"kept once there is room, not {said}")
    run.heard(said, person)


def _move_to_small_disk(run: Run) -> None:
    """Once a world."""
    world, disk = run.world, run.world.folder / "disk"
    if world.kiosk.data.parent == disk:
        return
    world.kill_kiosk()
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={_DISK},mode=700", "tmpfs", disk], check=True)
    world.at_end(lambda: subprocess.run(["umount", "--lazy", disk], check=True))
    shutil.copytree(world.kiosk.data, disk / "kiosk")
    shutil.rmtree(world.kiosk.data)
    world.kiosk.data = disk / "kiosk"
    world.start_kiosk()
    run.ready()


def _fill(file: Path, *, leave: int) -> None:
    """Take all room but `leave` bytes."""
    with file.open("ab") as sink:
        room = os.statvfs(file.parent)
        free = max(0, room.f_bavail * room.f_frsize - leave)
        if free:
            os.posix_fallocate(sink.fileno(), os.fstat(sink.fileno()).st_size, free)
