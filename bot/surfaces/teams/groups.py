"""Which Entra groups somebody is in, asked of Microsoft Graph, for roles that groups give; kept for a while.

It takes the application permission GroupMember.Read.All.
Source: learn.microsoft.com/graph/api/directoryobject-getmembergroups.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from bot.surfaces.teams.cloud import App
from bot.surfaces.teams.credentials import Credentials
from memory.clock import Clock
from memory.errors import ConnectorError, TeamsUnreachable
from memory.model.identity import Account
from tools.http import HttpClient

KEPT: Final = timedelta(minutes=15)
MOST: Final = 10_000
MOST_GROUPS: Final = 500
TIMEOUT_S: Final = 3.0  # a press waits for this
SOURCE: Final = "Microsoft Graph"


class EntraGroups:
    """The groups of people of the tenant that the app is registered in."""

    def __init__(self, app: App, clock: Clock) -> None:
        self._home = app.home
        self._clock = clock
        self._credentials = Credentials(app, clock, f"{app.cloud.graph}/.default")
        self._http = HttpClient(app.cloud.graph, source=SOURCE, timeout_s=TIMEOUT_S, attempts=2)
        self._known: OrderedDict[str, tuple[datetime, tuple[str, ...]]] = OrderedDict()

    async def of(self, account: Account) -> tuple[str, ...] | None:
        """Return the ids of an account's groups, None for another tenant's; raises `TeamsError`."""
        if account.issuer != self._home:
            return None
        known = self._known.get(account.subject)
        if known is None or self._clock.now() >= known[0] + KEPT:
            known = self._known[account.subject] = (self._clock.now(), await self._asked(account.subject))
            if len(self._known) > MOST:
                self._known.popitem(last=False)
        return known[1]

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
        await self._credentials.close()

    async def _asked(self, person: str) -> tuple[str, ...]:
        headers = await self._credentials.headers()
        path = f"/v1.0/users/{quote(person, safe='')}/getMemberGroups"
        try:
            said = await self._http.post(
                path, json={"securityEnabledOnly": False}, headers=headers, idempotent=True
            )
        except ConnectorError as error:
            raise TeamsUnreachable(
                f"expected {SOURCE} to tell somebody's groups, found: {error.code}",
                hint="Give the app the application permission GroupMember.Read.All.",
            ) from None
        listed = said.get("value") if isinstance(said, dict) else None
        found = [each for each in listed if isinstance(each, str)] if isinstance(listed, list) else []
        return tuple(sorted(found)[:MOST_GROUPS])
