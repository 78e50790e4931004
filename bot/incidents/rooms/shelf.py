"""The runbook that most likely helps, and what was seen before: from memory where there is one, else by alert."""

import asyncio

from bot.incidents.rooms.terms import RoomTerms
from bot.recall import Recalling, RunbookMatch
from bot.surfaces.venues import Notice
from memory.errors import QuarterdeckError
from memory.model.alert import Alert, Link
from memory.model.incident import Incident
from runbooks.catalogue import RunbookCatalogue
from runbooks.format import Runbook

PATIENCE_S = 3.0  # with a memory that is still being read, where the alert has a runbook of its own


class RunbookShelf:
    """Serves `Shelf`. `recalling` is the memory of the house, None where there is none."""

    def __init__(self, runbooks: RunbookCatalogue, terms: RoomTerms, recalling: Recalling | None = None) -> None:
        self._runbooks = runbooks
        self._terms = terms
        self._recalling = recalling

    async def likely(self, incident: Incident, alerts: tuple[Alert, ...]) -> Notice | None:
        """Return the likely runbook, and what was seen before; None where nothing is near enough."""
        found, before = await self._recalled(incident, alerts)
        named = None if found else self._for(alerts)
        lines = []
        links = []
        if found is not None:
            lines.append(f"This runbook may help: {found.title}{_because(found.why)}.")
            links += self._link(found.runbook) if found.runnable else []
        elif named is not None:
            lines.append(f"This runbook is written for the alert: {named.head.title}.")
            links += self._link(named.name)
        lines += before
        return Notice(title="Where to begin", text="\n".join(lines), links=tuple(links)) if lines else None

    async def _recalled(
        self, incident: Incident, alerts: tuple[Alert, ...]
    ) -> tuple[RunbookMatch | None, list[str]]:
        if self._recalling is None:
            return None, []
        try:
            async with asyncio.timeout(PATIENCE_S):
                matches = await self._recalling.likely_runbook(
                    incident.tenant, incident.title, alerts=alerts, services=incident.services, limit=1
                )
                seen = await self._recalling.similar(
                    incident.tenant,
                    incident.title,
                    services=incident.services,
                    environment=incident.environment,
                    without=f"incident:{incident.id}",
                    limit=2,
                )
        except QuarterdeckError:  # without memory there is still the alert's own runbook
            return None, []
        except TimeoutError:  # it is read for the first time
            if self._for(alerts) is None:
                raise
            return None, []
        told = [
            f"- Seen before: {each.title}{f', mended by {each.fixed_by}' if each.fixed_by else ''}."
            f"{f' {each.warning}' if each.warning else ''}"
            for each in seen
        ]
        return next(iter(matches), None), told

    def _for(self, alerts: tuple[Alert, ...]) -> Runbook | None:
        names = {each.name for each in alerts}
        return next((each for each in self._runbooks.newest() if names & set(each.head.alerts)), None)

    def _link(self, runbook: str) -> list[Link]:
        return [Link(rel="runbook", href=f"{self._terms.public_url}/console/runbooks/{runbook}")]


def _because(why: tuple[str, ...]) -> str:
    return f" ({'; '.join(why[:2])})" if why else ""
