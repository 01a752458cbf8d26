"""The names behind ids in histories: staff, visiting attendants, devices."""

from __future__ import annotations

from backoffice.devices import service as devices
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.staff import service as staff
from backoffice.visits import service as visits
from schemas.ids import MunicipalityCode


def who(work: UnitOfWork, municipality: MunicipalityCode) -> dict[str, str]:
    """Names by id; a device also as `device:<id>`, the way the audit log writes it."""
    attendants = {str(person.staff): person.name for person in visits.attendants(work, municipality)}
    kiosks = {str(device.id): device.name for device in devices.devices(work, municipality)}
    by_actor = {f"device:{device}": name for device, name in kiosks.items()}
    return {**kiosks, **by_actor, **attendants, **staff.names(work, municipality)}
