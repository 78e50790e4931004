"""A real desk, runner and store over an estate in memory, for the doors of whichever chat stand before them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from agents.reading import Reading
from agents.recollection import Recollection
from agents.waiting import waiting
from bot.bridge import Bridge
from bot.controls.policies import PolicyBoard
from bot.controls.quotas import QuotaBook
from bot.controls.standing import StandingBook
from bot.controls.switching import Switching
from bot.conversation import FrontDesk
from bot.identity import Directory, Door
from bot.incidents.counting import IncidentCounter
from bot.journal import Journal
from bot.refusals import Refusals
from bot.settings import Settings
from bot.surfaces.controls import Controls
from bot.surfaces.identities import IdentityRoom
from bot.surfaces.ports import Ports
from bot.surfaces.procedures import RunbookDesk
from bot.telemetry import Metrics
from bot.wiring.identity import roster, who_is_who
from bot.wiring.incidents import Care, incident_care
from bot.wiring.rooms import Neighbours, Rooms, war_rooms
from memory.bus import LocalBus
from memory.clock import Clock, SystemClock
from memory.errors import InvalidInput, ModelStopped
from memory.ids import RandomIds
from memory.model.approval import Verdict
from memory.model.bodies import Approved
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.record import Entry, Event, LogFilter, Topic
from memory.model.run import Run
from memory.store import Store
from runbooks.catalogue import RunbookCatalogue
from runbooks.runner import Drive, Runner, Terms
from tests.fakes import scenes
from tests.fakes.estate import FakeEstate
from tests.fakes.people import TENANT, default_text, policy
from tests.fakes.signed_log import FakeSignedLog
from tests.keys import LOG_KEY
from tests.memory.opening import opened
from tools.approvals import Requirement
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.in_force import PolicyInForce
from tools.registry import Registry

PEOPLE: list[dict[str, Any]] = [
    {"id": "alice", "name": "Alice", "roles": ["operator", "approver"]},
    {"id": "bob", "name": "Bob", "roles": ["approver"]},
    {"id": "cara", "name": "Cara", "roles": ["approver"]},
    {"id": "vic", "name": "Vic", "roles": ["viewer"]},
    {"id": "ada", "name": "Ada", "roles": ["admin"]},
]


class Thinking:
    """Answers with evidence and a chart, proposes rollbacks; it takes `delay_s` for each."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.delay_s = 0.0
        self.says = ""
        self.grows: tuple[str, ...] = ()  # what stands of an answer, until `go` lets it come to an end
        self.go = asyncio.Event()
        self.answered = 0
        self.bridge: Bridge | None = None
        self.journal: Journal | None = None

    async def take(self, turn: Turn) -> Answer:
        await asyncio.sleep(self.delay_s)
        if self.grows:
            return await self._grown(turn)
        self.answered += 1
        words = turn.message.text
        intent = Intent(text=words, kind=IntentKind.TOOL, tool="service.health", confidence=0.9)
        if words.startswith(("roll back", "deploy.rollback")):
            return await self._plan(turn, intent)
        if "wrong" in words:
            return Answer(
                kind=AnswerKind.ANSWER,
                text="checkout fails for 31 % of its requests [1], since 1.4.2 came out [2]. See [3].",
                intent=intent,
                evidence=scenes.evidence(turn.message.id, self.clock.now()),
                charts=(scenes.chart(turn.message.id, self.clock.now()),),
            )
        if words == "crash":
            raise InvalidInput("expected sense, found none", hint="Say it again.")
        return Answer(kind=AnswerKind.ANSWER, text=self.says or f"You said: {words}", intent=intent)

    async def _grown(self, turn: Turn) -> Answer:
        stands = ""
        try:
            async with waiting().stop.heeded():
                for stands in self.grows:
                    waiting().tell(stands)
                    await asyncio.sleep(0.1)
                await self.go.wait()
        except ModelStopped:
            stands = f"{stands} It was stopped."
        intent = Intent(text=turn.message.text, kind=IntentKind.TOOL, tool="service.health", confidence=0.9)
        return Answer(kind=AnswerKind.ANSWER, text=stands, intent=intent)

    async def _plan(self, turn: Turn, intent: Intent) -> Answer:
        assert self.bridge is not None
        assert self.journal is not None
        words = turn.message.text.split()
        given = dict(each.split("=", 1) for each in words if "=" in each)
        named = {"service": "payments", "version": "3.0.0"} if "payments" in words else {"service": "checkout"}
        arguments = {**named, "environment": "production", **given}
        await self.journal.understood(turn, Reading(intent=intent), Recollection())
        call = Call(tool="deploy.rollback", arguments=dict(arguments))
        made = await self.bridge.propose(f"Roll back {arguments['service']} in production", (call,), turn, ())
        if made.run is None:
            return Answer(kind=AnswerKind.REFUSAL, text=made.refusal, intent=intent)
        return Answer(kind=AnswerKind.PLAN, text="This would roll checkout back.", intent=intent, run=made.run)


