"""Emptying a node: no new pods, then its pods evicted as far as disruption budgets allow.

A drain that could not move everything says which pods are left; its check then fails, and its undo lets the node
take pods again.
"""

import asyncio
from typing import cast

from memory.errors import InvalidInput
from memory.model.plan import Call, Check, Comparison
from memory.model.run import Change, Outcome, Preview
from tools.capabilities.kubernetes import NODE_DRAIN, NODE_PODS, NODE_UNCORDON, OneNode
from tools.cluster.account import Need
from tools.cluster.amending import Edit, amended
from tools.cluster.api import Json
from tools.cluster.marks import mark_of, marked
from tools.connectors.kubernetes.evicting import (
    evict,
    evictable,
    evicted,
    eviction_version,
    losing,
    on_node,
    orphans,
)
from tools.connectors.kubernetes.fleet import Cluster, Fleet
from tools.connectors.kubernetes.nodes import (
    DRAIN,
    NODES,
    found,
    node_mark,
    node_marked,
    node_needs,
    node_of,
    seen,
)
from tools.connectors.kubernetes.objects import Node, Pod, read
from tools.contract import Arguments, CallContext
from tools.hands import given
from tools.http import Deadline
from tools.wording import many

SPARE_S = 2.0
MOST_SHOWN = 50


class NodeDrain:
    """Serves `node.drain`."""

    capability = NODE_DRAIN

    def __init__(self, fleet: Fleet, within_s: float) -> None:
        self._fleet = fleet
        self._within_s = within_s

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return every pod that would be moved, each asked of the eviction API as a dry run.

        Raises `PermissionMissing` first, `InvalidInput` for an unknown node or pods nothing would start again.
        """
        asked, deadline = given(arguments, OneNode), Deadline(context.deadline_s)
        cluster = self._fleet.cluster(asked.environment)
        needs = (Need(verb="list", resource="pods"), Need(verb="create", resource="pods", subresource="eviction"))
        await cluster.account.require((*node_needs(), *needs), deadline)
        node = read(await found(cluster, asked.node, deadline), Node)
        moving = evictable(await on_node(cluster, asked.node, deadline))
        _require_owned(asked.node, moving)
        differs = (*_cordoned(node), *(_moved(pod, asked.node) for pod in moving))
        summary = f"{asked.node} would take no new pods, and {many(len(moving), 'pod')} would be evicted."
        services = sorted({f"{pod.metadata.namespace}/{_owner(pod)}" for pod in moving})
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=summary if differs else f"{asked.node} is drained already: nothing would change.",
            changes=differs,
            blast_radius=tuple(f"pods of {each} on {asked.node}" for each in services),
            undo=None if node.spec.unschedulable else _undo(asked),
            evidence=(
                seen(f"{NODES}/{asked.node}", f"{asked.node} has {len(moving)} pods to move.", context, None),
            ),
            warnings=await self._warnings(cluster, moving, deadline),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure how many pods are left to move."""
        asked = given(arguments, OneNode)
        return (
            Check(
                call=Call(tool=NODE_PODS.name, arguments=asked.model_dump(mode="json")),
                comparison=Comparison.BELOW,
                bound=0.5,
                within_s=self._within_s,
                says=f"no pod is left to move on {asked.node}",
            ),
        )

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Cordon the node and evict until it is empty or time is up. Doing it again goes on where it ended."""
        asked, deadline = given(arguments, OneNode), Deadline(context.deadline_s)
        cluster = self._fleet.cluster(asked.environment)
        await found(cluster, asked.node, deadline)
        path = f"{NODES}/{asked.node}"
        await amended(cluster.api, path, _cordoning(asked, context), deadline)
        left, held = await evicted(cluster, asked.node, deadline, SPARE_S)
        await amended(cluster.api, path, _noting(context), Deadline(SPARE_S))
        return _outcome(asked, left, held, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, None where it was not begun, or begun and not brought to an end.

        In the second case doing it again is harmless: what was evicted is not there to be evicted twice.
        """
        mark = await node_marked(self._fleet, context)
        if mark is None or not mark.done:
            return None
        asked = node_of(mark)
        cluster, deadline = self._fleet.cluster(asked.environment), Deadline(context.deadline_s)
        return _outcome(asked, evictable(await on_node(cluster, asked.node, deadline)), {}, context)

    async def _warnings(self, cluster: Cluster, moving: tuple[Pod, ...], deadline: Deadline) -> tuple[str, ...]:
        version = await eviction_version(cluster, deadline)
        asked = moving[:MOST_SHOWN]
        said = await asyncio.gather(*(evict(cluster, pod, version, deadline, dry=True) for pod in asked))
        held = [_name(pod) for pod, why in zip(asked, said, strict=True) if why]
        warnings = [f"A disruption budget holds {name} where it is at the moment." for name in held]
        warnings += [f"{_name(pod)} loses the data it keeps on the node (emptyDir)." for pod in losing(moving)]
        return tuple(warnings)


def _require_owned(node: str, moving: tuple[Pod, ...]) -> None:
    alone = orphans(moving)
    if alone:
        names = ", ".join(_name(pod) for pod in alone)
        raise InvalidInput(
            f"expected pods on {node} that something would start again elsewhere, found some without: {names}",
            hint="Delete or move those by hand first: eviction would be their end.",
        )


def _cordoned(node: Node) -> tuple[Change, ...]:
    return () if node.spec.unschedulable else (Change(field="spec.unschedulable", before="(none)", after="true"),)


def _moved(pod: Pod, node: str) -> Change:
    return Change(field=f"pod {_name(pod)}", before=f"on {node}", after="evicted, to start elsewhere")


def _cordoning(asked: OneNode, context: CallContext) -> Edit:
    def edit(item: Json) -> Json | None:
        if mark_of(item, context.key) is not None:
            return None
        item["spec"] = {**cast("Json", item.get("spec") or {}), "unschedulable": True}
        marked(item, node_mark(DRAIN, asked, context, done=False))
        return item

    return edit


def _noting(context: CallContext) -> Edit:
    """Record that the drain came to its end, whatever that was."""

    def edit(item: Json) -> Json | None:
        mark = mark_of(item, context.key)
        if mark is None or mark.done:
            return None
        marked(item, mark.model_copy(update={"done": True}))
        return item

    return edit


def _outcome(asked: OneNode, left: tuple[Pod, ...], held: dict[str, str], context: CallContext) -> Outcome:
    names = ", ".join(_name(pod) for pod in left)
    why = f" A disruption budget holds {', '.join(sorted(held))}." if held else ""
    summary = f"{asked.node} takes no new pods; " + (
        f"{many(len(left), 'pod')} could not be moved yet: {names}.{why}"
        if left
        else "all of its pods were moved."
    )
    return Outcome(
        ok=True,
        summary=summary,
        evidence=(seen(f"{NODES}/{asked.node}", summary, context, len(left)),),
        value=len(left),
        missing=tuple(f"{asked.node}: {_name(pod)} was not moved" for pod in left),
        undo=_undo(asked),
        data={"left": [_name(pod) for pod in left]},
    )


def _undo(asked: OneNode) -> Call:
    return Call(tool=NODE_UNCORDON.name, arguments=asked.model_dump(mode="json"))


def _name(pod: Pod) -> str:
    return f"{pod.metadata.namespace}/{pod.metadata.name}"


def _owner(pod: Pod) -> str:
    owner = pod.metadata.controller()
    return owner.name if owner else pod.metadata.name
