"""The signed word a device is given about itself (schemas/device_life.py)."""

from __future__ import annotations

from collections.abc import Iterable

from backoffice.devices.repository import DeviceRepository
from backoffice.devices.service import EnrolledDevice
from backoffice.kit.hpke import key_id_of
from backoffice.kit.keyring import SigningKeys
from backoffice.kit.unit_of_work import UnitOfWork
from schemas.device_life import DeviceStanding, DeviceStatement
from schemas.ids import PacketId


def state(
    work: UnitOfWork, device: EnrolledDevice, *, held: Iterable[PacketId], signing: SigningKeys
) -> DeviceStatement:
    """Whether the device is ours still, and which packets are here. The first word of its end is noted."""
    row = DeviceRepository(work.session).get(device.municipality, device.id)
    if row is not None and not device.active and row.told_at is None:
        row.told_at = work.now
    key = signing.current(work.now).key
    unsigned = DeviceStatement(
        municipality=device.municipality, device=device.id, device_key=key_id_of(device.public_key),
        standing=DeviceStanding(device.state.value), at=work.now, held=tuple(held), office_key=key,
    )  # fmt: skip
    return unsigned.model_copy(update={"signature": signing.sign(unsigned.signed_part, key=key)})
