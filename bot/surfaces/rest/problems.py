"""Errors as RFC 9457 problem details, the one boundary between our errors and HTTP. Internals never cross it."""

from collections.abc import Sequence
from typing import Any, cast

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from bot.error_classes import http_status
from bot.telemetry import request_id
from memory.errors import (
    AuthenticationFailed,
    InputTooLarge,
    InvalidEncoding,
    InvalidInput,
    NotFound,
    QuarterdeckError,
    every_error,
)
from memory.model.value import Value

MEDIA_TYPE = "application/problem+json"
TYPES = "/v1/problems/"

_log = structlog.get_logger(__name__)
_TITLES = {error.code: (error.__doc__ or "").partition("\n")[0] for error in every_error()}


class Fault(Value):
    """One place of the request that does not fit."""

    pointer: str = Field(description="Where, as a JSON pointer", examples=["/text"])
    detail: str = Field(description="What was expected there", examples=["Field required"])


class Problem(BaseModel):
    """A problem as RFC 9457 describes it, with a stable code, what to do next, and the id it has in the logs."""

    type: str = Field(description="Where the code is explained", examples=["/v1/problems/approval.expired"])
    title: str = Field(examples=["The plan waited longer than its approvals may take."])
    status: int = Field(examples=[409])
    code: str = Field(description="Stable; made for programs", examples=["approval.expired"])
    detail: str = Field(description="What was expected and what was found")
    hint: str = Field(default="", description="What to do next", examples=["Ask for the plan again."])
    correlation: str = Field(description="Finds this request in the logs", examples=["req_4h2k9m1x7c0v5b8n"])
    errors: tuple[Fault, ...] = Field(default=(), description="For input.invalid: each place that does not fit")


def explained(code: str) -> Problem:
    """Return what a code means; raises `NotFound` for one that is never given out."""
    for error in every_error():
        if error.code == code:
            return _problem(error(_TITLES[code]))
    raise NotFound(f"expected an error code, found {code[:80]!r}")


def install(app: FastAPI) -> None:
    """Let every error of the application leave it as a problem."""
    app.add_exception_handler(QuarterdeckError, _ours)
    app.add_exception_handler(RequestValidationError, _misfit)
    app.add_exception_handler(HTTPException, _protocol)
    app.add_exception_handler(Exception, _unforeseen)


def described(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the OpenAPI description of these error answers, and of those that every request may get."""
    meanings = {
        400: "Not UTF-8, not JSON, or not a value of the domain",
        401: "No key, or one that is not in force",
        403: "Policy or the key's scopes say no",
        404: "Nothing of that id in this tenant",
        409: "The thing changed, is decided, or the idempotency key was used for another request",
        413: "Longer than the documented limit",
        422: "The request does not fit its description",
        500: "A fault of ours; the correlation id finds it in the logs",
        502: "A system outside refused",
        503: "A system outside, or the store, cannot be reached",
    }
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        status: {"description": meanings[status], "content": content}
        for status in sorted({*statuses, 401, 403, 422, 500, 503})
    }


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    return _answer(_problem(cast("QuarterdeckError", error)))


async def _misfit(_request: Request, error: Exception) -> JSONResponse:
    faults = _faults(cast("RequestValidationError", error).errors())
    first = faults[0]
    found = InvalidInput(f"expected a request that fits its description, found at {first.pointer}: {first.detail}")
    return _answer(_problem(found).model_copy(update={"status": 422, "errors": faults}))


async def _protocol(_request: Request, raised: Exception) -> JSONResponse:
    """Answer what the framework itself refuses: no such path, no such method, too long, unreadable."""
    error = cast("HTTPException", raised)
    kinds: dict[int, QuarterdeckError] = {
        401: AuthenticationFailed("expected an API key, found none"),
        404: NotFound("expected a known path, found none of that name"),
        405: InvalidInput("expected a method this path has, found another", hint="The Allow header lists them."),
        413: InputTooLarge("expected a request within the size limit, found a longer one"),
    }
    known = kinds.get(error.status_code) or InvalidEncoding("expected a readable request, found another")
    problem = _problem(known).model_copy(update={"status": error.status_code})
    return _answer(problem, dict(error.headers or {}))


async def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    _log.error("request failed", error=type(error).__name__)
    problem = _problem(QuarterdeckError("something went wrong on our side", hint="Tell us the correlation id."))
    return _answer(problem, {"X-Request-Id": request_id()})  # sent from outside of what echoes it otherwise


def _problem(error: QuarterdeckError) -> Problem:
    return Problem(
        type=TYPES + error.code,
        title=_TITLES.get(error.code, "Something went wrong on our side."),
        status=http_status(error),
        code=error.code,
        detail=error.message,
        hint=error.hint,
        correlation=request_id(),
    )


def _answer(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    extra = {"WWW-Authenticate": 'Bearer realm="quarterdeck"'} if problem.status == 401 else {}  # noqa: PLR2004 -- RFC 9110
    content = problem.model_dump(mode="json")
    return JSONResponse(content, problem.status, {**(headers or {}), **extra}, media_type=MEDIA_TYPE)


def _faults(errors: Sequence[Any]) -> tuple[Fault, ...]:
    """Return where the request does not fit. What was sent is not repeated: it may be long, or a secret."""
    return tuple(
        Fault(pointer="/" + "/".join(str(part) for part in error["loc"][1:]), detail=error["msg"])
        for error in errors
    )
