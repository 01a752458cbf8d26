"""Why the office refused what now lies in quarantine, in words for the people at the desk."""

from __future__ import annotations

from typing import Final

from backoffice.web.language import mark

QUARANTINE_REASONS: Final = {
    "packet.sequence_conflict": mark("同じ通し番号の別の申請がすでに届いている"),
    "device.revoked": mark("失効した端末から届いた"),
    "packet.signature_invalid": mark("端末の署名と合わない"),
    "packet.wrong_device": mark("ほかの端末の封緘データ"),
    "packet.wrong_municipality": mark("ほかの市区町村あて"),
    "packet.unknown_recipient_key": mark("この事務所の鍵で封緘されていない"),
    "packet.truncated": mark("途中で切れている"), "packet.too_large": mark("大きすぎる"),
    "packet.not_a_packet": mark("封緘データではない"), "packet.version_unknown": mark("知らない版の封緘データ"),
    "packet.header_invalid": mark("見出しを読み取れない"), "packet.header_not_canonical": mark("見出しを読み取れない"),
    "packet.header_too_large": mark("見出しを読み取れない"),
    "request.signature_missing": mark("送信の署名がない"), "request.signature_invalid": mark("送信の署名と合わない"),
    "request.signature_expired": mark("送信の署名の期限が切れている"),
    "request.digest_mismatch": mark("送信の途中で変わった"), "request.replayed": mark("同じ送信が繰り返された"),
    "request.too_large": mark("大きすぎる"), "request.malformed": mark("送信の形式が正しくない"),
}  # fmt: skip
