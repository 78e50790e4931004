"""What is told of incidents: that one was declared or changed, and where the timeline tells of it."""

from memory.model.bodies.kinds import Body, EntryKind, Reference
from memory.model.incident import Duty, IncidentChange, IncidentStatus
from memory.model.value import Digest, Identifier


class IncidentChanged(Body):
    """An incident was declared or changed, or somebody wrote into its timeline.

    `entry` is the timeline entry that tells of it and `text` the address of its words; `holder` is the pseudonym
    of whom a duty was given to, and `other` the incident it became part of, came from or was split off into.
    """

    kind = EntryKind.INCIDENT
    incident: Identifier
    number: int
    change: IncidentChange
    entry: Identifier
    status: IncidentStatus
    severity: int
    duty: Duty | None = None
    holder: Identifier | None = None
    other: Identifier | None = None
    corrects: Identifier | None = None
    alerts: tuple[Identifier, ...] = ()
    text: Digest | None = None

    def subject(self) -> Reference:
        """Return the incident where it was declared, else this change of it."""
        if self.change is IncidentChange.DECLARED:
            return f"incident:{self.incident}"
        marked = self.change in {IncidentChange.PINNED, IncidentChange.UNPINNED}
        return f"incident:{self.incident}/{self.entry}" + (f"/{self.change.value}" if marked else "")

    def causes(self) -> tuple[Reference, ...]:
        """Return the incident as it was declared."""
        return () if self.change is IncidentChange.DECLARED else (f"incident:{self.incident}",)
