"""The whole house out of its settings. What was opened is closed again, also when a later part cannot be."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from fastapi import FastAPI

from agents.checkpoints import open_checkpointer
from agents.graph import Thinker
from agents.understanding import EmbeddedUnderstanding
from bot.alerts.paging import RoomMessenger
from bot.bridge import Bridge
from bot.conversation import FrontDesk, Probe
from bot.dead_letters import DeadLetterBook
from bot.identity import Directory, Door
from bot.identity.roster import Roster
from bot.impact import Outlooks
from bot.incidents.counting import IncidentCounter
from bot.incidents.transcribing import TranscriptRoom
from bot.journal import Journal
from bot.offered import offered
from bot.policies import facts, library
from bot.policy_record import record_loaded
from bot.procedures import RunbookRoom
from bot.refusals import Refusals
from bot.server import create_app
from bot.sessions import Sessions
from bot.settings import Profile, Settings
from bot.spoken import Spoken
from bot.surfaces.desk import EVERY_SCOPE
from bot.surfaces.ports import Ports
from bot.telemetry import Metrics
from bot.wiring import chats
from bot.wiring.alerts import alerting
from bot.wiring.approvals import signed_approvals
from bot.wiring.archive import archive, sweeping
from bot.wiring.connections import Connections, connected
from bot.wiring.console import console_settings
from bot.wiring.controls import Levers, levers
from bot.wiring.forgetting import forget
from bot.wiring.identity import roster, who_is_who
from bot.wiring.incidents import changes_read, incident_care, known_to
from bot.wiring.learning import Learning, learning
from bot.wiring.local import give_back_memory, home, session_key
from bot.wiring.log import OpenLog, open_log
from bot.wiring.models import Metering, language_models
from bot.wiring.pacing import pace
from bot.wiring.recall import remembering
from bot.wiring.rooms import Neighbours, room_terms, war_rooms
from bot.wiring.runbooks import probes as runbook_probes
from bot.wiring.runbooks import procedures, runbooks
from bot.wiring.running import running
from bot.wiring.savings import own_costs
from bot.wiring.summaries import summaries
from bot.wiring.systems import Surroundings
from bot.wiring.tending import announcing, tend
from bot.wiring.understanding import embedded, embedding, understanding
from bot.wiring.voice import Around, speech, telephone
from bot.wiring.watching import watched_costs
from memory.bus import LocalBus
from memory.clock import Clock, SystemClock
from memory.errors import InvalidSettings
from memory.ids import Ids, RandomIds
from memory.model.catalogue import Catalogue
from memory.store import Store
from memory.tasks import stopped
from runbooks.pacing.lanes import QUEUES
from runbooks.runner import Runner, Terms
from runbooks.runner.drive import Drive
from tools.approvals.signing import Attester
from tools.gate import Gate
from tools.in_force import PolicyInForce
from tools.policy import Policy
from tools.registry import Registry

_C = TypeVar("_C", bound="_Closing")


class _Closing(Protocol):
    async def close(self) -> None: ...


@dataclass(frozen=True)
class House:
    """Everything that was built, for whoever serves it or asks it."""

    settings: Settings
    store: Store
    log: OpenLog
    runner: Runner
    desk: FrontDesk
    door: Door
    directory: Directory
    sessions: Sessions
    app: FastAPI
    closing: asyncio.Event

    async def invitation(self, person: str) -> str:
        """Return a link that signs this person in to the console, once."""
        code = await self.sessions.invite(person, EVERY_SCOPE)
        return f"{self.settings.url()}/console/enter?code={code}"


@asynccontextmanager
async def assembled(
    settings: Settings, *, clock: Clock | None = None, ids: Ids | None = None, tending: bool = False
) -> AsyncIterator[House]:
    """Build the house; with `tending`, expire and resume plans and publish the log while it stands.

    Raises `InvalidSettings`, `DependencyMissing`, `PolicyInvalid`, `LogCorrupt` or `StoreUnavailable`, with
    nothing left open.
    """
    clock, ids = clock or SystemClock(), ids or RandomIds()
    async with AsyncExitStack() as stack:
        home(settings)
        catalogue, known = settings.catalogue(), offered(settings)
        loading = _loading(stack, settings, catalogue, clock)
        bus, metrics = LocalBus(), Metrics()
        log = await stack.enter_async_context(open_log(settings, clock, ids, metrics, publishing=tending))
        store, directory = log.store, Directory(settings.principals())
        costs, watching = watched_costs(settings, store, catalogue, clock, ids, stack)
        memory = await stack.enter_async_context(remembering(settings, store, embedding(loading), clock, ids))
        ours = await stack.enter_async_context(
            own_costs(settings, store, catalogue, bus=bus, metrics=metrics, clock=clock, ids=ids)
        )
        connections = await stack.enter_async_context(
            connected(
                Surroundings(
                    settings,
                    catalogue,
                    store,
                    clock,
                    ids,
                    bus.publish,
                    known=known_to(directory),
                    recall=memory.recall,
                    savings=ours.savings,
                    bills=costs.book,
                    watched=watching.book,
                )
            )
        )
        people = roster(settings, store, directory, clock)
        await people.look()
        in_force = PolicyInForce(policy(settings, directory))
        gate = Gate(
            Registry(connections.hands),
            in_force,
            clock=clock,
            ids=ids,
            requirements=settings.approval_requirements,
        )
        carrying = running(settings, store, metrics, QUEUES, clock, ids, serving=tending)
        announce, metering = announcing(bus, metrics), Metering((ours.meter,), ours.checked, metrics)
        paced = pace(settings, store, carrying.engine, directory, announce, clock)
        runner = _closed_by(
            stack,
            Runner(
                store,
                gate,
                announce,
                known,
                clock=clock,
                ids=ids,
                limits=settings.limits,
                drive=Drive(engine=carrying.engine, peers=carrying.membership, pacing=paced.pacing),
                terms=Terms(
                    attester=Attester(log.signing.key),
                    lifetime=timedelta(minutes=settings.approval_minutes),
                    standing=timedelta(minutes=settings.standing_minutes),
                    link=lambda run: f"{settings.url()}/console/approve/{run}",
                ),
            ),
        )
        bridge = Bridge(
            runner,
            store,
            metrics,
            Outlooks(store, gate, catalogue, directory, clock),
            changes_read(store, bus.publish, clock, ids).seen,
            Spoken(store, clock),
        )
        checkpointer = await stack.enter_async_context(open_checkpointer(settings.database(), settings.home))
        models = language_models(settings, store, in_force, stack, clock, ids, publish=announce, metering=metering)
        alone, shelf = await loading, runbooks(settings, known, clock.now().date())
        thinker = Thinker(
            understanding=understanding(settings, catalogue, clock, alone, models),
            journal=Journal(store, clock),
            observer=ours.observing(bridge),
            proposer=ours.proposing(bridge),
            plans=bridge,
            clock=clock,
            catalogue=catalogue,
            capabilities=known,
            checkpointer=checkpointer,
            procedures=await asyncio.to_thread(procedures, shelf, catalogue, alone.embedder),
            inquiry=models.inquiry(alone),
            models_s=settings.model_turn_s,
            tone=settings.tone,
        )
        held = levers(settings, log, runner, in_force, directory, bus=bus, metrics=metrics, clock=clock, ids=ids)
        await _governed(settings, store, held, people, in_force, clock, ids)
        refusals = Refusals(store, settings.tenant, clock, ids)
        stack.push_async_callback(refusals.settle, ending=True)
        door = Door(store, directory, refusals, clock, ids)
        care = incident_care(
            store,
            bus.publish,
            directory,
            in_force,
            known,
            clock=clock,
            ids=ids,
            summaries=summaries(store, directory, clock, models, room_terms(settings)),
        )
        alerts = alerting(settings, store, catalogue, care.service, in_force, door, stack, clock=clock, ids=ids)
        probes = {
            **_probes(store, connections),
            **alerts.probes(settings, store),
            **log.probes(),
            **held.probes(),
            **runbook_probes(shelf),
            **models.probes(),
        }
        desk = ours.counted(
            FrontDesk(store, thinker, runner, bus, directory, clock=clock, ids=ids, probes=probes, metrics=metrics)
        )
        rooms = war_rooms(
            settings,
            Neighbours(
                store=store,
                incidents=care.service,
                desk=care.room,
                observer=bridge,
                plans=bridge,
                directory=directory,
                runbooks=shelf,
                catalogue=catalogue,
                capabilities=tuple(known),
                permitted=desk.permitted,
                recalling=memory.recall,
                schedules=alerts.oncall,
                publish=bus.publish,
            ),
            clock,
        )
        alerts.calling.reach(RoomMessenger(store.war_rooms, rooms.venues))
        identity = _closed_by(
            stack, who_is_who(settings, store, directory, people, door, bus=bus, clock=clock, ids=ids)
        )
        records, sessions, lessons = (
            archive(settings, log, directory, thinker, clock, ids),
            Sessions(session_key(settings), settings.tenant, store.sign_ins, store.codes, clock, ids),
            await learning(settings, store, Learning(alone, thinker, models), known, catalogue, clock, ids),
        )
        aloud = speech(
            settings, stack, Around(store, desk, bridge, door, care, rooms, alone, known, clock, ids, shelf)
        )
        ports = Ports(
            desk=desk,
            log=log.book,
            doorkeeper=door,
            clock=clock,
            ids=ids,
            metrics=metrics,
            archive=records,
            approvals=signed_approvals(settings, store, runner, metrics, clock, ids),
            controls=held.controls,
            runbooks=RunbookRoom(shelf, catalogue, known, runner, ids, bridge.outlooks),
            dead_letters=DeadLetterBook(store, runner, desk.card, bus.publish, clock, ids),
            queue=paced.queue,
            nodes=carrying.nodes,
            identity=identity.room,
            alerts=alerts.desk,
            oncall=alerts.oncall,
            incidents=care.room,
            rooms=rooms.desk,
            venues=rooms.venues,
            numbers=IncidentCounter(store, catalogue, clock),
            transcripts=TranscriptRoom(care.room, store.transcripts),
            recall=memory.room,
            costs=costs.room,
            cost_watch=watching.room,
            voice=aloud.voice,
            scribe=aloud.scribe,
            dial_in=aloud.dial_in,
            models=models.room,
            lessons=lessons,
            savings=ours.savings_room if settings.finds_savings() else None,
            usage=ours.usage_room,
        )
        app = create_app(
            ports,
            store.idempotency,
            sessions,
            capabilities=known,
            console=console_settings(settings),
            slack=await chats.slack(stack, settings, ports, store, known, aloud, tending=tending),
            hooks=alerts.hooks if settings.alert_sources else None,
            teams=await chats.teams(stack, settings, ports, store, identity.room.accounts, aloud, tending=tending),
            telephone=telephone(settings, ports, aloud.dial_in),
        )
        give_back_memory()
        if tending:
            await stack.enter_async_context(carrying.working(runner))
            await stack.enter_async_context(memory.working(bus))
            await stack.enter_async_context(sweeping(records, settings.tenant, carrying.leads))
            kept = (
                carrying.nodes.keep(),
                models.watch.keep(),
                held.policies.keep(),
                people.keep(),
                care.projection.keep(settings.tenant),
                alerts.keep(carrying.leads),
                costs.keep(settings.tenant, carrying.leads),
                watching.keep(settings.tenant, carrying.leads, rooms.venues),
                rooms.keep(bus, carrying.leads),
                ours.keep(bus),
                lessons.keep(),
                forget(store, settings, carrying.leads, clock),
                tend(runner, refusals, held, paced, carrying),
            )
            stack.push_async_callback(stopped, *map(asyncio.create_task, kept))
        yield House(settings, store, log, runner, desk, door, directory, sessions, app, ports.closing)


async def _governed(  # noqa: PLR0917 - each is another part of the house
    settings: Settings, store: Store, held: Levers, people: Roster, rules: PolicyInForce, clock: Clock, ids: Ids
) -> None:
    """Put the policy of the store in force, over who there is by now, and have it stand in the log."""
    await held.policies.look()
    people.governs(held.policies.renew)
    now = rules.now()
    await record_loaded(store, settings.tenant, now.hash, now.text, clock, ids)


@asynccontextmanager
async def open_local(settings: Settings) -> AsyncIterator[tuple[FastAPI, str]]:
    """Build the house for one command of the person `principal` names, and give a key that lives as long as it.

    Raises `InvalidSettings` in production, where nobody is who they say they are. Waits for what it started.
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


