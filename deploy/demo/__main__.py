"""`make demo`: back office and kiosk with simulated devices and made-up people, until Ctrl-C.

`make demo ARGS=--headless` carries one whole intake through both services over HTTP, prints each step with its time,
checks the case in the office, and exits 0; any failure exits 1 with the reason.
"""

from __future__ import annotations

import argparse
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2

from deploy.demo import intake
from deploy.demo.processes import DemoFailed, wait_for
from deploy.demo.stage import CARD_PIN, Stage, open_stage


def main() -> int:
    """0 when everything asked for has happened."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="demado-demo-") as scratch:
        try:
            with _timed("事務局と受付機を用意 / office and kiosk set up"):
                stage = open_stage(
                    Path(scratch), office_port=options.office_port, kiosk_port=options.kiosk_port,
                    dock=not options.headless,
                )  # fmt: skip
                ready = stage.__enter__()
            try:
                return _headless(ready) if options.headless else _interactive(ready)
            finally:
                stage.__exit__(None, None, None)
        except (DemoFailed, httpx2.HTTPError) as error:
            print(f"\n失敗 / failed: {error}", file=sys.stderr)
            return 1
        except KeyboardInterrupt:
            return 0 if not options.headless else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--headless", action="store_true", help="one whole intake by itself, then exit")
    parser.add_argument("--office-port", type=int, default=8500)
    parser.add_argument("--kiosk-port", type=int, default=8400)
    return parser


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begun = time.monotonic()
    yield
    print(f"{time.monotonic() - begun:7.2f} s  {what}", flush=True)


def _headless(stage: Stage) -> int:
    begun = time.monotonic()
    if stage.card is None:
        print(f"           カードなし / no card: {stage.card_trouble}")
    with closing(intake.Kiosk(stage.kiosk_url)) as kiosk, closing(intake.Console(stage.office_url)) as console:
        _carry(stage, kiosk, console)
    print(f"{time.monotonic() - begun:7.2f} s  合計 / in total。1件が紙から決裁まで届きました")
    return 0


def _carry(stage: Stage, kiosk: intake.Kiosk, console: intake.Console) -> None:
    with _timed("受付機: 言語から写真まで / kiosk: language, notice, form QR, card, person, photo"):
        intake.apply(kiosk, with_card=stage.card is not None)
    with _timed("タブレット: 本人確認書類と受取条件 / tablet: documents, conditions, method"):
        intake.attend(stage.kiosk_url, stage.attendants[0])
    with _timed("受付機: 確認して封印 / kiosk: review, sealed"):
        sealed = intake.confirm(kiosk)
    with _timed("送信と署名付き受領書 / sent, signed receipt, erased"):
        kiosk.until("the office has signed for it", lambda state: state["step"] != "sealed" or bool(state["sent"]))
    with _timed("事務局: 職員登録 / office: first administrator signs in"):
        console.join(stage, secrets.token_urlsafe(intake.PASSWORD_BYTES))
    with _timed(f"事務局: 受付票 {sealed['slip']} を開いて承認 / office: case opened and approved"):
        case = console.find_case(str(sealed["slip"]))
        _check_photo(console, case)
        console.approve(case)
    with _timed("収支: 受付 = 受領 = 消去 / balance: captured = received = erased"):
        wait_for("the balance closes", lambda: _balanced(stage), seconds=20, pause=0.5)


def _check_photo(console: intake.Console, case: str) -> None:
    photo = console.get(f"/cases/{case}/photo")
    if not photo.content.startswith(b"\xff\xd8"):
        raise DemoFailed("the case's photo is not a JPEG")


def _balanced(stage: Stage) -> bool:
    found = stage.shell.run("demado-kiosk", "balance")
    return found["captured"] == found["received"] == found["erased"] == 1


def _interactive(stage: Stage) -> int:
    people = "\n".join(f"        {person.name}  {person.role:<11} PIN {person.pin}" for person in stage.attendants)
    print(f"""
  出窓 Demado ― デモ / demo（人物・予約はすべて架空 / all people are invented）

    受付機 / kiosk          {stage.kiosk_url}/
    職員タブレット / tablet  {stage.kiosk_url}/attendant
{people}
    呼出表示 / display      {stage.kiosk_url}/display
    開発用ドック / dock      {stage.kiosk_url}/dock
        ↑ カード・カメラ・プリンター・回線を操る / cards (one is in, PIN {CARD_PIN}), cameras, printer, line
    事務局 / back office    {stage.invitation}
        ↑ 最初の管理者の登録リンク（一度だけ） / first administrator, one-time link; afterwards {stage.office_url}/

    終了は Ctrl-C / stop with Ctrl-C
""")
    while True:
        if not stage.kiosk.running:
            raise DemoFailed(f"{stage.kiosk.name} ended:\n{stage.kiosk.tail()}")
        if not stage.office.running:
            print(
                "  事務局が止まりました。受付は続けられます。20秒後に事務局を再開します / office gone, back in 20 s",
                flush=True,
            )
            time.sleep(20)
            stage.restart_office()
            print("  事務局を再開しました / office is back", flush=True)
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
