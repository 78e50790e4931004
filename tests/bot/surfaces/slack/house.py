"""A real desk, runner and store behind Slack's real door, over an estate in memory and the fake Slack."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from agents.answer import Answer, AnswerKind
from agents.ports import Turn
from agents.reading import Reading
from agents.recollection import Recollection
from bot.bridge import Bridge
from bot.controls.policies import PolicyBoard
from bot.controls.quotas import QuotaBook
from bot.controls.standing import StandingBook
from bot.controls.switching import Switching
from bot.conversation import FrontDesk
from bot.identity import Directory, Door
from bot.journal import Journal
from bot.refusals import Refusals
from bot.server import create_app
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.controls import Controls
from bot.surfaces.places import Places
from bot.surfaces.ports import Ports
from bot.surfaces.procedures import RunbookDesk
from bot.surfaces.slack.clips import Listener
from bot.surfaces.slack.pacing import Pacer
from bot.surfaces.slack.ports import Webs
from bot.surfaces.slack.receiving.inbox import Inbox
from bot.surfaces.slack.talking import Pace, Surroundings, TalkingSide, talking_side
from bot.telemetry import Metrics
from bot.wiring.identity import roster, who_is_who
from bot.wiring.slack import slack_room
from bot.wiring.slack_talking import kept
from memory.bus import LocalBus
from memory.clock import Clock, SystemClock
from memory.errors import InvalidInput
from memory.ids import RandomIds
from memory.model.approval import Verdict
from memory.model.bodies import Approved
from memory.model.intent import Intent, IntentKind
from memory.model.people import Principal, Surface
from memory.model.plan import Call, Effect
from memory.model.record import Entry, Event, LogFilter, Topic
from memory.model.run import Run
from memory.store import Store
from runbooks.runner import Drive, Runner, Terms
from tests.bot.surfaces.slack.room import ORIGIN, PACE, linked, settings
from tests.fakes import scenes
from tests.fakes.doorkeeper import FakeReplays
from tests.fakes.estate import FakeEstate
from tests.fakes.people import TENANT, default_text, policy
from tests.fakes.sign_ins import sessions_in_memory
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.slack.deliveries import Deliveries
from tests.fakes.slack.server import TOKEN, SlackServer
from tests.fakes.slack.workspace import Workspace
from tests.fakes.time import FakeClock
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
QUICK = Pace(
    card=timedelta(milliseconds=20),
    sweep=timedelta(milliseconds=200),
    home=timedelta(milliseconds=20),
    patience=timedelta(minutes=1),
)


EAGER = replace(QUICK, patience=timedelta(milliseconds=50))  # shows steps of whatever takes longer


class Thinking:
    """Answers with evidence and a chart, proposes rollbacks; it takes `delay_s` for each."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.delay_s = 0.0
        self.says = ""
        self.answered = 0
        self.bridge: Bridge | None = None
        self.journal: Journal | None = None

    async def take(self, turn: Turn) -> Answer:
        await asyncio.sleep(self.delay_s)
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
class House:
    """One process of ours, and what stands behind it."""

    store: Store
    side: TalkingSide
    runner: Runner
    desk: FrontDesk
    thinking: Thinking
    estate: FakeEstate
    bus: "Deaf"
    slack: SlackServer
    deliveries: Deliveries
    inbox: Inbox
    directory: Directory

    def settled(self) -> bool:
        """Return whether nothing that came is worked on any more."""
        return self.inbox.at_work == 0

    def person(self, name: str) -> Principal:
        return self.directory.person(TENANT, name)

    @property
    def workspace(self) -> Workspace:
        return self.slack.workspaces[TOKEN]

    def thread(self, ts: str, channel: str = "C1") -> list[dict[str, Any]]:
        """Return what we said in a thread, in order."""
        return [each for each in self.workspace.said(channel, ts) if each.get("bot_id")]

    def ours(self, channel: str) -> list[dict[str, Any]]:
        """Return everything we said in a channel, in order."""
        return [each for each in self.workspace.said(channel) if each.get("bot_id")]

    answered = ours  # where we are alone with somebody, a whisper is a message

    async def card(self, ts: str, channel: str = "C1") -> dict[str, Any]:
        """Return the newest card in a thread, once there is one."""
        await self.until(lambda: bool(self.cards(ts, channel)))
        return self.cards(ts, channel)[-1]

    def cards(self, ts: str, channel: str = "C1") -> list[dict[str, Any]]:
        return [each for each in self.thread(ts, channel) if "Digest: " in says(each)]

    async def until(self, holds: Any, within_s: float = 15.0) -> None:
        await self.slack.until(holds, within_s)

    async def shows(self, ts: str, words: str, channel: str = "C1") -> dict[str, Any]:
        """Return the card once it says this."""
        await self.until(lambda: any(words in says(each) for each in self.cards(ts, channel)))
        return next(each for each in self.cards(ts, channel) if words in says(each))

    def whispers(self) -> list[dict[str, Any]]:
        """Return what single people were told."""
        told = [*self.workspace.called("chat.postEphemeral")]
        return told + [each for _, each in self.slack.responded]

    async def whispered(self, words: str) -> dict[str, Any]:
        """Return a whisper once there is one that says this."""
        await self.until(lambda: any(words in says(each) for each in self.whispers()))
        return next(each for each in self.whispers() if words in says(each))

    async def submit(self, user: str, view: dict[str, Any], **entered: str) -> httpx.Response:
        """Have a person send a window that is open."""
        values = {
            block: {"entered": {"type": "plain_text_input", "value": value}} for block, value in entered.items()
        }
        payload = {
            "type": "view_submission",
            "team": {"id": self.workspace.team, "domain": "acme"},
            "user": {"id": user, "team_id": self.workspace.team},
            "api_app_id": "A0QD",
            "view": {**view, "hash": f"{view['id']}.h", "state": {"values": values}},
        }
        return await self.deliveries.interaction(payload)

    async def window(self, number: int = -1) -> dict[str, Any]:
        """Return the newest window that was opened, once there is one."""
        await self.until(lambda: bool(self.workspace.views))
        return [*self.workspace.views.values()][number]

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


