"""Where the releases of services are, read through the API server, and marked before helm is run."""

from dataclasses import dataclass
from typing import cast

from memory.errors import InvalidInput, UnknownService
from memory.model.catalogue import Catalogue
from memory.model.value import JsonValue
from tools.cluster.account import Account, Need
from tools.cluster.amending import amended
from tools.cluster.api import Api, Json
from tools.cluster.marks import Mark, mark_of, marked
from tools.cluster.places import Place, placed
from tools.connectors.helm.history import Record, record
from tools.connectors.helm.program import Program
from tools.http import Deadline

_PAGE = 5  # each of these Secrets may be as large as a megabyte


@dataclass(frozen=True)
class Helm:
    """One cluster, the account there, and the program that acts on it."""

    api: Api
    account: Account
    program: Program


@dataclass(frozen=True)
class Release:
    """A service of an environment, as the Helm release it is."""

    helm: Helm
    service: str
    environment: str
    namespace: str
    name: str

    @property
    def path(self) -> str:
        """Where the namespace's Secrets are."""
        return f"/api/v1/namespaces/{self.namespace}/secrets"

    def where(self) -> dict[str, JsonValue]:
        """Return the arguments that name it."""
        return {"service": self.service, "environment": self.environment}

    def needs(self) -> tuple[Need, ...]:
        """Return the rights on Helm's own records. What a chart's objects need, helm says itself."""
        verbs = ("get", "list", "create", "update")
        return tuple(Need(verb=verb, resource="secrets", namespace=self.namespace) for verb in verbs)

    async def revisions(self, deadline: Deadline) -> tuple["Revision", ...]:
        """Return the revisions, newest first; raises `UnknownService` where there is no such release."""
        selector = [("labelSelector", f"owner=helm,name={self.name}")]
        items, _ = await self.helm.api.every(self.path, deadline, selector, page=_PAGE)
        found = sorted((Revision(record(item), item) for item in items), key=lambda each: -each.record.version)
        if not found:
            raise UnknownService(
                f"expected a Helm release {self.name} in the namespace {self.namespace}, found none",
                hint="kubernetes_places says what the release of a service is called.",
            )
        return tuple(found)

    async def mark(self, secret: str, mark: Mark, deadline: Deadline) -> None:
        """Record on a revision's Secret that a rollback from it begins, once per key."""

        def edit(item: Json) -> Json | None:
            if mark_of(item, mark.key) is not None:
                return None
            marked(item, mark)
            return item

        await amended(self.helm.api, f"{self.path}/{secret}", edit, deadline)


@dataclass(frozen=True)
class Revision:
    """A revision, and the Secret it is kept in."""

    record: Record
    secret: Json

    @property
    def name(self) -> str:
        """What the Secret is called."""
        return str(cast("Json", self.secret["metadata"])["name"])


class Releases:
    """Every release of the catalogue's services, by the clusters' contexts."""

    def __init__(self, helms: dict[str, Helm], places: tuple[Place, ...], catalogue: Catalogue) -> None:
        self._helms = helms
        self._places = places
        self.catalogue = catalogue

    def release(self, service: str, environment: str) -> Release:
        """Return which release a service is; raises `InvalidInput` for names no cluster could have."""
        try:
            place = placed(self._places, service, environment)
        except ValueError:
            raise InvalidInput(
                f"expected names that Kubernetes could have for {service} in {environment}"
            ) from None
        return Release(self._helms[place.context], service, environment, place.namespace, place.release)

    def leaning(self, service: str) -> tuple[str, ...]:
        """Return who leans on a service, each in a sentence."""
        return tuple(f"{name} leans on {service}" for name in self.catalogue.dependants(service))

    def every(self) -> tuple[Release, ...]:
        """Return the releases of the catalogue."""
        services = self.catalogue.services
        return tuple(self.release(each.name, place) for each in services for place in each.environments)
