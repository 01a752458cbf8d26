"""Which approved cases still have to be handed over, and that one was. A case opened again has to go out again."""

from __future__ import annotations

from backoffice.audit import service as audit
from backoffice.cases.desk_repository import DeskRepository
from backoffice.cases.models import Case
from backoffice.kit.unit_of_work import UnitOfWork


def waiting(work: UnitOfWork, municipality: str, *, limit: int) -> list[Case]:
    """Approved and not yet handed over, oldest first."""
    return DeskRepository(work.session, municipality).approved(handed_over=False, limit=limit)


def done(work: UnitOfWork, municipality: str, *, limit: int) -> list[Case]:
    """Handed over, the last first."""
    return DeskRepository(work.session, municipality).approved(handed_over=True, limit=limit)


def note(work: UnitOfWork, case: Case, *, by: str, manifest: str) -> None:
    """The case went out in the package with this manifest (SHA-256)."""
    case.handed_over_at, case.handed_over_by = work.now, by
    audit.write(
        work, municipality=case.municipality_id, actor=by, action="case.handed_over", subject=f"case:{case.id}",
        detail=f"manifest {manifest}",
    )  # fmt: skip
