"""A process killed at any write, before or after it reached the disk, loses nothing and does nothing twice."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from memory.model.run import RunStatus
from memory.store import Store
from memory.store.database import Database
from memory.store.writing import Body
from tests.fakes.estate import BAD, Fault
from tests.fakes.people import BOB, TENANT
from tests.fakes.time import FakeClock
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench, ballot

WRITES = 7  # of one approved step: approval, lease, decided, grant spent, outcome, checks, end


@pytest.fixture(params=["sqlite", "postgresql"])
async def bench(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Bench]:
    on_server = request.param == "postgresql"
    address = request.getfixturevalue("postgres").database() if on_server else f"sqlite:///{tmp_path / 'q.db'}"
    store = await Store.open(address, FakeClock(), LOG_KEY)
    made = Bench(store)
    yield made
    await made.runner.close()
    await store.close()


class Killed(BaseException):
    """The process ends here."""


class Deadly:
    """Kills at the n-th write: just before it is committed, or just after."""

    def __init__(self, write: int, *, happened: bool) -> None:
        self.left = write
        self.happened = happened
        self._real = Database.joining

    @asynccontextmanager
    async def joining(self, database: Database) -> AsyncIterator[Body]:
        """Stand in for `Database.joining`."""
        self.left -= 1
        if self.left != 0:
            async with self._real(database) as body:
                yield body
        elif self.happened:
            async with self._real(database) as body:
                yield body
            raise Killed
        else:
            async with self._real(database) as body:
                yield body
                raise Killed


@pytest.mark.parametrize("happened", [False, True], ids=["write failed", "write happened"])
@pytest.mark.parametrize("write", range(1, WRITES + 1))
async def test_a_run_killed_at_any_write_ends_well_and_acts_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, write: int, happened: bool
) -> None:
    run = await bench.propose()
    deadly = Deadly(write, happened=happened)
    monkeypatch.setattr(Database, "joining", lambda database: deadly.joining(database))  # noqa: PLW0108 - a function binds the database
    try:
        await bench.runner.decide(TENANT, run.id, ballot(BOB, run))
        await bench.runner.finished(TENANT, run.id)
    except Killed:
        pass
    assert deadly.left <= 0, "the write that should kill was never made"
    monkeypatch.undo()
    await bench.runner.close()
    await _come_back(bench, run.id)
    ended = await bench.runner.finished(TENANT, run.id)
    assert ended.status is RunStatus.SUCCEEDED
    assert bench.estate.effects == {f"{run.id}:0": 1}
    assert (await bench.kinds(run))[0] == "plan"
    assert (await bench.kinds(run)).count("approval") == 1


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_two_hundred_runs_killed_again_and_again_each_act_once(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(20261121)  # noqa: S311 - repeatable, and no secret
    for trial in range(200):
        bench.estate.versions["checkout"] = BAD
        bench.estate.faults = chance.choices([*Fault.__members__.values()][:2], k=chance.randrange(2))
        run = await bench.propose(message=f"m{trial}")
        for _ in range(chance.randrange(1, 4)):
            deadly = Deadly(chance.randrange(1, WRITES + 1), happened=chance.random() < 0.5)
            with monkeypatch.context() as patched:
                patched.setattr(Database, "joining", lambda database, deadly=deadly: deadly.joining(database))
                with suppress(Killed):
                    await _come_back(bench, run.id)
                    await bench.runner.finished(TENANT, run.id)
            await bench.runner.close()
        await _come_back(bench, run.id)
        ended = await bench.runner.finished(TENANT, run.id)
        assert ended.status is RunStatus.SUCCEEDED, (trial, ended.summary)
        assert bench.estate.effects[f"{run.id}:0"] == 1, trial


async def _come_back(bench: Bench, run_id: str) -> None:
    """Start again after the old lease has run out; a yes that was lost is given again."""
    bench.runner = bench.another()
    bench.clock.move(60)
    found = await bench.store.runs.get(TENANT, run_id)
    if found.status is RunStatus.WAITING:
        await bench.runner.decide(TENANT, run_id, ballot(BOB, found))
    await bench.runner.tend()
