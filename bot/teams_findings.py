"""What `teams doctor` looks at: the app's secret, Microsoft's keys, and whether our door is reached and shut."""

from collections.abc import AsyncIterator, Awaitable, Callable

import httpx

from bot.settings import Settings
from bot.surfaces.cli.host import Finding, Health
from bot.surfaces.teams.cloud import App, Cloud
from bot.surfaces.teams.credentials import Credentials
from bot.surfaces.teams.door import PATH
from bot.surfaces.teams.metadata import Metadata
from bot.wiring.teams import app_of
from memory.clock import SystemClock
from memory.errors import QuarterdeckError

WITHIN_S = 10.0
REFUSED = 401  # what our own door says to a request without a token


async def teams_examined(settings: Settings, cloud: Cloud | None = None) -> AsyncIterator[Finding]:
    """Yield what each part of the way to Teams and back is like."""
    if not settings.teams_app_id:
        hint = "Set teams_app_id, teams_app_secret and teams_home_tenant: docs/teams.md"
        yield Finding(check="teams", health=Health.FAIL, found="not configured", hint=hint)
        return
    app = app_of(settings, cloud)
    listened = ", ".join(sorted(app.tenants))
    yield Finding(check="teams tenants", health=Health.OK, found=f"listened to: {listened}")
    yield await _tried("teams secret", lambda: _secret(app))
    yield await _tried("teams keys", lambda: _keys(app))
    yield await _reachable(settings.url())


async def _secret(app: App) -> str:
    credentials = Credentials(app, SystemClock())
    try:
        await credentials.headers()
    finally:
        await credentials.close()
    return "Microsoft Entra gives the app a token"


async def _keys(app: App) -> str:
    metadata = Metadata(app.cloud.metadata, SystemClock())
    try:
        await metadata.key("none")
    finally:
        await metadata.close()
    return "the Bot Framework's keys are fetched"


async def _tried(check: str, look: Callable[[], Awaitable[str]]) -> Finding:
    try:
        return Finding(check=check, health=Health.OK, found=await look())
    except QuarterdeckError as error:
        found = f"{error.message} [{error.code}]"
        return Finding(check=check, health=Health.FAIL, found=found, hint=error.hint)


async def _reachable(url: str) -> Finding:
    """Return whether a request without a token comes as far as our door, and no further."""
    hint = f"Set public_url, and the bot's messaging endpoint to {url}{PATH}"
    try:
        async with httpx.AsyncClient(timeout=WITHIN_S, trust_env=False) as client:
            status = (await client.post(f"{url}{PATH}", json={})).status_code
    except httpx.HTTPError as error:
        found = f"{url}{PATH} is not reached: {type(error).__name__}"
        return Finding(check="teams endpoint", health=Health.FAIL, found=found, hint=hint)
    if status == REFUSED:
        return Finding(check="teams endpoint", health=Health.OK, found=f"{url}{PATH} refuses strangers")
    found = f"{url}{PATH} answers a stranger with {status}"
    return Finding(check="teams endpoint", health=Health.FAIL, found=found, hint=hint)
