"""What the routes of incidents answer with."""

from memory.model.incident import Incident, TimelineEntry
from memory.model.value import Value


class IncidentsShown(Value):
    """Some incidents, the newest first."""

    items: tuple[Incident, ...]
    next_cursor: str | None = None


class TimelineShown(Value):
    """What happened, in order."""

    items: tuple[TimelineEntry, ...]
    next_cursor: str | None = None
