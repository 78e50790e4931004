"""A runner on a real store, over an estate in memory. What is proposed there was said and understood before."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.ports import Turn
from agents.reading import Reading
from agents.recollection import Recollection
from bot import entries
from bot.journal import Journal
from memory.model.approval import Ballot, Verdict
from memory.model.intent import Intent, IntentKind
from memory.model.limits import Limit
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.record import Entry, Event
from memory.model.run import Run
from memory.model.talk import Message, Submission
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import Drive, Runner, Terms
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, EVERYBODY, TENANT, policy
from tests.fakes.time import CountingIds, FakeClock
from tests.keys import LOG_KEY
from tools.approvals import Requirement
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.contract import Capability
from tools.gate import Gate
from tools.registry import Registry

ROLLBACK = Call(tool="deploy.rollback", arguments={"service": "checkout", "environment": "production"})


class Heard:
    """A bus that keeps what was said on it."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def publish(self, event: Event) -> None:
        self.events.append(event)


class Bench:
    """Everything a test of the runner turns and reads."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.estate = FakeEstate()
        self.clock = FakeClock()
        self.ids = CountingIds()
        self.heard = Heard()
        self.runner = self.another()

    def another(
        self,
        text: str | None = None,
        *,
        limits: tuple[Limit, ...] = (),
        capabilities: tuple[Capability, ...] = EVERY,
        requirements: tuple[Requirement, ...] = (),
        people: tuple[Principal, ...] = EVERYBODY,
    ) -> Runner:
        """Return one more runner on the same store, under these policies: another process, or the next one."""
        rules = policy(text, people=people)
        gate = Gate(
            Registry(self.estate.hands()), rules, clock=self.clock, ids=self.ids, requirements=requirements
        )
        return Runner(
            self.store,
            gate,
            self.heard.publish,
            capabilities,
            clock=self.clock,
            ids=self.ids,
            terms=Terms(Attester(LOG_KEY)),
            drive=Drive(pause=self.clock.pause),
            limits=limits,
        )

    async def propose(self, *calls: Call, by: Principal = ALICE, message: str = "m1") -> Run:
        """Submit the calls and return the run that waits."""
        submission = await self.submit(*calls, by=by, message=message)
        assert submission.run is not None, submission
        return submission.run

    async def submit(self, *calls: Call, by: Principal = ALICE, message: str = "m1") -> Submission:
        """Submit the calls and return what came of it."""
        turn = await self.heard_from(by, message)
        caller = Caller(principal=by, thread="t1", message=message, correlation=turn.correlation)
        return await self.runner.propose(Proposal(goal="as asked", calls=calls or (ROLLBACK,)), caller)

    async def heard_from(self, person: Principal, message: str) -> Turn:
        """Record, as the desk does, that a person said something and how it was understood."""
        said = Message(
            id=message,
            tenant=person.tenant,
            thread="t1",
            sender=person.id,
            surface=Surface.REST,
            text="as asked",
            at=self.clock.now(),
        )
        turn = Turn(message=said, principal=person, correlation=f"c-{message}")
        await self.store.ledger.append(entries.received(said, turn.correlation, self.clock.now()))
        intent = Intent(text=said.text, kind=IntentKind.TOOL, tool=ROLLBACK.tool, confidence=0.9)
        await Journal(self.store, self.clock).understood(turn, Reading(intent=intent), Recollection())
        return turn

    async def approve(self, run: Run, *people: Principal) -> Run:
        """Have people say yes and return the run once nobody works on it."""
        for person in people:
            await self.runner.decide(TENANT, run.id, ballot(person, run))
        return await self.runner.finished(TENANT, run.id)

    async def kinds(self, run: Run) -> list[str]:
        """Return the kinds of the ledger's entries about a run, in order."""
        return [entry.kind.value for entry in await self.entries(run)]

    async def people(self, run: Run) -> list[str]:
        """Return who did what the ledger tells of a run, in order."""
        actors = [entry.actor for entry in await self.entries(run)]
        named = await self.store.pseudonyms.people(TENANT, actors)
        return [named.get(actor, actor) for actor in actors]

    async def entries(self, run: Run) -> list[Entry]:
        """Return the ledger's entries about a run, in order."""
        trace = await self.store.ledger.trace(TENANT, run.correlation)
        return [line.entry for line in trace if line.entry.body.get("run") == run.id]


def ballot(person: Principal, run: Run, verdict: Verdict = Verdict.APPROVE, *, digest: str = "") -> Ballot:
    """Return a person's yes or no to a run."""
    return Ballot(approver=person.id, plan_digest=digest or run.plan_digest, verdict=verdict, surface=Surface.REST)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    made = Bench(store)
    yield made
    await made.runner.close()
    await store.close()
