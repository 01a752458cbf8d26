"""A device in the office's inventory: its name, the number it has there, and what colleagues should know of it."""

from __future__ import annotations

from backoffice.audit import service as audit
from backoffice.devices import service
from backoffice.devices.repository import DeviceRepository
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.ids import DeviceId, MunicipalityCode, contains_my_number


def describe(
    work: UnitOfWork, municipality: MunicipalityCode, device: DeviceId, *, name: str, asset: str, note: str, actor: str
) -> None:
    """`Refused` for a note that may hold a 個人番号."""
    row = DeviceRepository(work.session).get(municipality, device)
    if row is None:
        raise NotFound("device.not_found", "端末が見つかりません。")
    if contains_my_number(note):
        raise Refused("field.note", "マイナンバー(12桁)は保存できません。", status=422)
    if name != row.name:
        service.rename(work, municipality, device, name=name, actor=actor)
    if (asset.strip(), note.strip()) != (row.asset, row.note):
        row.asset, row.note = asset.strip(), note.strip()
        audit.write(work, municipality=municipality, actor=actor, action="device.described", subject=f"device:{device}")
