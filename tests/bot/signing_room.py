"""A whole web application around a real store and a real runner, at `localhost`, for people who sign approvals."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from agents.answer import Answer
from agents.ports import Turn
from agents.reading import Reading
from agents.recollection import Recollection
from bot import entries
from bot.approvals.desk import SignedApprovals
from bot.approvals.enrolment import Enrolment
from bot.approvals.reviewing import Reviewing
from bot.conversation import FrontDesk
from bot.identity import Directory, Door
from bot.journal import Journal
from bot.refusals import Refusals
from bot.server import create_app
from bot.serving import listener, serving
from bot.sessions import Sessions
from bot.surfaces.console import ConsoleSettings
from bot.surfaces.ports import Ports
from bot.telemetry import Metrics
from memory.bus import LocalBus
from memory.errors import InvalidInput
from memory.ids import RandomIds
from memory.model.bodies import Body, KeyChanged
from memory.model.intent import Intent, IntentKind
from memory.model.people import Role, Surface
from memory.model.plan import Call
from memory.model.record import SYSTEM, Entry, LogFilter, Record
from memory.model.run import Run
from memory.model.talk import Message
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import Drive, Runner, Terms
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, EVERYBODY, TENANT, default_text, person, policy
from tests.fakes.signed_log import FakeSignedLog
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tools.approvals import Requirement
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry

ADA = person("ada", Role.ADMIN)
PEOPLE = (*EVERYBODY, ADA)
ROLLBACK = Call(tool="deploy.rollback", arguments={"service": "checkout", "environment": "production"})


class _Silent:
    async def take(self, turn: Turn) -> Answer:
        raise InvalidInput(f"expected nobody to ask anything here, found {turn.message.text!r}")


@dataclass
class SigningRoom:
    """The application, and what stands behind it."""

    url: str
    app: FastAPI
    store: Store
    runner: Runner
    door: Door
    estate: FakeEstate
    clock: FakeClock

    async def key(self, name: str) -> str:
        """Return an API key of a person, with every scope."""
        _, secret = await self.door.mint(TENANT, name, ["admin"], label="test")
        return secret

    async def propose(self, message: str = "m1") -> Run:
        """Return a plan of Alice's that waits."""
        said = Message(
            id=message,
            tenant=TENANT,
            thread="t1",
            sender=ALICE.id,
            surface=Surface.REST,
            text="roll it back",
            at=self.clock.now(),
        )
        turn = Turn(message=said, principal=ALICE, correlation=f"c-{message}")
        await self.store.ledger.append(entries.received(said, turn.correlation, self.clock.now()))
        intent = Intent(text=said.text, kind=IntentKind.TOOL, tool=ROLLBACK.tool, confidence=0.9)
        await Journal(self.store, self.clock).understood(turn, Reading(intent=intent), Recollection())
        caller = Caller(principal=ALICE, thread="t1", message=message, correlation=turn.correlation)
        submission = await self.runner.propose(Proposal(goal="Roll back checkout", calls=(ROLLBACK,)), caller)
        assert submission.run is not None, submission
        return submission.run

    async def entries(self) -> list[Entry]:
        """Return the whole ledger, oldest first."""
        return [each.entry for each in await self.store.ledger.matching(TENANT, LogFilter(), 0, 500)]

    async def told(self) -> list[Body]:
        """Return what the whole ledger tells, oldest first."""
        return [each.told() for each in await self.entries()]


@asynccontextmanager
async def signing_room(folder: Path, *requirements: Requirement, more: str = "") -> AsyncIterator[SigningRoom]:
    """Serve the application at `localhost`, where browsers allow passkeys without TLS; `more` are policies."""
    clock, ids, bus, metrics = FakeClock(), RandomIds(), LocalBus(), Metrics()
    store = await Store.open(f"sqlite:///{folder / 'q.db'}", clock, LOG_KEY)
    first = KeyChanged(change="created", key=str(LOG_KEY.signer(TENANT).key))
    await store.ledger.begin(Record(tenant=TENANT, at=clock.now(), actor=SYSTEM, correlation="cor_0", body=first))
    estate = FakeEstate()
    rules = policy(default_text() + more, people=PEOPLE)
    gate = Gate(Registry(estate.hands()), rules, clock=clock, ids=ids, requirements=requirements)
    with listener("127.0.0.1", 0) as bound:
        url = f"http://localhost:{bound.getsockname()[1]}"
        terms = Terms(Attester(LOG_KEY), link=f"{url}/console/approve/{{}}".format)
        runner = Runner(
            store, gate, bus.publish, EVERY, clock=clock, ids=ids, terms=terms, drive=Drive(pause=clock.pause)
        )
        directory = Directory(PEOPLE)
        door = Door(store, directory, Refusals(store, TENANT, clock, ids), clock, ids)
        desk = FrontDesk(
            store, _Silent(), runner, bus, directory, clock=clock, ids=ids, probes={}, metrics=metrics
        )
        approvals = SignedApprovals(
            store,
            runner,
            url,
            enrolment=Enrolment(store, url, clock, ids),
            reviewing=Reviewing(store, clock, ids),
            metrics=metrics,
        )
        ports = Ports(desk=desk, log=FakeSignedLog(), doorkeeper=door, clock=clock, ids=ids, approvals=approvals)
        sessions = Sessions(b"k" * 32, TENANT, store.sign_ins, store.codes, clock, ids)
        console = ConsoleSettings(public_url=url)
        app = create_app(ports, store.idempotency, sessions, capabilities=EVERY, console=console)
        async with serving(app, bound, ports.closing):
            yield SigningRoom(url, app, store, runner, door, estate, clock)
    await runner.close()
    await store.close()
