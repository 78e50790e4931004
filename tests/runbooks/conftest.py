"""A runner on a real store, over an estate in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.model.approval import Ballot, Verdict
from memory.model.people import Principal, Surface
from memory.model.plan import Call
from memory.model.record import Entry, Event
from memory.model.run import Run
from memory.model.talk import Submission
from memory.store import Store
from runbooks.proposal import Caller, Proposal
from runbooks.runner import Runner
from tests.fakes.estate import FakeEstate
from tests.fakes.people import ALICE, TENANT, policy
from tests.fakes.time import CountingIds, FakeClock
from tools.capabilities import EVERY
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

    def another(self, text: str | None = None) -> Runner:
        """Return one more runner on the same store, under these policies: another process, or the next one."""
        gate = Gate(Registry(self.estate.hands()), policy(text), clock=self.clock, ids=self.ids)
        return Runner(
            self.store, gate, self.heard.publish, EVERY, clock=self.clock, ids=self.ids, pause=self.clock.pause
        )

    async def propose(self, *calls: Call, by: Principal = ALICE, message: str = "m1") -> Run:
        """Submit the calls and return the run that waits."""
        submission = await self.submit(*calls, by=by, message=message)
        assert submission.run is not None, submission
        return submission.run

    async def submit(self, *calls: Call, by: Principal = ALICE, message: str = "m1") -> Submission:
        """Submit the calls and return what came of it."""
        caller = Caller(principal=by, thread="t1", message=message, correlation=f"c-{message}")
        return await self.runner.propose(Proposal(goal="as asked", calls=calls or (ROLLBACK,)), caller)

    async def approve(self, run: Run, *people: Principal) -> Run:
        """Have people say yes and return the run once nobody works on it."""
        for person in people:
            await self.runner.decide(TENANT, run.id, ballot(person, run))
        return await self.runner.finished(TENANT, run.id)

    async def kinds(self, run: Run) -> list[str]:
        """Return the kinds of the ledger's entries about a run, in order."""
        return [entry.kind.value for entry in await self.entries(run)]

    async def entries(self, run: Run) -> list[Entry]:
        """Return the ledger's entries about a run, in order."""
        return [line.entry for line in await self.store.ledger.trace(TENANT, run.correlation)]


def ballot(person: Principal, run: Run, verdict: Verdict = Verdict.APPROVE, *, digest: str = "") -> Ballot:
    """Return a person's yes or no to a run."""
    return Ballot(approver=person.id, plan_digest=digest or run.plan_digest, verdict=verdict, surface=Surface.REST)


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock())
    made = Bench(store)
    yield made
    await made.runner.close()
    await store.close()
