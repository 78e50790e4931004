"""What surfaces ask of incidents. Everything carries the person who asks, and policy decides what they may.

An incident is named by its id or by its number ("12"). A change names no version: whoever changes it meanwhile is
not undone, since each change says what it changes and nothing else.
"""

from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Protocol

from pydantic import Field

from memory.model.incident import (
    Duty,
    Happening,
    Incident,
    IncidentStatus,
    TimelineEntry,
    TimelineWindow,
)
from memory.model.people import Principal
from memory.model.record import SYSTEM
from memory.model.value import Digest, Identifier, Moment, Value
from memory.page import Page

LONGEST_NOTE = 4000  # characters
WORST, MILDEST = 1, 5
USUAL_SEVERITY = 3


class Act(Value):
    """By whom, from where and when something is changed. The same `key` of a tenant changes something once.

    `at` is when it happened, None: now. `cause` is the timeline entry, and `correlation` the turn, it came from.
    """

    tenant: Identifier
    by: Identifier = SYSTEM  # a principal's id
    source: Identifier = "person"  # "slack", "console", "cli", "alertmanager", …
    key: Identifier | None = None
    correlation: Identifier | None = None
    cause: Identifier | None = None
    at: Moment | None = None


class Declaration(Value):
    """What is wrong. `thread` is the conversation it is declared in, `alerts` are the ids of its alerts."""

    title: str = Field(min_length=1, max_length=300)
    severity: int = Field(default=USUAL_SEVERITY, ge=WORST, le=MILDEST)
    services: tuple[Identifier, ...] = ()
    environment: Identifier | None = None
    started_at: Moment | None = None  # None: as far as is known, now
    thread: Identifier | None = None
    alerts: tuple[Identifier, ...] = ()


Window = TimelineWindow


class Node(Value):
    """One thing of a causal graph: a timeline entry that has a cause, or is one."""

    id: Identifier
    at: Moment
    kind: Happening
    text: str
    source: Identifier
    subject: str = ""
    trusted: bool = True


class Edge(Value):
    """One thing, the target, followed from another. `how`: "cause", or "correction" of what it corrects."""

    source: Identifier
    target: Identifier
    how: str = "cause"


class CausalGraph(Value):
    """What led to what. `omitted` counts entries left out because there are too many to be looked at."""

    incident: Identifier
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    omitted: int = 0


class SummaryKind(StrEnum):
    """For whom a summary is."""

    LIVING = "living"  # whoever works on it now
    CATCH_UP = "catch_up"  # one person who comes late
    HANDOVER = "handover"  # whoever takes over
    PUBLIC = "public"  # people outside
    REVIEW = "review"  # afterwards


class Sentence(Value):
    """A sentence, and the ids of the timeline entries and evidence it rests on: never none."""

    text: str = Field(min_length=1)
    cites: tuple[Identifier, ...] = Field(min_length=1)


class Section(Value):
    """What is said of one matter."""

    name: str
    sentences: tuple[Sentence, ...]


class Summary(Value):
    """What there is to say of an incident at a moment, every sentence resting on something."""

    incident: Identifier
    kind: SummaryKind
    at: Moment
    sections: tuple[Section, ...]


class Summarising(Protocol):
    """What turns a timeline into sentences. It reads nothing else and changes nothing."""

    async def summarise(
        self,
        incident: Incident,
        entries: tuple[TimelineEntry, ...],
        kind: SummaryKind,
        *,
        since: Moment | None = None,
    ) -> Summary:
        """Return a summary of these entries, in their order; `since` is from when a catch-up tells."""


