"""What a technician does about a code of the kiosk, in Japanese and English: what `demado-kiosk doctor` advises."""

from __future__ import annotations

from hardware.advice import Words

_CONNECT = Words("市区町村の回線に一度つないでください。", "Connect to the office once.")
_UNLOAD = Words(
    "回線につなぐか、USBメモリーへ書き出してください（demado-kiosk export）。",
    "Connect to the office, or export to a USB stick (demado-kiosk export).",
)
_SUPPORT = Words(
    "使用をやめ、データフォルダーを複製して、保守担当へ連絡してください。",
    "Stop, copy the data folder, call support: sealed packets may still be saved.",
)
_FOLDER_FILE = Words(
    "データフォルダーのファイルを読み書きできません。サービスの利用者のものか、読み取り専用になっていないか確かめてください。",
    "A file of the data folder cannot be used. Check that it belongs to the service's user and is not read-only.",
)
_ENROL_ANEW = Words(
    "未送信の申請をdemado-kiosk exportで書き出してから、登録し直してください（demado-kiosk enrol）。",
    "Export what is unsent (demado-kiosk export), then enrol the device anew (demado-kiosk enrol TICKET).",
)
_AGAIN = Words("サービスを起動し直して、もう一度お試しください。", "Start the service again, then try once more.")
_ADVICE = {
    "device.not_enrolled": Words(
        "管理画面の端末登録コードを読み取ってください（demado-kiosk enrol）。",
        "Scan the enrolment code of the office's console (demado-kiosk enrol TICKET).",
    ),
    "device.erased": Words(
        "市区町村がこの端末の登録を終了し、データは消去されました。使うには登録し直してください。",
        "The office revoked this device and its data was destroyed. Enrol it anew to use it.",
    ),
    "visit.none": Words(
        "管理画面でこの端末を訪問に割り当て、一度回線につないでください。",
        "Assign this device to a visit in the console, then connect it once.",
    ),
    "visit.old": _CONNECT,
    "clock.never_heard": _CONNECT,
    "clock.wrong": Words(
        "端末の時計を合わせてください。受付記録は市区町村の時刻で記録されています。",
        "Set the wall clock. Records are not affected: they carry the office's time.",
    ),
    "clock.impossible": Words(
        "端末の日付を合わせ、一度回線につないでください。",
        "Set the date of the machine, then connect to the office once.",
    ),
    "parking.no_memory": Words(
        "中断した受付は、サービスが止まると失われます。鍵を置くメモリー上の場所（tmpfs）がありません。"
        "ユニットファイルの RuntimeDirectory か、DEMADO_KIOSK_PARKED_KEY_FOLDER を確かめてください。",
        "Parked intakes will not survive a crash: there is no folder in memory (tmpfs) for their key. See "
        "RuntimeDirectory in the unit file, or DEMADO_KIOSK_PARKED_KEY_FOLDER.",
    ),
    "parking.off": Words(
        "設定（DEMADO_KIOSK_KEEP_PARKED=false）により、中断した受付はサービスが止まると失われます。",
        "By DEMADO_KIOSK_KEEP_PARKED=false parked intakes will not survive a crash of the service.",
    ),
    "outbox.folder": Words(
        "データフォルダーを使えません。DEMADO_KIOSK_DATA の場所があり、サービスの利用者のもので、"
        "ディスクがつながっているか確かめてください。",
        "Check that the folder of DEMADO_KIOSK_DATA exists, belongs to the service's user, and its disk is mounted.",
    ),
    "outbox.folder_open": Words(
        "ほかの利用者がデータフォルダーを読めます。chmod 700 で閉じてください。",
        "Others can read the data folder: close it with chmod 700.",
    ),
    "outbox.file": _FOLDER_FILE,
    "outbox.read_only": _FOLDER_FILE,
    "outbox.disk": Words(
        "ディスクが読み書きできません。受付を止め、ディスクを調べてください（dmesg、smartctl）。",
        "The disk fails. Stop intake and examine it (dmesg, smartctl).",
    ),
    "outbox.disk_full": _UNLOAD,
    "outbox.disk_low": _UNLOAD,
    "outbox.too_many_unsent": _UNLOAD,
    "outbox.full": _UNLOAD,
    "outbox.many_unsent": _UNLOAD,
    "outbox.long_unsent": _UNLOAD,
    "outbox.refused": Words(
        "管理画面の隔離一覧で理由を確かめてください。申請はこの端末に残っています。",
        "See the reason at the console's quarantine desk; the applications stay on this device.",
    ),
    "outbox.in_use": Words(
        "ほかのプログラムが使っています。キオスクのサービスを止めるか、その画面から行ってください。",
        "Another program uses it. Stop the kiosk service, or use its screens.",
    ),
    "outbox.busy": Words(
        "ほかのプログラムがデータベースを開いています。閉じてから、もう一度お試しください。",
        "Another program has the database open. Close it and try again.",
    ),
    "outbox.identity": _ENROL_ANEW,
    "outbox.key_missing": _ENROL_ANEW,
    "outbox.key_damaged": _ENROL_ANEW,
    "outbox.key_open": Words(
        "ほかの利用者が端末の鍵を読めます。chmod 600 で閉じてください。",
        "Others can read the device's key: close it with chmod 600.",
    ),
    "outbox.card_trust": _CONNECT,
    "outbox.frame_damaged": _SUPPORT,
    "outbox.database": _SUPPORT,
    "outbox.corrupt": _SUPPORT,
    "outbox.closed": _AGAIN,
    "outbox.fault": _AGAIN,
    "disk": _UNLOAD,
    "unsent": _UNLOAD,
    "oldest": _UNLOAD,
    "bundle": _CONNECT,
    "refused": Words(
        "職員画面の「受け取られなかったもの」で理由を確かめ、市区町村へ連絡してください。",
        "See the quarantine on the staff screen and ask the office about the reasons.",
    ),
    "uplink.unreachable": Words("回線を確かめてください。受付は続けられます。", "Check the line. Intake can go on."),
    "uplink.not_the_office": Words(
        "別の装置（ログイン画面など）が応答しています。回線を確かめてください。",
        "Something else answers, such as a network's sign-in page. Check the line.",
    ),
    "device.unknown": Words("市区町村へ連絡してください。", "Call the office: it does not know this device."),
    "device.revoked": Words("市区町村へ連絡してください。", "Call the office: this device has been revoked."),
}


_CALL = Words("コードを市区町村へ伝えてください。", "Tell the office this code.")
_BY_AREA = {
    "outbox": _SUPPORT,
    "uplink": Words("回線を確かめてください。受付は続けられます。", "Check the line. Intake can go on."),
    "office": Words("しばらく待ってください。自動でつなぎ直します。", "Wait: the kiosk tries again by itself."),
}


def advice(code: str) -> Words:
    """By the code; for one that is not listed by its first word, for the rest the office."""
    return _ADVICE.get(code) or _BY_AREA.get(code.partition(".")[0], _CALL)
