"""Where Teams knocks: an activity is verified, counted once, and answered in time.

(1) The token, before the body is read as anything. (2) The activity it is about. (3) The library's own check.
(4) Whether it came before: a message again is answered with silence, an invoke again with a no.
"""

import asyncio
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.surfaces.desk import Doorkeeper
from bot.surfaces.teams.activities import Incoming, incoming, parsed
from bot.surfaces.teams.adapter import Adapter, Answer
from bot.surfaces.teams.limits import INVOKE_S
from bot.surfaces.teams.ports import Activities
from bot.surfaces.teams.pressing import Pressing, failure, said
from bot.surfaces.teams.talking import Talking
from bot.surfaces.teams.verifying import Verifier
from memory.clock import Clock
from memory.errors import AuthenticationFailed, InvalidInput, QuarterdeckError, TokenInvalid
from memory.ids import derived

PATH: Final = "/teams/messages"
REPLAYED: Final = "This was pressed before, and counts once."
LATE: Final = "Still at it. The card says how it ends."
CHANGES: Final = frozenset({"conversationUpdate", "installationUpdate"})

_log = structlog.get_logger(__name__)


class Door:
    """Takes activities. `open_to_all` takes them without a token, as settings for development may say."""

    def __init__(
        self,
        adapter: Adapter,
        verifier: Verifier,
        activities: Activities,
        talking: Talking,
        pressing: Pressing,
        doorkeeper: Doorkeeper,
        *,
        tenant: str,
        clock: Clock,
        open_to_all: bool = False,
    ) -> None:
        self._adapter = adapter
        self._verifier = verifier
        self._activities = activities
        self._talking = talking
        self._pressing = pressing
        self._doorkeeper = doorkeeper
        self._tenant = tenant
        self._clock = clock
        self._open = open_to_all
        self._late: set[asyncio.Task[dict[str, Any]]] = set()

    def router(self) -> APIRouter:
        """Return the route."""
        router = APIRouter(include_in_schema=False)
        router.post(PATH)(self.receive)
        return router

    async def receive(self, request: Request) -> Response:
        """Answer one activity."""
        header = None if self._open else request.headers.get("Authorization", "")
        try:
            told, came = await self._admitted(header, request)
            if not came.tenant:  # of before tenants were told, or of no Teams at all
                _log.info("teams.of_no_tenant", type=came.type)
                return Response(status_code=202)
            self._verifier.admitted(came)
            answer = await self._adapter.take(header, told, lambda: self._work(came))
        except PermissionError:
            error = TokenInvalid("expected a token that the library takes too, found another")
            await self._doorkeeper.refused(error)
            raise error from None
        except AuthenticationFailed as error:
            await self._doorkeeper.refused(error)
            raise
        return Response(status_code=answer.status) if answer.body is None else JSONResponse(answer.body)

    async def close(self) -> None:
        """Wait for presses that took longer than Teams does."""
        await asyncio.gather(*self._late, return_exceptions=True)
        await self._talking.close()

    async def _admitted(self, header: str | None, request: Request) -> tuple[dict[str, Any], Incoming]:
        bearer = None if header is None else await self._verifier.bearer(header)
        told = parsed(await request.body())
        came = incoming(told)
        if bearer is not None:
            self._verifier.about(bearer, came)
        return told, came

    async def _work(self, came: Incoming) -> Answer | None:
        if came.type == "invoke":
            return Answer(200, await self._invoked(came))
        if came.type == "message" and await self._first(came):
            self._talking.hear(came)
        elif came.type in CHANGES:
            await self._talking.changed(came)
        return None

    async def _first(self, came: Incoming) -> bool:
        if not came.id or not came.conversation:
            raise InvalidInput("expected an activity with an id and a conversation, found one without")
        name = derived("activity", came.tenant, came.conversation, came.id)
        return await self._activities.first(self._tenant, name, self._clock.now())

    async def _invoked(self, came: Incoming) -> dict[str, Any]:
        """Return the answer to a press, in time: what takes longer goes on."""
        if not await self._first(came):
            return failure(409, REPLAYED)
        working = asyncio.create_task(self._pressed(came))
        self._late.add(working)
        working.add_done_callback(self._late.discard)
        done, _ = await asyncio.wait({working}, timeout=INVOKE_S)
        return working.result() if done else said(LATE)

    async def _pressed(self, came: Incoming) -> dict[str, Any]:
        try:
            return await self._pressing.pressed(came)
        except QuarterdeckError as error:
            _log.info("teams.press_refused", activity=came.id, code=error.code)
            return failure(400, " ".join(each for each in (error.message, error.hint) if each))
