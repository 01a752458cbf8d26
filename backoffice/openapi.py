"""The machine interface as an OpenAPI document, for whoever writes another kiosk: `demado-backoffice openapi`.

Routes, parameters and answers are read from the routers; what these take as raw bytes, because a signature covers them,
is said here. Nothing of it is served: a device needs no document, a stranger even less.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel

from backoffice.devices import api as devices
from backoffice.intake import api as intake
from backoffice.visits import api as visits
from schemas.balance import BalanceStatement
from schemas.device_life import DeviceStatement, StatementRequest
from schemas.packet import MEDIA_TYPE
from schemas.problem import PROBLEM_JSON, Problem
from schemas.protocol import (
    BALANCE_PATH,
    ENROL_PATH,
    PACKETS_PATH,
    PART_MEDIA_TYPE,
    STATEMENT_PATH,
    TUS_HEADER,
    TUS_VERSION,
    UPLOADS_PATH,
)

_REFERENCE: Final = "#/components/schemas/{model}"
_UPLOAD: Final = UPLOADS_PATH + "/{packet}"
_UNSIGNED: Final = {("post", ENROL_PATH), ("options", UPLOADS_PATH)}
_BODIES: Final[dict[tuple[str, str], type[BaseModel] | str]] = {
    ("post", PACKETS_PATH): MEDIA_TYPE,
    ("patch", _UPLOAD): PART_MEDIA_TYPE,
    ("post", STATEMENT_PATH): StatementRequest,
    ("post", BALANCE_PATH): BalanceStatement,
}
_ANSWERS: Final[dict[tuple[str, str], type[BaseModel]]] = {("post", STATEMENT_PATH): DeviceStatement}
_PARTS: Final = {("post", UPLOADS_PATH), ("head", _UPLOAD), ("patch", _UPLOAD)}
_TUS: Final = {
    "name": TUS_HEADER, "in": "header", "required": True, "schema": {"type": "string", "const": TUS_VERSION},
}  # fmt: skip
_SIGNATURE: Final = {
    "type": "apiKey", "in": "header", "name": "signature",
    "description": "RFC 9421 with Ed25519, label `demado`, over @method, @path, @query and content-digest where there "
    "is a body; keyid is the device's id, created within five minutes of the office's time, nonce fresh each time.",
}  # fmt: skip


def document() -> dict[str, Any]:
    """OpenAPI 3.1 of everything under /api/v1."""
    joined = APIRouter()
    for room in (devices, intake, visits):
        joined.include_router(room.router)
    made = get_openapi(
        title="Demado", version="1", summary="What kiosks say to the office, and what it answers.", routes=joined.routes
    )
    parts = made.setdefault("components", {})
    parts["securitySchemes"] = {"signature": _SIGNATURE}
    schemas = parts.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):  # we answer problems instead
        schemas.pop(name, None)
    for path, operations in made["paths"].items():
        for method, operation in operations.items():
            _complete(operation, (method, path), schemas)
    return made


def _complete(operation: dict[str, Any], place: tuple[str, str], schemas: dict[str, Any]) -> None:
    answers = operation["responses"]
    answers.pop("422", None)
    answers["default"] = {
        "description": "Refused, or passing trouble", "content": {PROBLEM_JSON: {"schema": _known(Problem, schemas)}}
    }  # fmt: skip
    if place not in _UNSIGNED:
        operation["security"] = [{"signature": []}]
    if (answered := _ANSWERS.get(place)) is not None:
        answers["200"]["content"] = {"application/json": {"schema": _known(answered, schemas)}}
    if place in _PARTS:
        operation["parameters"] = [*operation.get("parameters", []), _TUS]
    body = _BODIES.get(place)
    if isinstance(body, str):
        octets = {body: {"schema": {"type": "string", "format": "binary"}}}
        operation["requestBody"] = {"required": True, "content": octets}
    elif body is not None:
        operation["requestBody"] = {
            "required": True, "content": {"application/json": {"schema": _known(body, schemas)}}
        }  # fmt: skip


def _known(model: type[BaseModel], schemas: dict[str, Any]) -> dict[str, str]:
    """A reference to a model, put beside the others with all it is made of."""
    schema = model.model_json_schema(ref_template=_REFERENCE)
    schemas.update(schema.pop("$defs", {}))
    schemas[model.__name__] = schema
    return {"$ref": _REFERENCE.format(model=model.__name__)}
