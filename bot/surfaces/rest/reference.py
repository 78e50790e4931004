"""The interface explained on one page, drawn from its own OpenAPI document; no scripts, nothing from afar."""

from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import Field

from memory.model.value import Value

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}

Document = Mapping[str, Any]


class Input(Value):
    """One thing a request carries: in its path, its query, its headers or its body."""

    name: str
    place: str
    required: bool
    meaning: str


class Operation(Value):
    """One method of one path."""

    method: str
    path: str
    summary: str
    description: str
    scopes: tuple[str, ...] = ()
    inputs: tuple[Input, ...] = ()
    answers: dict[str, str] = Field(default_factory=dict)


def operations(document: Document) -> dict[str, list[Operation]]:
    """Return the document's operations by their first tag, in its order."""
    grouped: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, described in methods.items():
            grouped.setdefault(described["tags"][0], []).append(_operation(document, method, path, described))
    return grouped


def reference(document: Callable[[], Document]) -> APIRouter:
    """Return `/docs`, which explains the interface that `document` describes."""
    router = APIRouter(include_in_schema=False)
    template = Environment(
        loader=PackageLoader("bot.surfaces.rest", "pages"), autoescape=True, undefined=StrictUndefined
    ).get_template("reference.html")

    @cache
    def drawn() -> str:
        described = document()
        return template.render(document=described, groups=operations(described))

    @router.get("/docs")
    async def page() -> Response:
        return HTMLResponse(drawn(), headers=HEADERS)

    @router.get("/docs/reference.css")
    async def style() -> Response:
        text = files("bot.surfaces.rest").joinpath("pages", "reference.css").read_text(encoding="utf-8")
        return Response(text, media_type="text/css", headers=HEADERS)

    return router


def _operation(document: Document, method: str, path: str, described: Mapping[str, Any]) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        summary=described["summary"],
        description=described["description"],
        scopes=tuple(scope for each in described.get("security", ()) for scope in each.get("api_key", ())),
        inputs=(*_parameters(described), *_fields(document, described)),
        answers={status: answer["description"] for status, answer in described["responses"].items()},
    )


def _parameters(described: Mapping[str, Any]) -> tuple[Input, ...]:
    return tuple(
        Input(
            name=each["name"],
            place=each["in"],
            required=each.get("required", False),
            meaning=each.get("description", ""),
        )
        for each in described.get("parameters", ())
    )


def _fields(document: Document, described: Mapping[str, Any]) -> tuple[Input, ...]:
    body = described.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    name = body.get("$ref", "").rpartition("/")[2]
    schema = document["components"]["schemas"].get(name, {})
    required = schema.get("required", ())
    return tuple(
        Input(name=field, place="body", required=field in required, meaning=details.get("description", ""))
        for field, details in schema.get("properties", {}).items()
    )
