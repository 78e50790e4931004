"""A runner that keeps what it cannot finish, over an estate in memory; and the desk at which people see it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.cards import card
from bot.dead_letters import DeadLetterBook
from memory.model.dead_letter import DeadLetter
from memory.model.people import PrincipalKind
from memory.model.run import Run
from memory.store import Store
from runbooks.deadletters.keeping import Keeping
from runbooks.deadletters.sweeping import Sweeping
from runbooks.engine.inside import EngineInside
from runbooks.pacing.admission import Admission
from runbooks.pacing.lanes import QUEUES, Lanes
from runbooks.pacing.paced import Paced
from runbooks.pacing.rating import Rates
from runbooks.pacing.targets import Targets
from runbooks.runner import Runner, Terms
from runbooks.runner.drive import Drive
from tests.fakes.people import TENANT, policy
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry


class Morgue(Bench):
    """A bench whose runner is paced, with what sweeps up behind it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.lanes = Lanes(self.clock, lambda _tenant, _person: PrincipalKind.PERSON)
        self.keeping = Keeping(self.clock)
        self.engine = EngineInside(QUEUES)
        pacing = Paced(
            self.lanes,
            Admission(self.engine),
            Rates(store, (), self.clock, self.clock.pause),
            Targets(16, asyncio.get_running_loop().time),
            self.keeping.gave_up,
            clock=self.clock,
            timer=lambda: self.clock.now().timestamp(),
            chance=lambda: 0.5,
        )
        gate = Gate(Registry(self.estate.hands()), policy(None), clock=self.clock, ids=self.ids)
        self.runner = Runner(
            store,
            gate,
            self.heard.publish,
            EVERY,
            clock=self.clock,
            ids=self.ids,
            terms=Terms(Attester(LOG_KEY)),
            drive=Drive(engine=self.engine, pacing=pacing, pause=self.clock.pause),
        )
        self.sweeping = Sweeping(
            store, self.engine, self.lanes, self.keeping, self.heard.publish, clock=self.clock
        )
        self.desk = DeadLetterBook(
            store,
            self.runner,
            lambda run, viewer: card(run, viewer, self.clock.now(), may_approve=False),
            self.heard.publish,
            self.clock,
            self.ids,
        )

    async def letter(self, run: Run) -> DeadLetter:
        """Return the letter that tells of a run."""
        found = await self.store.dead_letters.of_run(TENANT, run.id)
        assert found is not None, run.summary
        return found


@pytest.fixture
async def morgue(tmp_path: Path) -> AsyncIterator[Morgue]:
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", FakeClock(), LOG_KEY)
    made = Morgue(store)
    yield made
    await made.runner.close()
    await store.close()
