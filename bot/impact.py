"""What is known beforehand of a simulated plan: how far it reaches, who could agree to it, and how the same went.

It reads from the store and, through the gate, from the systems. It is given nothing that can write or act.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Protocol

from memory.clock import Clock
from memory.errors import ConnectorError, NotFound
from memory.model.catalogue import Catalogue
from memory.model.decision import Allow, Deny, NeedsApproval
from memory.model.evidence import Evidence
from memory.model.impact import Impact
from memory.model.outcome_record import OutcomeRecord
from memory.model.people import Principal
from memory.model.plan import Call, Plan
from memory.model.run import Outcome, Run, RunStatus
from runbooks.impact.picture import svg
from runbooks.impact.radius import changed_by, radius, with_traffic
from runbooks.impact.wording import says as reach_in_words
from runbooks.outcomes.comparing import compared
from runbooks.outcomes.counting import procedure
from runbooks.outcomes.tracking import PastOutcomes, track_records
from runbooks.outcomes.wording import says as record_in_words
from runbooks.simulation import Approver, Outlook, PastRun, Simulation
from tools.assenting import Permission
from tools.capabilities.metrics import METRICS_SIGNAL
from tools.contract import CallContext, Signal
from tools.policy import Say

MOST_MEASURED = 12  # services whose traffic is asked for
MOST_PAST = 5
WITHIN_S = 3.0
WINDOW = "5m"
_ALERTS = "alertmanager"


class Runs(Protocol):
    """Where runs are looked up."""

    async def get(self, tenant: str, run_id: str) -> Run:
        """Return one; raises `NotFound`."""


class Facts(Protocol):
    """Where evidence is looked up."""

    async def of(self, tenant: str, correlation: str) -> tuple[Evidence, ...]:
        """Return what was seen in a turn."""


class Past(Protocol):
    """What of the store an outlook reads; as `memory.store.Store`."""

    @property
    def runs(self) -> Runs:
        """The runs there were."""

    @property
    def evidence(self) -> Facts:
        """What was seen."""

    @property
    def outcomes(self) -> PastOutcomes:
        """What became of runs."""


class Reading(Protocol):
    """What of the gate an outlook asks; as `tools.gate.Gate`."""

    async def read(self, call: Call, context: CallContext) -> Outcome | Deny:
        """Look, if policy lets this person look."""

    def permission(self, run: Run, person: str, say: Say) -> Permission:
        """Say whether this person may say yes to that run."""


class People(Protocol):
    """Who there is."""

    def people(self) -> tuple[Principal, ...]:
        """Return everybody."""


class Outlooks:
    """Looks ahead, as the person who asks."""

    def __init__(self, past: Past, gate: Reading, catalogue: Catalogue, people: People, clock: Clock) -> None:
        self._past = past
        self._gate = gate
        self._catalogue = catalogue
        self._people = people
        self._clock = clock

    async def of(self, simulation: Simulation, person: Principal) -> Outlook | None:
        """Return what is known beforehand of a simulated plan, None where there is no plan."""
        plan = simulation.plan
        if plan is None:
            return None
        impact = await self.impact(changed_by(plan), person)
        track = await track_records(self._past.outcomes, plan)
        return Outlook(
            impact=impact,
            reach=reach_in_words(impact),
            picture=svg(impact),
            approvers=self._approvers(simulation, plan),
            track=track,
            record=tuple(map(record_in_words, track)),
            past=await self._before(plan),
        )

    async def impact(self, services: tuple[str, ...], person: Principal) -> Impact:
        """Return how far a change of these services reaches, with the traffic where it can be measured."""
        impact = radius(self._catalogue, services)
        felt = [each.service for each in impact.felt()][:MOST_MEASURED]
        rates = await asyncio.gather(*(self._traffic(service, person) for service in felt))
        known = {service: rate for service, rate in zip(felt, rates, strict=True) if rate is not None}
        return with_traffic(impact, known)

    async def _traffic(self, service: str, person: Principal) -> float | None:
        found = self._catalogue.find(service)
        arguments: dict[str, str] = {"service": service, "signal": Signal.TRAFFIC.value, "window": WINDOW}
        if found is not None and found.environments:
            arguments["environment"] = found.environments[0]
        call = Call(tool=METRICS_SIGNAL.name, arguments=dict(arguments))
        context = CallContext(
            tenant=person.tenant,
            principal=person.id,
            correlation="simulation",
            key=f"simulation:traffic:{service}"[:120],
            now=self._clock.now(),
            deadline_s=WITHIN_S,
        )
        try:
            async with asyncio.timeout(WITHIN_S):
                seen = await self._gate.read(call, context)
        except (ConnectorError, TimeoutError):
            return None
        return None if isinstance(seen, Deny) or not seen.ok else seen.value

    def _approvers(self, simulation: Simulation, plan: Plan) -> tuple[Approver, ...]:
        """Return who could say yes to exactly this plan, its requester left out."""
        if not isinstance(simulation.decision, NeedsApproval):
            return ()
        run = self._imagined(simulation, plan, simulation.decision)
        found = []
        for person in self._people.people():
            if person.tenant != plan.tenant or person.id == plan.requester:
                continue
            permission = self._gate.permission(run, person.id, Say.APPROVE)
            if isinstance(permission.decision, Allow):
                found.append(Approver(person=person.id, name=person.name, assurance=permission.assurance))
        return tuple(found)

    def _imagined(self, simulation: Simulation, plan: Plan, decision: NeedsApproval) -> Run:
        """Return the run that submitting the plan would lead to; nobody keeps it."""
        now = self._clock.now()
        return Run(
            id="simulated",
            tenant=plan.tenant,
            plan=plan,
            plan_digest=simulation.plan_digest,
            correlation="simulation",
            status=RunStatus.WAITING,
            decision=decision,
            created_at=now,
            expires_at=now + timedelta(minutes=30),
        )

    async def _before(self, plan: Plan) -> tuple[PastRun, ...]:
        """Return the last times the same was done, those on the same services first."""
        known = await self._past.outcomes.of(plan.tenant, procedure(plan), limit=4 * MOST_PAST)
        same = set(changed_by(plan))
        nearest = sorted(known, key=lambda each: each.service not in same)  # stable: the newest stay first
        found = [await self._past_run(plan, each) for each in nearest[:MOST_PAST]]
        return tuple(each for each in found if each is not None)

    async def _past_run(self, plan: Plan, record: OutcomeRecord) -> PastRun | None:
        with suppress(NotFound):
            run = await self._past.runs.get(plan.tenant, record.run)
            seen = await self._past.evidence.of(plan.tenant, run.correlation)
            return PastRun(
                run=run.id,
                service=record.service,
                at=record.at,
                status=run.status,
                worked=record.worked,
                differs=differing(run.plan, plan),
                measured=compared(run),
                alerts=tuple(dict.fromkeys(each.summary for each in seen if each.source == _ALERTS)),
            )
        return None


def differing(then: Plan, now: Plan) -> tuple[str, ...]:
    """Return what this plan would have done otherwise than that one did, a line each."""
    calls = zip(then.steps, now.steps, strict=False)
    lines = [line for was, would in calls for line in _calls(was.call, would.call)]
    if len(then.steps) != len(now.steps):
        lines.append(f"{len(now.steps)} steps instead of {len(then.steps)}")
    return tuple(dict.fromkeys(lines))


def _calls(was: Call, would: Call) -> list[str]:
    if was.tool != would.tool:
        return [f"{would.tool} instead of {was.tool}"]
    names = dict.fromkeys([*was.arguments, *would.arguments])
    told: Mapping[str, tuple[object, object]] = {
        name: (was.arguments.get(name), would.arguments.get(name)) for name in names
    }
    return [f"{name} {after} instead of {before}" for name, (before, after) in told.items() if before != after]
