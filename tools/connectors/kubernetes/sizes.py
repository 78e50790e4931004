"""What workloads request and are limited to, and which volumes belong to nobody: for whoever looks for savings.

It only reads. Nothing here is a tool: a tool that shows savings asks this.
"""

from decimal import Decimal
from typing import Final

from tools.cluster.api import Json
from tools.cluster.quantities import quantity
from tools.cluster.sizes import Sizes, StandingVolume
from tools.connectors.kubernetes.fleet import Cluster, Fleet
from tools.connectors.kubernetes.objects import Deployment, Meta, Said, read
from tools.http import Deadline

GIB: Final = 2**30


class _Amounts(Said):
    requests: dict[str, str] | None = None
    limits: dict[str, str] | None = None


class _Container(Said):
    name: str = ""
    resources: _Amounts = _Amounts()


class _PodTemplateSpec(Said):
    containers: tuple[_Container, ...] = ()


class _PodTemplate(Said):
    spec: _PodTemplateSpec = _PodTemplateSpec()


class _Claim(Said):
    namespace: str = ""
    name: str = ""


class _VolumeSpec(Said):
    capacity: dict[str, str] | None = None
    claim_ref: _Claim | None = None


class _VolumeStatus(Said):
    phase: str = ""


class _Volume(Said):
    metadata: Meta
    spec: _VolumeSpec = _VolumeSpec()
    status: _VolumeStatus = _VolumeStatus()


class Sizing:
    """Reads sizes from every cluster of a fleet."""

    def __init__(self, fleet: Fleet, deadline_s: float = 10.0) -> None:
        self._fleet = fleet
        self._deadline_s = deadline_s

    async def sizes(self, service: str, environment: str) -> Sizes:
        """Return what a service requests; raises `UnknownService` or a `ConnectorError`."""
        workload = self._fleet.workload(service, environment)
        item = await workload.found(Deadline(self._deadline_s))
        deployment = read(item, Deployment)
        containers = read(deployment.spec.template, _PodTemplate).spec.containers
        return Sizes(
            namespace=workload.namespace,
            deployment=workload.name,
            replicas=deployment.spec.replicas,
            cpu_request=_sum(containers, "cpu", limits=False),
            memory_request=_sum(containers, "memory", limits=False),
            cpu_limit=_sum(containers, "cpu", limits=True),
            memory_limit=_sum(containers, "memory", limits=True),
        )

    async def volumes(self) -> tuple[StandingVolume, ...]:
        """Return the persistent volumes of every cluster; raises a `ConnectorError`."""
        found: list[StandingVolume] = []
        for cluster in self._fleet.clusters():
            found += await self._volumes(cluster)
        return tuple(found)

    async def _volumes(self, cluster: Cluster) -> list[StandingVolume]:
        deadline = Deadline(self._deadline_s)
        items, _ = await cluster.api.every("/api/v1/persistentvolumes", deadline)
        volumes = [read(item, _Volume) for item in items]
        if not volumes:
            return []
        pods, _ = await cluster.api.every("/api/v1/pods", deadline)
        mounted = {claim for pod in pods for claim in _claims(pod)}
        return [_standing(each, cluster.name, mounted) for each in volumes]


def _sum(containers: tuple[_Container, ...], resource: str, *, limits: bool) -> float | None:
    """Return what all containers come to; None where one of them says nothing, since nobody knows then."""
    total = Decimal(0)
    for each in containers:
        amounts = (each.resources.limits if limits else each.resources.requests) or {}
        if resource not in amounts:
            return None
        total += quantity(amounts[resource])
    return float(total) if containers else None


def _standing(volume: _Volume, cluster: str, mounted: set[tuple[str, str]]) -> StandingVolume:
    claim = volume.spec.claim_ref
    size = quantity((volume.spec.capacity or {}).get("storage", "0"))
    return StandingVolume(
        name=volume.metadata.name,
        cluster=cluster,
        gib=float(size / GIB),
        phase=volume.status.phase,
        claim=f"{claim.namespace}/{claim.name}" if claim else "",
        mounted=(claim.namespace, claim.name) in mounted if claim else False,
        since=volume.metadata.creation_timestamp,
    )


class _Source(Said):
    claim_name: str = ""


class _PodVolume(Said):
    persistent_volume_claim: _Source | None = None


class _MountingSpec(Said):
    volumes: tuple[_PodVolume, ...] | None = None


class _MountingPod(Said):
    metadata: Meta
    spec: _MountingSpec = _MountingSpec()


def _claims(pod: Json) -> list[tuple[str, str]]:
    seen = read(pod, _MountingPod)
    sources = (each.persistent_volume_claim for each in seen.spec.volumes or ())
    return [(seen.metadata.namespace, source.claim_name) for source in sources if source]
