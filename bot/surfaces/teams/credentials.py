"""The token that we show Teams: fetched for our own Entra tenant, without blocking, and kept until it ends.

Source: learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from pydantic import BaseModel, SecretStr, ValidationError

from bot.surfaces.teams.cloud import App
from memory.clock import Clock
from memory.errors import ConnectorError, ConnectorUnreachable, TeamsRejected, TeamsUnreachable
from tools.http import HttpClient

TIMEOUT_S: Final = 10.0
EARLY: Final = timedelta(minutes=5)
SOURCE: Final = "Microsoft Entra"


class _Granted(BaseModel):
    access_token: SecretStr
    expires_in: int


class Credentials:
    """The app's own, for one service. Without an app id there are none, and calls go without a token."""

    def __init__(self, app: App, clock: Clock, scope: str = "") -> None:
        self._app = app
        self._scope = scope or app.cloud.scope
        self._clock = clock
        self._kept: tuple[datetime, SecretStr] | None = None
        self._asking = asyncio.Lock()
        self._http = HttpClient(app.cloud.login, source=SOURCE, timeout_s=TIMEOUT_S, attempts=2)

    async def headers(self) -> dict[str, str]:
        """Return what goes with a call; raises `TeamsRejected` or `TeamsUnreachable`."""
        if not self._app.id:
            return {}
        async with self._asking:
            kept = self._kept
            if kept is None or self._clock.now() >= kept[0]:
                kept = self._kept = await self._fetched()
        return {"Authorization": f"Bearer {kept[1].get_secret_value()}"}

    def forget(self) -> None:
        """Fetch another the next time: this one is not taken any more."""
        self._kept = None

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()

    async def _fetched(self) -> tuple[datetime, SecretStr]:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._app.id,
            "client_secret": self._app.secret.get_secret_value(),
            "scope": self._scope,
        }
        path = f"/{quote(self._app.home, safe='')}/oauth2/v2.0/token"
        try:
            granted = _Granted.model_validate(await self._http.post(path, data=form, idempotent=True))
        except ConnectorUnreachable as error:
            raise TeamsUnreachable(f"expected a token of {SOURCE}, found it away", hint=error.hint) from None
        except (ConnectorError, ValidationError):
            raise TeamsRejected(
                f"expected a token of {SOURCE}, found that it refuses our app",
                hint="Compare teams_app_id, teams_app_secret and teams_home_tenant with the app's registration.",
            ) from None
        lasts = timedelta(seconds=granted.expires_in) - EARLY
        return self._clock.now() + max(lasts, timedelta(0)), granted.access_token
