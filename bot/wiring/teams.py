"""Microsoft Teams, put together: the door it knocks at, who writes there, and cards that are kept up to date."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from fastapi import APIRouter

from bot.incidents.transcribing import Transcriber
from bot.settings import Settings
from bot.surfaces.following import EVERY, SWEEP, Following
from bot.surfaces.identities import Identities
from bot.surfaces.inbox import Inbox
from bot.surfaces.links import origins
from bot.surfaces.places import Places
from bot.surfaces.ports import Ports
from bot.surfaces.same_again import SameAgain
from bot.surfaces.teams.adapter import Adapter
from bot.surfaces.teams.approvals import GRACE_S, Approvals
from bot.surfaces.teams.board import Board, watcher
from bot.surfaces.teams.calling import Calls
from bot.surfaces.teams.calling_out import CallingOut
from bot.surfaces.teams.channel import Channel
from bot.surfaces.teams.clips import SILENCE, Clips, Sound
from bot.surfaces.teams.cloud import CLOUDS, App, Cloud
from bot.surfaces.teams.credentials import Credentials
from bot.surfaces.teams.door import Door
from bot.surfaces.teams.following_up import FollowingUp
from bot.surfaces.teams.groups import EntraGroups
from bot.surfaces.teams.growing import EVERY as GROWTH
from bot.surfaces.teams.incident_board import IncidentBoard
from bot.surfaces.teams.incidents import Incidents
from bot.surfaces.teams.linking import Linking
from bot.surfaces.teams.members import Members
from bot.surfaces.teams.metadata import Metadata
from bot.surfaces.teams.pacing import Pacer
from bot.surfaces.teams.pressing import Pressing
from bot.surfaces.teams.receiving import Reception
from bot.surfaces.teams.streaming import PATIENCE, TYPING, Waiting
from bot.surfaces.teams.talking import Talking, Voice
from bot.surfaces.teams.venue import NAME, TeamsVenue
from bot.surfaces.teams.verifying import Verifier
from bot.surfaces.teams.visitors import Visitors
from bot.surfaces.teams.writing import Author
from bot.wiring.accounts import LinkedAccounts
from memory.clock import Clock
from memory.errors import QuarterdeckError
from memory.model.identity import AccountSource
from memory.model.record import Topic
from memory.store import Store
from memory.tasks import stopped

REMEMBERED: Final = timedelta(days=7)  # longer than any plan waits
PRUNE_S: Final = 3_600.0

_log = structlog.get_logger(__name__)


def app_of(settings: Settings, cloud: Cloud | None = None) -> App:
    """Return who we are at Microsoft."""
    return App(
        id=settings.teams_app_id,
        home=settings.teams_home_tenant,
        secret=settings.teams_app_secret,
        tenants=frozenset(settings.teams_tenants or filter(None, (settings.teams_home_tenant,))),
        cloud=cloud or CLOUDS[settings.teams_cloud],
    )


@dataclass(frozen=True)
class TeamsRoom:
    """What was built: the route that Teams knocks at, the board that shows plans unasked too, and what came in."""

    router: APIRouter
    board: Board
    inbox: Inbox


@dataclass(frozen=True)
class Pace:
    """How often cards are brought up to date, and how long an answer may take before it is said what is done.

    `calls` shortens every wait for Microsoft, for tests.
    """

    card: timedelta = EVERY
    sweep: timedelta = SWEEP
    patience: timedelta = PATIENCE
    typing: timedelta = TYPING
    grace: timedelta = timedelta(seconds=GRACE_S)
    growth: timedelta = GROWTH
    calls: float = 1.0


USUAL: Final = Pace()


@dataclass(frozen=True)
class _Built:
    """The parts that work together."""

    door: Door
    board: Board
    inbox: Inbox
    keeping: list[Callable[[], Coroutine[None, None, None]]]


@asynccontextmanager
async def teams_room(
    settings: Settings,
    ports: Ports,
    store: Store,
    accounts: Identities,
    *,
    tending: bool,
    cloud: Cloud | None = None,
    pace: Pace = USUAL,
    sound: Sound = SILENCE,
) -> AsyncIterator[TeamsRoom]:
    """Build it, and with `tending` work on what comes; nobody at Microsoft is asked anything yet."""
    async with AsyncExitStack() as stack:
        built = _built(stack, settings, ports, store, accounts, us=app_of(settings, cloud), pace=pace, sound=sound)
        if tending:
            stack.push_async_callback(built.inbox.close)
            working = [*(each() for each in built.keeping), _pruning(store, ports)]
            stack.push_async_callback(stopped, *(asyncio.create_task(each) for each in working))
        yield TeamsRoom(built.door.router(), built.board, built.inbox)


def _built(
    stack: AsyncExitStack,
    settings: Settings,
    ports: Ports,
    store: Store,
    accounts: Identities,
    *,
    us: App,
    pace: Pace,
    sound: Sound,
) -> _Built:
    clock, tenant = ports.clock, settings.tenant
    metadata, credentials = Metadata(us.cloud.metadata, clock), Credentials(us, clock)
    calls = Calls(credentials, Pacer(pace.calls), pace=pace.calls)
    for each in (metadata, credentials, calls):
        stack.push_async_callback(each.close)
    adapter = Adapter(us, metadata, calls)
    places, groups = _places(settings), _groups(settings, us, clock)
    if groups is not None:
        stack.push_async_callback(groups.close)
    author = Author(adapter, store.teams_posts, clock)
    stack.push_async_callback(author.close)
    visitors = Visitors(tenant, accounts, Members(calls, clock), store.teams_places, clock, groups)
    calling_out = CallingOut(author, LinkedAccounts(store, AccountSource.TEAMS))
    owners = {service.name: service.owner for service in settings.catalogue().services}
    board = Board(
        tenant,
        ports.desk,
        author,
        store.teams_places,
        store.teams_cards,
        places=places,
        calling_out=calling_out,
        clock=clock,
        owners=lambda: owners,
    )
    clips = Clips(calls, author, sound)
    waiting = Waiting(adapter, patience=pace.patience, every=pace.typing)
    voice = Voice(
        author, waiting, ports.pictures, places, clips, judged=ports.lessons is not None, every=pace.growth
    )
    incidents = Incidents(ports.incidents, ports.rooms, places, ports.numbers) if ports.incidents else None
    talking = Talking(
        ports.desk,
        visitors,
        voice,
        store.teams_places,
        board,
        linking=Linking(accounts, f"{settings.url()}/console"),
        tenant=tenant,
        clock=clock,
        commands=incidents,
    )
    following_up = FollowingUp(ports.desk, talking, board, calling_out, clips)
    again = SameAgain(ports.controls)
    pressing = Pressing(
        ports.desk, visitors, board, places, again, following_up, incidents=incidents, lessons=ports.lessons
    )
    reception = Reception(talking, pressing)
    scribe = Transcriber(
        store.war_rooms,
        store.transcripts,
        store.identities,
        clock,
        source=AccountSource.TEAMS,
        place=lambda came: came.channel,
    )
    inbox = Inbox(store.teams_arrivals, tenant, ports.ids.new("teams"), reception.work, clock, scribe)
    door = Door(
        adapter,
        Verifier(us, metadata, clock),
        inbox,
        reception,
        ports.doorkeeper,
        tenant=tenant,
        clock=clock,
        open_to_all=settings.teams_open,
    )
    following = Following(watcher(tenant), ports.desk, board, every=pace.card, sweep=pace.sweep)
    entra = us.home or next(iter(us.tenants), "")
    channel = Channel(tenant, entra, settings.teams_channel, store.teams_places, clock)
    ports.venues[NAME] = TeamsVenue(channel, author, calling_out, places)
    keeping = [inbox.keep_working, following.keep]
    if ports.incidents is not None:
        incident_board = IncidentBoard(tenant, store.incidents, author, store.teams_places, places)
        shown = Following(
            watcher(tenant),
            ports.desk,
            incident_board,
            about=Topic.INCIDENT,
            every=pace.card,
            sweep=pace.sweep,
        )
        keeping.append(shown.keep)
    if channel.configured:
        cards, known, grace = store.teams_cards, store.teams_places, pace.grace.total_seconds()
        asking = Approvals(ports.desk, board, channel, cards, known, tenant=tenant, grace_s=grace)
        keeping.append(asking.keep)
    return _Built(door, board, inbox, keeping)


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
            await store.teams_posts.prune(ports.clock.now() - REMEMBERED)
        except QuarterdeckError as error:
            _log.warning("teams.keeping_failed", code=error.code, why=error.message)
        await asyncio.sleep(PRUNE_S)
