"""Pages of the staff room: signing in, one's own account, the list of staff.

A program signs in by plain forms (every form also carries the hidden field `csrf` of the page it stands on, and the
cookies go along):

    GET  /invitation/{link}            page with `<code id="totp-secret">` (base 32) and field `csrf`
    POST /invitation/{link}/password   csrf, password, password_again, code (six digits, RFC 6238) → 200, signed in;
                                       the page lists the recovery codes in `<code class="recovery-code">`
    GET  /sign-in                      page with `csrf`; `municipality` is a hidden field when there is only one
    POST /sign-in                      csrf, municipality (団体コード), login, password, code, next (optional path)
                                       → 303 to `next`; 401 with the page when anything is wrong, 429 after five
    POST /sign-out                     csrf → 303 to /sign-in

A code is good once: after the invitation the next sign-in needs the code of a later 30-second step.
Passkeys (JSON, header X-CSRF-Token): POST …/passkey/options → {"ceremony", "options"}; POST …/passkey with
{"ceremony", "credential", "label"?, "next"?} → {"next"}, under /sign-in, /invitation/{link} and /account.
"""

from __future__ import annotations

from fastapi import APIRouter

from backoffice.staff.console import account, invitation, people, provider, sign_in

router = APIRouter()
open_router = provider.back_router
for part in (sign_in, provider, invitation, account, people):
    router.include_router(part.router)
