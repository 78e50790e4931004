"""Cordon, uncordon and drain: evictions under disruption budgets, told in part, and taken back."""

import asyncio
from secrets import token_hex
from typing import Any

import pytest

from memory.errors import InvalidInput
from memory.model.plan import Call
from tests.tools.kubernetes.ground import Room, fresh_key
from tools.cluster.marks import marks


async def node_with_pods(room: Room, pods: int, *, owned: bool = True) -> str:
    """Make a node of the room's own, with pods of a controller that does not start them again."""
    node = f"node-{token_hex(4)}"
    await room.admin.add("/api/v1/nodes", {"apiVersion": "v1", "kind": "Node", "metadata": {"name": node}})
    space = f"/api/v1/namespaces/{room.namespace}"
    keeper = await room.admin.add(f"{space}/configmaps", {"apiVersion": "v1", "metadata": {"name": node}})
    owner = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "name": node,
        "uid": keeper["metadata"]["uid"],
        "controller": True,
    }
    for number in range(pods):
        meta: dict[str, Any] = {"name": f"{node}-{number}", "labels": {"on": node}}
        if owned:
            meta["ownerReferences"] = [owner]
        container = {"name": "main", "image": "registry.example/worker:1.0.0"}
        spec = {"nodeName": node, "containers": [container]}
        await room.admin.add(f"{space}/pods", {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec})

    async def running() -> bool:
        found = [await room.admin.get(f"{space}/pods/{node}-{number}") for number in range(pods)]
        return all(pod["status"]["phase"] == "Running" for pod in found)

    await room.until(running, "the pods")
    return node


async def keep(room: Room, node: str, least: int) -> None:
    """Give the node's pods a disruption budget, and wait until the control plane counts with it."""
    version = "v1" if room.fake else "v1beta1"
    path = f"/apis/policy/{version}/namespaces/{room.namespace}/poddisruptionbudgets"
    spec = {"minAvailable": least, "selector": {"matchLabels": {"on": node}}}
    meta = {"name": node}
    await room.admin.add(path, {"apiVersion": f"policy/{version}", "metadata": meta, "spec": spec})

    async def counted() -> bool:
        budget = await room.admin.get(f"{path}/{node}")
        return bool(room.fake) or budget.get("status", {}).get("expectedPods", 0) > 0

    await room.until(counted, "the disruption budget")


async def unschedulable(room: Room, node: str) -> bool:
    found = await room.admin.get(f"/api/v1/nodes/{node}")
    return bool(found.get("spec", {}).get("unschedulable"))


async def test_a_cordon_is_shown_done_once_found_again_and_taken_back(room: Room) -> None:
    node = await node_with_pods(room, 0)
    where = {"node": node, "environment": room.namespace}
    preview = await room.preview("node.cordon", **where)
    assert [(c.field, c.before, c.after) for c in preview.changes] == [("spec.unschedulable", "(none)", "true")]
    assert preview.undo == Call(tool="node.uncordon", arguments=dict(where))
    key = fresh_key()
    assert await room.look(key, "node.cordon") is None
    outcome = await room.act(key, preview.call)
    assert await unschedulable(room, node)
    assert (await room.preview("node.cordon", **where)).changes == ()
    found = await room.look(key, "node.cordon")
    assert found is not None
    assert found.undo == outcome.undo == preview.undo
    assert outcome.undo is not None
    await room.act(fresh_key(), outcome.undo)
    assert not await unschedulable(room, node)
    assert [mark.kind for mark in marks(await room.admin.get(f"/api/v1/nodes/{node}"))] == ["uncordon", "cordon"]


async def test_a_drain_lists_the_pods_evicts_them_and_is_measured(room: Room) -> None:
    node = await node_with_pods(room, 3)
    where = {"node": node, "environment": room.namespace}
    preview = await room.preview("node.drain", **where)
    moved = [c.field for c in preview.changes if c.field.startswith("pod ")]
    assert moved == [f"pod {room.namespace}/{node}-{number}" for number in range(3)]
    assert preview.undo == Call(tool="node.uncordon", arguments=dict(where))
    assert (await room.read("node.pods", **where)).value == 3  # a rehearsal evicts nobody
    key = fresh_key()
    outcome = await room.act(key, preview.call)
    assert outcome.summary == f"{node} takes no new pods; all of its pods were moved."
    (check,) = room.actor("node.drain").checks(room.registry.arguments("node.drain", dict(where)))
    assert (await room.read(check.call.tool, **check.call.arguments)).value == 0
    found = await room.look(key, "node.drain")
    assert found is not None
    assert found.undo == preview.undo


async def test_a_drain_stops_at_a_disruption_budget_and_says_who_is_left(room: Room) -> None:
    node = await node_with_pods(room, 2)
    await keep(room, node, least=1)
    where = {"node": node, "environment": room.namespace}
    preview = await room.preview("node.drain", **where)
    assert len([c for c in preview.changes if c.field.startswith("pod ")]) == 2
    outcome = await room.act(fresh_key(), preview.call, deadline_s=5.0)
    assert outcome.ok
    assert outcome.value == 1
    assert "1 pod could not be moved yet" in outcome.summary
    assert f"A disruption budget holds {room.namespace}/{node}-" in outcome.summary
    assert len(outcome.missing) == 1
    assert (await room.read("node.pods", **where)).value == 1  # its check fails, so the runner takes it back
    assert outcome.undo is not None
    await room.act(fresh_key(), outcome.undo)
    assert not await unschedulable(room, node)
    held = await room.preview("node.drain", **where)
    assert any(warning.startswith("A disruption budget holds") for warning in held.warnings)


async def test_a_pod_nobody_would_start_again_is_not_evicted(room: Room) -> None:
    node = await node_with_pods(room, 1, owned=False)
    with pytest.raises(InvalidInput, match=f"found some without: {room.namespace}/{node}-0"):
        await room.preview("node.drain", node=node, environment=room.namespace)
    assert not await unschedulable(room, node)


async def test_a_drain_that_died_half_way_goes_on_where_it_ended(faked: Room) -> None:
    fake = faked.fake
    assert fake is not None
    node = await node_with_pods(faked, 2)
    key, call = fresh_key(), Call(tool="node.drain", arguments={"node": node, "environment": faked.namespace})
    fake.held = True  # evicted pods do not go, so that it is waiting when it dies
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(faked.act(key, call), 1.0)
    assert await faked.look(key, "node.drain") is None
    evictions = [each for each in fake.asked if each.subresource == "eviction"]
    assert len(evictions) == 2  # a pod that is on its way out is not evicted again
    fake.held = False
    assert (await faked.act(key, call)).value == 0


async def test_an_unknown_node_is_named_beside_those_there_are(room: Room) -> None:
    with pytest.raises(InvalidInput, match=r"\(.*node-1.*\), found 'nobody-1'"):
        await room.preview("node.cordon", node="nobody-1", environment=room.namespace)
    listed = await room.read("node.list", environment=room.namespace)
    assert "node-1" in listed.summary
