"""Every cluster of the house, and which Deployment a service is in an environment."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from pydantic import ValidationError

from memory.errors import InvalidInput, InvalidSettings, UnknownService
from memory.model.catalogue import Catalogue
from memory.model.value import JsonValue
from tools.cluster.account import Account, Need
from tools.cluster.api import Api, Json
from tools.cluster.places import Place, placed
from tools.connectors.kubernetes.objects import Deployment, Pod, ReplicaSet, read
from tools.http import Deadline

APPS = "apps"


@dataclass(frozen=True)
class Cluster:
    """One API server and Quarterdeck's account there. `name` is the context, empty for the only one."""

    name: str
    api: Api
    account: Account


@dataclass(frozen=True)
class Workload:
    """A service of an environment, as the Deployment it is."""

    cluster: Cluster
    service: str
    environment: str
    namespace: str
    name: str
    container: str

    @property
    def path(self) -> str:
        """Where the Deployment is."""
        return f"{deployments(self.namespace)}/{self.name}"

    def where(self) -> dict[str, JsonValue]:
        """Return the arguments that name it."""
        return {"service": self.service, "environment": self.environment}

    def need(self, verb: str, resource: str, *, group: str = "", subresource: str = "") -> Need:
        """Return a right in this namespace."""
        return Need(verb=verb, resource=resource, group=group, subresource=subresource, namespace=self.namespace)

    async def found(self, deadline: Deadline) -> Json:
        """Return the Deployment as it stands; raises `UnknownService` naming those there are."""
        item = await self.cluster.api.find(self.path, deadline)
        if item is None:
            items, _ = await self.cluster.api.every(deployments(self.namespace), deadline)
            raise self._unknown(str(cast("Json", each["metadata"])["name"]) for each in items)
        return item

    async def replica_sets(self, deployment: Deployment, deadline: Deadline) -> tuple[ReplicaSet, ...]:
        """Return the ReplicaSets that belong to it."""
        path = f"/apis/apps/v1/namespaces/{self.namespace}/replicasets"
        items = await self._selected(path, deployment, deadline)
        found = (read(item, ReplicaSet) for item in items)
        return tuple(each for each in found if _owned(each, deployment))

    async def pods(self, deployment: Deployment, deadline: Deadline) -> tuple[Pod, ...]:
        """Return its pods, by name."""
        items = await self._selected(pods(self.namespace), deployment, deadline)
        return tuple(sorted((read(item, Pod) for item in items), key=lambda pod: pod.metadata.name))

    async def _selected(self, path: str, deployment: Deployment, deadline: Deadline) -> tuple[Json, ...]:
        selector = [("labelSelector", deployment.spec.selector.query())]
        return (await self.cluster.api.every(path, deadline, selector))[0]

    def _unknown(self, known: Iterable[str]) -> UnknownService:
        names = sorted(known)
        close = difflib.get_close_matches(self.name, names, n=2, cutoff=0.5)
        hint = f"Did you mean {' or '.join(close)}?" if close else "kubernetes_places says where a service runs."
        there = ", ".join(names) or "none"
        return UnknownService(
            f"expected a Deployment of the namespace {self.namespace} ({there}), found {self.name!r}", hint=hint
        )


class Fleet:
    """The clusters by context, and what runs where. The catalogue says who leans on whom."""

    def __init__(self, clusters: Mapping[str, Cluster], places: tuple[Place, ...], catalogue: Catalogue) -> None:
        self._clusters = clusters
        self._places = places
        self.catalogue = catalogue

    def clusters(self) -> tuple[Cluster, ...]:
        """Return every cluster."""
        return tuple(self._clusters.values())

    def cluster(self, environment: str) -> Cluster:
        """Return the cluster an environment runs in."""
        return self._at(_settled(self._places, "", environment).context)

    def workload(self, service: str, environment: str) -> Workload:
        """Return where a service of an environment runs; raises `InvalidInput` for names no cluster could have."""
        place = _settled(self._places, service, environment)
        return Workload(
            cluster=self._at(place.context),
            service=service,
            environment=environment,
            namespace=place.namespace,
            name=place.deployment,
            container=place.container,
        )

    def workloads(self, service: str | None = None, environment: str | None = None) -> tuple[Workload, ...]:
        """Return the workloads of the catalogue, or those of one service or environment."""
        return tuple(
            self.workload(each.name, place)
            for each in self.catalogue.services
            for place in each.environments
            if service in {None, each.name} and environment in {None, place}
        )

    def _at(self, context: str) -> Cluster:
        try:
            return self._clusters[context]
        except KeyError:
            raise InvalidSettings(
                f"expected a cluster for the context {context!r}, found none connected"
            ) from None


def _settled(places: tuple[Place, ...], service: str, environment: str) -> Place:
    try:
        return placed(places, service, environment)
    except ValidationError:
        raise InvalidInput(
            f"expected names that Kubernetes could have for {service or 'a node'} in {environment}, found others",
            hint="kubernetes_places says which namespace and Deployment a service is.",
        ) from None


def deployments(namespace: str) -> str:
    """Return where a namespace's Deployments are."""
    return f"/apis/apps/v1/namespaces/{namespace}/deployments"


def pods(namespace: str) -> str:
    """Return where a namespace's pods are."""
    return f"/api/v1/namespaces/{namespace}/pods"


def _owned(each: ReplicaSet, deployment: Deployment) -> bool:
    owner = each.metadata.controller()
    return owner is not None and owner.uid == deployment.metadata.uid
