"""What one request costs, or one of whatever the bills count: money from the bills over a count, time by time."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final, Protocol

from agents.costs import telling
from agents.costs.answer import BillsKnown, CostAnswer
from agents.costs.calendar import moved
from agents.costs.plan import CostPlan
from agents.costs.unit_costs import priced
from bot.costs.service import Costs
from memory.model.cost import CostField, CostLine, Dimension, Measure

MOST_TIMES: Final = 100  # days, weeks or months whose requests are counted one by one
_UNIT: Final = CostField(dimension=Dimension.UNIT)


class Requests(Protocol):
    """Counts the requests a service answered."""

    async def counted(self, service: str, since: datetime, until: datetime) -> float | None:
        """Return how many, None where nothing counted them; raises `ConnectorError`."""


class UnitCosts:
    """Divides costs by counts."""

    def __init__(self, costs: Costs, requests: Requests | None, subjects: Sequence[str]) -> None:
        self._costs = costs
        self._requests = requests
        self._subjects = subjects

    async def told(self, tenant: str, plan: CostPlan, lines: Sequence[CostLine], bills: BillsKnown) -> CostAnswer:
        """Return what one costs; that a service is not in the bills, or that nobody counts, is told."""
        if plan.unit == "request":
            return await self._per_request(plan, lines, bills)
        consumed = any(each.field == _UNIT for each in plan.query.filters)
        measure = Measure.CONSUMED if consumed else Measure.PRICED
        counts = await self._costs.ask(tenant, plan.query.model_copy(update={"measure": measure}))
        return priced(plan, lines, counts, bills)

    async def _per_request(self, plan: CostPlan, lines: Sequence[CostLine], bills: BillsKnown) -> CostAnswer:
        billed = next(
            (
                value.lower()
                for each in plan.query.filters
                for value in each.values
                if value.lower() in self._subjects
            ),
            "",
        )
        service = billed or plan.subject
        if not service:
            why = "Requests are counted by service: say of which, as in: cost per request of checkout."
            return telling.absent(plan, why, bills)
        if not billed and not plan.query.filters:
            why = (
                f"No charge carries the name {service}, as a tag, a resource or otherwise: its cost is not known."
            )
            return telling.absent(plan, why, bills)
        counts = await self._counted(plan, service, lines)
        if counts:
            return priced(plan, lines, counts, bills)
        why = (
            "nothing counts requests here"
            if self._requests is None
            else f"no requests of {service} were counted in that time"
        )
        return telling.absent(plan, f"There is no cost per request of {service}: {why}.", bills)

    async def _counted(self, plan: CostPlan, service: str, lines: Sequence[CostLine]) -> tuple[CostLine, ...]:
        """Return the requests of the time of each line; of a group, those of the whole service."""
        if self._requests is None:
            return ()
        counts: dict[datetime | None, Decimal] = {}
        for at in list(dict.fromkeys(line.at for line in lines))[:MOST_TIMES]:
            since, until = plan.query.since, plan.query.until
            if at is not None and plan.query.grain is not None:
                since, until = max(since, at), min(until, moved(plan.query.grain.value, at, 1))
            if found := await self._requests.counted(service, since, until):
                counts[at] = Decimal(str(found))
        return tuple(line.model_copy(update={"cost": counts[line.at]}) for line in lines if line.at in counts)
