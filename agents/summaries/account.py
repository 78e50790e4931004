"""What a summary is made from: an incident's record, its timeline and evidence, and the moment. Pure."""

from datetime import timedelta

from pydantic import Field

from agents.summaries.lexicon import Role
from memory.model.evidence import Evidence
from memory.model.incident import Incident, TimelineEntry
from memory.model.value import Identifier, Moment, Value


class Account(Value):
    """Everything known of one incident.

    The timeline may come in any order. `people` gives the names of principals, `public_names` what people
    outside call a service; what has no public name is never named to them. `cadence` is how often an update is
    due, None where none is. `hints` say what else the kind of an entry tells of its part. `incident` is None
    where only a timeline is given, and `dated` is false where that holds times of day only. `zone` is what the
    times are of, empty where nobody said, and `placed` are entries without a time that were put where they stand.
    """

    incident: Incident | None = None
    timeline: tuple[TimelineEntry, ...] = ()
    evidence: dict[Identifier, Evidence] = Field(default_factory=dict)
    now: Moment
    people: dict[Identifier, str] = Field(default_factory=dict)
    public_names: dict[Identifier, str] = Field(default_factory=dict)
    hints: dict[Identifier, tuple[Role, ...]] = Field(default_factory=dict)
    cadence: timedelta | None = None
    dated: bool = True
    zone: str = "UTC"
    placed: frozenset[Identifier] = frozenset()
