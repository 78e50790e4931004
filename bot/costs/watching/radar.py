"""Findings of one night: what stands out in any group, merged, explained by the bill and by what happened."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from agents.radar.expected import silenced
from agents.radar.findings import Worth, explained, found
from agents.radar.merging import merged
from bot.costs.service import Costs
from bot.costs.watching.gathering import Gathering, fields, moment
from memory.model.cost import CostField, CostFilter, CostQuery, CostSeries, Dimension, Match
from memory.model.incident import Happening, TimelineWindow
from memory.model.watching import CostFinding, CostGroup, Expectation, LikelyDriver, Related
from memory.store import Store

RECENT: Final = timedelta(days=14)  # how long a finding that is over is looked at again
_AROUND: Final = (timedelta(days=2), timedelta(days=1))  # before and after its first day
_CAUSES: Final = (Happening.DEPLOY, Happening.FLAG, Happening.EFFECT, Happening.STATUS, Happening.SEVERITY)
_ONSET: Final = timedelta(days=3)  # that the beginning of one finding may move, as more becomes known


class Radar:
    """Looks at the bills of a tenant."""

    def __init__(self, costs: Costs, gathering: Gathering, store: Store, team: str, worth: Worth) -> None:
        self._costs = costs
        self._gathering = gathering
        self._store = store
        self._team = team
        self._worth = worth

    async def look(self, tenant: str, day: date) -> tuple[CostFinding, ...]:
        """Keep what stands out by the end of a day, and return what is new and nobody expects."""
        before = await self._store.cost_watch.of(tenant, CostFinding, day - 4 * RECENT)
        expected = await self._store.cost_watch.of(tenant, Expectation)
        least = _least(await self._gathering.everything(tenant, day), self._worth)
        seen: list[CostFinding] = []
        for field in fields(self._team):
            groups = await self._gathering.groups(tenant, day, field)
            seen += await asyncio.to_thread(_found, tenant, groups, day - RECENT, least)
        new = []
        now = {each.id: each for each in (_as_known(each, before) for each in merged(seen))}
        for each in now.values():
            told = silenced(await self._explain(tenant, each), expected)
            await self._store.cost_watch.put(told)
            if told.silenced is None and all(other.id != told.id for other in before):
                new.append(told)
        for each in before:
            if each.open and each.id not in now:
                await self._store.cost_watch.put(each.model_copy(update={"open": False}))
        return tuple(new)

    async def _explain(self, tenant: str, finding: CostFinding) -> CostFinding:
        start, end = moment(finding.since), moment(finding.until + timedelta(1))
        filters, by = _only(finding.group), _inside(finding.group)
        query = CostQuery(since=start, until=end, by=(by,), filters=filters)
        changes = await self._costs.changed(tenant, query, (start - (end - start), start))
        drivers = [
            LikelyDriver(key=each.key[:500], driver=each.driver, amount=each.amount)
            for each in changes
            if each.currency == finding.group.currency
        ]
        return explained(finding, drivers, await self._around(tenant, finding))

    async def _around(self, tenant: str, finding: CostFinding) -> list[Related]:
        before, after = _AROUND
        start = moment(finding.since)
        window = TimelineWindow(since=start - before, until=start + after, kinds=_CAUSES, newest_first=True)
        page = await self._store.timeline.page(tenant, None, window, limit=20)
        named = sorted(page.items, key=lambda each: not _names(each.text, each.services, finding.group))
        return [Related(entry=each.id, at=each.at, words=each.text[:500]) for each in named]


def _found(
    tenant: str, groups: Sequence[tuple[CostGroup, CostSeries]], since: date, least: dict[str, Decimal]
) -> list[CostFinding]:
    return [
        each
        for group, days in groups
        for each in found(tenant, group, days, since=since, least=least.get(group.currency, Decimal(1)))
    ]


def _least(everything: Sequence[CostSeries], worth: Worth) -> dict[str, Decimal]:
    """Return by currency what a finding has to come to a day."""
    return {
        each.currency: worth.least(
            sum((day.cost for day in each.days[-28:]), Decimal(0)) / max(len(each.days[-28:]), 1)
        )
        for each in everything
    }


def _as_known(finding: CostFinding, before: Sequence[CostFinding]) -> CostFinding:
    """Return the finding under the id it has already, where it is one of before whose beginning moved."""
    for each in before:
        alike = each.group == finding.group or each.group in finding.also or finding.group in each.also
        if alike and each.up == finding.up and abs(each.since - finding.since) <= _ONSET:
            return finding.model_copy(update={"id": each.id})
    return finding


def _only(group: CostGroup) -> tuple[CostFilter, ...]:
    tag = group.dimension.removeprefix("tag ")
    field = CostField(tag=tag) if tag != group.dimension else CostField(dimension=Dimension(group.dimension))
    if not group.key:
        return (CostFilter(field=field, match=Match.MISSING),)
    return (CostFilter(field=field, values=(group.key,)),)


def _inside(group: CostGroup) -> CostField:
    """Return what a group is looked into by: a service by its resources, all else by service."""
    return CostField(dimension=Dimension.RESOURCE if group.dimension == Dimension.SERVICE else Dimension.SERVICE)


def _names(text: str, services: Sequence[str], group: CostGroup) -> bool:
    words = text.casefold()
    return bool(group.key) and (group.key.casefold() in words or group.key in services)
