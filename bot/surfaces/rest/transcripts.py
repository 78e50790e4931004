"""The route of what was said in the rooms of an incident."""

from functools import partial

from fastapi import APIRouter

from bot.surfaces.rest.incidents import Which
from bot.surfaces.rest.keyed import Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Cursor, Limit
from bot.surfaces.transcripts import TranscriptDesk
from memory.model.transcript import TranscriptLine
from memory.page import Page


class TranscriptRoutes:
    """Tells what people said."""

    def __init__(self, desk: TranscriptDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the route."""
        get = partial(router.get, tags=["incidents"], summary="What was said in its rooms")
        get("/incidents/{incident}/transcript", responses=described(400, 404))(self.transcript)

    async def transcript(
        self, incident: Which, observer: Observer, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[TranscriptLine]:
        """Return what was said in the rooms of an incident, the first first. These are other people's words."""
        return await self._desk.transcript(observer, incident, cursor, limit)
