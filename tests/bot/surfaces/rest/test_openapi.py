"""The OpenAPI document is valid, and tells of every route which errors it gives."""

import re
from html import unescape
from typing import Any

import pytest
from fastapi import FastAPI
from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.surfaces.rest.problems import MEDIA_TYPE
from tests.bot.surfaces.conftest import Caller

WITHOUT_KEY = {"/healthz", "/readyz", "/metrics", "/v1/problems/{code}"}


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(document).iter_errors()] == []


def test_every_route_that_takes_a_key_describes_its_errors_as_problems(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        if path in WITHOUT_KEY:
            continue
        described = operation["responses"]
        assert {"401", "403", "422", "500", "503"} <= set(described), (method, path)
        for status in (each for each in described if not each.startswith("2")):
            assert MEDIA_TYPE in described[status]["content"], (method, path, status)


def test_every_route_that_names_a_thing_can_answer_that_there_is_none(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        if "{" in path and path not in WITHOUT_KEY and "threads" not in path:
            assert "404" in operation["responses"], (method, path)


def test_every_route_that_changes_something_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        if method == "post":
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert "Idempotency-Key" in names, path
            assert {"400", "409", "413"} <= set(operation["responses"]), path


def test_every_route_that_takes_a_key_names_the_scope_it_needs(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        if path not in WITHOUT_KEY:
            assert operation["security"], (method, path)


def test_every_route_is_described(document: dict[str, Any]) -> None:
    for method, path, operation in operations(document):
        assert operation["summary"], (method, path)
        assert re.match(r"[A-Z].*\.", operation["description"], re.DOTALL), (method, path)
        assert operation["tags"], (method, path)


def test_the_console_is_no_part_of_the_document(document: dict[str, Any]) -> None:
    assert not [path for path in document["paths"] if path.startswith("/console")]


async def test_the_interface_is_explained_on_a_page_without_scripts(
    call: Caller, document: dict[str, Any]
) -> None:
    page = await call().get("/docs")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text
    for _, path, operation in operations(document):
        assert f"<code>{path}</code>" in page.text
        assert operation["summary"] in unescape(page.text)
    assert (await call().get("/docs/reference.css")).headers["Content-Type"].startswith("text/css")
    assert (await call().get("/v1/openapi.json")).json() == document
