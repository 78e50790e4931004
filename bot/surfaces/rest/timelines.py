"""Routes of what happened: the timeline of one incident or of everything, its causal graph, and its summaries."""

from collections.abc import AsyncIterator
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Response
from fastapi.responses import StreamingResponse

from bot.surfaces.incidents import CausalGraph, IncidentDesk, Summary, SummaryKind, Window
from bot.surfaces.rest.incidents import Which
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Cursor
from memory.model.incident import Happening, TimelineEntry
from memory.model.people import Principal
from memory.model.value import Moment
from memory.page import Page

SVG, JSON = "image/svg+xml", "application/json"
MOST_ENTRIES = 1000
PAGE = 200

Since = Annotated[Moment | None, Query(alias="from", description="What happened from this moment on")]
Most = Annotated[
    int | None, Query(ge=1, le=MOST_ENTRIES, description="Entries on a page; without it, the whole window at once")
]
Tag = Annotated[str | None, Header(alias="If-None-Match", max_length=200)]
_TIMELINE: dict[int | str, dict[str, Any]] = {200: {"model": Page[TimelineEntry]}}


def _window(
    *,
    since: Since = None,
    until: Annotated[Moment | None, Query(alias="to", description="What happened before this moment")] = None,
    recorded_since: Annotated[
        Moment | None, Query(description="What became known here from this moment on, however late")
    ] = None,
    kind: Annotated[list[Happening] | None, Query(description="Only these kinds")] = None,
    text: Annotated[str, Query(max_length=200, description="Only entries with this text")] = "",
    pinned: Annotated[bool | None, Query(description="Only those that are pinned, or are not")] = None,
    newest_first: Annotated[bool, Query(description="The newest first")] = False,
) -> Window:
    return Window(
        since=since,
        until=until,
        recorded_since=recorded_since,
        kinds=tuple(kind or ()),
        text=text,
        pinned=pinned,
        newest_first=newest_first,
    )


Asked = Annotated[Window, Depends(_window)]


class TimelineRoutes:
    """Tells what happened."""

    def __init__(self, desk: IncidentDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        one = "/incidents/{incident}"
        get = partial(router.get, tags=["incidents"])
        told = described(400, 404) | _TIMELINE
        drawn = described(404) | {200: {"content": {SVG: {}}}}
        get(f"{one}/timeline", summary="Everything that happened in it", response_model=None, responses=told)(
            self.timeline
        )
        get("/timeline", summary="Everything that happened", response_model=None, responses=told)(self.everything)
        get(
            f"{one}/graph.svg", summary="What led to what, as a picture", response_class=Response, responses=drawn
        )(self.picture)
        get(f"{one}/graph", summary="What led to what", responses=described(404))(self.graph)
        get(f"{one}/summary", summary="What there is to say", responses=described(404))(self.summary)
        get(f"{one}/catch-up", summary="What you missed", responses=described(404))(self.catch_up)

    async def timeline(
        self,
        incident: Which,
        observer: Observer,
        window: Asked,
        *,
        cursor: Cursor = None,
        limit: Most = None,
        tag: Tag = None,
    ) -> Response:
        """Return what happened in an incident, ordered by when: the whole window at once, or page by page.

        What comes late stands where it happened; `recorded_at` says when it became known here. The entity tag
        changes whenever the answer would.
        """
        return await self._told(observer, incident, window, cursor, limit, tag)

    async def everything(
        self, observer: Observer, window: Asked, *, cursor: Cursor = None, limit: Most = None, tag: Tag = None
    ) -> Response:
        """Return what happened at all, in an incident or in none, as the timeline of one incident is returned."""
        return await self._told(observer, None, window, cursor, limit, tag)

    async def graph(self, incident: Which, observer: Observer) -> CausalGraph:
        """Return what led to what: timeline entries, and an edge from each cause to what followed."""
        return await self._desk.graph(observer, incident)

    async def picture(self, incident: Which, observer: Observer) -> Response:
        """Draw what led to what, light or dark as the reader's system is."""
        return Response(await self._desk.picture(observer, incident), media_type=SVG)

    async def summary(
        self, incident: Which, observer: Observer, kind: SummaryKind = SummaryKind.LIVING
    ) -> Summary:
        """Return what there is to say, every sentence with the ids it rests on."""
        return await self._desk.summary(observer, incident, kind)

    async def catch_up(self, incident: Which, observer: Observer, since: Since = None) -> Summary:
        """Return what you missed since then, or since you last did something in it."""
        return await self._desk.catch_up(observer, incident, since=since)

    async def _told(
        self,
        observer: Principal,
        incident: str | None,
        window: Window,
        cursor: str | None,
        limit: int | None,
        tag: str | None,
    ) -> Response:
        mark = f'"{await self._desk.mark(observer, incident, window)}"'
        headers = {"ETag": mark, "Cache-Control": "private, no-cache"}
        if tag is not None and mark in {each.strip().removeprefix("W/") for each in tag.split(",")}:
            return Response(status_code=304, headers=headers)
        if cursor is None and limit is None:
            chunks = self._desk.documents(observer, incident, window)
            first = await anext(aiter(chunks), "")  # what is refused is refused before anything is sent
            return StreamingResponse(_whole(first, chunks), media_type=JSON, headers=headers)
        page = await self._desk.timeline(observer, incident, window, cursor, limit or PAGE)
        return Response(page.model_dump_json(), media_type=JSON, headers=headers)


async def _whole(first: str, chunks: AsyncIterator[str]) -> AsyncIterator[str]:
    """Give one JSON document in parts, so that 50,000 entries need no room for them all."""
    yield f'{{"items":[{first}'
    async for chunk in chunks:
        yield f",{chunk}"
    yield '],"next_cursor":null}'
