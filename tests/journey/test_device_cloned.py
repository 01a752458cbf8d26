"""A kiosk's data folder copied to a second machine; real outboxes, the real office: at the end nobody is left out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from fastapi import FastAPI
from sqlmodel import select

from backoffice.cases.models import Case
from backoffice.intake import balance, closings, forks
from backoffice.intake import service as intake
from backoffice.kit.unit_of_work import transaction, utc_now
from backoffice.parts import make_worker
from kiosk.outbox import Outbox, State
from tests.backoffice.office import plan_visit
from tests.factories import FUKUSHIMA
from tests.journey.test_device_life import QUICK, app, enrolled, keep, served, until

__all__ = ["app"]


def decided(outbox: Outbox) -> bool:
    said = outbox.balance()
    return said.erased is not None and said.captured == said.erased + said.refused


def accept_everything(app: FastAPI) -> list[int]:
    with transaction(app.state.database) as work:
        waiting = [kept for kept in intake.quarantined(work, FUKUSHIMA) if kept.forked]
    for kept in waiting:
        with transaction(app.state.database) as work:
            forks.accept(work, app.state.intake, FUKUSHIMA, kept.packet, actor="lead", reason="端末が複製されていた")
    return sorted(kept.sequence or 0 for kept in waiting)


def copy_of(outbox: Outbox, data: Path, to: Path) -> tuple[Outbox, Outbox]:
    """The original again, and its copy; neither sends yet."""
    outbox.close()
    shutil.copytree(data, to)
    return Outbox.open(data, pace=QUICK), Outbox.open(to, pace=QUICK)


def test_both_machines_of_a_copied_disk_lose_nobody(app: FastAPI, tmp_path: Path, free_port: Callable[[], int]) -> None:
    with transaction(app.state.database) as work:
        visit = plan_visit(work)
    with served(app, free_port()) as url:
        outbox = enrolled(app, tmp_path / "kiosk", url, visit)
        keep(outbox, 3)
        outbox.start_courier()
        until(lambda: outbox.balance().erased == 3)
        original, clone = copy_of(outbox, tmp_path / "kiosk", tmp_path / "clone")
        keep(clone, 3)
        keep(original, 2)
        for machine in (clone, original):
            machine.start_courier()
            until(lambda machine=machine: decided(machine))  # type: ignore[misc]
        assert [stub.sequence for stub in original.packets(State.REFUSED)] == [4, 5]
        original.retry_refused()
        until(lambda: original.balance().refused == 2)  # never by itself
        with transaction(app.state.database) as work:
            (found,) = balance.of_municipality(work, FUKUSHIMA)
        assert (found.chain.forks, found.quarantined) == ((4, 5), 2)

        assert accept_everything(app) == [4, 5]
        original.retry_refused()
        until(lambda: original.balance().erased == 5)
        for machine, captured in ((original, 5), (clone, 6)):
            closing = machine.close_balance()
            assert closing.closed
            assert {closing.kiosk.balance.captured, closing.office.balance.received} == {captured}
            assert machine.balance().refused == 0
            machine.close()
    make_worker(app.state.database, app.state.keyring, settings=app.state.settings, now=utc_now).drain()
    with transaction(app.state.database) as work:
        (found,) = balance.of_municipality(work, FUKUSHIMA)
        overrides = [case.overrides for case in work.session.exec(select(Case))]
        last = closings.of(work, FUKUSHIMA, found.device.id)
    assert (len(overrides), overrides.count("fork")) == (8, 2)
    assert (found.chain.received, found.chain.missing, found.quarantined, found.chain.forks) == (8, 0, 0, (4, 5))
    assert last is not None
    assert last.closed
