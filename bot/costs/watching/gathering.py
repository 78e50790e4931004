"""The days of groups of costs, up to the last day whose bills are whole."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from agents.forecasting.series import Series, Step, series
from bot.costs.service import Costs
from memory.clock import Clock
from memory.model.cost import CostField, CostFilter, CostQuery, CostSeries, Dimension, Grain
from memory.model.watching import CostGroup

BACK: Final = timedelta(days=760)  # two years and a month, for what comes once a year
MOST_GROUPS: Final = 40  # of a dimension: those that cost most
WATCHED: Final = (Dimension.SERVICE, Dimension.ACCOUNT, Dimension.REGION)
TEAM: Final = "team"  # the tag that says whose a charge is


def fields(team: str = TEAM) -> tuple[CostField, ...]:
    """Return what costs are watched by."""
    return (*(CostField(dimension=each) for each in WATCHED), CostField(tag=team))


class Gathering:
    """The days of one house's bills."""

    def __init__(self, costs: Costs, clock: Clock) -> None:
        self._costs = costs
        self._clock = clock

    async def last_day(self, tenant: str) -> date | None:
        """Return the last day that is over and that bills reach the end of; None without bills."""
        until = (await self._costs.freshness(tenant)).until
        if until is None:
            return None
        return min(until, self._clock.now()).astimezone(UTC).date() - timedelta(1)

    async def everything(
        self, tenant: str, day: date, filters: Sequence[CostFilter] = ()
    ) -> tuple[CostSeries, ...]:
        """Return the days of everything the filters let through, by currency."""
        return await self._costs.daily(tenant, _query(day, (), filters))

    async def groups(self, tenant: str, day: date, field: CostField) -> tuple[tuple[CostGroup, CostSeries], ...]:
        """Return the days of each group of a dimension, those that cost most."""
        found = await self._costs.daily(tenant, _query(day, (field,), ()))
        return tuple(
            (CostGroup(currency=each.currency, dimension=field.label(), key=each.keys[0]), each) for each in found
        )


def _query(day: date, by: tuple[CostField, ...], filters: Sequence[CostFilter]) -> CostQuery:
    end = moment(day + timedelta(1))
    return CostQuery(
        since=end - BACK,
        until=end,
        by=by,
        grain=Grain.DAY,
        filters=tuple(filters),
        top=MOST_GROUPS if by else None,
    )


def moment(day: date) -> datetime:
    """Return the beginning of a day in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def known(days: CostSeries) -> Series:
    """Return billed days as a series to forecast, never taken for one of months."""
    found = series((each.day, each.cost) for each in days.days)
    return found if found.step is Step.DAY else Series(found.first, found.costs[:1])
