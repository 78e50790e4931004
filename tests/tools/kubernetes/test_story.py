"""From a wish to its end, by the runner: a bad release is measured, taken back, and told so."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from memory.clock import SystemClock
from memory.model.plan import Call
from memory.model.run import RunStatus, StepStatus
from memory.store import Store
from runbooks.runner import Runner, Terms
from tests.fakes.people import BOB, policy
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench
from tests.tools.kubernetes.ground import IMAGE, Room
from tests.tools.kubernetes.test_nodes import keep, node_with_pods, unschedulable
from tools import capabilities
from tools.approvals.signing import Attester
from tools.capabilities import kubernetes
from tools.gate import Gate

KNOWN = (*capabilities.EVERY, *kubernetes.EVERY)


@pytest_asyncio.fixture
async def bench(room: Room, tmp_path: Path) -> AsyncIterator[Bench]:
    """A runner whose hands are the room's, at the speed of real clocks."""
    clock = SystemClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", clock, LOG_KEY)
    made = Bench(store)
    await made.runner.close()
    made.clock = clock  # type: ignore[assignment]  # the bench only reads it
    rules = policy(capabilities=KNOWN, catalogue=room.fleet.catalogue)
    gate = Gate(room.registry, rules, clock=clock, ids=made.ids)
    terms = Terms(Attester(LOG_KEY))
    made.runner = Runner(store, gate, made.heard.publish, KNOWN, clock=clock, ids=made.ids, terms=terms)
    yield made
    await made.runner.close()
    await store.close()


async def test_a_release_that_works_ends_verified(room: Room, bench: Bench) -> None:
    wish = Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2"})
    run = await bench.approve(await bench.propose(wish), BOB)
    assert (run.status, run.steps[0].status) == (RunStatus.SUCCEEDED, StepStatus.VERIFIED), run.summary
    assert "Verified: the rollout of checkout" in run.summary
    assert await room.image() == f"{IMAGE}:1.4.2"


async def test_a_release_that_crash_loops_fails_its_check_and_is_taken_back(room: Room, bench: Bench) -> None:
    wish = Call(tool="deploy.release", arguments={**room.checkout, "version": "1.4.2-bad"})
    run = await bench.approve(await bench.propose(wish), BOB)
    assert (run.status, run.steps[0].status) == (RunStatus.UNDONE, StepStatus.UNDONE), run.summary
    assert "Not verified: the rollout of checkout" in run.summary
    assert "Taken back: checkout" in run.summary
    await room.rolled_out()
    assert await room.image() == f"{IMAGE}:1.4.1"
    assert (await room.read("rollout.status", **room.checkout)).value == 1.0


async def test_a_drain_that_a_budget_holds_back_ends_with_the_node_taking_pods_again(
    room: Room, bench: Bench
) -> None:
    node = await node_with_pods(room, 2)
    await keep(room, node, least=1)
    wish = Call(tool="node.drain", arguments={"node": node, "environment": room.namespace})
    run = await bench.approve(await bench.propose(wish), BOB)
    assert run.status is RunStatus.UNDONE, run.summary
    assert "1 pod could not be moved yet" in run.steps[0].outcome.summary  # type: ignore[union-attr]  # it has one
    assert f"Not verified: no pod is left to move on {node}" in run.summary
    assert not await unschedulable(room, node)


@pytest.mark.parametrize("tool", ["rollout.pause", "service.restart"])
async def test_what_is_refused_by_the_cluster_makes_no_plan(bench: Bench, tool: str) -> None:
    wish = Call(tool=tool, arguments={"service": "shop", "environment": "production"})
    submission = await bench.submit(wish)
    assert submission.run is None
    assert submission.code == "service.unknown"
