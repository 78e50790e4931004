"""Deploys and flags that a look brought to light, kept in the timeline: each once, however often it is read."""

from datetime import UTC

from bot.incidents.service import Incidents
from bot.surfaces.incidents import Act
from memory.ids import derived
from memory.model.incident import Happening
from memory.model.run import Outcome
from tools.readings import ChangeKind, ChangeReading, unpacked
from tools.wording import named

SOURCE = "reading"
_KINDS = {
    ChangeKind.DEPLOY: Happening.DEPLOY,
    ChangeKind.ROLLBACK: Happening.DEPLOY,
    ChangeKind.FLAG: Happening.FLAG,
}


class ChangesRead:
    """Keeps what readings tell of changes."""

    def __init__(self, incidents: Incidents) -> None:
        self._incidents = incidents

    async def seen(self, tenant: str, outcome: Outcome) -> None:
        """Keep the deploys and flag changes of a reading that were not known yet."""
        read = [each for each in unpacked(outcome, "changes", ChangeReading) if each.kind in _KINDS]
        keyed = {_key(each): each for each in read}
        for key in await self._incidents.unrecorded(tenant, list(keyed)):
            change = keyed[key]
            act = Act(
                tenant=tenant,
                by=named(change.by, "somebody"),
                source=SOURCE,
                key=key,
                at=change.at.astimezone(UTC),
            )
            await self._incidents.record_change(
                act,
                _KINDS[change.kind],
                _said(change),
                service=change.service or None,
                environment=change.environment or None,
            )


def _key(change: ChangeReading) -> str:
    told = (change.kind.value, change.at.isoformat(), change.service, change.environment, change.before)
    return derived("change", *told, change.after, change.flag)


def _said(change: ChangeReading) -> str:
    subject = f"flag {change.flag}" if change.flag else change.service or "a service"
    return f"{subject}: {change.kind.value} {change.before or '?'} → {change.after or '?'}"