def says(message: dict[str, Any]) -> str:
    """Return every word of a message that was sent."""
    return str(message.get("text", "")) + "".join(_texts(blocks_of(message)))


def blocks_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the blocks of a message that was sent, as JSON or as it stands."""
    blocks = message.get("blocks") or []
    return list(json.loads(blocks) if isinstance(blocks, str) else blocks)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    if not isinstance(value, dict):
        return []
    own = [value["text"]] if isinstance(value.get("text"), str) else []
    own += [value["fallback"]] if isinstance(value.get("fallback"), str) else []
    return own + [text for name, each in value.items() if not isinstance(each, str) for text in _texts(each)]


@asynccontextmanager
async def house(
    home: Path,
    slack: SlackServer,
    *requirements: Requirement,
    rules: str = "",
    listener: Listener | None = None,
    runbooks: RunbookDesk | None = None,
    bus: Deaf | None = None,
    pace: Pace = QUICK,
) -> AsyncIterator[House]:
    """Have one process of ours at the database in `home`."""
    clock = SystemClock()
    told = settings(home, slack, people=PEOPLE)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(opened(f"sqlite:///{home / 'q.db'}", clock))
        ids, bus, directory, metrics = RandomIds(), bus or Deaf(), Directory(told.principals()), Metrics()
        people = roster(told, store, directory, clock)
        await people.look()
        door = Door(store, directory, Refusals(store, TENANT, clock, ids), clock, ids)
        who = who_is_who(told, store, directory, people, door, bus=bus, clock=clock, ids=ids)
        stack.push_async_callback(who.close)
        estate, thinking = FakeEstate(), Thinking(clock)
        in_force = policy(default_text() + rules, people=tuple(told.principals()))
        active = PolicyInForce(in_force)
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
        ports = Ports(
            desk=desk,
            log=FakeSignedLog(),
            doorkeeper=door,
            clock=clock,
            ids=ids,
            identity=who.room,
            controls=controls,
            runbooks=runbooks,
        )
        sides: list[TalkingSide] = []

        def talks(webs: Webs) -> Any:
            around = Surroundings(
                TENANT,
                Places(ORIGIN),
                lambda: {"checkout": "shop", "payments": "money"},
                frozenset(each.name for each in EVERY if each.effect is not Effect.READ),
                listener,
            )
            sides.append(talking_side(ports, webs, kept(store), around, pace))
            return sides[0]

        room = await stack.enter_async_context(slack_room(told, ports, store, talks, pacer=Pacer(PACE)))
        app = create_app(
            ports,
            FakeReplays(),
            sessions_in_memory(FakeClock()),
            capabilities=EVERY,
            console=ConsoleSettings(public_url=ORIGIN),
            slack=room.app,
        )
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url=ORIGIN))
        await stack.enter_async_context(room.working())
        deliveries = Deliveries(http, slack.workspaces[TOKEN], hooks=slack.url)
        yield House(store, sides[0], runner, desk, thinking, estate, bus, slack, deliveries, room.inbox, directory)


async def _nothing() -> None:
    """Bring nothing into force: there is no other node here."""


async def everybody(store: Store) -> None:
    """Link every account to its person."""
    for user, person in (
        ("UALICE", "alice"),
        ("UBOB", "bob"),
        ("UCARA", "cara"),
        ("UVIC", "vic"),
        ("UADA", "ada"),
    ):
        await linked(store, user, person)