class IncidentDesk(Protocol):
    """Shows incidents and changes them.

    Every call raises `PolicyDenied` for whom policy does not let, `NotFound` for an incident there is none of, and
    `InvalidInput`; those that change something raise `Conflict` where the incident stands otherwise. `key` makes a
    change happen once. `source` is the surface.
    """

    async def incidents(
        self, principal: Principal, statuses: tuple[IncidentStatus, ...], cursor: str | None, limit: int
    ) -> Page[Incident]:
        """Return the tenant's, the newest first, that stand so (none: any)."""

    async def incident(self, principal: Principal, which: str) -> Incident:
        """Return one."""

    async def of_thread(self, principal: Principal, thread: str) -> Incident | None:
        """Return the incident that a conversation belongs to, None where it belongs to none."""

    async def declare(
        self, principal: Principal, wanted: Declaration, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Declare one; under the same key, or for an alert that belongs to one, return the one there is."""

    async def acknowledge(
        self, principal: Principal, which: str, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Say that somebody is on it. The first one counts."""

    async def set_status(
        self,
        principal: Principal,
        which: str,
        status: IncidentStatus,
        reason: str = "",
        *,
        key: str | None = None,
        source: str = "person",
    ) -> Incident:
        """Take it to mitigated, resolved, or open again. Only `merge` makes it merged."""

    async def set_severity(
        self,
        principal: Principal,
        which: str,
        severity: int,
        reason: str = "",
        *,
        key: str | None = None,
        source: str = "person",
    ) -> Incident:
        """Say how bad it is, from 1, the worst, to 5."""

    async def retitle(
        self, principal: Principal, which: str, title: str, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Call it otherwise."""

    async def assign(
        self,
        principal: Principal,
        which: str,
        duty: Duty,
        person: str | None,
        *,
        key: str | None = None,
        source: str = "person",
    ) -> Incident:
        """Give a duty to a person, or take it from whoever has it."""

    async def note(
        self,
        principal: Principal,
        which: str,
        text: str,
        at: Moment | None = None,
        evidence: tuple[Identifier, ...] = (),
        *,
        trusted: bool = True,
        key: str | None = None,
        source: str = "person",
    ) -> TimelineEntry:
        """Write down what matters, at the moment it happened (None: now).

        What is not `trusted` was written by somebody else, and is only quoted.
        """

    async def correct(
        self,
        principal: Principal,
        which: str,
        entry: str,
        text: str,
        *,
        key: str | None = None,
        source: str = "person",
    ) -> TimelineEntry:
        """Say how it really was. What is corrected stays; the correction stands at the same moment."""

    async def pin(
        self,
        principal: Principal,
        which: str,
        entry: str,
        pinned: bool = True,
        *,
        key: str | None = None,
        source: str = "person",
    ) -> TimelineEntry:
        """Mark an entry as one that matters, or take the mark away."""

    async def join(
        self, principal: Principal, which: str, thread: str, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Tie a conversation to it: what is said and done there is about it."""

    async def merge(
        self,
        principal: Principal,
        which: str,
        into: str,
        reason: str = "",
        *,
        key: str | None = None,
        source: str = "person",
    ) -> Incident:
        """Say that it was part of another one all along, and return that. Its entries and alerts become its."""

    async def split(
        self,
        principal: Principal,
        which: str,
        wanted: Declaration,
        entries: tuple[Identifier, ...] = (),
        *,
        key: str | None = None,
        source: str = "person",
    ) -> Incident:
        """Make a part of it an incident of its own, with `wanted.alerts` and these entries, and return that."""

    async def reopen(
        self,
        principal: Principal,
        which: str,
        reason: str = "",
        *,
        key: str | None = None,
        source: str = "person",
    ) -> Incident:
        """Say that it is not over."""

    async def timeline(
        self, principal: Principal, which: str | None, window: Window, cursor: str | None, limit: int
    ) -> Page[TimelineEntry]:
        """Return what happened, in order: of one incident, or (None) of the whole tenant. At most 1,000 a page."""

    def documents(self, principal: Principal, which: str | None, window: Window) -> AsyncIterator[str]:
        """Give the whole window, in order, as it is kept: one JSON document an entry."""

    async def mark(self, principal: Principal, which: str | None, window: Window) -> Digest:
        """Return what changes whenever the answer of `timeline` for this window does: an entity tag."""

    async def graph(self, principal: Principal, which: str) -> CausalGraph:
        """Return what led to what."""

    async def picture(self, principal: Principal, which: str) -> str:
        """Return the graph as SVG."""

    async def summary(
        self, principal: Principal, which: str, kind: SummaryKind, *, since: Moment | None = None
    ) -> Summary:
        """Return what there is to say; raises `NotFound` where this house has nothing that summarises."""

    async def catch_up(self, principal: Principal, which: str, *, since: Moment | None = None) -> Summary:
        """Return what whoever asks missed: since then, or since they last did something in it."""
