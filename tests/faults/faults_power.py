"""The plug is pulled: only what had reached the disk is there afterwards, and that must be everything promised.

One side's folder lies on a file system of its own in an image file. The process is stopped and the image copied while
it is mounted: the copy holds what was synced and nothing that only stood in memory, as a disk after a power cut does.
The copy is mounted (which replays its journal) and the process starts from it.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from pathlib import Path

from tests.faults.nursery import Child
from tests.faults.run import Run
from tests.faults.world import World

_IMAGE_BYTES = 96 * 1024 * 1024


def kiosk_power_cut(run: Run) -> None:
    """The plug of the kiosk is pulled: what was not synced is gone."""
    world = run.world
    _to_image(world, world.kiosk.data, "kiosk")
    world.line.down = run.chance.random() < 0.4  # with nothing sent, everything depends on this disk
    run.serve_some()
    time.sleep(run.chance.uniform(0.0, 0.1))
    _pull_the_plug(run, world.kiosk.data, world.kiosk.child, "kiosk")
    world.kiosk.child = None


def office_power_cut(run: Run) -> None:
    """The plug of the office is pulled: what was not synced is gone."""
    world = run.world
    _to_image(world, world.office_folder, "office")
    run.serve_some()
    time.sleep(run.chance.uniform(0.0, 0.1))
    _pull_the_plug(run, world.office_folder, world.office, "office")
    world.office = None
    run.show()


def _to_image(world: World, folder: Path, side: str) -> None:
    """Once a world: the folder moves onto an image, under the same path."""
    if folder.is_mount():
        return
    world.kill_kiosk() if side == "kiosk" else world.kill_office()
    away, image = folder.with_name(f"{side}-before"), world.folder / f"{side}.img"
    folder.rename(away)
    with image.open("wb") as file:
        file.truncate(_IMAGE_BYTES)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", image], check=True)
    folder.mkdir(mode=0o700)
    _mount(image, folder)
    world.at_end(lambda: subprocess.run(["umount", "--lazy", folder], check=False))
    (folder / "lost+found").rmdir()
    folder.chmod(0o700)
    shutil.copytree(away, folder, dirs_exist_ok=True)
    shutil.rmtree(away)
    subprocess.run(["sync", "-f", folder], check=True)
    world.start_kiosk() if side == "kiosk" else world.start_office()


def _mount(image: Path, folder: Path) -> None:
    """The journal is not committed by the clock, so that the copy is of one moment."""
    subprocess.run(["mount", "-o", "loop,commit=300", image, folder], check=True)


def _pull_the_plug(run: Run, folder: Path, child: Child | None, side: str) -> None:
    assert child is not None
    image, copy = run.world.folder / f"{side}.img", run.world.folder / f"{side}-after.img"
    child.signal(signal.SIGSTOP)
    promised = dict(run.ledger.promised)
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)
    child.kill()
    run.must(promised.keys() == run.ledger.promised.keys(), "nobody is served while the plug is pulled")
    subprocess.run(["umount", folder], check=True)
    copy.replace(image)
    _mount(image, folder)
