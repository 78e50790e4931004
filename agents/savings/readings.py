"""What finders are given: what is known of workloads, volumes, buckets and bills, as values.

Hourly values begin at `first`, a whole hour in UTC; None is an hour nobody told of.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

Hours = tuple[float | None, ...]


@dataclass(frozen=True)
class Workload:
    """One service in one environment: what each replica requests, and what was used hour by hour.

    `cpu` is the highest of any replica's cores, `memory` the highest of its bytes, `load` the requests a second of
    all replicas together. Requests that nobody set are None: such a replica is not charged by them.
    """

    service: str
    environment: str
    production: bool
    replicas: int
    first: datetime
    cpu_request: float | None = None  # cores
    memory_request: float | None = None  # bytes
    cpu_limit: float | None = None
    memory_limit: float | None = None
    cpu: Hours = ()
    memory: Hours = ()
    load: Hours = ()
    killed: int = 0  # times a container ran out of memory

    @property
    def name(self) -> str:
        """Return how people call it."""
        return f"{self.service} in {self.environment}"


@dataclass(frozen=True)
class Volume:
    """A persistent volume of a cluster. `claim` is who it is bound to, empty: nobody; `used_by` counts pods."""

    name: str
    cluster: str
    gib: float
    phase: str  # Bound, Released, Available, Failed
    claim: str = ""
    used_by: int | None = None
    since: datetime | None = None


@dataclass(frozen=True)
class Charge:
    """What one resource was charged for one thing in a window: a unit is "Hrs", "GB", "Requests" and the like."""

    resource: str
    service: str
    description: str
    unit: str
    cost: Decimal


@dataclass(frozen=True)
class Bucket:
    """What a place of storage was charged in a window, by what for."""

    name: str
    service: str
    storage: Decimal
    requests: Decimal
    retrieval: Decimal  # and data going out of it


@dataclass(frozen=True)
class Spend:
    """Money by day of one kind, the oldest first."""

    name: str
    provider: str
    days: tuple[Decimal, ...]
