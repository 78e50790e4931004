"""The track record of a plan, read from what became of the runs before it."""

from typing import Protocol

from memory.model.outcome_record import OutcomeRecord, Tally
from memory.model.plan import Plan
from memory.model.track import PastFailure, TrackRecord
from runbooks.outcomes.counting import procedure, services
from runbooks.outcomes.odds import odds

MOST_FAILURES = 3
MOST_SHOWN = 3  # services of one plan


class PastOutcomes(Protocol):
    """Where outcomes are kept; as `memory.store.outcomes.Outcomes`."""

    async def tallies(self, tenant: str) -> tuple[Tally, ...]:
        """Return the counts of every procedure and service."""

    async def of(
        self,
        tenant: str,
        procedure: str,
        *,
        service: str | None = None,
        worked: bool | None = None,
        limit: int = 20,
    ) -> tuple[OutcomeRecord, ...]:
        """Return what became of a procedure, the newest first."""


async def track_records(past: PastOutcomes, plan: Plan) -> tuple[TrackRecord, ...]:
    """Return how the plan's procedure went on each of its services; one that was never tried says so."""
    everywhere = await past.tallies(plan.tenant)
    name = procedure(plan)
    return tuple(
        [await _record(past, plan.tenant, name, service, everywhere) for service in services(plan)[:MOST_SHOWN]]
    )


async def _record(
    past: PastOutcomes, tenant: str, name: str, service: str, everywhere: tuple[Tally, ...]
) -> TrackRecord:
    blank = Tally(procedure=name, service=service)
    here = next((each for each in everywhere if (each.procedure, each.service) == (name, service)), blank)
    newest = await past.of(tenant, name, service=service, limit=1)
    failed = await past.of(tenant, name, service=service, worked=False, limit=MOST_FAILURES)
    return TrackRecord(
        procedure=name,
        service=service,
        worked=here.worked,
        tried=here.tried,
        last_at=newest[0].at if newest else None,
        failures=tuple(PastFailure(run=each.run, at=each.at, tool=each.tool, why=each.why) for each in failed),
        odds=odds(here, everywhere),
    )
