"""Routes for watching: what happens now, what was recorded, and what Quarterdeck can do."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event

from bot.surfaces.desk import LogPage
from bot.surfaces.listening import Beat, until_closed
from bot.surfaces.ports import Ports
from bot.surfaces.rest.asked import AskedOfLog
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Abilities, Ability, Cursor, Limit
from memory.model.people import Principal
from memory.model.record import Event, Gap
from memory.model.value import Identifier
from tools.contract import Capability

RETRY_MS = 2000

OnlyThread = Annotated[Identifier | None, Query(description="Only what happens in this thread")]


class Watching:
    """Tells what happens and what happened."""

    def __init__(self, ports: Ports, capabilities: Sequence[Capability]) -> None:
        self._desk = ports.desk
        self._metrics = ports.metrics
        self._closing = ports.closing
        self._abilities = tuple(ability(each) for each in capabilities)

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        router.get("/log", tags=["watch"], summary="The log", responses=described(400))(self.log)
        router.get("/capabilities", tags=["watch"], summary="What can be done", responses=described())(self.can)
        router.get(
            "/events",
            tags=["watch"],
            summary="What happens now",
            response_class=StreamingResponse,
            responses=described() | {200: {"content": {"text/event-stream": {"schema": {"type": "string"}}}}},
        )(self.events)

    async def log(
        self, observer: Observer, asked: AskedOfLog, cursor: Cursor = None, limit: Limit = 50
    ) -> LogPage:
        """Return what was recorded, newest first: metadata and digests, never anybody's words.

        `people` gives names for pseudonyms: everybody's for auditors and administrators, your own for you.
        """
        return await self._desk.log(observer, asked, cursor, limit)

    async def can(self, observer: Observer) -> Abilities:
        """Return what you may do, with its arguments, its effect and how people ask for it.

        What policy denies you whatever you say is left out; the rest may still need other people's approval.
        """
        permitted = self._desk.permitted(observer)
        return Abilities(items=tuple(each for each in self._abilities if each.name in permitted))

    async def events(self, observer: Observer, thread: OnlyThread = None) -> StreamingResponse:
        """Listen (server-sent events): `message`, `growth`, `reply`, `run`, `switch`, `limit`, `policy`, as JSON.

        A `gap` means that some were lost: look at the plans and threads you follow. What happened before you
        listened is not told.
        """
        return StreamingResponse(
            self._lines(observer, thread),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )

    async def _lines(self, observer: Principal, thread: str | None) -> AsyncIterator[bytes]:
        with self._metrics.stream("rest"):
            async with self._desk.events(observer, thread) as happenings:
                yield format_sse_event(comment="listening", retry=RETRY_MS)
                async with aclosing(until_closed(happenings, self._closing)) as told:
                    async for happened in told:
                        yield _told(happened)


def ability(capability: Capability) -> Ability:
    """Return a capability as the REST surface shows it."""
    return Ability(
        name=capability.name,
        title=capability.title,
        summary=capability.summary,
        effect=capability.effect,
        tier=capability.tier,
        arguments=capability.arguments.model_json_schema(),
        examples=capability.examples,
    )


def _told(happened: Event | Gap | Beat) -> bytes:
    if isinstance(happened, Beat):
        return format_sse_event(comment="beat")
    name = happened.topic.value if isinstance(happened, Event) else "gap"
    return format_sse_event(event=name, data_str=happened.model_dump_json())