def policy(settings: Settings, directory: Directory | None = None) -> Policy:
    """Return the policies of the files, over who there is; raises `PolicyInvalid` or `InvalidSettings`."""
    known = facts(settings)
    if directory is not None:
        known = known.model_copy(update={"people": directory.people()})
    return Policy(library(settings).text(), known)


def _probes(store: Store, connections: Connections) -> Mapping[str, Probe]:
    async def stored() -> str:
        await store.ping()
        return "answers"

    outside = {name: Probe(check, vital=False) for name, check in connections.checks.items()}
    return {"store": Probe(stored, vital=True), **outside}


def _closed_by(stack: AsyncExitStack, thing: _C) -> _C:
    """Have the stack close something, and return it."""
    stack.push_async_callback(thing.close)
    return thing


def _loading(
    stack: AsyncExitStack, settings: Settings, catalogue: Catalogue, clock: Clock
) -> asyncio.Task[EmbeddedUnderstanding]:
    """Begin to load what understands people, in a thread; the stack waits for its end."""
    task = asyncio.create_task(asyncio.to_thread(embedded, settings, catalogue, clock))
    stack.push_async_callback(_settled, task)
    return task


async def _settled(task: asyncio.Task[EmbeddedUnderstanding]) -> None:
    await asyncio.gather(task, return_exceptions=True)
