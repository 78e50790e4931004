"""Links to plans and incidents that somebody shares: what everybody may see of one, its name and how it stands.

A channel that other organisations share shows nothing, nor does a plan that whoever shares it may not see.
"""

from typing import Final
from urllib.parse import unquote, urlsplit

import structlog

from bot.surfaces.desk import Desk
from bot.surfaces.incidents import IncidentDesk
from bot.surfaces.places import Places
from bot.surfaces.prose import status
from bot.surfaces.slack.blocks import context
from bot.surfaces.slack.incident_cards import owner, standing
from bot.surfaces.slack.outsiders import Outsiders
from bot.surfaces.slack.ports import Visit
from bot.surfaces.slack.presses import mapping
from bot.surfaces.slack.rich import Block, rich, section, words
from memory.errors import NotFound, PolicyDenied, SlackRejected
from memory.model.incident import Incident
from memory.model.run import Run
from memory.model.value import JsonValue

MOST: Final = 5  # of one message

_log = structlog.get_logger(__name__)


class Unfurling:
    """Answers Slack's question what a link is about."""

    def __init__(
        self, desk: Desk, places: Places, outsiders: Outsiders, incidents: IncidentDesk | None = None
    ) -> None:
        self._desk = desk
        self._incidents = incidents
        self._outsiders = outsiders
        self._places = places

    async def shared(self, visit: Visit) -> None:
        """Show what was shared, to those who may see it."""
        shown = await self._shown(visit)
        if not shown or await self._outsiders.may_read(visit.web, visit.arrival.channel, visit.arrival):
            return
        event = visit.arrival.payload
        if event.get("unfurl_id") and event.get("source"):
            where = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
        else:
            where = {"channel": visit.arrival.channel, "ts": event.get("message_ts")}
        try:
            await visit.web.call("chat.unfurl", unfurls=shown, **where)
        except SlackRejected as error:  # the message is gone, or was unfurled before
            _log.info("slack.no_unfurl", why=error.error)

    async def _shown(self, visit: Visit) -> dict[str, JsonValue]:
        links = visit.arrival.payload.get("links")
        urls = [str(mapping(each).get("url", "")) for each in links] if isinstance(links, list) else []
        shown: dict[str, JsonValue] = {}
        for url in urls[:MOST]:
            try:
                if run := self._named(url, self._places.plan("")):
                    shown[url] = {"blocks": [*_plan(await self._desk.run(visit.person, run))]}
                elif self._incidents and (number := self._named(url, self._places.incident(""))):
                    shown[url] = {"blocks": [*_incident(await self._incidents.incident(visit.person, number))]}
            except (NotFound, PolicyDenied):
                continue
        return shown

    def _named(self, url: str, begins: str) -> str:
        """Return what an address of ours that begins so leads to, empty for any other."""
        if not url.startswith(begins):
            return ""
        return unquote(urlsplit(url).path.removeprefix(urlsplit(begins).path).partition("/")[0])


def _incident(incident: Incident) -> list[Block]:
    title = rich(section([words(f"Incident {incident.number}: {incident.title}", bold=True)]))
    return [title, context(f"{standing(incident)}, {owner(incident)}")]


def _plan(run: Run) -> list[Block]:
    title = rich(section([words(run.plan.goal, bold=True)]))
    return [
        title,
        context(f"Plan: {status(run.status.value)}. What it would do is shown to those who may open it."),
    ]
