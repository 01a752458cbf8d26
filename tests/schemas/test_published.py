"""The committed JSON Schemas are what the models say today; renew them with `python -m schemas.publish`."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

from schemas.publish import FOLDER, PUBLISHED, published_name, render


@pytest.mark.parametrize("model", PUBLISHED, ids=lambda model: model.__name__)
def test_published_schema_is_current(model: type[BaseModel]) -> None:
    assert (FOLDER / published_name(model)).read_text("utf-8") == render(model)


def test_nothing_else_is_published() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {published_name(model) for model in PUBLISHED}
