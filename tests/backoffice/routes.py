"""Every route of an application with the action it asks for, however deep its router lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fastapi.routing import APIRoute

from backoffice.staff.authorisation import Action
from backoffice.web import console_router
from backoffice.web.access import Permit

SAMPLE = "019f496e-6740-7817-bd72-baa5570b870b"


@dataclass(frozen=True)
class Door:
    """One method of one route. `action` None: open to everybody."""

    method: str
    path: str
    action: Action | None

    @property
    def address(self) -> str:
        """The path with something in every place."""
        return re.sub(r"\{[^}]+\}", SAMPLE, self.path)


def console_doors() -> list[Door]:
    doors = [door for route in _routes(console_router()) for door in _doors(route)]
    return sorted(doors, key=lambda door: (door.path, door.method))


def _routes(router: Any) -> Iterator[APIRoute]:
    for route in router.routes:
        if isinstance(route, APIRoute):
            yield route
        elif (inner := getattr(route, "original_router", None)) is not None:
            yield from _routes(inner)


def _doors(route: APIRoute) -> Iterator[Door]:
    actions = {call.action for call in _calls(route.dependant) if isinstance(call, Permit)}
    assert len(actions) <= 1, f"{route.path} asks for several actions"
    for method in sorted(route.methods or ()):
        yield Door(method, route.path, next(iter(actions), None))


def _calls(dependant: Any) -> Iterator[Any]:
    yield dependant.call
    for inner in dependant.dependencies:
        yield from _calls(inner)
