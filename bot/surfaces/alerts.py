"""What surfaces ask of alerts: which there are, how they were grouped and why, and who is on call.

Everything carries the person who asks. Texts and labels are from outside: they are quoted, never obeyed.
"""

from datetime import timedelta
from typing import Protocol

from pydantic import Field

from memory.model.alert import AlertStatus
from memory.model.people import Principal
from memory.model.triage import AlertGroup, AlertRecord, Escalation, Lesson, Quiet
from memory.model.value import Identifier, JsonValue, Moment, Value
from memory.page import Page


class AlertQuery(Value):
    """Which alerts are asked for; None asks for any."""

    status: AlertStatus | None = None
    service: Identifier | None = None
    source: Identifier | None = None
    group: Identifier | None = None
    incident: Identifier | None = None


class AlertView(Value):
    """One alert, the group it belongs to, and the incident that became of it."""

    record: AlertRecord
    group: AlertGroup | None = None


class NewQuiet(Value):
    """What to keep quiet, and for how long."""

    services: tuple[Identifier, ...] = ()
    environments: tuple[Identifier, ...] = ()
    labels: dict[str, str] = Field(default_factory=dict, max_length=20)
    alert: Identifier | None = None  # the id of one
    lasting: timedelta = Field(gt=timedelta(0), le=timedelta(days=30))
    reason: str = Field(default="", max_length=300)


class Told(Value):
    """What became of a payload: of how many alerts it told, how many were news, and their ids."""

    source: str
    told: int
    new: int
    alerts: tuple[Identifier, ...] = ()


class OnCallPerson(Value):
    """Somebody who is on call: by which schedule, from when until when, and who they are here."""

    name: str
    principal: Identifier | None = None
    team: str
    schedule: str
    until: Moment | None = None
    load: int = Field(default=0, ge=0)  # open incidents they have a duty in
    override: bool = False


class OnCallView(Value):
    """Who is on call for something at a moment, the first to be called first; `why` says how that was found."""

    service: Identifier | None = None
    team: str = ""
    at: Moment
    people: tuple[OnCallPerson, ...] = ()
    why: str = ""


class AlertDesk(Protocol):
    """Shows alerts, and lets people keep them quiet. Each raises `PolicyDenied` for whom policy does not let."""

    async def alerts(
        self, principal: Principal, wanted: AlertQuery, cursor: str | None, limit: int
    ) -> Page[AlertRecord]:
        """Return the tenant's, what changed last first."""

    async def alert(self, principal: Principal, alert: str) -> AlertView:
        """Return one by its id or fingerprint; raises `NotFound`."""

    async def groups(self, principal: Principal, cursor: str | None, limit: int) -> Page[AlertGroup]:
        """Return the groups, what changed last first."""

    async def quiet(self, principal: Principal) -> tuple[Quiet, ...]:
        """Return the silences and maintenance windows that are not over."""

    async def silence(self, principal: Principal, wanted: NewQuiet) -> Quiet:
        """Keep alerts quiet for a while."""

    async def unsilence(self, principal: Principal, quiet: str) -> Quiet:
        """End a silence now; raises `NotFound`."""

    async def lessons(self, principal: Principal) -> tuple[Lesson, ...]:
        """Return what merging and splitting taught, the latest first, also what was taken back."""

    async def forget(self, principal: Principal, lesson: str) -> Lesson:
        """Take a lesson back; raises `NotFound`."""

    async def tell(self, principal: Principal, source: str, body: JsonValue) -> Told:
        """Take a payload as if its source had sent it, to try things out; raises `PayloadInvalid`."""


class OnCallDesk(Protocol):
    """Says who is on call, and how the calling for an incident stands."""

    async def on_call(
        self, principal: Principal, service: str | None, team: str | None, at: Moment | None
    ) -> tuple[OnCallView, ...]:
        """Return who is on call for a service or a team, or for everything; raises `UnknownService`."""

    async def calling(self, principal: Principal, incident: str) -> Escalation | None:
        """Return whom the incident's people are called, None where nobody is."""
