"""From a confirmed intake to the record that is sealed: the only way out of the flow."""

from __future__ import annotations

from datetime import date

from kiosk.flow.errors import FlowRefused
from kiosk.flow.intake import Attended, Intake
from kiosk.flow.steps import Step
from schemas.answers import Coming, Company, Licence, Papers, Residing, Wishes
from schemas.circumstances import Circumstances, Domicile, FamilyPlace
from schemas.ids import DeviceId, MunicipalityCode, VisitId
from schemas.intake import Consent, FormReading, IdentityCheck, IntakeRecord


def record_of(intake: Intake, *, municipality: MunicipalityCode, visit: VisitId, device: DeviceId) -> IntakeRecord:
    """The record of an intake at SEALING. Raises `FlowRefused` for one that was not confirmed."""
    if intake.step is not Step.SEALING or intake.confirmed is None:
        raise FlowRefused("flow.out_of_step")
    attended, consent, form, born, home = _needed(intake)
    return IntakeRecord(
        record=intake.record,
        municipality=municipality,
        visit=visit,
        device=device,
        slip=intake.slip,
        language=intake.language,
        consent=consent,
        form=form,
        card=intake.card.check if intake.card else None,
        birth_date=born,
        holder=intake.holder if intake.holder and intake.holder.name else None,
        home_municipality=home,
        photo=intake.photo.evidence if intake.photo else None,
        identity=_identity(intake, attended),
        coming=intake.coming or Coming(),
        licence=intake.licence or Licence.NOT_ASKED,
        residing=intake.residing or Residing(),
        company=intake.company or Company(),
        wishes=intake.wishes or Wishes(),
        contact=intake.contact if intake.contact_wanted else None,
        booking=intake.came.booking if intake.came else None,
        family=FamilyPlace(first=intake.family.first, member=intake.family.member) if intake.family else None,
        circumstances=_circumstances(intake),
        papers=intake.papers or Papers(),
        answers=intake.answers,
        override=intake.override,
        decision=attended.decision,
        note=attended.note,
        started=intake.started,
        confirmed=intake.confirmed,
    )


def _needed(intake: Intake) -> tuple[Attended, Consent, FormReading, date, MunicipalityCode]:
    attended, consent, form = intake.attended, intake.consent, intake.form
    born, home = intake.birth_date, intake.home
    if attended is None or consent is None or form is None or born is None or home is None:
        raise FlowRefused("review.incomplete")
    return attended, consent, form, born, home


def _circumstances(intake: Intake) -> Circumstances:
    return Circumstances(
        domicile=intake.domicile or Domicile.NOT_ASKED,
        proxy_reason=intake.proxy_reason or "",
        express=None if intake.address_hidden else intake.express,
        address_hidden=intake.address_hidden,
    )


def _identity(intake: Intake, attended: Attended) -> IdentityCheck | None:
    if not intake.documents:
        return None
    return IdentityCheck(documents=intake.documents, checked_by=attended.staff, checked=attended.at)
