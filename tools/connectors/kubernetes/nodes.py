"""Letting a node take no new pods, and letting it take them again. Looking at nodes, and at what runs on them."""

from typing import cast

from memory.errors import ConnectorError, ConnectorUnreachable, InvalidInput, PermissionMissing
from memory.model.evidence import Evidence
from memory.model.plan import Call, Check
from memory.model.run import Change, Outcome, Preview
from memory.model.value import JsonValue
from tools.capabilities.kubernetes import NODE_CORDON, NODE_LIST, NODE_PODS, NODE_UNCORDON, Nodes, OneNode
from tools.cluster.account import Need
from tools.cluster.amending import Edit, amended, rehearsed
from tools.cluster.api import Json
from tools.cluster.diff import changes
from tools.cluster.marks import Mark, mark_of, marked
from tools.connectors.kubernetes.evicting import evictable, on_node
from tools.connectors.kubernetes.fleet import Cluster, Fleet
from tools.connectors.kubernetes.objects import Node, read
from tools.contract import Arguments, CallContext, Capability
from tools.hands import evidence_id, given
from tools.http import Deadline
from tools.wording import many

CORDON, UNCORDON, DRAIN = "cordon", "uncordon", "drain"
NODES = "/api/v1/nodes"


class NodeList:
    """Serves `node.list`."""

    capability = NODE_LIST

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the nodes; `value` is how many are ready and take pods."""
        cluster = self._fleet.cluster(given(arguments, Nodes).environment)
        items, _ = await cluster.api.every(NODES, Deadline(context.deadline_s))
        found = [read(item, Node) for item in items]
        said = "; ".join(f"{node.metadata.name} {_state(node)}" for node in found)
        summary = f"{many(len(found), 'node').capitalize()}{f': {said}' if said else ''}."
        usable = sum(node.ready() and not node.spec.unschedulable for node in found)
        return Outcome(ok=True, summary=summary, evidence=(seen(NODES, summary, context, usable),), value=usable)


class NodePods:
    """Serves `node.pods`."""

    capability = NODE_PODS

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what runs on a node; `value` is how many pods draining would still move."""
        asked, deadline = given(arguments, OneNode), Deadline(context.deadline_s)
        cluster = self._fleet.cluster(asked.environment)
        node = read(await found(cluster, asked.node, deadline), Node)
        there = await on_node(cluster, asked.node, deadline)
        moving = evictable(there)
        names = ", ".join(f"{pod.metadata.namespace}/{pod.metadata.name}" for pod in moving[:20])
        summary = (
            f"{asked.node} {_state(node)}, with {many(len(there), 'pod')}; draining would move {len(moving)}"
            f"{f': {names}' if names else ''}."
        )
        data: dict[str, JsonValue] = {"pods": [f"{pod.metadata.namespace}/{pod.metadata.name}" for pod in moving]}
        evidence = seen(f"{NODES}/{asked.node}", summary, context, len(moving))
        return Outcome(ok=True, summary=summary, evidence=(evidence,), value=len(moving), data=data)


