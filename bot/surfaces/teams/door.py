"""Where Teams knocks: an activity is verified, counted once, and answered in time.

(1) The token, before the body is read as anything. (2) The activity it is about. (3) The library's own check.
(4) It is kept before it is acknowledged, unless it came before: a message again is answered with silence, a press
again with a no.
"""

import asyncio
from typing import Any, Final

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.surfaces.desk import Doorkeeper
from bot.surfaces.inbox import Inbox
from bot.surfaces.teams.activities import Incoming, incoming, parsed
from bot.surfaces.teams.adapter import Adapter, Answer
from bot.surfaces.teams.arriving import DELETED, EDITED, arrival, name_of
from bot.surfaces.teams.limits import INVOKE_S
from bot.surfaces.teams.presses import by_hand, failure, said
from bot.surfaces.teams.receiving import Reception
from bot.surfaces.teams.verifying import Verifier
from memory.clock import Clock
from memory.errors import AuthenticationFailed, TokenInvalid

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
        inbox: Inbox,
        reception: Reception,
        doorkeeper: Doorkeeper,
        *,
        tenant: str,
        clock: Clock,
        open_to_all: bool = False,
    ) -> None:
        self._adapter = adapter
        self._verifier = verifier
        self._inbox = inbox
        self._reception = reception
        self._doorkeeper = doorkeeper
        self._tenant = tenant
        self._clock = clock
        self._open = open_to_all

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

    async def _admitted(self, header: str | None, request: Request) -> tuple[dict[str, Any], Incoming]:
        bearer = None if header is None else await self._verifier.bearer(header)
        told = parsed(await request.body())
        came = incoming(told)
        if bearer is not None:
            self._verifier.about(bearer, came)
        return told, came

    async def _work(self, came: Incoming) -> Answer | None:
        """Keep what came, and return once that is committed; an invoke is answered, too."""
        if came.type == "invoke":
            return Answer(200, await self._invoked(came))
        if came.type == "messageUpdate" and came.change == EDITED:
            await self._inbox.reword(name_of(came), came.text)
        elif came.type == "messageDelete" and came.change == DELETED:
            await self._inbox.withdraw(name_of(came))
        elif came.type == "message" or came.type in CHANGES:
            await self._inbox.take(arrival(came, self._tenant, self._clock.now()))
        return None

    async def _invoked(self, came: Incoming) -> dict[str, Any]:
        """Return the answer to a press, in time: what takes longer goes on."""
        if not by_hand(came):
            return await self._reception.pressed(came)
        pressed = arrival(came, self._tenant, self._clock.now())
        with self._reception.expected(pressed.id) as answer:
            if not await self._inbox.take(pressed):
                return failure(409, REPLAYED)
            done, _ = await asyncio.wait({answer}, timeout=INVOKE_S)
            return answer.result() if done else said(LATE)
