"""What Slack says of itself: the app was removed, user groups changed, somebody changed, too much is sent."""

from typing import Final, Protocol

import structlog

from bot.surfaces.slack.ports import Arrival, ArrivalKind, Webs
from bot.surfaces.slack.receiving.visitors import Visitors

MOST_TOLD: Final = 50  # people whose roles are renewed at once when a group changes

_log = structlog.get_logger(__name__)


class Removing(Protocol):
    """Forgets installations."""

    async def remove(self, team: str, why: str) -> None:
        """Forget a workspace and its tokens."""


class Changes:
    """Takes what is about Slack and not about a question."""

    def __init__(self, webs: Webs, visitors: Visitors, installed: Removing) -> None:
        self._webs = webs
        self._visitors = visitors
        self._installed = installed

    async def take(self, arrival: Arrival) -> bool:
        """Take note of this; False where it is about something else."""
        if arrival.kind is not ArrivalKind.EVENT:
            return False
        match arrival.name:
            case "app_uninstalled":
                await self._installed.remove(arrival.team, arrival.name)
            case "tokens_revoked":
                if _names(arrival, "tokens", "bot"):
                    await self._installed.remove(arrival.team, arrival.name)
            case "subteam_members_changed" | "subteam_updated" | "subteam_created":
                await self._groups(arrival)
            case "user_change":
                self._visitors.forget_user(arrival.team, arrival.user)
            case "app_rate_limited":
                _log.warning("slack.app_rate_limited", team=arrival.team)
            case _:
                return False
        return True

    async def _groups(self, arrival: Arrival) -> None:
        """Have changed groups count at once for those who were added or removed."""
        self._visitors.forget_groups(arrival.team)
        web = await self._webs.of(arrival.team)
        changed = [*_names(arrival, "removed_users"), *_names(arrival, "added_users")]
        for user in changed[:MOST_TOLD]:
            await self._visitors.tell_groups(web, user)


def _names(arrival: Arrival, *path: str) -> list[str]:
    value: object = arrival.payload
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
