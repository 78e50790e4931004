"""The live connection: names of what changed, never the content. The page then fetches what it shows anew.

A lost, doubled or reordered event therefore changes nothing but the moment at which a page looks again.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse
from fastapi.sse import format_sse_event

from bot.sessions import Sessions
from bot.surfaces.console.pages import Pages
from bot.surfaces.console.visitors import Reception, Visitor
from bot.surfaces.desk import Scope
from bot.surfaces.listening import Beat, until_closed
from bot.surfaces.ports import Ports
from memory.model.record import Event, Gap, Topic
from memory.model.value import Identifier

RETRY_MS = 2000
_OF_ANSWERS = frozenset({Topic.GROWTH, Topic.REPLY})


class Live:
    """Tells open pages when to look again. Ends with the session."""

    def __init__(self, ports: Ports, sessions: Sessions, reception: Reception, pages: Pages) -> None:
        self._ports = ports
        self._pages = pages
        self._sessions = sessions
        self._reception = reception

    def mount(self, router: APIRouter) -> None:
        """Add the route."""
        router.get("/stream")(self.stream)

    async def stream(self, request: Request, thread: Annotated[Identifier | None, Query()] = None) -> Response:
        """Open the connection of one page, which may show a thread."""
        visitor = await self._reception.visitor(request)
        visitor.require(Scope.OBSERVE)
        return StreamingResponse(
            self._lines(visitor, thread),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache", "X-Accel-Buffering": "no"},
        )

    async def _lines(self, visitor: Visitor, thread: str | None) -> AsyncIterator[bytes]:
        with self._ports.metrics.stream("console"):
            async with self._ports.desk.events(visitor.principal, None) as happenings:
                yield format_sse_event(comment="open", retry=RETRY_MS)
                async with aclosing(until_closed(happenings, self._ports.closing)) as told:
                    async for happened in told:
                        if not await self._sessions.stands(visitor.session):
                            return
                        yield self._lines_of(visitor, happened, thread)

    def _lines_of(self, visitor: Visitor, happened: Event | Gap | Beat, thread: str | None) -> bytes:
        lines = [format_sse_event(event=name, data_str="changed") for name in names(happened, thread)]
        if isinstance(happened, Event) and happened.thread == thread and happened.topic in _OF_ANSWERS:
            lines.append(format_sse_event(event="growing", data_str=self._growing(visitor, happened)))
        return b"".join(lines) or format_sse_event(comment="beat")

    def _growing(self, visitor: Visitor, happened: Event) -> str:
        """Return what stands of an answer that is being made; nothing, once the reply is there."""
        if happened.topic is Topic.REPLY:
            return "<!-- answered -->"
        return self._pages.text(
            "growing.html",
            visitor=visitor,
            thread=happened.thread,
            text=str(happened.body["text"]),
            mine=happened.body["sender"] == visitor.principal.id,
        )


def names(happened: Event | Gap | Beat, thread: str | None) -> tuple[str, ...]:
    """Return what a page that shows this thread should look at again."""
    if isinstance(happened, Beat):
        return ()
    if isinstance(happened, Gap):
        return ("exchange", "plans", "switch", "incidents", "incident")
    if happened.topic is Topic.SWITCH:
        return ("switch",)
    if happened.topic is Topic.RUN:
        return (f"plan-{happened.body['run']}", "plans")
    if happened.topic is Topic.INCIDENT:
        return (f"incident-{happened.thread}", "incidents")
    return ("exchange",) if happened.thread == thread and happened.topic is not Topic.GROWTH else ()