class _Schedulable:
    """What cordon and uncordon share."""

    capability: Capability
    kind: str
    unschedulable: bool

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def preview(self, arguments: Arguments, context: CallContext) -> Preview:
        """Return what would change; raises `PermissionMissing` first, and `InvalidInput` for unknown nodes."""
        asked, deadline = given(arguments, OneNode), Deadline(context.deadline_s)
        cluster = self._fleet.cluster(asked.environment)
        await cluster.account.require(node_needs(), deadline)
        await found(cluster, asked.node, deadline)
        edit = scheduling(self.unschedulable, node_mark(self.kind, asked, context))
        before, after = await rehearsed(cluster.api, f"{NODES}/{asked.node}", edit, deadline)
        differs = _scheduling_changes(before, after)
        wish = "no new pods" if self.unschedulable else "new pods again"
        return Preview(
            call=Call(tool=self.capability.name, arguments=asked.model_dump(mode="json")),
            summary=f"{asked.node} would take {wish}; those it has stay."
            if differs
            else f"{asked.node} {_state(read(before, Node))} already: nothing would change.",
            changes=differs,
            blast_radius=(f"scheduling on {asked.node} in {asked.environment}",) if differs else (),
            undo=self._undo(asked) if differs else None,
            evidence=(
                seen(f"{NODES}/{asked.node}", f"{asked.node} {_state(read(before, Node))}.", context, None),
            ),
        )

    def checks(self, arguments: Arguments) -> tuple[Check, ...]:
        """Measure nothing: the API server has said that it is so."""
        given(arguments, OneNode)
        return ()

    async def act(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Carry it out once per key."""
        asked, deadline = given(arguments, OneNode), Deadline(context.deadline_s)
        cluster = self._fleet.cluster(asked.environment)
        await found(cluster, asked.node, deadline)
        edit = scheduling(self.unschedulable, node_mark(self.kind, asked, context))
        before, after = await amended(cluster.api, f"{NODES}/{asked.node}", edit, deadline)
        if after is None and mark_of(before, context.key) is None:
            return Outcome(
                ok=True, summary=f"{asked.node} {_state(read(before, Node))} already: nothing was changed."
            )
        return self._outcome(asked, context)

    async def look(self, context: CallContext) -> Outcome | None:
        """Return what came of the context's key, as the nodes themselves tell, None if it took no effect."""
        mark = await node_marked(self._fleet, context)
        return None if mark is None else self._outcome(node_of(mark), context)

    def _undo(self, asked: OneNode) -> Call:
        back = NODE_UNCORDON if self.unschedulable else NODE_CORDON
        return Call(tool=back.name, arguments=asked.model_dump(mode="json"))

    def _outcome(self, asked: OneNode, context: CallContext) -> Outcome:
        summary = f"{asked.node} takes {'no new pods' if self.unschedulable else 'new pods again'}."
        evidence = seen(f"{NODES}/{asked.node}", summary, context, self.unschedulable)
        return Outcome(ok=True, summary=summary, evidence=(evidence,), undo=self._undo(asked))


class NodeCordon(_Schedulable):
    """Serves `node.cordon`."""

    capability = NODE_CORDON
    kind = CORDON
    unschedulable = True


class NodeUncordon(_Schedulable):
    """Serves `node.uncordon`."""

    capability = NODE_UNCORDON
    kind = UNCORDON
    unschedulable = False


async def found(cluster: Cluster, name: str, deadline: Deadline) -> Json:
    """Return the node as it stands; raises `InvalidInput` naming those there are."""
    item = await cluster.api.find(f"{NODES}/{name}", deadline)
    if item is None:
        items, _ = await cluster.api.every(NODES, deadline)
        known = ", ".join(sorted(read(each, Node).metadata.name for each in items)) or "none"
        raise InvalidInput(f"expected a node of the cluster ({known}), found {name!r}")
    return item


async def node_marked(fleet: Fleet, context: CallContext) -> Mark | None:
    """Return the record of the context's key on any node, None where there is none."""
    deadline = Deadline(context.deadline_s)
    for cluster in fleet.clusters():
        try:
            items, _ = await cluster.api.every(NODES, deadline)
        except PermissionMissing:  # `act` reads the node, and what was done to it, before it does anything
            continue
        except ConnectorError as error:  # "it took no effect" is only ever said by those who looked
            raise ConnectorUnreachable(error.message, hint=error.hint, status=error.status) from error
        for item in items:
            mark = mark_of(item, context.key)
            if mark is not None:
                return mark
    return None


def scheduling(unschedulable: bool, mark: Mark) -> Edit:
    """Return the edit that lets a node take new pods or none, with the record of who did it."""

    def edit(item: Json) -> Json | None:
        spec = cast("Json", item.setdefault("spec", {}))
        if mark_of(item, mark.key) is not None or bool(spec.get("unschedulable")) == unschedulable:
            return None
        spec["unschedulable"] = unschedulable
        marked(item, mark)
        return item

    return edit


def node_mark(kind: str, asked: OneNode, context: CallContext, *, done: bool = True) -> Mark:
    """Return the record of an act on a node."""
    return Mark(
        key=context.key,
        kind=kind,
        at=context.now,
        by=context.principal,
        before=asked.environment,
        after=asked.node,
        done=done,
    )


def node_of(mark: Mark) -> OneNode:
    """Return which node a record is about."""
    return OneNode(node=mark.after, environment=mark.before)


def node_needs() -> tuple[Need, ...]:
    """Return the rights that cordoning needs."""
    return tuple(Need(verb=verb, resource="nodes") for verb in ("get", "list", "update"))


def seen(path: str, summary: str, context: CallContext, value: JsonValue) -> Evidence:
    """Return what was seen of the cluster as evidence."""
    return Evidence(
        id=evidence_id(context, path),
        source="kubernetes",
        query=f"GET {path}",
        summary=summary,
        observed_at=context.now,
        value=value,
    )


def _scheduling_changes(before: Json, after: Json) -> tuple[Change, ...]:
    return tuple(
        each for each in changes(before.get("spec"), after.get("spec"), "spec") if "taints" not in each.field
    )


def _state(node: Node) -> str:
    ready = "is ready" if node.ready() else "is not ready"
    return f"{ready} and takes no new pods" if node.spec.unschedulable else ready
