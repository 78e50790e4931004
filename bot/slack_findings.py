"""What `slack doctor` looks at: tokens and scopes, whether Slack can reach us, the clock, Socket Mode."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from bot.settings import Settings
from bot.surfaces.cli.host import Finding, Health
from bot.surfaces.slack.calling import Caller
from bot.surfaces.slack.installing.examining import Look, token_looked_at
from bot.surfaces.slack.installing.scopes import needed
from bot.surfaces.slack.verifying import WINDOW
from bot.wiring.slack import last_received, opened_workspaces
from memory.errors import QuarterdeckError, SlackError

WITHIN_S = 10.0
REFUSED = 401  # what our own door says to a request that nobody signed


async def slack_examined(settings: Settings) -> AsyncIterator[Finding]:
    """Yield what each part of the way to Slack and back is like."""
    if not settings.uses_slack():
        hint = "Set slack_bot_token, or slack_client_id for several workspaces: docs/slack.md"
        yield Finding(check="slack", health=Health.FAIL, found="not configured", hint=hint)
        return
    caller = Caller(settings.slack_api_url)
    try:
        async for finding in _tokens(settings, caller):
            yield finding
        yield await _received(settings)
        if settings.slack_signing_secret.get_secret_value():
            yield await _reachable(settings)
        if token := settings.slack_app_token.get_secret_value():
            yield await _socket(caller, token)
    finally:
        await caller.close()


async def _tokens(settings: Settings, caller: Caller) -> AsyncIterator[Finding]:
    wanted = needed(audio=settings.slack_audio, war_rooms=settings.slack_war_rooms)
    clock: Finding | None = None
    try:
        async with opened_workspaces(settings, caller) as tokens:
            if not tokens:
                hint = f"Open {settings.url()}/slack/install in a browser."
                yield Finding(check="slack token", health=Health.FAIL, found="installed nowhere yet", hint=hint)
            for token in tokens:
                granted, looks = await token_looked_at(caller, token, wanted)
                for look in looks:
                    yield _finding(look)
                if granted is not None:
                    clock = _clock(granted.date)
    except QuarterdeckError as error:
        found = f"{error.message} [{error.code}]"
        yield Finding(check="slack token", health=Health.FAIL, found=found, hint=error.hint)
    if clock is not None:
        yield clock


async def _received(settings: Settings) -> Finding:
    """Say when Slack was last heard of; who never heard of it may have no events turned on."""
    hint = (
        "Say something to the app; then see Event Subscriptions and Interactivity of the app, and `slack events`."
    )
    try:
        latest = await last_received(settings)
    except QuarterdeckError as error:
        return Finding(check="slack received", health=Health.WARN, found=f"{error.message} [{error.code}]")
    if latest is None:
        return Finding(check="slack received", health=Health.WARN, found="nothing within two days", hint=hint)
    found = f"the last at {latest:%Y-%m-%d %H:%M:%S} UTC"
    return Finding(check="slack received", health=Health.OK, found=found)


async def _reachable(settings: Settings) -> Finding:
    """Knock at our own door from outside, unsigned: it is there where it says no."""
    url = f"{settings.url()}/slack/events"
    hint = "Let a server run there (quarterdeck serve), let Slack reach it, or use Socket Mode: slack_app_token."
    try:
        async with httpx.AsyncClient(timeout=WITHIN_S) as http:
            answer = await http.post(url, content=b"{}")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Finding(check="slack events", health=Health.FAIL, found=f"{url}: {type(error).__name__}", hint=hint)
    if answer.status_code != REFUSED:
        found = f"{url} answers HTTP {answer.status_code}, and not as Quarterdeck's door would"
        return Finding(check="slack events", health=Health.FAIL, found=found, hint=hint)
    if not url.startswith("https:"):
        found = f"{url} answers, but Slack calls https alone"
        return Finding(
            check="slack events", health=Health.WARN, found=found, hint="Set public_url to an https one."
        )
    return Finding(check="slack events", health=Health.OK, found=f"{url} answers, and refuses what is not signed")


async def _socket(caller: Caller, token: str) -> Finding:
    try:
        await caller.granted(token, "apps.connections.open")
    except SlackError as error:
        hint = "It is an app-level token (xapp-…) with connections:write; Socket Mode is on in the app's settings."
        return Finding(
            check="slack socket", health=Health.FAIL, found=f"{error.message} [{error.code}]", hint=hint
        )
    return Finding(check="slack socket", health=Health.OK, found="a connection may be opened")


def _clock(date: str) -> Finding:
    """Compare our clock with Slack's: beyond five minutes every request of its own is refused here."""
    try:
        apart = abs((datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds())
    except ValueError:
        return Finding(check="slack clock", health=Health.WARN, found="Slack does not say what time it is")
    if apart > WINDOW.total_seconds() / 10:
        hint = "Let this machine follow a time server (NTP): what Slack signs counts for five minutes."
        late = Health.FAIL if apart > WINDOW.total_seconds() else Health.WARN
        return Finding(check="slack clock", health=late, found=f"{apart:.0f} s from Slack's", hint=hint)
    return Finding(check="slack clock", health=Health.OK, found=f"{apart:.0f} s from Slack's")


def _finding(look: Look) -> Finding:
    wrong = Health.WARN if look.missing else Health.FAIL
    return Finding(check=look.what, health=Health.OK if look.ok else wrong, found=look.found, hint=look.hint)
