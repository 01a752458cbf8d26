"""Turning a template into a page. Every console module uses this and nothing else to answer a browser.

    return render(request, "visits/list.html", visits=found)

Templates lie in `web/templates/<room>/` and extend `base.html`. They have at hand: `_("日本語の文")` and `ngettext`,
`signed` (None before sign-in), `csrf_field()` for every form, `language`, the filters of `web.formats` (`moment`,
`short_moment`, `clock`, `day`), `asset("console.css")`, and the macros of `parts.html`. English goes into
`web/locale/en/<room>.po`. Pages are never stored by the browser (personal data; back button after sign-out).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from functools import cache, partial
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from backoffice.web import formats
from backoffice.web.access import Signed, SignedIn, may, secure
from backoffice.web.assets import address
from backoffice.web.fields import field_of
from backoffice.web.forgery import form_token
from backoffice.web.furigana import with_readings
from backoffice.web.language import COOKIE as LANGUAGE_COOKIE
from backoffice.web.language import chosen, offered, texts
from backoffice.web.navigation import entries
from backoffice.web.notices import NOTICES
from backoffice.web.wordings import words_of
from schemas.ids import ApplicationFormId
from schemas.language import Language

__all__ = ["Signed", "SignedIn", "forward", "is_fragment", "may", "render"]

_NOTICE: Final = "demado_notice"
_NOTICE_FORM: Final = re.compile(
    r"(?P<name>[a-z_.]+)\|(?P<subject>[A-Za-z0-9-]*)\|(?P<undo>(/[a-z0-9-]+)*)\|(?P<version>\d+)"
)


@cache
def environment(language: Language) -> Environment:
    """The templates in one language."""
    made = Environment(
        loader=PackageLoader("backoffice.web"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.i18n"],
    )  # fmt: skip
    catalogue = texts(language)
    made.install_gettext_callables(catalogue.ugettext, catalogue.ungettext, newstyle=True)  # type: ignore[attr-defined]
    for name in ("moment", "short_moment", "clock", "day", "today", "weekday"):
        made.filters[name] = partial(getattr(formats, name), language=language)
    made.filters["span"] = formats.span
    made.filters["counted"] = formats.counted
    made.filters["thousands"] = "{:,}".format
    made.filters["browser"] = formats.browser
    made.filters["translated"] = catalogue.ugettext  # for texts in variables: `_()` takes its text as safe markup
    made.filters["worded"] = lambda value: catalogue.ugettext(words_of(value))
    made.filters["known"] = lambda value, table: catalogue.ugettext(table[value]) if value in table else value
    made.filters["grouped"] = lambda form: ApplicationFormId(form).grouped()
    made.filters["in_language"] = lambda wording: wording[language]
    made.filters["readings"] = lambda text: Markup(with_readings(str(escape(text))))  # noqa: S704 – escaped before
    made.globals["asset"] = address
    return made


def render(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """A page or fragment in the reader's language."""
    language = chosen(request)
    signed: Signed | None = getattr(request.state, "signed", None)
    token = form_token(request)
    values: dict[str, Any] = {
        "request": request, "signed": signed, "language": language, "languages": offered(request),
        "navigation": entries(request, signed) if signed else [], "csrf": token.value,
        "csrf_field": lambda: _form_fields(token.value, signed),
        "notice": _notice(request), "wrong_field": field_of(context.get("error")),
    }  # fmt: skip
    body = environment(language).get_template(template).render({**values, **context})
    if language is Language.JA_EASY:
        body = with_readings(body)
    answer = HTMLResponse(body, status_code=status, headers={"Vary": "Cookie, Accept-Language"})
    token.keep(answer, secure=secure(request))
    if values["notice"]:
        answer.delete_cookie(_NOTICE)
    return answer


def _form_fields(token: str, signed: Signed | None) -> Markup:
    """What every form carries: the token, and for somebody signed in a mark of its own (`web.drafts`)."""
    fields = Markup('<input type="hidden" name="csrf" value="{}">').format(token)
    if signed is None:
        return fields
    return fields + Markup('<input type="hidden" name="once" value="{}">').format(secrets.token_urlsafe(12))


def carried_out(request: Request, to: str) -> None:
    """A post that answers with a page of its own, shown this once: sent again it leads to another one."""
    request.state.forwarded = to


def forward(
    request: Request, to: str, *, notice: str | None = None, subject: str = "", undo: str = "", version: int = 0
) -> Response:
    """After a post: show another page (303), with a notice from `notices.py` once.

    `subject`: what it was about. `undo`: where a post with `version` takes it back; the notice then offers that.
    """
    request.state.forwarded = to
    if "hx-request" in request.headers:
        answer = Response(status_code=204, headers={"HX-Redirect": to})
    else:
        answer = RedirectResponse(to, status_code=303)
    if notice is not None:
        assert notice in NOTICES
        answer.set_cookie(
            _NOTICE,
            f"{notice}|{subject}|{undo}|{version}",
            max_age=60,
            httponly=True,
            samesite="lax",
            secure=secure(request),
        )
    return answer


def is_fragment(request: Request) -> bool:
    """True when htmx asks for a part of a page."""
    return "hx-request" in request.headers


def _notice(request: Request) -> Mapping[str, str] | None:
    found = _NOTICE_FORM.fullmatch(request.cookies.get(_NOTICE, "").strip('"'))
    if found is None or found["name"] not in NOTICES or is_fragment(request):
        return None
    return {**found.groupdict(), "text": NOTICES[found["name"]]}


def remember_language(answer: Response, language: Language, request: Request) -> None:
    answer.set_cookie(
        LANGUAGE_COOKIE, language.value, max_age=365 * 86400, httponly=True, samesite="lax", secure=secure(request)
    )
