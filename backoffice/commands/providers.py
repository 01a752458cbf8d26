"""`demado-backoffice providers`: each municipality's OpenID provider, asked for all that a sign-in needs of it."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from backoffice.commands import say
from backoffice.database import Database
from backoffice.kit.unit_of_work import transaction
from backoffice.organisations import service as organisations
from backoffice.parts import make_providers
from backoffice.settings import Settings
from backoffice.staff.openid import Providers

_OWN, _SHARED = "own", "shared"


def add_command(add: Callable[..., argparse.ArgumentParser]) -> argparse.ArgumentParser:
    return add("providers", help="ask each municipality's OpenID provider; exit 1 where nobody could sign in")


def run(_arguments: argparse.Namespace, settings: Settings, database: Database, now: Callable[[], datetime]) -> int:
    """One line a municipality. `redirect`: the address to enter at the provider; `problem`: null when all is well."""
    providers = make_providers(settings, now=now)
    with transaction(database, now=now) as work:
        here = [tenant.code for tenant in organisations.tenants(work)]
    problems = 0
    for line in _lines(providers, here, settings.public_url):
        problems += line["problem"] is not None
        say(**line)
    return 1 if problems else 0


def _lines(providers: Providers, here: Sequence[str], office: str) -> Iterator[dict[str, str | None]]:
    for code in sorted({*here, *providers.own}):
        provider = providers.of(code)
        back = office + providers.back_to(code)
        problem = provider.examine(back) if provider else ""
        if code not in here:
            problem = f"oidc_dir has a file {code}.toml, but this office has no such municipality"
        yield {
            "municipality": code, "provider": (_OWN if code in providers.own else _SHARED) if provider else None,
            "issuer": provider.client.issuer if provider else None, "redirect": back if provider else None,
            "problem": problem or None,
        }  # fmt: skip
