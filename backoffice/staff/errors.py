"""Refusals of the staff room, within the office's error tree.

Refused (400)
├── SignInFailed        401: one message for every cause
├── TooManyTries        429
├── InvitationInvalid   404: unknown, used or expired; one message
├── PasswordUnfit       422
├── CodeWrong           422: the six digits shown by the app do not fit
└── PasskeyRejected     422: the browser's answer does not fit the challenge
"""

from __future__ import annotations

from backoffice.kit.errors import Refused


class SignInFailed(Refused):
    status = 401

    def __init__(self) -> None:
        super().__init__("staff.sign_in_failed", "サインインできませんでした。入力した内容を確かめてください。")


class TooManyTries(Refused):
    status = 429

    def __init__(self) -> None:
        super().__init__(
            "staff.too_many_tries", "続けて失敗したため、しばらくサインインできません。15分ほど待ってください。"
        )


class InvitationInvalid(Refused):
    status = 404

    def __init__(self) -> None:
        super().__init__(
            "staff.invitation_invalid",
            "この招待リンクは使えません。期限が切れたか、すでに使われています。管理者に新しいリンクを頼んでください。",
        )


class PasswordUnfit(Refused):
    status = 422


class CodeWrong(Refused):
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "staff.code_wrong", "確認コードが合いません。アプリに表示された6桁をもう一度入力してください。"
        )


class PasskeyRejected(Refused):
    status = 422

    def __init__(self) -> None:
        super().__init__("staff.passkey_rejected", "パスキーを確認できませんでした。もう一度お試しください。")
