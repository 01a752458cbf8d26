"""What the office would not take, in words: why, and what staff do. One entry for every code of the protocol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.web.texts import N_
from schemas.office_codes import OfficeCode as Code


@dataclass(frozen=True)
class OfficeRefusal:
    """`why`: what the office found; `action`: what a person at the venue does about it."""

    why: str
    action: str


_WAIT = N_("自動でもう一度送ります。何もしなくてかまいません")
_AGAIN = N_("「もう一度送る」を押してください。続くときは、番号と理由を市役所に伝えてください")
_CALL = N_("内容はこの端末に残っています。番号と理由を市役所に伝えてください")
_UNREADABLE = OfficeRefusal(N_("申請のデータとして読み取れませんでした"), _AGAIN)
_TOO_LARGE = OfficeRefusal(N_("申請のデータが大きすぎます"), _CALL)
_SPOILT = OfficeRefusal(N_("送っている途中で内容が変わりました"), _WAIT)
_UNDER_WAY = OfficeRefusal(N_("分けて送っている途中で、送り直しになりました"), _WAIT)
_SIGNATURE = OfficeRefusal(
    N_("この端末の署名を確かめられませんでした"),
    N_("この端末が正しく登録されているか、市役所に確かめてもらってください。内容はこの端末に残っています"),
)
_NOT_UNDERSTOOD = OfficeRefusal(
    N_("市役所のシステムが、この端末の送り方を知りません"),
    N_("市役所のシステムかこの端末の更新が必要です。市役所に連絡してください。内容はこの端末に残っています"),
)
_BUSY = OfficeRefusal(N_("市役所のシステムが、いま受け取れません"), _WAIT)
_NO_VISIT = OfficeRefusal(
    N_("この端末に訪問が割り当てられていません"), N_("市役所の管理画面で、この端末を訪問に割り当ててもらってください")
)
_BALANCE = OfficeRefusal(
    N_("この端末の収支を確かめられませんでした"),
    N_("「市役所と照合する」をもう一度押してください。続くときは市役所に連絡してください"),
)

OFFICE_REFUSALS: Mapping[Code, OfficeRefusal] = {
    Code.PACKET_TRUNCATED: OfficeRefusal(N_("申請のデータが途中で切れて届きました"), _AGAIN),
    Code.PACKET_TOO_LARGE: _TOO_LARGE,
    Code.PACKET_NOT_A_PACKET: _UNREADABLE,
    Code.PACKET_VERSION_UNKNOWN: _NOT_UNDERSTOOD,
    Code.PACKET_HEADER_INVALID: _UNREADABLE,
    Code.PACKET_HEADER_NOT_CANONICAL: _UNREADABLE,
    Code.PACKET_HEADER_TOO_LARGE: _UNREADABLE,
    Code.PACKET_SIGNATURE_INVALID: _SIGNATURE,
    Code.PACKET_WRONG_DEVICE: OfficeRefusal(N_("ほかの端末の申請として届きました"), _CALL),
    Code.PACKET_WRONG_MUNICIPALITY: OfficeRefusal(N_("ほかの市区町村あての申請です"), _CALL),
    Code.PACKET_UNKNOWN_RECIPIENT_KEY: OfficeRefusal(
        N_("市役所が持っていない鍵で封緘されています"),
        N_("市役所に、前の鍵を控えから戻してもらってください。戻ったら「もう一度送る」を押してください"),
    ),
    Code.PACKET_SEQUENCE_CONFLICT: OfficeRefusal(
        N_("同じ番号の別の申請が、もう市役所にあります。端末の中身が複製されると起こります"),
        N_("番号を市役所に伝えてください。市役所の職員が確かめて、管理画面で受け取れます"),
    ),
    Code.DEVICE_UNKNOWN: OfficeRefusal(
        N_("市役所のシステムに、この端末の登録がありません"),
        N_("市役所に連絡してください。登録が戻るまで、申請はこの端末に残ります"),
    ),
    Code.DEVICE_REVOKED: OfficeRefusal(
        N_("市役所がこの端末の登録を終了しました"),
        N_("この端末で受付をせず、市役所に連絡してください。届いた申請は市役所が預かっています"),
    ),
    Code.REQUEST_SIGNATURE_MISSING: _SIGNATURE,
    Code.REQUEST_SIGNATURE_INVALID: _SIGNATURE,
    Code.REQUEST_SIGNATURE_EXPIRED: OfficeRefusal(N_("送った時刻が、市役所の時計と合いませんでした"), _WAIT),
    Code.REQUEST_REPLAYED: OfficeRefusal(N_("同じ通信が2回届きました"), _WAIT),
    Code.REQUEST_DIGEST_MISMATCH: _SPOILT,
    Code.REQUEST_TOO_LARGE: _TOO_LARGE,
    Code.REQUEST_MALFORMED: _NOT_UNDERSTOOD,
    Code.REQUEST_FORBIDDEN: _NOT_UNDERSTOOD,
    Code.REQUEST_NOT_FOUND: _NOT_UNDERSTOOD,
    Code.REQUEST_METHOD_NOT_ALLOWED: _NOT_UNDERSTOOD,
    Code.UPLOAD_UNKNOWN: _UNDER_WAY,
    Code.UPLOAD_BUSY: _UNDER_WAY,
    Code.UPLOAD_INCOMPLETE: _UNDER_WAY,
    Code.UPLOAD_OFFSET_CONFLICT: _UNDER_WAY,
    Code.UPLOAD_LENGTH_EXCEEDED: _SPOILT,
    Code.UPLOAD_DAMAGED: _SPOILT,
    Code.UPLOAD_MEDIA_TYPE: _NOT_UNDERSTOOD,
    Code.UPLOAD_METADATA: _NOT_UNDERSTOOD,
    Code.UPLOAD_VERSION: _NOT_UNDERSTOOD,
    Code.OFFICE_UNAVAILABLE: _BUSY,
    Code.OFFICE_FAULT: _BUSY,
    Code.VISIT_NONE_ASSIGNED: _NO_VISIT,
    Code.BALANCE_MALFORMED: _BALANCE,
    Code.BALANCE_MISDIRECTED: _BALANCE,
    Code.BALANCE_SIGNATURE_INVALID: _BALANCE,
}
_OWN: Mapping[str, OfficeRefusal] = {
    "outbox.frame_damaged": OfficeRefusal(
        N_("この端末のディスクで、申請のデータが壊れています"),
        N_("受付を止めて、市役所に連絡してください。この方にはもう一度申請してもらいます"),
    ),
}
"""What the kiosk itself has set aside."""
_OTHER = OfficeRefusal(N_("市役所が受け取りませんでした"), _CALL)


def said_by_office(code: str | None) -> OfficeRefusal | None:
    """The words for what stopped the line; None when the office did not say it."""
    return OFFICE_REFUSALS[Code(code)] if code in set(Code) else None


def office_refusal(code: str | None) -> OfficeRefusal:
    """The words for a code; for one of a newer office that is not known here, that it was refused and whom to call."""
    return said_by_office(code) or _OWN.get(code or "", _OTHER)
