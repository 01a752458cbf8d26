"""A kiosk process for killing: keeps records one after the other and says so only after `keep` has returned.

python -m tests.faults.keeper FOLDER [send]
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

from kiosk.logs import write_logs
from kiosk.outbox import Limits, Outbox, Pace
from tests.factories import intake_record, jpeg_photo


def main(folder: Path, *, send: bool) -> None:
    write_logs(level=logging.CRITICAL)  # stdout is for promises
    pace = Pace(line_first=0.02, line_most=0.1, packet_first=0.02, packet_most=0.1)
    outbox = Outbox.open(folder, pace=pace, limits=Limits(disk_bytes=(0, -1)))
    assert outbox.identity is not None
    assert outbox.bundle is not None
    own: dict[str, Any] = {"device": outbox.identity.device, "visit": outbox.bundle.visit}
    photo = jpeg_photo(1, width=480, height=618)
    if send:
        outbox.start_courier()
    while True:
        record = intake_record(photo=photo, **own, record=outbox.new_record_id(), slip=outbox.next_slip())
        print(outbox.keep(record, photo).packet_id, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), send="send" in sys.argv[2:])
