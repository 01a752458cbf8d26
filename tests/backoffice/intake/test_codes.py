"""The office says no code to a device that is not in the closed list, and the list has none it never says."""

from __future__ import annotations

import re
from pathlib import Path

import backoffice
import schemas
from schemas.office_codes import OfficeCode

_ROOMS = (
    "app.py", "devices/api.py", "devices/signatures.py", "intake/api.py", "intake/balance.py", "intake/closings.py",
    "intake/service.py", "intake/upload_api.py", "intake/uploads.py", "kit/requests.py", "visits/api.py",
    "visits/bundle.py", "visits/sheet.py", "web/problems.py",
)  # fmt: skip
_CODE = re.compile(r'"((?:packet|device|request|upload|office|visit|balance)\.[a-z_]+)"')
# Actions of the audit log, which have the same form.
_ACTIONS = {"packet.received", "packet.quarantined", "balance.closed", "balance.reopened"}


def test_the_protocols_list_of_codes_is_what_the_office_says() -> None:
    (office,), (contract,) = backoffice.__path__, schemas.__path__
    files = [Path(office) / room for room in _ROOMS] + [Path(contract) / "packet.py"]
    said = {code for file in files for code in _CODE.findall(file.read_text("utf-8"))} - _ACTIONS
    assert said == {code.value for code in OfficeCode}
