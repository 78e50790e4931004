"""What workloads of a cluster request, and the volumes that stand in it, as values."""

from dataclasses import dataclass

from memory.model.value import Moment


@dataclass(frozen=True)
class Sizes:
    """A Deployment's replicas, and what each requests and is limited to: cores, bytes; None: nobody says."""

    namespace: str
    deployment: str
    replicas: int
    cpu_request: float | None
    memory_request: float | None
    cpu_limit: float | None
    memory_limit: float | None


@dataclass(frozen=True)
class StandingVolume:
    """A persistent volume. `mounted` is None where nobody could look whether a pod uses it."""

    name: str
    cluster: str
    gib: float
    phase: str
    claim: str
    mounted: bool | None
    since: Moment | None
