"""Short notices shown once after something was done. A cookie carries the name only, so nobody can inject a text."""

from __future__ import annotations

from typing import Final

from backoffice.web.language import mark

NOTICES: Final = {
    "case.approved": mark("承認しました"),
    "case.second_check": mark("一人目の承認を記録しました。別の職員の確認を待ちます"),
    "case.returned": mark("申請者へ差し戻しました"),
    "case.reopened": mark("確認待ちに戻しました"),
    "case.escalated": mark("受付責任者に相談しました"),
    "case.duplicate": mark("重複した申請としました"),
    "case.photo_recropped": mark("写真の枠を切り直しました。もう一度確認してください"),
    "case.photo_restored": mark("写真を届いたときの枠に戻しました"),
    "case.noted": mark("メモを残しました"),
    "case.batch_undone": mark("件の判断を取り消しました"),
    "view.saved": mark("一覧の条件を保存しました"),
    "view.removed": mark("一覧の条件を削除しました"),
    "account.password_set": mark("パスワードと認証アプリを設定しました"),
    "account.passkey_added": mark("パスキーを追加しました"),
    "account.passkey_removed": mark("パスキーを削除しました"),
    "account.sessions_ended": mark("ほかの端末のサインインを終了しました"),
    "account.signed_out": mark("サインアウトしました"),
    "staff.disabled": mark("アカウントを停止しました"),
    "staff.sessions_ended": mark("サインインを終了しました"),
    "staff.unlinked": mark("認証サービスとの結び付きを外しました"),
    "staff.enabled": mark("アカウントの停止を解除しました"),
    "staff.role_changed": mark("役割を変更しました"),
    "device.changed": mark("端末の設定を変更しました"),
    "packet.accepted": mark("隔離したデータを受け入れました。まもなく申請の一覧に出ます"),
    "device.revoked": mark("端末を失効させました"),
    "booking.made": mark("予約しました。番号を本人に伝えてください"),
    "booking.released": mark("件の予約を来場なしとし、枠を空けました"),
    "booking.restored": mark("件の予約を元に戻しました"),
    "booking.restored_partly": mark("件の予約を元に戻しました。ほかの枠は、もう次の人で埋まっています"),
    "mail.asked": mark("お知らせメールをお送りします"),
    "mail.stopped": mark("お知らせメールをやめ、アドレスを消しました"),
    "mail.again": mark("メールをもう一度送ります"),
    "visit.drawn": mark("件の訪問を作りました"),
    "visit.drawn_back": mark("件の訪問を取り消しました"),
    "visit.undone": mark("取り消して、元に戻しました"),
    "visit.changed": mark("訪問の内容を変更しました"),
    "refused.my_number": mark("個人番号では検索できません。入力した番号は保存していません。"),
    "rules.activated": mark("決まりを有効にする日を決めました"),
    "rules.asked": mark("有効化を求めました。別の管理者の確認を待ちます"),
    "rules.withdrawn": mark("取り下げました"),
    "unit.merged": mark("所属を統合しました"),
    "unit.removed": mark("所属をなくしました"),
    "unit.restored": mark("所属を元に戻しました"),
    "saved": mark("保存しました"),
}
