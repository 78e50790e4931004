"""How rooms are kept: which incidents get one, how often people are told, and how long a room stays open. Pure."""

from datetime import timedelta
from typing import Final

from pydantic import Field

from memory.model.incident import Incident, IncidentStatus
from memory.model.record import SYSTEM
from memory.model.value import Identifier, Value

OVER: Final = frozenset({IncidentStatus.RESOLVED, IncidentStatus.MERGED})
UPDATE_MINUTES: Final = (15, 30, 60, 120, 240)  # of severity 1 to 5


class RoomTerms(Value):
    """What the settings say of rooms. `links` are addresses by title, with {service} and {environment} in them.

    `venue` is where rooms are made, empty: where the incident was declared. `reader` is on whose behalf is looked
    while nobody has taken care of an incident that alerts declared.
    """

    public_url: str
    venue: str = ""
    severity: int = Field(default=3, ge=1, le=5)  # the mildest that gets a room when alerts declare it
    private: bool = False
    update_minutes: tuple[int, ...] = UPDATE_MINUTES
    linger: timedelta = timedelta(minutes=60)
    links: dict[str, str] = Field(default_factory=dict)
    reader: Identifier | None = None

    def wants(self, incident: Incident) -> bool:
        """Return whether this incident is to have a room: what a person declares always is."""
        return incident.declared_by != SYSTEM or incident.severity <= self.severity

    def cadence(self, severity: int) -> timedelta:
        """Return how often people are told how an incident of this severity stands."""
        return timedelta(minutes=self.update_minutes[min(severity, len(self.update_minutes)) - 1])

    def page(self, incident: Incident) -> str:
        """Return where the console shows the incident."""
        return f"{self.public_url}/console/incidents/{incident.number}"


def over(incident: Incident) -> bool:
    """Return whether nobody has to work on it any more."""
    return incident.status in OVER
