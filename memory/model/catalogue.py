"""What a tenant runs: services, where they run, who owns them, what they lean on, and when they are left alone."""

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from memory.model.value import Identifier, Moment, Value


class Service(Value):
    """One service of the catalogue."""

    name: Identifier
    aliases: tuple[str, ...] = ()
    environments: tuple[Identifier, ...] = ("production",)
    owner: str = ""
    criticality: int = 3  # 1 is the most critical
    depends_on: tuple[Identifier, ...] = ()
    description: str = ""
    flags: tuple[Identifier, ...] = ()
    region: str = ""  # whose rules its data are under, such as "eu"; empty: nobody's
    users: int | None = Field(default=None, ge=0)  # who notice when it is down; None: not known
    revenue_per_minute: float | None = Field(default=None, ge=0, allow_inf_nan=False)  # it earns
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$")  # ISO 4217


class Freeze(Value):
    """A time in which changes are held back, from `starts_at` until just before `ends_at`.

    Without `environments` or `services` it is for all of them. Policy decides what a freeze forbids.
    """

    name: Identifier
    starts_at: Moment
    ends_at: Moment
    environments: tuple[Identifier, ...] = ()
    services: tuple[Identifier, ...] = ()

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if not self.starts_at < self.ends_at:
            raise ValueError(f"a freeze that ends after it begins, not at {self.ends_at.isoformat()}")
        return self

    def holds(self, at: datetime, environment: str, service: str) -> bool:
        """Return whether it holds then for a change there. A change that does not say where is held back too."""
        return (
            self.starts_at <= at < self.ends_at
            and (not self.environments or not environment or environment in self.environments)
            and (not self.services or not service or service in self.services)
        )


class Catalogue(Value):
    """The services of a tenant. Small enough to be held in memory and passed as a value."""

    services: tuple[Service, ...] = ()
    freezes: tuple[Freeze, ...] = ()

    def find(self, name: str) -> Service | None:
        """Return the service with exactly this name, or None."""
        return next((service for service in self.services if service.name == name), None)

    def names(self) -> tuple[str, ...]:
        """Return the services' names, in catalogue order."""
        return tuple(service.name for service in self.services)

    def environments(self) -> tuple[str, ...]:
        """Return every environment any service runs in, sorted."""
        return tuple(sorted({name for service in self.services for name in service.environments}))

    def flags(self) -> tuple[str, ...]:
        """Return every feature flag any service reads, sorted."""
        return tuple(sorted({name for service in self.services for name in service.flags}))

    def dependants(self, name: str) -> tuple[str, ...]:
        """Return the services that lean on `name`, directly or through others, nearest first."""
        found: list[str] = []
        frontier = [name]
        while frontier:
            target = frontier.pop(0)
            nearer = [s.name for s in self.services if target in s.depends_on and s.name not in found]
            found += nearer
            frontier += nearer
        return tuple(found)
