"""The published JSON Schemas of everything that travels, generated from the models: `python -m schemas.publish`.

`published/` is committed and golden-tested, so that a change of the wire shows in a diff.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pydantic import BaseModel

from schemas.balance import Balance, BalanceStatement, ClosingBalance
from schemas.bundle import BundleHead, SignedBundle
from schemas.device_life import DeviceStatement, StatementRequest
from schemas.enrolment import EnrolmentGrant, EnrolmentRequest
from schemas.intake import IntakeRecord
from schemas.office_time import OfficeTime
from schemas.packet import PacketHeader
from schemas.personal import PersonalData
from schemas.problem import Problem
from schemas.receipt import Receipt
from schemas.rules.model import RuleSet
from schemas.usb import UsbManifest, UsbReceipts
from schemas.visit import VisitBundle

PUBLISHED: tuple[type[BaseModel], ...] = (
    Balance,
    BalanceStatement,
    BundleHead,
    ClosingBalance,
    DeviceStatement,
    EnrolmentGrant,
    EnrolmentRequest,
    IntakeRecord,
    OfficeTime,
    PacketHeader,
    PersonalData,
    Problem,
    Receipt,
    RuleSet,
    SignedBundle,
    StatementRequest,
    UsbManifest,
    UsbReceipts,
    VisitBundle,
)
FOLDER = Path(__file__).parent / "published"


def published_name(model: type[BaseModel]) -> str:
    """`IntakeRecord` → `intake-record.schema.json`."""
    words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in model.__name__)
    return f"{words.lstrip('-')}.schema.json"


def render(model: type[BaseModel]) -> str:
    return json.dumps(model.model_json_schema(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    FOLDER.mkdir(exist_ok=True)
    for model in PUBLISHED:
        (FOLDER / published_name(model)).write_text(render(model), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
