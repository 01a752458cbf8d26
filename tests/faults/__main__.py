"""The fault matrix: `make faults N=1000`. Exit 0 only when nothing was lost, doubled or readable, and all is balanced.

`make faults SEED=… FAULT=… RUN=…` repeats one run. Faults that need root say so and are skipped without it.
"""

from __future__ import annotations

import argparse
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from random import SystemRandom

from tests.faults.matrix import FAULTS, Fault, shares
from tests.faults.nursery import Nursery
from tests.faults.runner import Row, Runner
from tests.faults.table import table
from tests.faults.template import make_template


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    seed = options.seed if options.seed is not None else SystemRandom().randrange(1_000_000)
    chosen = tuple(fault for fault in FAULTS if not options.fault or fault.name in options.fault)
    if not chosen:
        print(f"no such fault; there are: {', '.join(fault.name for fault in FAULTS)}", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    begun = time.monotonic()
    print(f"SEED={seed}, {options.runs} runs over {len(chosen)} faults, {options.workers} at a time", flush=True)
    rows = _try_all(chosen, options, seed)
    head = f"{datetime.now(UTC):%Y-%m-%d}, `make faults N={options.runs} SEED={seed}`"
    text = table(rows, head=head, seconds=time.monotonic() - begun)
    print(text)
    if options.out:
        options.out.write_text(text, "utf-8")
    return 0 if len(rows) == len(chosen) and all(row.clean for row in rows) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=1000, help="over all faults (N=)")
    parser.add_argument("--seed", type=int, help="the same seed draws the same accidents (SEED=)")
    parser.add_argument("--fault", action="append", help="only this one; may be repeated (FAULT=)")
    parser.add_argument("--run", type=int, help="only the run of this number (RUN=)")
    parser.add_argument("--workers", type=int, default=2, help="worlds at a time")
    parser.add_argument("--out", type=Path, help="write the table there too")
    return parser


def _try_all(faults: tuple[Fault, ...], options: argparse.Namespace, seed: int) -> list[Row]:
    """Each worker takes the next fault; rows in the order of the matrix."""
    share = shares(options.runs, faults)
    waiting: queue.SimpleQueue[Fault] = queue.SimpleQueue()
    for fault in sorted(faults, key=lambda fault: -share[fault.name]):
        waiting.put(fault)
    rows: dict[str, Row] = {}
    folder = Path(tempfile.mkdtemp(prefix="demado-faults-"))
    template = make_template(folder / "template")

    def work(number: int, nursery: Nursery) -> None:
        runner = Runner(folder / str(number), nursery, seed=seed, tell=_say, template=template)
        while True:
            try:
                fault = waiting.get_nowait()
            except queue.Empty:
                return
            numbers = [options.run] if options.run is not None else range(share[fault.name])
            rows[fault.name] = row = runner.try_fault(fault, numbers)
            _say(f"{row.seconds:7.1f} s {row.runs:4} × {fault.name}" + (f" – {row.skipped}" if row.skipped else ""))

    try:
        with Nursery() as nursery:
            threads = [
                threading.Thread(target=work, args=(number, nursery), daemon=True) for number in range(options.workers)
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    except KeyboardInterrupt:
        _say("interrupted: the table has what is finished")
    finally:
        _unmount_below(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return [rows[fault.name] for fault in faults if fault.name in rows]


def _unmount_below(folder: Path) -> None:
    """What an interrupted run has left mounted."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for place in reversed(places):
        if Path(place).is_relative_to(folder):
            subprocess.run(["umount", "--lazy", place], check=False)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
