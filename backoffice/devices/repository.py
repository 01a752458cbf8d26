"""Queries about devices. All but two – a signed request and a one-time code name no municipality – stay within one."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, delete, select

from backoffice.devices.models import Device, EnrolmentCode, RequestNonce
from backoffice.kit.rows import insert_if_absent


class DeviceRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def by_id(self, device: str) -> Device | None:
        """The device of a signed request, whichever municipality it belongs to."""
        return self._session.exec(select(Device).where(Device.id == device)).one_or_none()

    def code(self, sha256: str) -> EnrolmentCode | None:
        """The one-time code with this hash, locked so that it is used once."""
        return self._session.exec(
            select(EnrolmentCode).where(EnrolmentCode.code_sha256 == sha256).with_for_update()
        ).one_or_none()

    def get(self, municipality: str, device: str) -> Device | None:
        return self._session.get(Device, (municipality, device))

    def all(self, municipality: str) -> list[Device]:
        """By counter."""
        devices = select(Device).where(Device.municipality_id == municipality)
        return list(self._session.exec(devices.order_by(col(Device.counter))))

    def counters(self, municipality: str) -> set[str]:
        """Every counter ever given, of ended devices too."""
        return set(self._session.exec(select(Device.counter).where(Device.municipality_id == municipality)))

    def add(self, device: Device) -> bool:
        """False when its counter was given to another device at the same moment."""
        return insert_if_absent(self._session, device)

    def add_code(self, code: EnrolmentCode) -> None:
        self._session.add(code)

    def add_nonce(self, nonce: RequestNonce) -> bool:
        """False when this nonce was seen before."""
        return insert_if_absent(self._session, nonce)

    def forget_nonces(self, before: datetime) -> None:
        """Of every municipality: nonces that could not be replayed any more."""
        self._session.exec(delete(RequestNonce).where(col(RequestNonce.expires_at) < before))
