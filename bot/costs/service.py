"""Questions to the bills of a tenant. Bills come in through `bot.costs.refreshing`; nothing here changes any."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from memory.clock import Clock
from memory.costs.mart import Freshness, Mart
from memory.model.cost import (
    Change,
    CostField,
    CostFile,
    CostLine,
    CostQuery,
    CostSeries,
    DailyCost,
    Grain,
)
from memory.model.value import Moment

EVER: Final = timedelta(days=800)


class Costs:
    """What was billed to each tenant. Every call raises `DependencyMissing` without DuckDB."""

    def __init__(self, mart: Mart, clock: Clock) -> None:
        self._mart = mart
        self._clock = clock

    async def ask(self, tenant: str, query: CostQuery) -> tuple[CostLine, ...]:
        """Answer a question. No bill, or none of that time, gives no line."""
        return await self._mart.ask(tenant, query)

    async def daily(self, tenant: str, query: CostQuery) -> tuple[CostSeries, ...]:
        """Return the days of each group of a question, one series by currency and keys; its grain is a day.

        `query.top` counts by currency; the rest is not told. See `CostSeries` for days without a charge.
        """
        asked = query.model_copy(update={"grain": Grain.DAY})
        lines = await self._mart.ask(tenant, asked)
        everything = asked.model_copy(update={"by": (), "filters": (), "top": None, "hours": ()})
        whole = lines if everything == asked else await self._mart.ask(tenant, everything)
        return _series(lines, whole)

    async def changed(self, tenant: str, query: CostQuery, before: tuple[Moment, Moment]) -> tuple[Change, ...]:
        """Return what made the difference between a window before and the query's, largest first."""
        return await self._mart.changed(tenant, query, before)

    async def freshness(self, tenant: str) -> Freshness:
        """Return until when charges are known, when that was learnt, and whether it is over six hours ago."""
        return await self._mart.fresh(tenant)

    async def files(self, tenant: str) -> tuple[CostFile, ...]:
        """Return the files that count, by source and name, with what each held and what was set aside."""
        return await self._mart.files(tenant)

    async def values(self, tenant: str, field: CostField, since: Moment | None = None) -> tuple[str, ...]:
        """Return the values a field has had since then, those that cost most first."""
        return await self._mart.values(tenant, field, since or self._clock.now() - EVER)

    async def named(
        self, tenant: str, fields: Sequence[CostField]
    ) -> tuple[dict[CostField, tuple[str, ...]], tuple[str, ...]]:
        """Return every value of each field and of each tag, and the keys of tags, those that cost most first."""
        return await self._mart.named(tenant, fields)

    async def tag_keys(self, tenant: str, since: Moment | None = None) -> tuple[str, ...]:
        """Return the keys of tags that charges have had since then, the most used first."""
        return await self._mart.tag_keys(tenant, since or self._clock.now() - EVER)


def _series(lines: Sequence[CostLine], whole: Sequence[CostLine]) -> tuple[CostSeries, ...]:
    billed: dict[str, list[date]] = {}
    for line in whole:
        if line.at is not None:
            billed.setdefault(line.currency, []).append(line.at.date())
    groups: dict[tuple[str, tuple[str, ...]], dict[date, Decimal]] = {}
    for line in lines:
        if line.at is not None and not line.rest:
            groups.setdefault((line.currency, line.keys), {})[line.at.date()] = line.cost
    return tuple(
        CostSeries(
            currency=currency,
            keys=keys,
            days=tuple(
                DailyCost(day=day, cost=costs.get(day, Decimal(0))) for day in sorted(set(billed[currency]))
            ),
        )
        for (currency, keys), costs in groups.items()
    )
