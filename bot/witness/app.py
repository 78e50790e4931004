"""The witness over HTTP: `add-checkpoint` for logs, a page for people, and probes for machines."""

import asyncio
import time
from http import HTTPStatus

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.witness.answering import Answer, Answering, refused
from memory.errors import InputTooLarge, StoreUnavailable
from memory.log.witness import MAX_REQUEST_BYTES, TEXT_TYPE

BODY_WITHIN_S = 10.0

_SAFE = {"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


def create_app(answering: Answering, body_within_s: float = BODY_WITHIN_S) -> Starlette:
    """Return the application. `body_within_s` is how long a client may take to send its request."""

    async def add_checkpoint(request: Request) -> Response:
        began = time.perf_counter()
        answer = await _unread(request, body_within_s)
        if isinstance(answer, Answer):
            answering.note(answer, time.perf_counter() - began)
            return _response(answer, {"Connection": "close"})  # what was not read may still come
        return _response(await answering.add_checkpoint(answer))

    async def who(request: Request) -> Response:
        try:
            identity = await answering.identity()
        except StoreUnavailable as error:
            return _response(refused(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", error.code))
        if "application/json" in request.headers.get("Accept", ""):
            return JSONResponse(identity.model_dump(mode="json"), headers=_SAFE)
        return Response(identity.page(), media_type=TEXT_TYPE, headers=_SAFE)

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        try:
            await answering.last()
        except StoreUnavailable as error:
            return JSONResponse({"status": "not ready", "code": error.code}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"status": "ready"})

    async def metrics(_: Request) -> Response:
        return Response(await answering.metrics(), media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/", who),
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
        ]
    )


async def _unread(request: Request, within_s: float) -> bytes | Answer:
    """Return the body, or what is answered where it is too long, too late, or never comes."""
    try:
        async with asyncio.timeout(within_s):
            return await _body(request)
    except InputTooLarge as error:
        return refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", error.message)
    except TimeoutError:
        return refused(HTTPStatus.REQUEST_TIMEOUT, "late", f"expected a request within {within_s:g} s")
    except ClientDisconnect:
        return refused(HTTPStatus.BAD_REQUEST, "disconnected", "expected a whole request")


async def _body(request: Request) -> bytes:
    declared = request.headers.get("Content-Length", "")
    _check_size(int(declared) if declared.isdecimal() else 0)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        _check_size(len(body))
    return bytes(body)


def _check_size(size: int) -> None:
    if size > MAX_REQUEST_BYTES:
        raise InputTooLarge(f"expected a request of at most {MAX_REQUEST_BYTES} bytes, found a longer one")


def _response(answer: Answer, headers: dict[str, str] | None = None) -> Response:
    named = {"Content-Type": answer.content_type, **_SAFE, **(headers or {})}
    return Response(answer.body, answer.status, named)
