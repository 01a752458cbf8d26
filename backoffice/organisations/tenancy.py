"""What a municipality says of itself: names, reading, and whom people ask."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from backoffice.audit import service as audit
from backoffice.kit.errors import NotFound, Refused
from backoffice.kit.unit_of_work import UnitOfWork
from backoffice.organisations.known import known_municipalities
from backoffice.organisations.repository import OrganisationRepository
from backoffice.organisations.service import Tenant, add_municipality, tenant
from schemas.ids import MunicipalityCode, contains_my_number


@dataclass(frozen=True)
class Said:
    """`kana`: in hiragana, for the search at the kiosk; `contact`: where a visit names nobody of its own."""

    name: str
    name_en: str = ""
    kana: str = ""
    contact: str = ""

    @classmethod
    def of(cls, held: Tenant) -> Said:
        return cls(held.name, held.name_en, held.kana, held.contact)

    @property
    def plain(self) -> Said:
        return Said(*(_plain(text) for text in (self.name, self.name_en, self.kana, self.contact)))


def take_on(work: UnitOfWork, code: MunicipalityCode, said: Said, *, actor: str) -> Tenant:
    """A new tenant. What is left empty comes from the list of municipalities, where it has this one."""
    known = next((each for each in known_municipalities() if each.code == code), None)
    if known is not None:
        said = Said(said.name or known.name, said.name_en or known.name_en, said.kana or known.kana, said.contact)
    plain = _checked(said.plain)
    add_municipality(
        work, code, name=plain.name, name_en=plain.name_en, kana=plain.kana, contact=plain.contact, actor=actor
    )
    return tenant(work, code)


def change(work: UnitOfWork, code: MunicipalityCode, said: Said, *, seen: Said | None = None, actor: str) -> None:
    """Say something else from now on. `Refused` with 409 when it is no longer what was `seen`."""
    row = OrganisationRepository(work.session).municipality(code, lock=True)
    if row is None:
        raise NotFound("municipality.not_found", "市区町村が登録されていません。")
    plain, held = _checked(said.plain), Said.of(tenant(work, code))
    if seen is not None and held not in (seen, plain):
        raise Refused(
            "municipality.changed_meanwhile", "ほかの人が先に保存しました。内容を見比べてください。", status=409
        )
    row.name, row.name_en, row.kana, row.contact = plain.name, plain.name_en, plain.kana, plain.contact
    audit.write(work, municipality=code, actor=actor, action="municipality.changed", subject=f"municipality:{code}")


def _checked(said: Said) -> Said:
    """Raises `Refused("field.<name>")` naming what is wrong."""
    if not 1 <= len(said.name) <= 80:
        raise Refused("field.name", "市区町村の名前を80文字以内で入れてください。", status=422)
    for field, text, limit in (("name_en", said.name_en, 80), ("kana", said.kana, 80), ("contact", said.contact, 120)):
        if len(text) > limit:
            raise Refused(f"field.{field}", "長すぎます。短くしてください。", status=422)
    if any(contains_my_number(text) for text in (said.name, said.name_en, said.kana, said.contact)):
        raise Refused("field.contact", "マイナンバー(12桁)は保存できません。", status=422)
    return said


def _plain(text: str) -> str:
    """On one line, in one form of writing."""
    shown = "".join(letter if letter.isprintable() else " " for letter in unicodedata.normalize("NFC", text))
    return " ".join(shown.split())
