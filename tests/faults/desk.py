"""Where the fault suite asks for plans and approves them: a runner that carries nothing out, beside the nodes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from memory.clock import SystemClock
from memory.model.plan import Call
from memory.model.run import Run
from memory.store import Store
from runbooks.runner import Runner, Terms
from tests.fakes.people import BOB, TENANT, policy
from tests.fakes.time import FakeClock
from tests.faults.hands import RemoteHand
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench, ballot
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry

PATIENCE_S = 30.0
BETWEEN_S = 0.05


class Desk:
    """People, as far as the fault suite needs them."""

    def __init__(self, store: Store, port: int) -> None:
        self._port = port
        self.bench = Bench(store)
        self.bench.runner = self._runner()

    async def approved(self, message: str, *takes: float) -> Run:
        """Return a run that may begin, of one step for each time given: how many seconds its effect takes."""
        self.bench.clock.at = SystemClock().now()
        calls = [_scale(seconds) for seconds in takes]
        run = await self.bench.propose(*calls, message=message)
        return await self.bench.runner.decide(TENANT, run.id, ballot(BOB, run))

    async def run(self, run: Run) -> Run:
        """Return a run as it stands."""
        return await self.bench.store.runs.get(TENANT, run.id)

    async def ended(self, run: Run, within_s: float = PATIENCE_S) -> Run:
        """Return a run once it is over."""
        async with asyncio.timeout(within_s):
            while not (found := await self.run(run)).status.final():  # noqa: ASYNC110 - a database has no event to set
                await asyncio.sleep(BETWEEN_S)
        return found

    async def present(self) -> int:
        """Return how many nodes there are."""
        return len(await self.bench.store.cluster.present(TENANT))

    def _runner(self) -> Runner:
        bench = self.bench
        gate = Gate(Registry([RemoteHand(self._port, "desk")]), policy(), clock=bench.clock, ids=bench.ids)
        terms = Terms(Attester(LOG_KEY))
        return Runner(bench.store, gate, lambda _: None, EVERY, clock=bench.clock, ids=bench.ids, terms=terms)


@asynccontextmanager
async def desk(database: str, port: int) -> AsyncIterator[Desk]:
    """Open the store for people alone."""
    store = await Store.open(database, FakeClock(SystemClock().now()), LOG_KEY)
    found = Desk(store, port)
    await found.bench.runner.drain(0.0)  # the nodes carry out what is approved here
    try:
        yield found
    finally:
        await found.bench.runner.close()
        await store.close()


def _scale(seconds: float) -> Call:
    arguments = {"service": "checkout", "environment": "production", "replicas": 1 + round(seconds * 10)}
    return Call(tool="service.scale", arguments=arguments)
