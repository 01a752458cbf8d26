"""The rules page: an administrator sends a file, sees what would change, and lets it hold from a day."""

from __future__ import annotations

from datetime import timedelta

from backoffice.rules import service
from backoffice.staff.authorisation import Role
from tests.backoffice.console import Browser, Console
from tests.backoffice.rules.files import COUNTER_ONLY, TWO_FOR_RULES, rule_file
from tests.factories import identity_check, shown


def send(browser: Browser, text: str | bytes) -> str:
    """Upload; the address of the file's page."""
    data = text.encode() if isinstance(text, str) else text
    answer = browser.post("/rules", files={"file": ("own.toml", data, "application/toml")})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_a_rule_set_from_the_file_to_the_case_page(console: Console) -> None:
    """The example is said to be one; a file is sent, compared, put into force; cases taken then are read by it."""
    administrator = console.sign_in(Role.ADMINISTRATOR)
    assert "付属の「例」です" in administrator.get("/rules").text
    renamed = ('code = "driving_licence", class = "A"', 'code = "licence_card", class = "A"')
    page = send(administrator, rule_file(COUNTER_ONLY, renamed))
    seen = administrator.get(page).text
    assert "運転免許証と旅券" in seen.split("変わらない例")[0]
    assert "この決まりにない書類: driving_licence" in seen
    assert "licence_card" in seen
    today = service.today(console.office.clock())
    answer = administrator.post(f"{page}/activate", {"day": today.isoformat()})
    assert answer.headers["location"] == "/rules"
    listed = administrator.get("/rules").text
    assert "付属の「例」です" not in listed
    assert "fukushima-1" in listed
    assert administrator.get(f"{page}/rules.toml").text == rule_file(COUNTER_ONLY, renamed)
    case = console.case(identity=identity_check(shown("driving_licence"), shown("licence_card")))
    documents = administrator.get(f"/cases/{case}").text.split('class="table documents"')[1]
    assert "driving_licence" in documents
    assert "運転免許証" in documents


def test_the_page_says_every_wrong_line_in_the_readers_language(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    wrong = rule_file(
        ("photo_from_age = 1", "photo_from_age = -1"), ("example = false", "example = 3\nsurprise = 1")
    ).encode()
    answer = administrator.post("/rules", files={"file": ("own.toml", wrong, "application/toml")})
    assert answer.status_code == 422
    assert "0以上にしてください" in answer.text
    assert "知らない項目です" in answer.text
    assert '<td class="right number">8</td><td><code class="where">surprise</code>' in answer.text
    broken = administrator.post(
        "/rules", files={"file": ("own.toml", b"id = ", "application/toml")}, headers={"Accept-Language": "en"}
    )
    assert "Not readable as TOML" in broken.text
    assert administrator.post("/rules", files={"file": ("x.toml", b"#" * 205_000)}).status_code == 413


def test_a_day_that_cannot_be_is_said_beside_the_form(console: Console) -> None:
    administrator = console.sign_in(Role.ADMINISTRATOR)
    page = send(administrator, rule_file(code="days"))
    past = service.today(console.office.clock()) - timedelta(days=1)
    for day, words in ((past.isoformat(), "過ぎた日"), ("2019-05-01", "過ぎた日"), ("soon", "有効にする日を入れて")):
        answer = administrator.post(f"{page}/activate", {"day": day})
        assert (answer.status_code, words in answer.text) == (422, True)


def test_two_administrators_where_the_rules_ask(console: Console) -> None:
    first, second = console.sign_in(Role.ADMINISTRATOR), console.sign_in(Role.ADMINISTRATOR)
    today = service.today(console.office.clock()).isoformat()
    first.post(f"{send(first, rule_file(TWO_FOR_RULES, code='strict'))}/activate", {"day": today})
    lax = send(first, rule_file(code="lax"))
    assert "別の管理者の確認" in first.get(lax).text
    first.post(f"{lax}/activate", {"day": today})
    assert "二人目として確認" not in first.get("/rules").text
    page = second.get("/rules").text
    confirm = page.split('action="/rules/activations/')[1].split('"')[0]
    assert first.post(f"/rules/activations/{confirm}").status_code == 409
    assert second.post(f"/rules/activations/{confirm}").status_code == 303
    assert "lax" in second.get("/rules").text
