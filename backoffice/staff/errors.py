"""Refusals of the staff room, within the office's error tree.

Refused (400)
├── SignInFailed        401: one message for every cause
├── TooManyTries        429
├── InvitationInvalid   404: unknown, used or expired; one message
├── PasswordUnfit       422
├── CodeWrong           422: the six digits shown by the app do not fit
├── PasskeyRejected     422: the browser's answer does not fit the challenge
├── ProviderOver        401: the way over the OpenID provider was not begun here, has ended, or was given up
├── ProviderAnswerWrong 401: its answer does not stand up; `reason` is for the log
├── ProviderNone        422: this municipality has no provider
├── ProviderUnknown     403: nobody's account is linked with this person
├── ProviderTaken       409: this person is linked with another account
└── ProviderTooWeak     403: one factor only, and the account has no authenticator app
Unavailable (503)
└── ProviderAway        the OpenID provider does not answer or answers nonsense; `reason` is for the log
"""

from __future__ import annotations

from backoffice.kit.errors import Refused, Unavailable


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


class ProviderOver(Refused):
    status = 401

    def __init__(self) -> None:
        super().__init__(
            "staff.provider_over", "認証サービスでのサインインが途中で終わりました。最初からもう一度お試しください。"
        )


class ProviderAnswerWrong(Refused):
    status = 401

    def __init__(self, reason: str) -> None:
        super().__init__(
            "staff.provider_answer_wrong",
            "認証サービスの答えを確かめられませんでした。もう一度試しても同じときは、管理者に知らせてください。",
        )
        self.reason = reason


class ProviderNone(Refused):
    status = 422

    def __init__(self) -> None:
        super().__init__(
            "staff.provider_none",
            "この市区町村には認証サービスでのサインインがありません。パスキーかパスワードでサインインしてください。",
        )


class ProviderUnknown(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "staff.provider_unknown",
            "認証サービスのこの利用者は、職員のアカウントに結び付いていません。管理者に招待リンクを頼んでください。",
        )


class ProviderTaken(Refused):
    status = 409

    def __init__(self) -> None:
        super().__init__(
            "staff.provider_taken", "認証サービスのこの利用者は、ほかの職員のアカウントに結び付いています。"
        )


class ProviderTooWeak(Refused):
    status = 403

    def __init__(self) -> None:
        super().__init__(
            "staff.provider_too_weak",
            "認証サービスで二要素の認証が行われませんでした。パスキーか、パスワードと認証アプリをお使いください。",
        )


class ProviderAway(Unavailable):
    def __init__(self, reason: str) -> None:
        super().__init__(
            "staff.provider_away",
            "認証サービスにつながりません。しばらく待つか、パスキーやパスワードでサインインしてください。",
        )
        self.reason = reason
