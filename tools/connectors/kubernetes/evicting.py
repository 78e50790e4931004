"""Which pods of a node can be moved, and moving them through the eviction API, as disruption budgets allow."""

import asyncio
from typing import cast

from memory.errors import ConnectorRejected, ConnectorUnreachable
from tools.cluster.api import Json
from tools.cluster.refusals import CONFLICT, NOT_FOUND, TOO_MANY, status_message
from tools.connectors.kubernetes.fleet import Cluster
from tools.connectors.kubernetes.objects import Pod, read
from tools.http import Deadline

MIRROR = "kubernetes.io/config.mirror"
_FINISHED = frozenset({"Succeeded", "Failed"})
_AGAIN_S = 0.5


async def on_node(cluster: Cluster, node: str, deadline: Deadline) -> tuple[Pod, ...]:
    """Return the pods of a node that have not finished, by namespace and name."""
    items, _ = await cluster.api.every("/api/v1/pods", deadline, [("fieldSelector", f"spec.nodeName={node}")])
    found = (read(item, Pod) for item in items)
    alive = (pod for pod in found if pod.status.phase not in _FINISHED)
    return tuple(sorted(alive, key=lambda pod: (pod.metadata.namespace, pod.metadata.name)))


def evictable(pods: tuple[Pod, ...]) -> tuple[Pod, ...]:
    """Return the pods a drain moves: not those that belong to the node itself (DaemonSets, mirror pods)."""
    return tuple(
        pod
        for pod in pods
        if MIRROR not in (pod.metadata.annotations or {}) and _kind(pod) not in {"DaemonSet", "Node"}
    )


def orphans(pods: tuple[Pod, ...]) -> tuple[Pod, ...]:
    """Return the pods that nothing would start again elsewhere."""
    return tuple(pod for pod in pods if pod.metadata.controller() is None)


def losing(pods: tuple[Pod, ...]) -> tuple[Pod, ...]:
    """Return the pods whose data on the node itself would be gone."""
    return tuple(pod for pod in pods if any("emptyDir" in volume for volume in pod.spec.volumes or ()))


async def eviction_version(cluster: Cluster, deadline: Deadline) -> str:
    """Return which version of evictions the API server takes: `policy/v1` since 1.22, `policy/v1beta1` before."""
    served = cast("list[Json]", (await cluster.api.get("/api/v1", deadline)).get("resources") or [])
    entry = next((each for each in served if each.get("name") == "pods/eviction"), None)
    return f"policy/{entry.get('version') or 'v1'}" if entry else "policy/v1"


async def evict(cluster: Cluster, pod: Pod, version: str, deadline: Deadline, *, dry: bool = False) -> str:
    """Return why a pod cannot be evicted now, in the API server's untrusted words; empty where it can.

    The pod's uid goes along: one that was started anew under its name is not touched.
    """
    options: Json = {"preconditions": {"uid": pod.metadata.uid}}
    if dry:
        options["dryRun"] = ["All"]
    path = f"/api/v1/namespaces/{pod.metadata.namespace}/pods/{pod.metadata.name}/eviction"
    body: Json = {
        "apiVersion": version,
        "kind": "Eviction",
        "metadata": {"name": pod.metadata.name, "namespace": pod.metadata.namespace},
        "deleteOptions": options,
    }
    try:
        await cluster.api.create(path, body, deadline, dry=dry)
    except ConnectorRejected as error:
        if error.status in {NOT_FOUND, CONFLICT}:  # it is gone, or another one has its name
            return ""
        if error.status == TOO_MANY:
            return status_message(error.body) or "a disruption budget"
        raise
    return ""


async def evicted(
    cluster: Cluster, node: str, deadline: Deadline, spare_s: float
) -> tuple[tuple[Pod, ...], dict[str, str]]:
    """Evict what can be moved, again and again until nothing is left or time is; return what is left, and why.

    Never raises for a refusal: what could not be asked is left. Ends `spare_s` before the deadline.
    """
    version = await eviction_version(cluster, deadline)
    held: dict[str, str] = {}
    while True:
        left = evictable(await on_node(cluster, node, deadline))
        waiting = [pod for pod in left if pod.metadata.deletion_timestamp is None]
        said = await asyncio.gather(*(_asked(cluster, pod, version, deadline) for pod in waiting))
        held = {_name(pod): why for pod, why in zip(waiting, said, strict=True) if why}
        if not left or deadline.remaining() <= spare_s:
            return left, held
        await asyncio.sleep(_AGAIN_S)


async def _asked(cluster: Cluster, pod: Pod, version: str, deadline: Deadline) -> str:
    try:
        return await evict(cluster, pod, version, deadline)
    except ConnectorUnreachable as error:
        return error.message


def _kind(pod: Pod) -> str:
    owner = pod.metadata.controller()
    return owner.kind if owner else ""


def _name(pod: Pod) -> str:
    return f"{pod.metadata.namespace}/{pod.metadata.name}"
