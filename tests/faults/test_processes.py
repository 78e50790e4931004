"""Real nodes are killed, frozen and cut off: no effect is made twice, none is lost, and another goes on soon.

What counts is the ledger that the target keeps, in a process of its own.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from memory.model.run import Run, RunStatus
from tests.faults.desk import Desk, desk
from tests.faults.node import Herd, herd
from tests.faults.proxy import proxy
from tests.faults.takeover import trial
from tests.faults.target import Ledger, target
from tests.patience import until
from tests.postgres import Cluster, cluster

pytestmark = pytest.mark.timeout(120)
AIM_S = 5.0


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    with cluster() as found:
        yield found


@pytest.fixture(scope="module")
def place(server: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Ledger, Herd]]:
    """One database, one target, and the nodes that the tests leave to each other."""
    folder, database = tmp_path_factory.mktemp("nodes"), server.database()
    with target(folder) as ledger, herd(database, ledger.port, folder) as nodes:
        yield database, ledger, nodes


@pytest.fixture
async def here(place: tuple[str, Ledger, Herd]) -> AsyncIterator["Yard"]:
    database, ledger, nodes = place
    async with desk(database, ledger.port) as people:
        yield Yard(database, ledger, nodes, people)


class Yard:
    """Nodes, the target they act on, and people."""

    def __init__(self, database: str, ledger: Ledger, nodes: Herd, people: Desk) -> None:
        self.database = database
        self.ledger = ledger
        self.nodes = nodes
        self.people = people

    async def arrived(self, key: str) -> str:
        """Return the node that has just called the target for this key."""
        await until(lambda: self.ledger.seen("arrived", key), 30)
        return str((self.ledger.seen("arrived", key) or {})["by"])

    async def effect(self, key: str) -> str:
        """Return the node whose call for this key has just taken effect."""
        await until(lambda: self.ledger.seen("effect", key), 30)
        return str((self.ledger.seen("effect", key) or {})["by"])

    async def present(self) -> None:
        """Return once every node that runs is counted, and no other."""
        deadline = time.monotonic() + 20
        while await self.people.present() != len(self.nodes.living):
            assert time.monotonic() < deadline, (
                f"expected {len(self.nodes.living)}, found {await self.people.present()}"
            )
            await asyncio.sleep(0.1)

    async def done_once(self, run: Run) -> None:
        """See that a run ends well, and that each of its steps took effect once."""
        assert (await self.people.ended(run)).status is RunStatus.SUCCEEDED
        effects = self.ledger.effects()
        assert {key: effects[key] for key in keys(run)} == dict.fromkeys(keys(run), 1)


def keys(run: Run) -> list[str]:
    """Return the keys of a run's steps."""
    return [f"{run.id}:{index}" for index in range(len(run.plan.steps))]


async def test_a_node_killed_inside_an_effect_and_after_one_is_followed_by_another(here: Yard) -> None:
    await here.nodes.at_least(2)
    run = await here.people.approved("killed", 0.4, 0.0, 0.0)
    for step, told in enumerate((here.arrived, here.effect)):
        here.nodes.named(await told(f"{run.id}:{step}")).kill()
        here.nodes.start()
    await here.done_once(run)
    assert not here.ledger.repeated()


async def test_a_step_goes_on_within_seconds_of_its_node_s_death(here: Yard) -> None:
    await here.nodes.at_least(1)
    took = await trial(here.people, here.ledger, here.nodes, 0)
    print(f"time to the first resumed step: {took:.2f} s")  # noqa: T201 - a report
    assert took < AIM_S


async def test_a_node_that_was_frozen_and_overtaken_changes_nothing_when_it_thaws(here: Yard) -> None:
    await here.nodes.at_least(2)
    run = await here.people.approved("frozen", 0.6, 0.2)
    frozen = here.nodes.named(await here.arrived(f"{run.id}:0"))
    frozen.freeze()
    await here.done_once(run)
    frozen.thaw()
    later = [await here.people.approved(f"later-{number}", 0.0) for number in range(3)]
    for each in later:
        await here.done_once(each)
    await here.done_once(run)
    await here.present()
    assert frozen.alive


async def test_a_node_told_to_end_hands_over_at_a_safe_point_and_ends_well(here: Yard) -> None:
    await here.nodes.at_least(2)
    run = await here.people.approved("told", 0.5, 0.5, 0.0)
    ending = here.nodes.named(await here.arrived(f"{run.id}:0"))
    ending.tell_to_end()
    assert await asyncio.to_thread(ending.ended, 20) == 0
    await here.done_once(run)
    assert not here.ledger.seen("look", f"{run.id}:0")  # nothing was left unknown
    await here.present()


@pytest.mark.parametrize("how", ["cut", "clog"])
async def test_a_node_cut_off_from_the_database_stops_acting_and_comes_back_as_another(
    here: Yard, server: Cluster, how: str
) -> None:
    async with proxy(server.port) as way:
        while here.nodes.living:
            here.nodes.living[0].kill()
        cut_off = here.nodes.start(database=here.database.replace(f":{server.port}/", f":{way.port}/"))
        await asyncio.to_thread(cut_off.ready)
        run = await here.people.approved(how, 0.5, 0.0, 0.0)
        assert await here.arrived(f"{run.id}:0") == cut_off.name
        getattr(way, how)()
        at = time.monotonic()
        await here.nodes.at_least(2)
        await here.done_once(run)
        begun = [line for line in here.ledger.lines() if line["what"] != "effect" and line["at"] > at]
        assert cut_off.name not in {line["by"] for line in begun}
        way.mend()
        await here.present()
        assert cut_off.alive
        cut_off.kill()


async def test_in_a_file_whoever_starts_after_the_crash_goes_on(tmp_path: Path) -> None:
    database, engine = f"sqlite:///{tmp_path / 'q.db'}", f"sqlite:///{tmp_path / 'engine.db'}"
    with target(tmp_path) as ledger, herd(database, ledger.port, tmp_path, engine) as nodes:
        async with desk(database, ledger.port) as people:
            here = Yard(database, ledger, nodes, people)
            await nodes.at_least(1)
            run = await people.approved("m1", 0.4, 0.0)
            nodes.named(await here.arrived(f"{run.id}:0")).kill()
            nodes.start()
            await here.done_once(run)
