"""Words of refusals: one sentence for each stable code."""

from __future__ import annotations

from hardware.qr import QrHint
from kiosk.desk import ScanView
from kiosk.flow import Step
from kiosk.web.texts import N_
from kiosk.web.words.answers import ANSWER_REFUSALS
from kiosk.web.words.photo import PHOTO_REFUSALS
from kiosk.web.words.reading import HINTS, SHOW_BOOKING, WRONG_CODES
from kiosk.web.words.venue import VENUE_REFUSALS

REFUSALS: dict[str, str] = {
    "flow.out_of_step": N_("画面が切り替わっていました。もう一度お試しください"),
    "flow.closed": N_("すでに確定しています"),
    "flow.step_open": N_("この画面の入力がまだ終わっていません"),
    "flow.nothing_before": N_("最初の画面です"),
    "consent.notice_changed": N_("説明が新しくなりました。もう一度お読みください"),
    "form_id.my_number": N_("12桁の番号はマイナンバーです。ここには入力しないでください。申請書IDは23桁です"),
    "text.my_number": N_("マイナンバー(12桁)は入力しないでください。どこにも保存していません"),
    "form_id.not_digits": N_("申請書IDは数字だけです"),
    "form_id.length": N_("申請書IDは23桁です。桁数が合いません"),
    "form_id.twice_different": N_("2回の入力が違います。もう一度、用紙を見ながら入力してください"),
    "form.kind_unknown": N_("申請書の渡し方を選んでください"),
    "birth.in_future": N_("これから先の日付です。生年月日をもう一度入力してください"),
    "birth.too_long_ago": N_("生年月日をもう一度確かめてください"),
    "date.unreadable": N_("生年月日を年・月・日で入力してください"),
    "date.impossible": N_("その日付はありません。もう一度確かめてください"),
    "date.before_era": N_("その元号にない年です。元号を確かめてください"),
    "date.past_era": N_("その元号にない年です。元号を確かめてください"),
    "date.before_meiji": N_("生年月日をもう一度確かめてください"),
    "date.unknown_era": N_("元号か西暦を選んでください"),
    "home.unknown": N_("一覧にない市区町村です。もう一度選んでください"),
    "photo.under_way": N_("撮影中です"),
    "photo.no_picture": N_("カメラの映像がありません。職員をお呼びください"),
    "photo.no_file": N_("この写真は使えません。もう一度撮影してください"),
    "photo.nothing_taken": N_("先に撮影してください"),
    "photo.not_accepted": N_("この写真をそのまま使うには、職員の確認が必要です"),
    "card.reading": N_("カードを読んでいます。少しお待ちください"),
    "card.nothing_read": N_("先にカードを読み取ってください"),
    "pin.form": N_("暗証番号は4桁の数字です"),
    "pin.not_now": N_("いまは暗証番号を確かめられません"),
    "pin.last_try": N_("次にまちがえるとロックされます。続けるには確認の欄を選んでください"),
    "review.incomplete": N_("まだ終わっていないところがあります"),
    "review.not_changeable": N_("ここは変更できません"),
    "attendant.too_early": N_("生年月日とお住まいの市区町村が入力されてから記録できます"),
    "attendant.not_municipal_staff": N_("本人確認を記録できるのは市区町村の職員だけです"),
    "attendant.helper": N_("案内の方は受付を完了できません。職員に引き継いでください"),
    "attendant.part_open": N_(
        "書類か質問が残っています。このまま終えると、窓口での受け取りになります。よければ、下の欄を選んでからもう一度押してください"
    ),
    "attendant.not_signed_in": N_("サインインしてください"),
    "attendant.locked": N_("画面をロックしています。PINを入れてください"),
    "sign_in.wrong": N_("PINが違います"),
    "sign_in.locked": N_("続けてまちがえたため、しばらくサインインできません。数分後にお試しください"),
    "document.unknown": N_("このルールにない書類です"),
    "document.other_person": N_("この方には必要のない書類です"),
    "document.twice": N_("同じ書類が2回あります"),
    "answer.unknown": N_("この方には尋ねない質問です"),
    "desk.busy": N_("いま別の方が使っています"),
    "desk.nobody_here": N_("いま受付中の方はいません"),
    "desk.not_parked": N_("その番号の中断した受付はありません"),
    "desk.sealing": N_("保存しています。少しお待ちください"),
    "desk.not_sealed": N_("まだ保存されていません"),
    "slip.unknown": N_("その番号の受付票はありません"),
    "slip_number.invalid": N_("受付番号の形が違います。受付票の番号を確かめてください"),
    "slip_number.check_digit": N_("受付番号がまちがっています。受付票の番号を確かめてください"),
    "outbox.disk_low": N_("保存する場所が足りません。内容は消えていません。職員をお呼びください"),
    "outbox.disk_full": N_("保存する場所が足りません。内容は消えていません。職員をお呼びください"),
    "outbox.too_many_unsent": N_("保存する場所が足りません。内容は消えていません。職員をお呼びください"),
    "outbox.fault": N_("保存できませんでした。内容は消えていません。もう一度押すか、職員をお呼びください"),
    "usb.not_there": N_("USBメモリが見つかりません。挿し直してから、もう一度お試しください"),
    "usb.no_room": N_("USBメモリの空きが足りません。空きのあるものに替えてください"),
    "usb.write_failed": N_("USBメモリに書き込めませんでした。別のものでお試しください。申請は端末に残っています"),
    "usb.reads_back_differently": N_(
        "書いた内容を読み返すと違っていました。このUSBメモリは使わないでください。申請は端末に残っています"
    ),
    "usb.changed_meanwhile": N_("書き出している間に、市役所が受け取りました。もう一度書き出してください"),
    "usb.other_device": N_("ほかの端末の受領書です。この端末では使えません"),
    "usb.not_receipts": N_("市役所の受領書ではありません"),
    "usb.receipt_unknown": N_("この端末が封緘していない申請の受領書です。何も消していません"),
    "usb.receipt.forged": N_("市役所の署名を確かめられません。何も消していません"),
    "dock.card": N_("カード読み取り機が使えません。確かめずに進めます。"),
    "request.elsewhere": N_("この画面は、キオスク本体でだけ開けます。職員の方は「/attendant」を開いてください"),
    "http.404": N_("このページはありません"),
    "http.405": N_("このページはありません"),
    "request.csrf": N_("画面が古くなっていました。もう一度お試しください"),
    "request.malformed": N_("入力を読み取れませんでした。もう一度お試しください"),
}
REFUSALS |= PHOTO_REFUSALS
REFUSALS |= ANSWER_REFUSALS
REFUSALS |= VENUE_REFUSALS
REFUSALS |= {f"form_code.{kind}": text for kind, text in WRONG_CODES.items()}
_REFUSED = N_("いまはできません。職員をお呼びください")


def scan_words(view: ScanView, step: Step) -> tuple[str, bool]:
    """What to say of the code before the camera, and whether something is wrong with it."""
    if view.refused is not None:
        return refusal(view.refused), True
    if view.wrong is not None:
        return WRONG_CODES[view.wrong], True
    booking = step is Step.BOOKING and view.hint is QrHint.NONE
    return SHOW_BOOKING if booking else HINTS[view.hint], False


def refusal(code: str) -> str:
    """The sentence for a refusal's code."""
    if code in REFUSALS:
        return REFUSALS[code]
    area = code.partition(".")[0]
    return REFUSALS["outbox.fault"] if area == "outbox" else _REFUSED
