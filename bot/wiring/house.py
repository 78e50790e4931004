"""The whole house out of its settings. What was opened is closed again, also when a later part cannot be."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files

import structlog
from fastapi import FastAPI

from agents.checkpoints import open_checkpointer
from agents.graph import Thinker
from agents.understanding import EmbeddedUnderstanding
from bot.bridge import Bridge
from bot.conversation import FrontDesk, Probe
from bot.identity import Directory, Door
from bot.server import create_app
from bot.sessions import Sessions, SpentHere
from bot.settings import Profile, Settings
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.console.settings import origins, suggestions
from bot.surfaces.desk import EVERY_SCOPE
from bot.surfaces.ports import Ports
from bot.telemetry import Metrics
from bot.wiring.connections import Connections, connected
from bot.wiring.local import give_back_memory, home, secret_of
from bot.wiring.understanding import embedded, understanding
from memory.bus import Bus, LocalBus
from memory.clock import Clock, SystemClock
from memory.errors import InvalidSettings, QuarterdeckError
from memory.ids import Ids, RandomIds
from memory.model.record import Event
from memory.model.run import RunStatus
from memory.store import Store
from runbooks.runner import Runner
from tools import capabilities
from tools.gate import Gate
from tools.policy import Policy
from tools.registry import Registry

TEND_EVERY_S = 2.0

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class House:
    """Everything that was built, for whoever serves it or asks it."""

    settings: Settings
    store: Store
    runner: Runner
    desk: FrontDesk
    door: Door
    directory: Directory
    sessions: Sessions
    app: FastAPI
    closing: asyncio.Event

    def invitation(self, person: str) -> str:
        """Return a link that signs this person in to the console, once."""
        code = self.sessions.invite(self.settings.tenant, person, EVERY_SCOPE)
        return f"{self.settings.url()}/console/enter?code={code}"


@asynccontextmanager
async def assembled(
    settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None, tending: bool = False
) -> AsyncIterator[House]:
    """Build the house; with `tending`, expire and resume plans in the background while it stands.

    Raises `InvalidSettings`, `DependencyMissing`, `PolicyInvalid` or `StoreUnavailable`, with nothing left open.
    """
    clock, ids = clock or SystemClock(), ids or RandomIds()
    async with AsyncExitStack() as stack:
        home(settings)
        catalogue = settings.catalogue()
        loading = asyncio.create_task(asyncio.to_thread(embedded, settings, catalogue, clock))
        stack.push_async_callback(_settled, loading)
        store = await Store.open(settings.database(), clock)
        stack.push_async_callback(store.close)
        connections = await stack.enter_async_context(connected(settings, catalogue))
        bus, metrics = LocalBus(), Metrics()
        gate = Gate(Registry(connections.hands), policy(settings), clock=clock, ids=ids)
        runner = Runner(
            store,
            gate,
            _announcing(bus, metrics),
            capabilities.EVERY,
            clock=clock,
            ids=ids,
            lifetime=timedelta(minutes=settings.approval_minutes),
        )
        stack.push_async_callback(runner.close)
        bridge = Bridge(runner, store, metrics)
        checkpointer = await stack.enter_async_context(open_checkpointer(settings.database(), settings.home))
        thinker = Thinker(
            understanding=understanding(settings, catalogue, clock, await loading, stack),
            observer=bridge,
            proposer=bridge,
            plans=bridge,
            clock=clock,
            catalogue=catalogue,
            capabilities=capabilities.EVERY,
            checkpointer=checkpointer,
        )
        directory = Directory(settings.principals())
        probes = _probes(store, connections)
        desk = FrontDesk(
            store, thinker, runner, bus, directory, clock=clock, ids=ids, probes=probes, metrics=metrics
        )
        door = Door(store, directory, clock, ids)
        sessions = Sessions(_session_key(settings), clock, ids, SpentHere(clock))
        ports = Ports(desk=desk, doorkeeper=door, clock=clock, ids=ids, metrics=metrics)
        app = create_app(
            ports, store.idempotency, sessions, capabilities=capabilities.EVERY, console=_console(settings)
        )
        give_back_memory()
        if tending:
            stack.push_async_callback(_stopped, asyncio.create_task(_tend(runner)))
        yield House(settings, store, runner, desk, door, directory, sessions, app, ports.closing)


@asynccontextmanager
async def open_local(settings: Settings) -> AsyncIterator[tuple[FastAPI, str]]:
    """Build the house for one command of the person `principal` names, and give a key that lives as long as it.

    Raises `InvalidSettings` in production, where nobody is who they merely say they are. Waits at the end until
    what the command started is done.
    """
    if settings.profile is Profile.PRODUCTION:
        raise InvalidSettings(
            "expected a server to talk to, found none configured",
            hint="Set QUARTERDECK_SERVER_URL and QUARTERDECK_API_KEY, or QUARTERDECK_PROFILE=development to try "
            "things out on this machine.",
        )
    async with assembled(settings) as house:
        person = house.directory.person(settings.tenant, settings.principal or getpass.getuser())
        with house.door.trusted(person) as key:
            yield house.app, key


def _session_key(settings: Settings) -> bytes:
    given = settings.session_key.get_secret_value()
    return given.encode() if given else secret_of(settings.home / "session.key")


def policy(settings: Settings) -> Policy:
    """Return the policies in force for the tenant; raises `PolicyInvalid` or `InvalidSettings`."""
    try:
        source = settings.policy_file or files("tools.policy").joinpath("default.cedar")
        text = source.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidSettings(f"expected Cedar policies at {settings.policy_file}, found: {error}") from error
    return Policy(
        text,
        tenant=settings.tenant,
        capabilities=capabilities.EVERY,
        people=settings.principals(),
        catalogue=settings.catalogue(),
    )


def _console(settings: Settings) -> ConsoleSettings:
    systems = (settings.prometheus_url, settings.alertmanager_url, settings.estate_url)
    return ConsoleSettings(
        public_url=settings.url(),
        suggestions=suggestions(settings.catalogue()),
        link_origins=origins(systems),
    )


def _probes(store: Store, connections: Connections) -> Mapping[str, Probe]:
    async def stored() -> str:
        await store.ping()
        return "answers"

    outside = {name: Probe(check, vital=False) for name, check in connections.checks.items()}
    return {"store": Probe(stored, vital=True), **outside}


def _announcing(bus: Bus, metrics: Metrics) -> Callable[[Event], None]:
    """Return what tells listeners of a run's changes, and counts those that ended."""

    def announce(event: Event) -> None:
        status = RunStatus(str(event.body["status"]))
        if status.final():
            metrics.run_ended(status.value)
        bus.publish(event)

    return announce


async def _tend(runner: Runner) -> None:
    """Expire and resume plans, again and again. A store that is away now may be back the next time."""
    while True:
        try:
            await runner.tend()
        except QuarterdeckError as error:
            _log.warning("runner.tend_failed", code=error.code, why=error.message)
        await asyncio.sleep(TEND_EVERY_S)


async def _stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _settled(task: asyncio.Task[EmbeddedUnderstanding]) -> None:
    await asyncio.gather(task, return_exceptions=True)
