"""Routes of incidents: declare one, and care for it until it is over."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field

from bot.surfaces.incidents import LONGEST_NOTE, Declaration, IncidentDesk
from bot.surfaces.rest.keyed import Asker, IdempotencyKey, Observer
from bot.surfaces.rest.problems import described
from bot.surfaces.rest.shapes import Cursor, Form, Limit
from memory.model.incident import Duty, Incident, IncidentStatus, TimelineEntry
from memory.model.value import Identifier, Moment
from memory.page import Page

SOURCE = "rest"

Which = Annotated[str, Path(max_length=120, description="An incident's id or its number", examples=["12"])]
OfStatus = Annotated[list[IncidentStatus] | None, Query(description="Only those that stand so")]
_CHANGED = described(400, 404, 409)


class Reasoned(Form):
    """Why."""

    reason: str = Field(default="", max_length=1000)


class StatusRequest(Reasoned):
    """How an incident stands."""

    status: IncidentStatus


class SeverityRequest(Reasoned):
    """How bad an incident is, from 1, the worst, to 5."""

    severity: int = Field(ge=1, le=5)


class TitleRequest(Form):
    """What an incident is called."""

    title: str = Field(min_length=1, max_length=300)


class DutyRequest(Form):
    """Who has a duty; null: nobody."""

    duty: Duty
    person: Identifier | None = None


class NoteRequest(Form):
    """What shall stand in the timeline, at the moment it happened."""

    text: str = Field(min_length=1, max_length=LONGEST_NOTE, examples=["We saw timeouts since 10:02."])
    at: Moment | None = None
    evidence: tuple[Identifier, ...] = Field(default=(), max_length=50)


class CorrectionRequest(Form):
    """How it really was."""

    text: str = Field(min_length=1, max_length=LONGEST_NOTE)


class PinRequest(Form):
    """Whether an entry is marked."""

    pinned: bool = True


class ThreadRequest(Form):
    """A conversation that belongs to an incident."""

    thread: Identifier


class MergeRequest(Reasoned):
    """The incident that another one was part of all along."""

    into: str = Field(max_length=120, examples=["12"])


class SplitRequest(Form):
    """What becomes an incident of its own: with `declaration.alerts` and these entries."""

    declaration: Declaration
    entries: tuple[Identifier, ...] = Field(default=(), max_length=1000)


class IncidentRoutes:
    """Brings requests to the incidents."""

    def __init__(self, desk: IncidentDesk) -> None:
        self._desk = desk

    def mount(self, router: APIRouter) -> None:
        """Add the routes."""
        get, post = partial(router.get, tags=["incidents"]), partial(router.post, tags=["incidents"])
        one = "/incidents/{incident}"
        get("/incidents", summary="Incidents", responses=described(400))(self.incidents)
        post("/incidents", summary="Declare one", responses=_CHANGED)(self.declare)
        get(one, summary="One", responses=described(404))(self.incident)
        post(f"{one}/acknowledge", summary="Say that somebody is on it", responses=_CHANGED)(self.acknowledge)
        post(f"{one}/status", summary="Mitigated, resolved, open again", responses=_CHANGED)(self.status)
        post(f"{one}/severity", summary="How bad it is", responses=_CHANGED)(self.severity)
        post(f"{one}/title", summary="What it is called", responses=_CHANGED)(self.title)
        post(f"{one}/duties", summary="Who does what", responses=_CHANGED)(self.duty)
        post(f"{one}/threads", summary="A conversation that belongs to it", responses=_CHANGED)(self.thread)
        post(f"{one}/merge", summary="It was part of another one", responses=_CHANGED)(self.merge)
        post(f"{one}/split", summary="A part of it is one of its own", responses=_CHANGED)(self.split)
        post(f"{one}/reopen", summary="It is not over", responses=_CHANGED)(self.reopen)
        post(f"{one}/notes", summary="Write into its timeline", responses=_CHANGED)(self.note)
        entry = f"{one}/timeline/{{entry}}"
        post(f"{entry}/corrections", summary="Correct an entry; both stay", responses=_CHANGED)(self.correct)
        post(f"{entry}/pin", summary="Mark an entry", responses=_CHANGED)(self.pin)

    async def incidents(
        self, observer: Observer, status: OfStatus = None, cursor: Cursor = None, limit: Limit = 50
    ) -> Page[Incident]:
        """Return the incidents, the newest first."""
        return await self._desk.incidents(observer, tuple(status or ()), cursor, limit)

    async def incident(self, incident: Which, observer: Observer) -> Incident:
        """Return one, by its id or its number."""
        return await self._desk.incident(observer, incident)

    async def declare(self, request: Declaration, asker: Asker, key: IdempotencyKey = None) -> Incident:
        """Declare an incident. For an alert that belongs to one under way, that one is returned."""
        return await self._desk.declare(asker, request, key=key, source=SOURCE)

    async def acknowledge(self, incident: Which, asker: Asker, key: IdempotencyKey = None) -> Incident:
        """Say that somebody is on it. The first one counts."""
        return await self._desk.acknowledge(asker, incident, key=key, source=SOURCE)

    async def status(
        self, incident: Which, request: StatusRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Take it to mitigated or resolved, or open it again."""
        wanted = request.status
        return await self._desk.set_status(asker, incident, wanted, request.reason, key=key, source=SOURCE)

    async def severity(
        self, incident: Which, request: SeverityRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Say how bad it is."""
        wanted = request.severity
        return await self._desk.set_severity(asker, incident, wanted, request.reason, key=key, source=SOURCE)

    async def title(
        self, incident: Which, request: TitleRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Call it otherwise."""
        return await self._desk.retitle(asker, incident, request.title, key=key, source=SOURCE)

    async def duty(
        self, incident: Which, request: DutyRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Give a duty to somebody, or take it away."""
        return await self._desk.assign(asker, incident, request.duty, request.person, key=key, source=SOURCE)

    async def thread(
        self, incident: Which, request: ThreadRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Tie a conversation to it: what is said and done there is about it."""
        return await self._desk.join(asker, incident, request.thread, key=key, source=SOURCE)

    async def merge(
        self, incident: Which, request: MergeRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Make it part of another one, and return that. Reopening it takes it out again."""
        return await self._desk.merge(asker, incident, request.into, request.reason, key=key, source=SOURCE)

    async def split(
        self, incident: Which, request: SplitRequest, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Make some of its alerts and entries an incident of its own, and return that."""
        wanted = request.declaration
        return await self._desk.split(asker, incident, wanted, request.entries, key=key, source=SOURCE)

    async def reopen(
        self, incident: Which, request: Reasoned, asker: Asker, key: IdempotencyKey = None
    ) -> Incident:
        """Say that it is not over."""
        return await self._desk.reopen(asker, incident, request.reason, key=key, source=SOURCE)

    async def note(
        self, incident: Which, request: NoteRequest, asker: Asker, key: IdempotencyKey = None
    ) -> TimelineEntry:
        """Write into its timeline; with `at`, where it happened."""
        told = (request.text, request.at, request.evidence)
        return await self._desk.note(asker, incident, *told, key=key, source=SOURCE)

    async def correct(
        self,
        incident: Which,
        entry: Identifier,
        request: CorrectionRequest,
        asker: Asker,
        key: IdempotencyKey = None,
    ) -> TimelineEntry:
        """Say how it really was. What is corrected stays."""
        return await self._desk.correct(asker, incident, entry, request.text, key=key, source=SOURCE)

    async def pin(
        self, incident: Which, entry: Identifier, request: PinRequest, asker: Asker, key: IdempotencyKey = None
    ) -> TimelineEntry:
        """Mark an entry as one that matters, or take the mark away."""
        return await self._desk.pin(asker, incident, entry, request.pinned, key=key, source=SOURCE)
