"""Incidents where they were declared: one card each, brought up to date in place, whoever changes it and wherever.

What is heard says only when to look. Where a card is, is known by the key it was posted with.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.places import Places
from bot.surfaces.slack.blocks import note
from bot.surfaces.slack.incident_cards import incident_post
from bot.surfaces.slack.keeping import Kept
from bot.surfaces.slack.outsiders import Outsiders
from bot.surfaces.slack.ports import Web, Webs
from bot.surfaces.slack.showing import watcher
from bot.surfaces.slack.venue import NAME
from memory.errors import QuarterdeckError
from memory.model.incident import Incident, IncidentStatus
from memory.model.record import Event, Topic
from memory.tasks import stopped

SWEEP: Final = timedelta(seconds=15)  # what was heard nowhere, or by another node alone, is seen after this
_NOT_HERE: Final = note("Other organisations share this channel, so this incident is not shown here any more.")
_UNDER_WAY: Final = (IncidentStatus.OPEN, IncidentStatus.MITIGATED)

_log = structlog.get_logger(__name__)


class IncidentBoard:
    """Shows incidents."""

    def __init__(
        self,
        tenant: str,
        desk: Desk,
        webs: Webs,
        kept: Kept,
        outsiders: Outsiders,
        places: Places,
        *,
        sweep: timedelta = SWEEP,
    ) -> None:
        self._tenant = tenant
        self._desk = desk
        self._webs = webs
        self._incidents = kept.incidents
        self._rooms = kept.rooms
        self._outsiders = outsiders
        self._places = places
        self._sweep = sweep.total_seconds()
        self._watcher = watcher(tenant)
        self._shown: dict[str, tuple[int, str]] = {}  # the version each shows, and its room

    async def show(self, web: Web, incident: Incident, channel: str, thread: str) -> None:
        """Show an incident in a thread; where it has its card already, bring that up to date."""
        room = await self._room(incident)
        await web.post(channel, incident_post(incident, self._places, room), key=_key(incident.id), thread=thread)
        await self.refresh(incident.id)

    async def refresh(self, incident: str) -> None:
        """Bring an incident's cards up to date; again where it changed meanwhile."""
        found = await self._incidents.get(self._tenant, incident)
        while (now := (found.version, await self._room(found))) != self._shown.get(incident):
            for team in await self._webs.teams():
                web = await self._webs.of(team)
                posted = await web.posted(_key(incident))
                if posted is not None and posted.ts:
                    foreign = await self._outsiders.read(web, posted.channel)
                    says = _NOT_HERE if foreign else incident_post(found, self._places, now[1])
                    await web.update(posted.channel, posted.ts, says)
            self._shown[incident] = now
            found = await self._incidents.get(self._tenant, incident)
        if found.status not in _UNDER_WAY:
            self._shown.pop(incident, None)

    async def keep(self) -> None:
        """Follow for as long as this runs."""
        async with self._desk.events(self._watcher, None) as happenings:
            sweeping = asyncio.create_task(self._sweeping())
            try:
                async for happened in happenings:
                    if isinstance(happened, Event) and happened.topic is Topic.INCIDENT and _changed(happened):
                        await self._tried(str(happened.body["incident"]))
            finally:
                await stopped(sweeping)

    async def _sweeping(self) -> None:
        while True:
            try:
                known = {each.id for each in await self._incidents.under_way(self._tenant)} | self._shown.keys()
            except QuarterdeckError as error:
                _log.warning("slack.incidents_not_swept", code=error.code, why=error.message)
            else:
                for each in known:
                    await self._tried(each)
            await asyncio.sleep(self._sweep)

    async def _tried(self, incident: str) -> None:
        try:
            await self.refresh(incident)
        except QuarterdeckError as error:  # the next look may have more luck
            _log.warning("slack.incident_stale", incident=incident, code=error.code, why=error.message)

    async def _room(self, incident: Incident) -> str:
        """Return the address of its channel here, empty where it has none."""
        records = await self._rooms.of(self._tenant, incident.id)
        rooms = [each.room for each in records if each.room is not None and each.venue == NAME]
        return rooms[-1].link if rooms else ""


def _changed(happened: Event) -> bool:
    return "incident" in happened.body


def _key(incident: str) -> str:
    return f"incident:{incident}:card"
