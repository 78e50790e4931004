"""Where alerts come in: one address for each source, which proves itself first, and is answered once all is kept.

(1) The source is one of the settings. (2) Its headers prove what they can, before the body is read. (3) The body
is of a bounded size. (4) Its signature, before it is parsed; SNS signs fields, so it is parsed to be checked.
(5) It is in its documented form, all of it. (6) It is in the store. Only then the answer is 202.
"""

import asyncio
from collections.abc import Sequence
from typing import Final
from urllib.parse import parse_qs, unquote

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.alert_settings import AlertSource, Proof
from bot.alerts.inbox import Inbox
from bot.alerts.proving import before_the_body, of_the_body
from bot.alerts.sns import Sns
from bot.server import HOOKS
from bot.surfaces.desk import Doorkeeper
from memory.clock import Clock
from memory.errors import AuthenticationFailed, InputTooLarge, InvalidInput, NotFound
from memory.model.value import JsonValue
from tools.webhooks import Report, read
from tools.webhooks.reading import body

LONGEST_BODY: Final = 8 * 1024 * 1024  # bytes; a source that groups may send thousands of alerts at once
AT_ONCE: Final = 32  # bodies that are held in memory at once; whoever comes then waits outside
_FORM: Final = "application/x-www-form-urlencoded"

_log = structlog.get_logger(__name__)


class Hooks:
    """Takes what sources send."""

    def __init__(
        self, sources: Sequence[AlertSource], inbox: Inbox, sns: Sns, doorkeeper: Doorkeeper, clock: Clock
    ) -> None:
        self._sources = {each.name: each for each in sources}
        self._inbox = inbox
        self._sns = sns
        self._doorkeeper = doorkeeper
        self._clock = clock
        self._room = asyncio.Semaphore(AT_ONCE)

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.post(HOOKS + "/{name}")(self.receive)
        return router

    async def receive(self, name: str, request: Request) -> Response:
        """Answer one delivery."""
        source = self._sources.get(name)
        if source is None:
            raise NotFound(f"expected the name of an alert source, found {name[:60]!r}, which is none")
        try:
            before_the_body(source, request.headers)
            async with self._room:
                return await self._taken(source, request)
        except AuthenticationFailed as error:
            self._inbox.refuse(name, error.message)
            await self._doorkeeper.refused(error)
            raise
        except InvalidInput as error:
            self._inbox.refuse(name, error.message)
            _log.warning("alerts.refused", source=name, code=error.code, why=error.message)
            raise

    async def _taken(self, source: AlertSource, request: Request) -> Response:
        raw = await _whole(request)
        of_the_body(source, request.headers, raw, self._clock.now())
        told = _payload(source, request, raw)
        if source.proves is Proof.SNS:
            await self._sns.verify(source, told, self._clock.now())
            if isinstance(told, dict) and told.get("Type") == "SubscriptionConfirmation":
                await self._sns.confirm(source, told)
        reports = _read(source, request, told)
        receipt = await self._inbox.take(source.name, reports)
        return JSONResponse(receipt.model_dump(mode="json"), status_code=202)


async def _whole(request: Request) -> bytes:
    """Return the body; raises `InputTooLarge` as soon as it is longer than may be."""
    parts, size = list[bytes](), 0
    async for part in request.stream():
        size += len(part)
        if size > LONGEST_BODY:
            raise InputTooLarge(f"expected a delivery of at most {LONGEST_BODY} bytes, found a longer one")
        parts.append(part)
    return b"".join(parts)


def _payload(source: AlertSource, request: Request, raw: bytes) -> JsonValue:
    """Return the JSON; GitHub may be told to send it as the field of a form."""
    if source.kind == "github" and request.headers.get("Content-Type", "").startswith(_FORM):
        raw = parse_qs(raw.decode("utf-8", "replace")).get("payload", [""])[0].encode()
    return body(raw)


def _read(source: AlertSource, request: Request, told: JsonValue) -> tuple[Report, ...]:
    """Return what it tells of; a CloudEvent's own fields may stand in headers, and only its data in the body."""
    attributes = {
        name.removeprefix("ce-"): unquote(value)
        for name, value in request.headers.items()
        if name.startswith("ce-")
    }
    if "specversion" in attributes:
        return read(source.kind, {**attributes, "data": told}, source.mapping)
    return read(source.kind, told, source.mapping)
