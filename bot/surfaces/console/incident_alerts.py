"""Alerts beside the incidents of the console: those that fire and are none, to make one of in one click."""

from typing import Final

from bot.surfaces.alerts import AlertDesk
from memory.errors import PolicyDenied
from memory.model.people import Principal
from memory.model.triage import AlertGroup

SHOWN: Final = 50


async def waiting(desk: AlertDesk | None, who: Principal) -> list[AlertGroup]:
    """Return the groups in which something fires and that are no incident, the worst first.

    There are none for whom policy does not let see alerts.
    """
    if desk is None:
        return []
    try:
        groups = (await desk.groups(who, None, SHOWN)).items
    except PolicyDenied:
        return []
    alone = [each for each in groups if each.open and each.incident is None]
    return sorted(alone, key=lambda group: group.severity)
