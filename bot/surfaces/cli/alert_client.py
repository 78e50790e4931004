"""The routes of alerts and of being on call, as calls."""

from collections.abc import Mapping
from urllib.parse import quote

from pydantic import BaseModel

from bot.surfaces.alerts import AlertView, OnCallView, Told
from bot.surfaces.cli.client import Client
from memory.model.triage import AlertGroup, AlertRecord, Lesson, Quiet
from memory.model.value import JsonValue


class Records(BaseModel):
    """A page of alerts."""

    items: tuple[AlertRecord, ...]
    next_cursor: str | None = None


class Groups(BaseModel):
    """A page of groups."""

    items: tuple[AlertGroup, ...]
    next_cursor: str | None = None


class QuietList(BaseModel):
    """What keeps alerts quiet."""

    items: tuple[Quiet, ...]


class LessonList(BaseModel):
    """What people taught."""

    items: tuple[Lesson, ...]


class OnCallList(BaseModel):
    """Who is on call."""

    items: tuple[OnCallView, ...]


class AlertClient(Client):
    """Speaks to one Quarterdeck about alerts, as one person."""

    async def alerts(self, wanted: Mapping[str, object]) -> Records:
        """Return the alerts that are so, what changed last first."""
        return await self._get("/v1/alerts", Records, wanted)

    async def alert(self, which: str) -> AlertView:
        """Return one alert; raises `NotFound`."""
        return await self._get(f"/v1/alerts/{quote(which, safe='')}", AlertView)

    async def send(self, source: str, body: JsonValue) -> Told:
        """Give a payload in, as if its source had sent it."""
        return await self._post("/v1/alerts", {"source": source, "body": body}, Told)

    async def groups(self, limit: int) -> Groups:
        """Return the groups, what changed last first."""
        return await self._get("/v1/alerts/groups", Groups, {"limit": limit})

    async def quiets(self) -> QuietList:
        """Return what keeps alerts quiet."""
        return await self._get("/v1/alerts/silences", QuietList)

    async def silence(self, wanted: Mapping[str, object]) -> Quiet:
        """Keep alerts quiet for a while."""
        return await self._post("/v1/alerts/silences", wanted, Quiet)

    async def unsilence(self, which: str) -> Quiet:
        """End a silence now; raises `NotFound`."""
        return await self._post(f"/v1/alerts/silences/{quote(which, safe='')}/end", {}, Quiet)

    async def lessons(self) -> LessonList:
        """Return what people taught."""
        return await self._get("/v1/alerts/lessons", LessonList)

    async def forget(self, which: str) -> Lesson:
        """Take a lesson back; raises `NotFound`."""
        return await self._post(f"/v1/alerts/lessons/{quote(which, safe='')}/withdraw", {}, Lesson)

    async def on_call(self, wanted: Mapping[str, object]) -> OnCallList:
        """Return who is on call."""
        return await self._get("/v1/oncall", OnCallList, wanted)
