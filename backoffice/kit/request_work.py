"""One request, one transaction, committed before the answer.

FastAPI runs the code after `yield` of a plain dependency when the answer has already gone out; a failed commit would
still say 200. `Uow` therefore has `scope="function"`: it commits as the endpoint returns, before the answer is sent.
(Beside `unit_of_work`, because commands need that one and no web framework.)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import Depends, Request

from backoffice.kit.unit_of_work import UnitOfWork, transaction


def _request_unit_of_work(request: Request) -> Iterator[UnitOfWork]:
    with transaction(request.app.state.database, now=request.app.state.now) as work:
        yield work


Uow = Annotated[UnitOfWork, Depends(_request_unit_of_work, scope="function")]
