"""Refusals of the case desk, within the office's error tree.

NotFound        case.unknown: no such case in this municipality; case.nothing_to_tell: it did not go back
Refused
├── StepImpossible   409: the workflow does not allow it (code workflow.*)
└── CaseChanged      409: somebody else changed the case meanwhile
"""

from __future__ import annotations

from typing import Final

from backoffice.kit.errors import NotFound, Refused
from backoffice.web.language import mark

WORDS: Final = {
    "workflow.wrong_state": mark("この申請は、いまの状態ではその操作ができません。"),
    "workflow.same_person": mark("一人目に承認した職員は、二人目の確認ができません。"),
    "workflow.no_reason": mark("差し戻しの理由を選んでください。"),
    "workflow.unknown_reason": mark("選べない理由が含まれています。"),
    "workflow.no_note": mark("メモを書いてください。"),
    "workflow.undo_too_late": mark("取り消せる時間を過ぎました。必要なら「確認待ちに戻す」を使ってください。"),
    "workflow.undo_not_yours": mark("取り消せるのは、決めた本人だけです。"),
    "workflow.lead_only": mark("この申請は受付責任者に相談中です。判断できるのは責任者だけです。"),
    "workflow.not_alike": mark("申請書IDも受付番号も一致しないか、相手も重複とされた申請です。"),
    "workflow.my_number": mark("メモに個人番号は書けません。"),
}


class CaseUnknown(NotFound):
    def __init__(self) -> None:
        super().__init__("case.unknown", "この申請は見つかりません。")


class NothingToTell(NotFound):
    def __init__(self) -> None:
        super().__init__("case.nothing_to_tell", "この申請は差し戻されていません。")


class StepImpossible(Refused):
    status = 409

    def __init__(self, code: str) -> None:
        super().__init__(code, WORDS[code])


class CaseChanged(Refused):
    """`version`: the one that stands now."""

    status = 409

    def __init__(self, version: int) -> None:
        super().__init__("case.changed", "ほかの職員がこの申請を変更しました。")
        self.version = version
