"""The list of cases as CSV, fetched in portions, each in its own short transaction, while it is sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from zoneinfo import ZoneInfo

from backoffice.cases import service
from backoffice.cases.models import Case
from backoffice.cases.ordering import Key, Sort
from backoffice.cases.reasons import return_reasons
from backoffice.cases.repository import Filter
from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction
from backoffice.web.language import mark
from backoffice.web.wordings import words_of
from schemas.ids import ApplicationFormId
from schemas.language import Language

_JST = ZoneInfo("Asia/Tokyo")
_PORTION = 500
HEADER = (
    mark("受付番号"), mark("受信日時"), mark("受付日時"), mark("状態"), mark("申請書ID"), mark("申請方式"),
    mark("受け取り方法"), mark("カードの確認"), mark("差し戻しの理由"),
)  # fmt: skip


def rows(
    database: Database,
    municipality: str,
    wanted: Filter,
    *,
    sort: Sort,
    oldest_first: bool,
    translate: Callable[[str], str],
    language: Language,
) -> Iterator[list[str]]:
    """Header and lines in the reader's language, in the order of the list."""
    yield [translate(word) for word in HEADER]

    def portion(after: Key | None) -> service.Page:
        with transaction(database) as work:
            return service.page(
                work, municipality, wanted, sort=sort, oldest_first=oldest_first, after=after, size=_PORTION
            )

    for case in service.everything(portion):
        yield _row(case, translate=translate, language=language)


def _row(case: Case, *, translate: Callable[[str], str], language: Language) -> list[str]:
    known = return_reasons()
    reasons = [known[code].name[language] if code in known else code for code in case.return_reasons.split()]
    return [
        case.slip,
        case.received_at.astimezone(_JST).strftime("%Y-%m-%d %H:%M:%S"),
        case.taken_at.astimezone(_JST).strftime("%Y-%m-%d %H:%M:%S"),
        translate(words_of(case.state)),
        ApplicationFormId(case.form_id).grouped() if case.form_id else "",
        translate(words_of(case.method)),
        translate(words_of(case.delivery)),
        translate(words_of(case.card_verdict)) if case.card_verdict else "",
        "、".join(reasons),
    ]
