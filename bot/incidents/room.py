"""What people may do with incidents: policy is asked of each thing by the name of its tool, then it is done.

It serves `bot.surfaces.incidents.IncidentDesk`. What policy would only allow with approvals is a no here: in
words, the same wish becomes a plan that asks for them.
"""

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.audit.access import reader
from bot.incidents.graph import causal_graph
from bot.incidents.picture import drawn
from bot.incidents.projecting import Projection
from bot.incidents.service import Incidents
from bot.surfaces.incidents import (
    Act,
    CausalGraph,
    Declaration,
    Summarising,
    Summary,
    SummaryKind,
    Window,
)
from memory.canonical import digest
from memory.clock import Clock
from memory.errors import NotFound, PolicyDenied
from memory.model.decision import Allow, Deny
from memory.model.incident import Duty, Incident, IncidentStatus, TimelineEntry
from memory.model.people import Principal
from memory.model.plan import Call
from memory.model.value import Digest, Identifier, Moment
from memory.page import Page
from tools.capabilities import incidents as tools
from tools.contract import Capability
from tools.in_force import PolicyInForce
from tools.policy import Question, decide

Refresh = Callable[[str], Awaitable[object]]


class IncidentRoom:
    """Serves every surface."""

    def __init__(
        self,
        incidents: Incidents,
        policy: PolicyInForce,
        clock: Clock,
        projection: Projection | None = None,
        summaries: Summarising | None = None,
    ) -> None:
        self._incidents = incidents
        self._policy = policy
        self._clock = clock
        self._projection = projection
        self._summaries = summaries

    async def incidents(
        self, principal: Principal, statuses: tuple[IncidentStatus, ...], cursor: str | None, limit: int
    ) -> Page[Incident]:
        """Return the tenant's, the newest first."""
        tenant = self._reads(principal, tools.INCIDENT_LIST)
        return await self._incidents.page(tenant, statuses, cursor, limit)

    async def incident(self, principal: Principal, which: str) -> Incident:
        """Return one."""
        return await self._incidents.named(self._reads(principal, tools.INCIDENT_SHOW), which)

    async def of_thread(self, principal: Principal, thread: str) -> Incident | None:
        """Return the incident that a conversation belongs to."""
        return await self._incidents.of_thread(self._reads(principal, tools.INCIDENT_SHOW), thread)

    async def declare(
        self, principal: Principal, wanted: Declaration, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Declare one."""
        return await self._incidents.declare(self._act(principal, tools.INCIDENT_DECLARE, key, source), wanted)

    async def acknowledge(
        self, principal: Principal, which: str, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Say that somebody is on it."""
        act = self._act(principal, tools.INCIDENT_ACKNOWLEDGE, key, source)
        return await self._incidents.acknowledge(act, await self._id(act, which))

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
        """Take it to mitigated, resolved, or open again."""
        act = self._act(principal, _OF_STATUS.get(status, tools.INCIDENT_RESOLVE), key, source)
        return await self._incidents.set_status(act, await self._id(act, which), status, reason)

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
        """Say how bad it is."""
        act = self._act(principal, tools.INCIDENT_SEVERITY, key, source)
        return await self._incidents.set_severity(act, await self._id(act, which), severity, reason)

    async def retitle(
        self, principal: Principal, which: str, title: str, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Call it otherwise."""
        act = self._act(principal, tools.INCIDENT_TITLE, key, source)
        return await self._incidents.retitle(act, await self._id(act, which), title)

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
        """Give a duty to a person, or take it away."""
        act = self._act(principal, tools.INCIDENT_ASSIGN if person else tools.INCIDENT_RELEASE, key, source)
        return await self._incidents.assign(act, await self._id(act, which), duty, person)

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
        """Write down what matters."""
        act = self._act(principal, tools.INCIDENT_NOTE, key, source).model_copy(update={"at": at})
        return await self._incidents.note(act, await self._id(act, which), text, evidence, trusted=trusted)

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
        """Say how it really was."""
        act = self._act(principal, tools.INCIDENT_CORRECT, key, source)
        return await self._incidents.correct(act, await self._id(act, which), entry, text)

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
        """Mark an entry, or take the mark away."""
        act = self._act(principal, tools.INCIDENT_NOTE, key, source)
        return await self._incidents.pin(act, await self._id(act, which), entry, pinned=pinned)

    async def join(
        self, principal: Principal, which: str, thread: str, *, key: str | None = None, source: str = "person"
    ) -> Incident:
        """Tie a conversation to it."""
        act = self._act(principal, tools.INCIDENT_NOTE, key, source)
        return await self._incidents.join(act, await self._id(act, which), thread)

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
        """Say that it was part of another one all along."""
        act = self._act(principal, tools.INCIDENT_MERGE, key, source)
        return await self._incidents.merge(act, await self._id(act, which), await self._id(act, into), reason)

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
        """Make a part of it an incident of its own."""
        act = self._act(principal, tools.INCIDENT_DECLARE, key, source)
        return await self._incidents.split(act, await self._id(act, which), wanted, entries)

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
        act = self._act(principal, tools.INCIDENT_REOPEN, key, source)
        return await self._incidents.reopen(act, await self._id(act, which), reason)

    async def timeline(
        self, principal: Principal, which: str | None, window: Window, cursor: str | None, limit: int
    ) -> Page[TimelineEntry]:
        """Return what happened, in order."""
        tenant, incident = await self._looked(principal, which)
        return await self._incidents.timeline(tenant, incident, window, cursor, limit)

    async def documents(self, principal: Principal, which: str | None, window: Window) -> AsyncIterator[str]:
        """Give the whole window, in order, as it is kept."""
        tenant, incident = await self._looked(principal, which)
        async for some in self._incidents.documents(tenant, incident, window):
            yield ",".join(each.document for each in some)

    async def mark(self, principal: Principal, which: str | None, window: Window) -> Digest:
        """Return what changes whenever the answer for this window does."""
        tenant, incident = await self._looked(principal, which)
        found = await self._incidents.mark(tenant, incident, window)
        return digest([tenant, incident or "", window.model_dump(mode="json"), found])

    async def graph(self, principal: Principal, which: str) -> CausalGraph:
        """Return what led to what."""
        tenant, incident = await self._looked(principal, which)
        return causal_graph(str(incident), await self._incidents.entries(tenant, str(incident)))

    async def picture(self, principal: Principal, which: str) -> str:
        """Return the graph as SVG."""
        return drawn(await self.graph(principal, which))

    async def summary(
        self, principal: Principal, which: str, kind: SummaryKind, *, since: Moment | None = None
    ) -> Summary:
        """Return what there is to say."""
        if self._summaries is None:
            raise NotFound("expected a house that summarises incidents, found one that does not")
        tenant, name = await self._looked(principal, which)
        incident = await self._incidents.get(tenant, str(name))
        entries = await self._incidents.entries(tenant, incident.id)
        return await self._summaries.summarise(incident, entries, kind, since=since)

    async def catch_up(self, principal: Principal, which: str, *, since: Moment | None = None) -> Summary:
        """Return what whoever asks missed."""
        if since is None:
            found = await self.incident(principal, which)
            since = await self._incidents.last_by(found.tenant, found.id, principal.id)
        return await self.summary(principal, which, SummaryKind.CATCH_UP, since=since)

    async def _looked(self, principal: Principal, which: str | None) -> tuple[str, str | None]:
        """Return the tenant and the incident's id, once what happened so far stands in the timeline."""
        tenant = self._reads(principal, tools.INCIDENT_TIMELINE)
        if self._projection is not None:
            await self._projection.catch_up(tenant)
        return tenant, (await self._incidents.named(tenant, which)).id if which is not None else None

    async def _id(self, act: Act, which: str) -> str:
        return (await self._incidents.named(act.tenant, which)).id

    def _reads(self, principal: Principal, tool: Capability) -> str:
        self._require(principal, tool)
        return reader(principal)

    def _act(self, principal: Principal, tool: Capability, key: str | None, source: str) -> Act:
        self._require(principal, tool)
        own = f"{principal.id}/{key}"[:120] if key else None  # nobody uses up the key of somebody else
        return Act(tenant=principal.tenant, by=principal.id, source=source, key=own)

    def _require(self, principal: Principal, tool: Capability) -> None:
        policy = self._policy.now()
        if principal.tenant != policy.facts.tenant:
            raise PolicyDenied("expected somebody of this tenant, found somebody of another one")
        question = Question(principal=principal.id, call=Call(tool=tool.name), at=self._clock.now())
        decision = decide(policy, question)
        if isinstance(decision, Allow):
            return
        if isinstance(decision, Deny):
            raise PolicyDenied(decision.reason, hint=decision.needed)
        raise PolicyDenied(
            "expected what policy lets a person do alone, found what needs approvals",
            hint="Ask for it in words: that makes a plan which waits for them.",
        )


_OF_STATUS = {IncidentStatus.OPEN: tools.INCIDENT_REOPEN, IncidentStatus.MITIGATED: tools.INCIDENT_MITIGATE}
