"""A node drained by its runbook, on a control plane that behaves: shown, done, and taken back when stuck."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from memory.clock import SystemClock
from memory.model.run import RunStatus
from memory.store import Store
from runbooks.runner import Runner, Terms
from tests.fakes.kubernetes import kubernetes
from tests.fakes.people import BOB, policy
from tests.keys import LOG_KEY
from tests.runbooks.conftest import Bench
from tests.runbooks.library.shelf import KNOWN
from tests.runbooks.library.stage import Stage
from tests.tools.kubernetes.conftest import administrator
from tests.tools.kubernetes.ground import Admin, Room, furnished
from tests.tools.kubernetes.test_nodes import keep, node_with_pods, unschedulable
from tools.approvals.signing import Attester
from tools.gate import Gate


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Room]:
    with kubernetes() as fake:
        admin = Admin(administrator(fake))
        here = await furnished(admin, tmp_path, fake)
        yield here
        await here.api.close()
        await admin.close()


@pytest.fixture
async def cluster(room: Room, tmp_path: Path) -> AsyncIterator[Stage]:
    """A stage whose hands are the room's, at the speed of real clocks."""
    clock = SystemClock()
    store = await Store.open(f"sqlite:///{tmp_path / 'q.db'}", clock, LOG_KEY)
    bench = Bench(store)
    await bench.runner.close()
    bench.clock = clock  # type: ignore[assignment]  # the bench only reads it
    rules = policy(capabilities=KNOWN, catalogue=room.fleet.catalogue)
    gate = Gate(room.registry, rules, clock=clock, ids=bench.ids)
    terms = Terms(Attester(LOG_KEY))
    bench.runner = Runner(store, gate, bench.heard.publish, KNOWN, clock=clock, ids=bench.ids, terms=terms)
    yield Stage(bench, None, room.fleet.catalogue)  # type: ignore[arg-type]  # the world is the cluster
    await bench.runner.close()
    await store.close()


async def pods_on(room: Room, node: str) -> int:
    found = await room.admin.get(f"/api/v1/namespaces/{room.namespace}/pods")
    return sum(pod["spec"].get("nodeName") == node for pod in found["items"])


async def test_its_looks_see_the_nodes_and_what_runs_there_and_its_dry_run_moves_nothing(
    room: Room, cluster: Stage
) -> None:
    node = await node_with_pods(room, 2)
    inputs = {"node": node, "environment": room.namespace}
    nodes, pods = await cluster.looked("drain-node", inputs)
    assert node in nodes.summary + str(nodes.data)
    assert "2 pods" in pods.summary
    first, again = [await cluster.simulated("drain-node", inputs) for _ in range(2)]
    assert first.plan is not None
    assert first.plan_digest == again.plan_digest
    assert (await pods_on(room, node), await unschedulable(room, node)) == (2, False)


async def test_every_pod_leaves_and_the_node_takes_no_more(room: Room, cluster: Stage) -> None:
    node = await node_with_pods(room, 2)
    run = await cluster.carried_out("drain-node", {"node": node, "environment": room.namespace}, (BOB,))
    assert run.status is RunStatus.SUCCEEDED, run.summary
    assert run.steps[0].checks[0].ok
    assert (await pods_on(room, node), await unschedulable(room, node)) == (0, True)


async def test_where_a_budget_holds_it_back_the_node_takes_pods_again(room: Room, cluster: Stage) -> None:
    node = await node_with_pods(room, 2)
    await keep(room, node, least=2)
    run = await cluster.carried_out("drain-node", {"node": node, "environment": room.namespace}, (BOB,))
    assert run.status is RunStatus.UNDONE, run.summary
    assert "Not verified" in run.summary
    assert (await pods_on(room, node), await unschedulable(room, node)) == (2, False)
