"""Whatever dies, wherever and however often: no effect is made twice, none is lost, none is left half taken back.

Processes die at writes, before or after they reach the disk, and at calls, before or after they take effect;
answers are lost, targets are away, people pause, let go on and cancel. The target's own ledger counts.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from memory.errors import Conflict
from memory.model.plan import Call
from memory.model.run import Run, RunStatus, StepStatus
from memory.store import Store
from memory.store.database import Database
from memory.store.writing import Body
from runbooks.runner import Drive, Runner, Terms
from runbooks.runner.legs import took_effect
from tests.fakes.people import ALICE, BOB, TENANT, policy
from tests.fakes.time import FakeClock
from tests.faults.wild import Killed, Mishap, WildTarget
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench, ballot
from tools.approvals.signing import Attester
from tools.capabilities import EVERY
from tools.gate import Gate
from tools.registry import Registry

MOST_LIVES = 12
FINAL = {RunStatus.SUCCEEDED, RunStatus.UNDONE, RunStatus.CANCELLED}


class Death(NamedTuple):
    """The process ends at its n-th write, which then reached the disk or did not."""

    write: int
    happened: bool


class Life(NamedTuple):
    """What happens to one process: what befalls its calls, when it dies, and what somebody wants meanwhile."""

    mishaps: tuple[Mishap, ...]
    death: Death | None
    wish: str


lives = st.builds(
    Life,
    mishaps=st.lists(st.sampled_from(Mishap), max_size=2).map(tuple),
    death=st.none() | st.builds(Death, write=st.integers(1, 14), happened=st.booleans()),
    wish=st.sampled_from(["", "", "", "pause", "resume", "cancel"]),
)
plans = st.lists(st.sampled_from([2, 3, 4, 6]), min_size=1, max_size=3)  # replicas: odd ones are taken back


class House:
    """One store, one target, and one process after another."""

    def __init__(self, store: Store) -> None:
        self.bench = Bench(store)
        self.target = WildTarget()
        self.deaths = 0
        self.runs = 0

    def process(self) -> Runner:
        """Return the next process."""
        bench = self.bench
        gate = Gate(Registry(self.target.hands()), policy(), clock=bench.clock, ids=bench.ids)
        drive = Drive(pause=bench.clock.pause)
        return Runner(
            bench.store,
            gate,
            lambda _: None,
            EVERY,
            clock=bench.clock,
            ids=bench.ids,
            terms=Terms(Attester(LOG_KEY)),
            drive=drive,
        )

    async def story(self, replicas: Sequence[int], told: Sequence[Life]) -> Run:
        """Return a run as it ends after all of these lives, and as many peaceful ones as it takes."""
        self.runs += 1
        self.bench.runner = self.process()
        calls = [_scale(count) for count in replicas]
        run = await self.bench.propose(*calls, message=f"m{self.runs}")
        for life in told:
            await self.live(run, life)
        for _ in range(MOST_LIVES):
            found = await self.live(run, Life((), None, "resume"))
            if found.status.final():
                return found
        raise AssertionError(f"expected run {run.id} to end, found {found.status}: {found.summary}")

    async def live(self, run: Run, life: Life) -> Run:
        """Let a process do what it can for a run until it dies, or has no more to do."""
        runner = self.bench.runner = self.process()
        self.bench.clock.move(61)  # whoever held the run is not waited for any longer
        self.target.mishaps = list(life.mishaps)
        with dying(life.death) as deadly, suppress(Killed):
            found = await self.bench.store.runs.get(TENANT, run.id)
            if found.status is RunStatus.WAITING:
                await runner.decide(TENANT, run.id, ballot(BOB, found))
            await runner.tend()
            if life.wish:
                with suppress(Conflict):
                    await getattr(runner, life.wish)(TENANT, run.id, ALICE.id)
            await runner.finished(TENANT, run.id)
        self.deaths += deadly.struck + self.target.deaths
        self.target.deaths = 0
        await runner.close()
        return await self.bench.store.runs.get(TENANT, run.id)

    def judge(self, run: Run) -> None:
        """See that the target's ledger agrees with what the run says of itself, step by step."""
        assert run.status in FINAL, run.summary
        for index, step in enumerate(run.steps):
            done, undone = (self.target.effects[f"{run.id}:{index}{what}"] for what in ("", ":undo"))
            assert (done, undone) == (int(took_effect(step)), int(step.status is StepStatus.UNDONE)), (index, run)
            if run.status is RunStatus.SUCCEEDED:
                assert (done, undone) == (1, 0)
            else:
                assert done == undone, "something was left half taken back"


class Deadly:
    """Ends the process at its n-th write."""

    def __init__(self, death: Death | None) -> None:
        self._left = death.write if death is not None else 0
        self._happened = death is not None and death.happened
        self._real = Database.joining
        self.struck = 0

    @asynccontextmanager
    async def joining(self, database: Database) -> AsyncIterator[Body]:
        """Stand in for `Database.joining`."""
        self._left -= 1
        async with self._real(database) as body:
            yield body
            if self._left == 0 and not self._happened:
                self.struck += 1
                raise Killed
        if self._left == 0:
            self.struck += 1
            raise Killed


class dying:  # noqa: N801 - read as a sentence
    """Let the process die as it is told, inside the block."""

    def __init__(self, death: Death | None) -> None:
        self._deadly = Deadly(death)
        self._patch = pytest.MonkeyPatch()

    def __enter__(self) -> Deadly:
        self._patch.setattr(Database, "joining", lambda database: self._deadly.joining(database))  # noqa: PLW0108 - a function binds the database
        return self._deadly

    def __exit__(self, *_: object) -> None:
        self._patch.undo()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[asyncio.Runner, House]]:
    folder: Path = tmp_path_factory.mktemp("crashes")
    with asyncio.Runner() as loop:
        store = loop.run(Store.open(f"sqlite:///{folder / 'q.db'}", FakeClock(), LOG_KEY))
        yield loop, House(store)
        loop.run(store.close())


def suffered(house: tuple[asyncio.Runner, House], replicas: Sequence[int], told: Sequence[Life]) -> None:
    loop, here = house
    here.judge(loop.run(here.story(replicas, told)))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(replicas=plans, told=st.lists(lives, min_size=1, max_size=4))
def test_a_run_that_suffers_anything_does_everything_once(
    house: tuple[asyncio.Runner, House], replicas: list[int], told: list[Life]
) -> None:
    suffered(house, replicas, told)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_two_hundred_deaths_at_random_places_duplicate_nothing_and_lose_nothing(
    house: tuple[asyncio.Runner, House],
) -> None:
    @settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(replicas=plans, told=st.lists(lives, min_size=2, max_size=6))
    def suffer(replicas: list[int], told: list[Life]) -> None:
        suffered(house, replicas, told)

    before = house[1].deaths
    suffer()
    died = house[1].deaths - before
    print(f"{died} deaths, {house[1].runs} runs, {house[1].target.effects.total()} effects")  # noqa: T201 - a report
    assert died >= 200
    assert set(house[1].target.effects.values()) == {1}


def _scale(replicas: int) -> Call:
    arguments = {"service": "checkout", "environment": "production", "replicas": replicas}
    return Call(tool="service.scale", arguments=arguments)
