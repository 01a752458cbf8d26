"""The audit log in words: what was done, who acted when it was no person, and what an entry is about."""

from __future__ import annotations

from typing import Final

from backoffice.web.language import mark

AUDIT_ACTIONS: Final = {
    "attendant.added": mark("会場の職員を追加"), "attendant.removed": mark("会場の職員を削除"),
    "mail.again": mark("メールをもう一度送る"),
    "visit.moved": mark("訪問の日を移動"), "template.made": mark("訪問のひな形を作成"),
    "template.drawn": mark("ひな形から訪問を作成"), "template.ended": mark("訪問のひな形を終了"),
    "list.exported": mark("一覧を保存"), "booking.came": mark("来場なしの人が来場"),
    "audit.exported": mark("監査記録を保存"), "booking.cancelled": mark("予約を取り消し"), "booking.made": mark("予約"),
    "booking.waits": mark("予約の順番待ち"), "booking.moved": mark("予約の時刻を変更"),
    "booking.no_show": mark("来場なしを記録"), "booking.restored": mark("来場なしを取り消し"),
    "case.received": mark("申請を受信"), "case.received_again": mark("同じ申請を再び受信"),
    "case.approved_first": mark("申請を承認(一人目)"), "case.approved": mark("申請を承認"),
    "case.returned": mark("申請を差し戻し"), "case.reopened": mark("申請を確認待ちへ"),
    "case.undone": mark("操作を取り消し"), "case.exported": mark("申請の一覧を保存"), "case.opened": mark("申請を閲覧"),
    "case.escalated": mark("責任者に相談"), "case.duplicate": mark("重複とした申請"), "case.noted": mark("申請にメモ"),
    "case.handed_over": mark("申請を引き渡し"), "case.told": mark("申請者に渡す紙を表示"),
    "case.erased": mark("保存期間の過ぎた情報を消去"),
    "names.erased": mark("保存期間の過ぎた予約・名簿の氏名を消去"),
    "case.batch_decided": mark("申請をまとめて判断"), "case.batch_undone": mark("まとめた判断を取り消し"),
    "view.saved": mark("一覧の条件を保存"), "view.removed": mark("一覧の条件を削除"),
    "case.photo_recropped": mark("写真の枠を切り直し"), "case.photo_restored": mark("写真の枠を戻した"),
    "case.photo_replaced": mark("新しい写真を受信"),
    "case.photo_opened": mark("写真を閲覧"),
    "device.assigned": mark("端末を訪問に割り当て"), "device.enrolled": mark("端末を登録"),
    "device.renamed": mark("端末の名前を変更"),
    "device.described": mark("端末の備品番号・メモを変更"), "device.ticket_issued": mark("端末の登録コードを発行"),
    "device.usb_imported": mark("USBの申請を取り込み"),
    "device.revoked": mark("端末を失効"), "device.lost": mark("端末の紛失を記録"),
    "municipality.added": mark("市区町村を追加"), "municipality.changed": mark("市区町村の内容を変更"),
    "organisation.added": mark("団体を追加"), "organisation.changed": mark("団体の内容を変更"),
    "unit.added": mark("所属を追加"), "unit.changed": mark("所属を変更"), "unit.merged": mark("所属を統合"),
    "unit.removed": mark("所属をなくした"), "unit.restored": mark("所属を元に戻した"),
    "roster.received": mark("名簿のファイルを受け取り"), "roster.started": mark("名簿の取り込みを開始"),
    "roster.imported": mark("名簿を取り込み"), "roster.discarded": mark("名簿のファイルを消去"),
    "packet.quarantined": mark("封緘データを隔離"), "packet.received": mark("封緘データを受信"),
    "packet.opened": mark("封緘データを開封"), "packet.accepted": mark("隔離した封緘データを受け入れ"),
    "rules.uploaded": mark("決まりのファイルを受け取り"), "rules.asked": mark("決まりの有効化を依頼"),
    "rules.activated": mark("決まりを有効化"), "rules.withdrawn": mark("決まりの有効化を取り下げ"),
    "staff.added": mark("職員を追加"), "staff.disabled": mark("職員を停止"), "staff.enabled": mark("職員の停止を解除"),
    "staff.invited": mark("招待リンクを発行"), "staff.passkey_added": mark("パスキーを追加"),
    "staff.passkey_removed": mark("パスキーを削除"), "staff.password_set": mark("パスワードを設定"),
    "staff.recovery_code_used": mark("回復コードを使用"), "staff.recovery_codes_made": mark("回復コードを作成"),
    "staff.role_changed": mark("役割を変更"), "staff.sessions_ended": mark("ほかの端末のサインインを終了"),
    "staff.provider_linked": mark("認証サービスの利用者を結び付け"),
    "staff.provider_unlinked": mark("認証サービスの利用者を切り離し"),
    "staff.provider_refused": mark("認証サービスからのサインインを断った"),
    "staff.sign_in_failed": mark("サインインに失敗"), "staff.signed_in": mark("サインイン"),
    "visit.planned": mark("訪問を計画"), "visit.talking": mark("訪問の打ち合わせへ"),
    "visit.confirmed": mark("訪問を確定"), "visit.day": mark("訪問の当日を開始"), "visit.closed": mark("訪問を終了"),
    "visit.cancelled": mark("訪問を中止"), "visit.rules_changed": mark("訪問の決まりを変更"),
    "visit.agenda_changed": mark("打ち合わせの記録を変更"), "visit.equipment_changed": mark("持ち物の一覧を変更"),
    "visit.frame_changed": mark("訪問の設定を変更"), "visit.reworded": mark("訪問の名前を変更"),
    "visit.place_renamed": mark("会場の名前を変更"), "visit.place_removed": mark("会場を削除"),
    "visit.place_added": mark("会場を追加"),
    "visit.hours_opened": mark("受付時間を追加"), "visit.hours_closed": mark("受付時間を削除"),
}  # fmt: skip

# Who acted when it was no person, and what an entry is about; ids follow in the list.
AUDIT_ACTORS: Final = {
    "system": mark("自動処理"), "provider": mark("認証サービス"), "employee": mark("予約ページの本人"),
    "command": mark("コマンド"), "demo": mark("デモの準備"), "device": mark("端末"), "worker": mark("自動処理"),
}  # fmt: skip
AUDIT_SUBJECTS: Final = {
    "list": mark("一覧"), "mail": mark("メール"), "template": mark("訪問のひな形"),
    "booking": mark("予約"), "case": mark("申請"), "code": mark("登録コード"), "device": mark("端末"),
    "municipality": mark("市区町村"), "organisation": mark("団体"), "unit": mark("所属"), "packet": mark("封緘データ"),
    "roster": mark("名簿"), "rules": mark("決まり"), "staff": mark("職員"), "visit": mark("訪問"),
    "batch": mark("まとめた判断"), "view": mark("一覧の条件"),
}  # fmt: skip
