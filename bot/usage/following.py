"""What plans used: each step that was carried out, with its time and its price, once its run came to an end."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import structlog

from bot.usage.metering import UsageMeter, milliseconds
from memory.bus import Bus
from memory.errors import QuarterdeckError
from memory.ids import derived
from memory.model.record import Gap, Topic
from memory.model.run import Run, RunStatus, StepStatus
from memory.model.usage import UsageFact, UsageKind
from memory.store import Store

_FINAL: Final = tuple(status for status in RunStatus if status.final())
_ENDED: Final = frozenset(status.value for status in _FINAL)
_WORKED: Final = frozenset({StepStatus.DONE, StepStatus.VERIFIED, StepStatus.UNDONE})

_log = structlog.get_logger(__name__)


class RunsFollowed:
    """Meters the tools of plans."""

    def __init__(self, store: Store, meter: UsageMeter) -> None:
        self._store = store
        self._meter = meter

    async def keep(self, bus: Bus, tenant: str) -> None:
        """Meter what ended lately and was missed, then each run as it ends, until this is cancelled."""
        async with bus.subscribe(tenant, topics=(Topic.RUN,)) as events:
            await self._catch_up(tenant)
            async for event in events:
                if isinstance(event, Gap):
                    await self._catch_up(tenant)
                elif event.body.get("status") in _ENDED:
                    await self._look(tenant, str(event.body["run"]))

    async def _catch_up(self, tenant: str) -> None:
        try:
            lately = (await self._store.runs.page(tenant, statuses=_FINAL)).items
        except QuarterdeckError as error:
            _log.warning("usage.not_caught_up", code=error.code)
            return
        for run in lately:
            self.ended(run, counted=False)

    async def _look(self, tenant: str, run_id: str) -> None:
        try:
            run = await self._store.runs.get(tenant, run_id)
        except QuarterdeckError as error:  # it is caught up with at the next start
            _log.warning("usage.run_missed", code=error.code, run=run_id)
            return
        self.ended(run)

    def ended(self, run: Run, *, counted: bool = True) -> None:
        """Meter the steps of a run that ended."""
        for fact in used(run):
            self._meter.take(fact, counted=counted)


def used(run: Run) -> Iterable[UsageFact]:
    """Return what each step of a run used that was begun."""
    for record, step in zip(run.steps, run.plan.steps, strict=False):
        if record.started_at is None:
            continue
        ended = record.ended_at or run.ended_at or record.started_at
        yield UsageFact(
            id=derived("used", run.id, str(record.index)),
            tenant=run.tenant,
            at=record.started_at,
            kind=UsageKind.TOOL,
            person=run.plan.requester,
            correlation=run.correlation,
            purpose="plan",
            name=step.call.tool,
            ok=record.status in _WORKED,
            milliseconds=milliseconds((ended - record.started_at).total_seconds()),
            cost=Decimal(record.cents) / 100,
        )
