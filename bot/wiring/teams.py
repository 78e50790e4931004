"""Microsoft Teams, put together: the door it knocks at, who writes there, and cards that are kept up to date."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from fastapi import APIRouter

from bot.settings import Settings
from bot.surfaces.identities import Identities
from bot.surfaces.links import origins
from bot.surfaces.places import Places
from bot.surfaces.ports import Ports
from bot.surfaces.teams.adapter import Adapter
from bot.surfaces.teams.board import Board
from bot.surfaces.teams.calling import Calls
from bot.surfaces.teams.cloud import App, Cloud
from bot.surfaces.teams.credentials import Credentials
from bot.surfaces.teams.door import Door
from bot.surfaces.teams.groups import EntraGroups
from bot.surfaces.teams.linking import Linking
from bot.surfaces.teams.members import Members
from bot.surfaces.teams.metadata import Metadata
from bot.surfaces.teams.pacing import Pacer
from bot.surfaces.teams.pressing import Pressing
from bot.surfaces.teams.talking import Talking
from bot.surfaces.teams.verifying import Verifier
from bot.surfaces.teams.visitors import Visitors
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.identity import AccountSource
from memory.store import Store

REMEMBERED: Final = timedelta(days=2)  # longer than any token lasts
PRUNE_S: Final = 3_600.0

_log = structlog.get_logger(__name__)


def app_of(settings: Settings, cloud: Cloud | None = None) -> App:
    """Return who we are at Microsoft."""
    return App(
        id=settings.teams_app_id,
        home=settings.teams_home_tenant,
        secret=settings.teams_app_secret,
        tenants=frozenset(settings.teams_tenants or filter(None, (settings.teams_home_tenant,))),
        cloud=cloud or Cloud(),
    )


@dataclass(frozen=True)
class TeamsRoom:
    """What was built: the route that Teams knocks at, and the board that shows plans unasked too."""

    router: APIRouter
    board: Board


@asynccontextmanager
async def teams_room(
    settings: Settings,
    ports: Ports,
    store: Store,
    accounts: Identities,
    *,
    tending: bool,
    cloud: Cloud | None = None,
) -> AsyncIterator[TeamsRoom]:
    """Build it, and with `tending` keep cards up to date; nobody at Microsoft is asked anything yet."""
    async with AsyncExitStack() as stack:
        door, board = _room(stack, settings, ports, store, app_of(settings, cloud), accounts)
        if tending:
            tasks = [asyncio.create_task(each) for each in (board.keep(), _pruning(store, ports))]
            stack.push_async_callback(_stopped, tasks)
        yield TeamsRoom(door.router(), board)


def _room(
    stack: AsyncExitStack, settings: Settings, ports: Ports, store: Store, us: App, accounts: Identities
) -> tuple[Door, Board]:
    clock, tenant = ports.clock, settings.tenant
    metadata, credentials = Metadata(us.cloud.metadata, clock), Credentials(us, clock)
    calls = Calls(credentials, Pacer())
    for each in (metadata, credentials, calls):
        stack.push_async_callback(each.close)
    adapter = Adapter(us, metadata, calls)
    places = _places(settings)
    groups = _groups(settings, us, clock)
    if groups is not None:
        stack.push_async_callback(groups.close)
    visitors = Visitors(tenant, accounts, Members(calls, clock), store.teams_places, clock, groups)
    board = Board(tenant, ports.desk, adapter, store.teams_places, store.teams_cards, places, clock=clock)
    talking = Talking(
        ports.desk,
        visitors,
        adapter,
        store.teams_places,
        board,
        linking=Linking(accounts, f"{settings.url()}/console"),
        places=places,
        tenant=tenant,
        clock=clock,
    )
    door = Door(
        adapter,
        Verifier(us, metadata, clock),
        store.teams_activities,
        talking,
        Pressing(ports.desk, visitors, board, places, talking.say),
        ports.doorkeeper,
        tenant=tenant,
        clock=clock,
        open_to_all=settings.teams_open,
    )
    stack.push_async_callback(door.close)
    return door, board


def _groups(settings: Settings, us: App, clock: Clock) -> EntraGroups | None:
    """Return what asks for groups, where groups of Teams give anything and there is an app that may ask."""
    given = any(each.source is AccountSource.TEAMS for each in settings.role_mappings)
    return EntraGroups(us, clock) if given and us.id else None


def _places(settings: Settings) -> Places:
    systems = (settings.prometheus_url, settings.alertmanager_url, settings.estate_url)
    return Places(settings.url(), origins(systems))


async def _pruning(store: Store, ports: Ports) -> None:
    while True:
        try:
            await store.teams_activities.prune(ports.clock.now() - REMEMBERED)
        except QuarterdeckError as error:
            _log.warning("teams.keeping_failed", code=error.code, why=error.message)
        await asyncio.sleep(PRUNE_S)


async def _stopped(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
