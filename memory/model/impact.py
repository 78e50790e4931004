"""How far the consequences of a plan may reach. What nobody configured or measured is None, and not nought."""

from enum import StrEnum

from memory.model.value import Identifier, Value


class Reach(StrEnum):
    """How a service is connected with what is changed: downstream of it lean on it, upstream it leans on."""

    ITSELF = "itself"
    DOWNSTREAM = "downstream"
    UPSTREAM = "upstream"


class Affected(Value):
    """One service that a plan may touch. `distance` counts dependencies; `leads` are the next towards the change.

    `traffic` is in requests a second, as measured; `users` and `revenue_per_minute` are as configured.
    """

    service: Identifier
    reach: Reach
    distance: int = 0
    leads: tuple[Identifier, ...] = ()
    criticality: int = 3
    owner: str = ""
    traffic: float | None = None
    users: int | None = None
    revenue_per_minute: float | None = None
    currency: str = ""


class Impact(Value):
    """The services that are changed and those connected with them, nearest first.

    `unknown` are services that a plan names and the catalogue does not know: their radius is not known either.
    """

    services: tuple[Affected, ...] = ()
    unknown: tuple[Identifier, ...] = ()

    def felt(self) -> tuple[Affected, ...]:
        """Return what would feel it: what is changed, and what leans on that."""
        return tuple(each for each in self.services if each.reach is not Reach.UPSTREAM)