@dataclass
class Behind:
    """One process of ours, without a door."""

    store: Store
    runner: Runner
    desk: FrontDesk
    thinking: Thinking
    estate: FakeEstate
    bus: "Deaf"
    directory: Directory
    ports: Ports
    identity: IdentityRoom
    care: Care
    rooms: Rooms

    def person(self, name: str) -> Principal:
        return self.directory.person(TENANT, name)

    async def runs(self) -> tuple[Run, ...]:
        return (await self.store.runs.page(TENANT)).items

    async def decide(self, person: str, verdict: Verdict, surface: Surface) -> None:
        """Have somebody decide on the newest plan somewhere else."""
        (run, *_) = await self.runs()
        await self.desk.decide(self.person(person), run.id, run.plan_digest, verdict, "", surface)

    async def kept(self, entry: Entry) -> bytes:
        """Return what was kept beside an approval: the event that was verified."""
        body = entry.told()
        assert isinstance(body, Approved)
        assert body.event is not None
        return (await self.store.blobs.get(TENANT, body.event)).content

    async def eventually(self, holds: Callable[[], Awaitable[bool]]) -> None:
        async with asyncio.timeout(15.0):
            while not await holds():  # noqa: ASYNC110 - what is waited for is a state, told by nobody
                await asyncio.sleep(0.02)

    def event(self, run: Run) -> Event:
        """Return what listeners hear of a run that changed."""
        return Event(
            topic=Topic.RUN,
            tenant=TENANT,
            thread=run.plan.thread,
            correlation=run.correlation,
            at=run.created_at,
            body={"run": run.id, "status": run.status.value},
        )

    async def told(self) -> list[str]:
        """Return the kinds of every entry in the ledger, oldest first."""
        return [each.entry.kind.value for each in await self.store.ledger.matching(TENANT, LogFilter(), 0, 900)]


class Deaf(LocalBus):
    """A bus that loses what is said, doubles it or holds it back, as it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.how = "heard"

    def publish(self, event: Event) -> None:
        if self.how == "lost":
            return
        if self.how == "late":
            asyncio.get_running_loop().call_later(0.05, super().publish, event)
            return
        for _ in range(2 if self.how == "twice" else 1):
            super().publish(event)


@asynccontextmanager
async def behind(
    told: Settings,
    *requirements: Requirement,
    rules: str = "",
    runbooks: RunbookDesk | None = None,
    bus: Deaf | None = None,
) -> AsyncIterator[Behind]:
    """Have one process of ours at the database in the settings' home."""
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened(f"sqlite:///{told.home / 'q.db'}", clock))
        ids, bus, directory, metrics = RandomIds(), bus or Deaf(), Directory(told.principals()), Metrics()
        people = roster(told, store, directory, clock)
        await people.look()
        door = Door(store, directory, Refusals(store, TENANT, clock, ids), clock, ids)
        who = who_is_who(told, store, directory, people, door, bus=bus, clock=clock, ids=ids)
        stack.push_async_callback(who.close)
        estate, thinking = FakeEstate(), Thinking(clock)
        active = PolicyInForce(policy(default_text() + rules, people=tuple(told.principals())))
        gate = Gate(Registry(estate.hands()), active, clock=clock, ids=ids, requirements=requirements)
        runner = Runner(
            store, gate, bus.publish, EVERY, clock=clock, ids=ids, terms=Terms(Attester(LOG_KEY)), drive=Drive()
        )
        stack.push_async_callback(runner.close)
        thinking.bridge, thinking.journal = Bridge(runner, store, metrics), Journal(store, clock)
        desk = FrontDesk(store, thinking, runner, bus, directory, clock=clock, ids=ids, probes={}, metrics=metrics)
        controls = Controls(
            switch=Switching(store, directory, bus, metrics, clock, ids),
            quotas=QuotaBook(store, told.limits, clock),
            standing=StandingBook(store, runner.standing, clock),
            policies=PolicyBoard(store, active, _nothing, attester=Attester(LOG_KEY), clock=clock, ids=ids),
        )
        care = incident_care(store, bus.publish, directory, active, EVERY, clock=clock, ids=ids)
        near = Neighbours(
            store=store,
            incidents=care.service,
            desk=care.room,
            observer=thinking.bridge,
            plans=thinking.bridge,
            directory=directory,
            runbooks=RunbookCatalogue(),
            catalogue=told.catalogue(),
            capabilities=EVERY,
            permitted=desk.permitted,
        )
        rooms = war_rooms(told, near, clock)
        ports = Ports(
            desk=desk,
            log=FakeSignedLog(),
            doorkeeper=door,
            clock=clock,
            ids=ids,
            identity=who.room,
            controls=controls,
            runbooks=runbooks,
            incidents=care.room,
            rooms=rooms.desk,
            venues=rooms.venues,
            numbers=IncidentCounter(store, told.catalogue(), clock),
        )
        yield Behind(store, runner, desk, thinking, estate, bus, directory, ports, who.room, care, rooms)


async def _nothing() -> None:
    """Bring nothing into force: there is no other node here."""
