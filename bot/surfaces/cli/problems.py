"""Answers as they are read: a value, a problem, nothing of ours, or pieces that come one by one."""

import json
from collections.abc import AsyncIterator, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from memory.errors import ConnectorRejected, QuarterdeckError, every_error
from memory.model.talk import Reply

M = TypeVar("M", bound=BaseModel)
_ERRORS: Mapping[str, type[QuarterdeckError]] = MappingProxyType({error.code: error for error in every_error()})


def checked(response: httpx.Response) -> httpx.Response:
    """Return an answer that is none of an error; raises the error that it tells of."""
    if response.is_success:
        return response
    try:
        error = told(response.json())
    except (ValueError, TypeError, KeyError):
        raise ConnectorRejected(f"expected an answer of Quarterdeck, found HTTP {response.status_code}") from None
    raise error


def read_as(response: httpx.Response, kind: type[M]) -> M:
    """Return an answer as a value of this kind; raises `ConnectorRejected`."""
    try:
        return kind.model_validate_json(response.content, extra="ignore")
    except ValidationError as error:
        raise misread(kind) from error


def told(problem: Mapping[str, Any]) -> QuarterdeckError:
    """Return the error that a problem tells of; raises `KeyError` for what is none."""
    error = _ERRORS.get(problem["code"], QuarterdeckError)(
        str(problem["detail"]), hint=str(problem.get("hint", ""))
    )
    error.code = str(problem["code"])
    return error


def misread(kind: type[BaseModel]) -> ConnectorRejected:
    """Return the error for an answer that is none of this kind."""
    return ConnectorRejected(
        f"expected {kind.__name__} of Quarterdeck, found an answer of another form",
        hint="Is the server another version, or something else altogether?",
    )


async def pieces(response: httpx.Response) -> AsyncIterator[str | Reply]:
    """Yield what stands of an answer as it grows, at last the reply; raises what a problem tells of."""
    try:
        async for event, said in _events(response):
            if event == "growth":
                yield str(said.get("text", ""))
            elif event == "problem":
                raise told(said)
            elif event == "reply":
                yield Reply.model_validate_json(json.dumps(said), extra="ignore")
                return
    except (ValueError, KeyError, ValidationError) as error:
        raise misread(Reply) from error
    raise ConnectorRejected("expected a reply of Quarterdeck, found that it broke off", hint="Ask again.")


async def _events(response: httpx.Response) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """Yield server-sent events, each a name and a JSON object on one line."""
    name = ""
    async for line in response.aiter_lines():
        field, _, value = line.partition(": ")
        if field == "event":
            name = value
        elif field == "data" and name:
            yield name, json.loads(value)
