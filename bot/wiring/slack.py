"""Slack, put together: the door it knocks at, the inbox behind it, the workspaces, and who talks there."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog
from starlette.types import ASGIApp

from bot.incidents.transcribing import Transcriber
from bot.settings import Settings
from bot.surfaces.inbox import Inbox
from bot.surfaces.ports import Ports
from bot.surfaces.slack.calling import Caller
from bot.surfaces.slack.installing.installations import App, Installations
from bot.surfaces.slack.installing.pages import Installing
from bot.surfaces.slack.installing.scopes import needed
from bot.surfaces.slack.installing.sealing import Seal
from bot.surfaces.slack.pacing import Pacer
from bot.surfaces.slack.picturing import Picturing
from bot.surfaces.slack.ports import Talking, Webs
from bot.surfaces.slack.receiving.changes import Changes
from bot.surfaces.slack.receiving.dispatch import Dispatcher, bolt
from bot.surfaces.slack.receiving.door import Events, door
from bot.surfaces.slack.receiving.linking import Linking
from bot.surfaces.slack.receiving.once import Once
from bot.surfaces.slack.receiving.reception import Reception
from bot.surfaces.slack.receiving.socket import listening
from bot.surfaces.slack.receiving.visitors import Visitors
from bot.surfaces.slack.talking import Surroundings, talking_side
from bot.surfaces.slack.venue import NAME, SlackVenue, place_of
from bot.telemetry import Metrics
from bot.wiring.local import secret_of
from bot.wiring.log import open_log
from bot.wiring.slack_talking import kept
from memory.clock import Clock, SystemClock
from memory.errors import InvalidSettings, QuarterdeckError
from memory.ids import RandomIds
from memory.model.identity import AccountSource
from memory.store import Store
from memory.tasks import stopped

RENEW_S: Final = 60.0
POSTS_KEPT: Final = timedelta(days=90)

_log = structlog.get_logger(__name__)


class Side(Protocol):
    """The talking side: who answers, and what runs beside it."""

    @property
    def talker(self) -> Talking:
        """Return who answers."""

    def working(self) -> AbstractAsyncContextManager[None]:
        """Keep what is shown up to date until the block ends."""


@dataclass(frozen=True)
class SlackRoom:
    """What was built: `app` is mounted at /slack, `webs` are the workspaces."""

    app: ASGIApp
    side: Side
    webs: Installations
    inbox: Inbox
    bolt: Dispatcher
    caller: Caller
    settings: Settings
    store: Store
    ports: Ports

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Work on what comes, listen by Socket Mode where that is set up, and keep tokens fresh."""
        async with AsyncExitStack() as stack:
            token = self.settings.slack_app_token.get_secret_value()
            await stack.enter_async_context(self.side.working())
            stack.push_async_callback(self.inbox.close)
            tasks = [asyncio.create_task(each) for each in (self.inbox.keep_working(), self._renewing())]
            stack.push_async_callback(stopped, *tasks)
            if token:
                await stack.enter_async_context(listening(self.bolt, token, self.settings.slack_api_url))
            yield

    async def _renewing(self) -> None:
        while True:
            try:
                await self.webs.renew()
                old = self.ports.clock.now() - POSTS_KEPT
                await self.store.slack_posts.prune(old)
                await self.store.slack_notices.prune(old)
                await self.store.slack_successes.prune(f"{old:%Y-%m-%d}")
            except QuarterdeckError as error:
                _log.warning("slack.keeping_failed", code=error.code, why=error.message)
            await asyncio.sleep(RENEW_S)


