"""How a workload stands at one moment: its Deployment, its revisions, and the one it is at."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.cluster.api import Json
from tools.cluster.watching import Seen, until
from tools.connectors.kubernetes.fleet import Workload, deployments
from tools.connectors.kubernetes.objects import Deployment, read
from tools.connectors.kubernetes.revisions import Revision, current, main_container, previous, revisions, tag_of
from tools.http import Deadline

_OBSERVE_S = 3.0


@dataclass(frozen=True)
class Standing:
    """A workload as it was read, newest revision first. `container` is whose image says the version."""

    workload: Workload
    deployment: Deployment
    revisions: tuple[Revision, ...]
    container: str

    @property
    def now(self) -> Revision | None:
        """The revision it is at, None before the controller has made it."""
        return current(self.deployment, self.revisions)

    @property
    def before(self) -> Revision | None:
        """The revision before that."""
        return previous(self.revisions, self.now)

    def version(self) -> str:
        """Return the exact name of what is wanted now."""
        return self.now.label if self.now else tag_of(self.deployment.spec.template, self.container) or "unknown"

    def says(self) -> str:
        """Return what runs, as `checkout runs 1.4.2+r4 in production on 2 of 3 replicas`."""
        wanted, ready = self.deployment.spec.replicas, self.deployment.status.ready_replicas or 0
        share = f"{wanted}" if ready == wanted else f"{ready} of {wanted}"
        place = f"{self.workload.service} runs {self.version()} in {self.workload.environment}"
        return f"{place} on {share} {'replica' if wanted == 1 else 'replicas'}"


async def standing(workload: Workload, deadline: Deadline) -> Standing:
    """Return how a workload stands, once its controller has seen what was ordered last or a moment has passed.

    Raises `UnknownService`, `InvalidInput` where it is unclear which container has the version, `ConnectorError`.
    """
    deployment = read(await workload.found(deadline), Deployment)
    if not deployment.observed():
        deployment, _ = await followed(workload, Deployment.observed, deadline, _OBSERVE_S)
    container = main_container(deployment, workload.container, workload.service)
    sets = await workload.replica_sets(deployment, deadline)
    return Standing(workload, deployment, revisions(sets, container), container)


async def followed(
    workload: Workload, holds: Callable[[Deployment], bool], deadline: Deadline, most_s: float
) -> tuple[Deployment, bool]:
    """Follow a Deployment until something holds of it, or `most_s` are over; return it, and which of the two."""
    name = f"{workload.namespace}/{workload.name}"

    def seen_so(seen: Seen) -> bool:
        item = seen.get(name)
        return item is not None and holds(read(dict(item), Deployment))

    seen, held = await until(
        workload.cluster.api,
        deployments(workload.namespace),
        [("fieldSelector", f"metadata.name={workload.name}")],
        seen_so,
        Deadline(max(0.0, min(most_s, deadline.remaining() - 0.5))),
    )
    item: Json = dict(seen[name]) if name in seen else await workload.found(deadline)
    return read(item, Deployment), held
