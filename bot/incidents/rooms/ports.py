"""What rooms need of the rest of the house, so that none of it has to be there."""

from datetime import datetime
from typing import Protocol

from bot.surfaces.venues import Notice
from memory.model.alert import Alert
from memory.model.evidence import Evidence
from memory.model.incident import Incident
from memory.model.people import Principal


class OnCall(Protocol):
    """Knows who is on call."""

    async def people(self, tenant: str, services: tuple[str, ...], at: datetime) -> tuple[str, ...]:
        """Return the principals on call for these services, the first to be called first."""


class Looker(Protocol):
    """Looks at what is wrong, with read tools, through the gate, on a person's behalf."""

    async def look(self, incident: Incident, person: Principal) -> Notice | None:
        """Return what is seen at first sight; None where the incident names no service that is known."""


class Shelf(Protocol):
    """Knows runbooks."""

    async def likely(self, incident: Incident, alerts: tuple[Alert, ...]) -> Notice | None:
        """Return the runbook that most likely helps, None where none is near enough."""


class People(Protocol):
    """Knows who there is."""

    def person(self, tenant: str, principal: str) -> Principal:
        """Return the person as they are now; raises `AuthenticationFailed`."""

    def name(self, tenant: str, principal: str) -> str:
        """Return what people call them."""


class Facts(Protocol):
    """Has the facts that timelines refer to."""

    async def alerts(self, tenant: str, ids: tuple[str, ...]) -> tuple[Alert, ...]:
        """Return the alerts of these ids, those that are not known left out."""

    async def evidence(self, tenant: str, ids: tuple[str, ...]) -> tuple[Evidence, ...]:
        """Return the evidence of these ids, what is not known left out."""
