"""What is going wrong and everything that happened, in order, each entry with its cause."""

from memory.model.value import Identifier, Moment, Value


class TimelineEntry(Value):
    """One thing that happened: when, what, from which source, and the entry that caused it."""

    id: Identifier
    at: Moment
    kind: str
    text: str
    source: str
    cause: Identifier | None = None
    evidence: tuple[Identifier, ...] = ()


class Incident(Value):
    """Something that goes wrong for the tenant's users."""

    id: Identifier
    tenant: Identifier
    title: str
    severity: int  # 1 is the worst
    services: tuple[Identifier, ...]
    started_at: Moment
    ended_at: Moment | None = None
    timeline: tuple[TimelineEntry, ...] = ()