@asynccontextmanager
async def slack_room(
    settings: Settings,
    ports: Ports,
    store: Store,
    talks: Callable[[Webs], Side],
    *,
    pacer: Pacer | None = None,
) -> AsyncIterator[SlackRoom]:
    """Build it; nobody at Slack is asked anything yet. Raises `InvalidSettings`."""
    if ports.identity is None:
        raise InvalidSettings("expected a house that knows accounts, found one that does not")
    tenant, clock, node = settings.tenant, ports.clock, ports.ids.new("slack")
    accounts = ports.identity.accounts
    caller = Caller(settings.slack_api_url, pacer or Pacer())
    webs = _workspaces(settings, store, caller, clock, node)
    side = talks(webs)
    often = Once(store.slack_notices, tenant, clock, timedelta(hours=1))
    seldom = Once(store.slack_notices, tenant, clock, timedelta(hours=12))
    visitors = Visitors(accounts, seldom, clock)
    reception = Reception(
        webs,
        visitors,
        Linking(accounts, f"{settings.url()}/console"),
        Changes(webs, visitors, webs),
        side.talker,
        often,
    )
    scribe = Transcriber(
        store.war_rooms,
        store.transcripts,
        store.identities,
        clock,
        source=AccountSource.SLACK,
        place=lambda came: place_of(came.team, came.channel),
    )
    inbox = Inbox(store.arrivals, tenant, node, reception.work, clock, scribe)
    app = bolt(inbox, webs, side.talker, tenant=tenant, clock=clock)
    secret = settings.slack_signing_secret.get_secret_value().encode()
    scopes = tuple(needed(audio=settings.slack_audio, war_rooms=settings.slack_war_rooms))
    pages = Installing(
        webs,
        _app(settings),
        store.codes,
        tenant=tenant,
        public_url=settings.url(),
        scopes=scopes,
        clock=clock,
    )
    mounted = door(
        Events(app, secret, ports.doorkeeper, clock), {"/install": pages.leave, "/installed": pages.arrive}
    )
    try:
        yield SlackRoom(mounted, side, webs, inbox, app, caller, settings, store, ports)
    finally:
        await caller.close()


async def in_slack(
    stack: AsyncExitStack, settings: Settings, ports: Ports, store: Store, told: Surroundings, tending: bool
) -> ASGIApp | None:
    """Build it for a house, to be closed with the stack, and with `tending` work; None where there is no Slack."""
    if not settings.uses_slack():
        return None
    found = kept(store)
    room = await stack.enter_async_context(
        slack_room(settings, ports, store, lambda webs: talking_side(ports, webs, found, told))
    )
    if settings.slack_war_rooms:
        ports.venues[NAME] = SlackVenue(room.webs, found.accounts, Picturing(ports.pictures), told.places)
    if tending:
        await stack.enter_async_context(room.working())
    return room.app


def _workspaces(settings: Settings, store: Store, caller: Caller, clock: Clock, node: str) -> Installations:
    return Installations(
        store,
        caller,
        lambda: seal(settings),
        _app(settings),
        tenant=settings.tenant,
        node=node,
        clock=clock,
    )


@asynccontextmanager
async def opened_workspaces(settings: Settings, caller: Caller) -> AsyncIterator[tuple[str, ...]]:
    """Give the bot tokens of all workspaces, opening the store where they are in there."""
    if alone := settings.slack_bot_token.get_secret_value():
        yield (alone,)
        return
    clock, ids = SystemClock(), RandomIds()
    async with open_log(settings, clock, ids, Metrics()) as log:
        webs = _workspaces(settings, log.store, caller, clock, ids.new("slack"))
        yield tuple([await webs.token(team) for team in await webs.teams()])


async def last_received(settings: Settings) -> datetime | None:
    """Return when the last thing came from Slack, to any node; raises `StoreUnavailable`."""
    async with open_log(settings, SystemClock(), RandomIds(), Metrics()) as log:
        return await log.store.arrivals.latest(settings.tenant)


def seal(settings: Settings) -> Seal:
    """Return what seals tokens; raises `InvalidSettings`."""
    given = [each.strip() for each in settings.slack_keys.get_secret_value().split(",") if each.strip()]
    return Seal([each.encode() for each in given] or [secret_of(settings.home / "slack.key")])


def _app(settings: Settings) -> App:
    return App(
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        bot_token=settings.slack_bot_token.get_secret_value(),
        teams=frozenset(settings.slack_teams),
    )
