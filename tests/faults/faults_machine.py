"""Machines that stop: SIGKILL at any instant, at every commit point, at every stage of a request."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.outbox.ram_key import ram_folder
from schemas.canonical import sha256_hex
from tests.faults.books import holding
from tests.faults.line import Request, Trouble
from tests.faults.nursery import Child
from tests.faults.people import marks
from tests.faults.run import Run

_INSTANT = 0.25  # seconds in which a person's sealing, sending, receiving, erasing and opening lie
_LAST_WAIT = 5.0  # seconds: on a busy machine a packet is opened some seconds after it was sent
_PEOPLE_AT_MOST = 4
STAGES = ("asked", "half", "answered", "delivered")


def kiosk_killed(run: Run) -> None:
    """SIGKILL of the kiosk at a random instant."""
    killer = run.later(lambda: _kill(run.world.kiosk.child), most=_INSTANT)
    run.serve_some()
    killer.join()
    run.world.kill_kiosk()


def kiosk_killed_while_parked(run: Run) -> None:
    """SIGKILL of the kiosk: the parked return with every answer, whoever stood there does not, no file tells of them.
    With the key the parked are gone as well, and their files."""
    kiosk, key_stays, parked = run.world.kiosk, run.number % 2 == 0, run.person()
    run.fired = ram_folder(None) is not None
    kiosk.take(parked, until="parked")
    run.must(kiosk.ask("look")["kept"] is run.fired, "a parked intake is kept where there is memory for its key")
    kiosk.take(run.person(), until="review")
    run.world.kill_kiosk()
    run.must(not holding((path for path in kiosk.data.rglob("*") if path.is_file()), marks()), "no file is readable")
    for key in () if key_stays else ram_keys(kiosk.data):
        key.unlink()  # as a power cut takes it
    run.world.start_kiosk()
    seen, back = kiosk.ask("look"), run.fired and key_stays
    run.must((seen["parked"], seen["at_kiosk"]) == (int(back), False), "the parked return, and nothing else")
    if back:
        run.heard(kiosk.ask("resume"), parked)
    run.must(not list(kiosk.data.glob("parked/*")), "nobody who has left is on the disk")
    run.must(not ram_keys(kiosk.data), "the key of nobody is destroyed")


def ram_keys(data: Path) -> list[Path]:
    """Keys of this kiosk's parked intakes."""
    found = ram_folder(None)
    mine = sha256_hex(os.fsencode(data.resolve()))[:16]
    return list(found.glob(f"*{mine}*")) if found else []


def office_killed(run: Run) -> None:
    """SIGKILL of the office at a random instant."""
    killer = run.later(lambda: _kill(run.world.office), most=_INSTANT)
    run.serve_some()
    killer.join()
    run.world.kill_office()
    run.show()


def both_killed(run: Run) -> None:
    """The whole building goes dark: both at their own instants."""
    killers = [
        run.later(lambda: _kill(run.world.kiosk.child), most=_INSTANT),
        run.later(lambda: _kill(run.world.office), most=_INSTANT),
    ]
    run.serve_some()
    for killer in killers:
        killer.join()
    run.world.kill_kiosk()
    run.world.kill_office()


def kiosk_killed_at_point(run: Run) -> None:
    """SIGKILL of the kiosk at a commit point: all of them in turn."""
    points = _points(run, "kiosk")
    run.world.kill_kiosk()
    run.world.start_kiosk(wait=False, deadly=_choice(run, points))
    child = run.world.kiosk.child
    assert child is not None
    run.world.comes_up(child, run.world.kiosk.port)
    run.fired = _serve_until_dead(run, child)
    run.world.kill_kiosk()


def office_killed_at_point(run: Run) -> None:
    """SIGKILL of the office at a commit point: all of them in turn."""
    points = _points(run, "office")
    run.world.kill_office()
    run.world.start_office(wait=False, deadly=_choice(run, points))
    child = run.world.office
    assert child is not None
    run.world.comes_up(child, run.world.office_port)
    run.fired = _serve_until_dead(run, child)
    run.world.kill_office()
    run.show()


def kiosk_killed_on_the_line(run: Run) -> None:
    """SIGKILL of the kiosk while its request is whole, half sent, answered, delivered."""
    with _at_stage(run, lambda: _kill(run.world.kiosk.child)):
        run.serve_some()
        child = run.world.kiosk.child
        run.fired = child is not None and child.ended(2.0)
    run.world.kill_kiosk()


def office_killed_on_the_line(run: Run) -> None:
    """SIGKILL of the office while a request is whole, half sent, answered, delivered."""
    with _at_stage(run, lambda: _kill(run.world.office)):
        run.serve_some()
        run.fired = run.world.office is not None and run.world.office.ended(2.0)
    run.world.kill_office()
    run.show()


@contextmanager
def _at_stage(run: Run, act: Callable[[], None]) -> Iterator[None]:
    """Do it when the first packet of this run reaches a stage, once."""
    wanted = STAGES[run.number % len(STAGES)]
    done: list[str] = []

    def stage(name: str) -> None:
        if name == wanted and not done:
            done.append(name)
            act()

    def trouble(request: Request) -> Trouble | None:
        return Trouble(stage=stage) if request.carries_packet else None

    run.world.line.trouble = trouble
    yield


def _kill(child: Child | None) -> None:
    if child:
        child.signal(signal.SIGKILL)
        child.ended(10)


def _serve_until_dead(run: Run, child: Child) -> bool:
    """People come until the process has passed its point; False when it outlives them all."""
    for _ in range(_PEOPLE_AT_MOST):
        if not child.running or run.serve() is None or child.ended(0.25):
            break
    return child.ended(_LAST_WAIT)


def _choice(run: Run, points: list[tuple[str, int]]) -> tuple[str, int]:
    """All names in turn, at one of the times they are passed."""
    name, passed = points[run.number % len(points)]
    times = run.chance.randint(1, max(1, passed // 2))
    run.point = f"{name} ({times}.)"
    return name, times


def _points(run: Run, side: str) -> list[tuple[str, int]]:
    """(name, how often a start and two people pass it), found once a world."""
    known = run.world.points
    if side not in known:
        known[side] = _find_points(run, side)
    return known[side]


def _find_points(run: Run, side: str) -> list[tuple[str, int]]:
    world, passed = run.world, run.world.folder / f"points-{side}"
    if side == "kiosk":
        world.kill_kiosk()
        world.start_kiosk(points=str(passed))
    else:
        world.kill_office()
        world.start_office(points=str(passed))
    for _ in range(2):
        run.serve()
    world.settle()
    world.kill_kiosk() if side == "kiosk" else world.kill_office()
    names = passed.read_text().splitlines()
    return [(name, names.count(name)) for name in sorted(set(names))]
