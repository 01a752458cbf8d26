"""Words of the venue's board: papers, and what goes wrong between kiosks."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.web.hall.papers import Paper
from kiosk.web.texts import N_

PAPERS: Mapping[Paper, str] = {
    Paper.FORM: N_("申請書"),
    Paper.ENVELOPE: N_("封をしたままの封筒"),
    Paper.PIN_REQUEST: N_("暗証番号設定依頼書(封をしたもの)"),
    Paper.NUMBER_PAPER: N_("通知カード・個人番号通知書"),
    Paper.OLD_CARD: N_("いまのマイナンバーカード"),
    Paper.JUKI_CARD: N_("住民基本台帳カード"),
    Paper.LOSS_REPORT: N_("紛失届"),
    Paper.PHOTO_STATEMENT: N_("個人番号カード顔写真証明書"),
    Paper.GIFT: N_("渡した記念品"),
    Paper.REISSUE: N_("申請書の再発行が必要な方"),
}
VENUE_REFUSALS: dict[str, str] = {
    "desk.held": N_("職員のタブレットで受け付けています"),
    "desk.not_held": N_("この画面は、いまこのタブレットのものではありません"),
    "slip.several": N_("同じ番号が複数のキオスクにあります。番号をすべて入力してください"),
    "papers.not_a_number": N_("数は数字で入力してください"),
    "queue.empty": N_("待っている方はいません"),
    "queue.unknown": N_("その番号は今日の一覧にありません"),
    "queue.not_waiting": N_("その番号は、いまその操作ができません"),
    "queue.full": N_("これ以上番号を出せません"),
    "pairing.unreadable": N_("コードを読み取れません。アドレスとコードをもう一度確かめてください"),
    "pairing.not_local": N_("会場のネットワークの外のアドレスです。使えません"),
    "pairing.unknown_code": N_("コードが違うか、期限が切れています。新しいコードを表示してください"),
    "pairing.other_visit": N_("別の訪問のキオスクです。つなげません"),
    "pairing.itself": N_("このキオスク自身のコードです"),
    "pairing.other_certificate": N_("証明書の指紋がコードと違います。つながず、ネットワークを確かめてください"),
    "pairing.no_answer": N_("キオスクと通信できません。電源とネットワークを確かめてください"),
    "pairing.refused": N_("キオスクに断られました。もう一度つないでください"),
    "pairing.no_lan": N_("このキオスクは、会場のネットワークを使わない設定です"),
    "pairing.leads": N_("そのキオスクは、すでにほかのキオスクをまとめています"),
    "pairing.unknown_kiosk": N_("そのキオスクは一覧にありません"),
}
