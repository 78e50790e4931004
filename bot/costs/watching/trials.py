"""What was forecast each night, kept until the month is over, and how good each voice and the bounds were."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from statistics import fmean
from typing import Final

from agents.forecasting.months import Outlook
from agents.forecasting.outlook import outlook
from agents.forecasting.series import month_end
from bot.costs.watching.gathering import Gathering, known
from memory.ids import derived
from memory.model.cost import CostField, CostSeries, Dimension
from memory.model.watching import CostGroup, ForecastTrial, TrialSummary
from memory.store import Store

OURS: Final = "Quarterdeck"
KEPT: Final = timedelta(days=400)
SERVICES: Final = 3  # that are forecast each night beside everything: those that cost most
_FEWEST: Final = 28  # days


class Trials:
    """Forecasts one house's bills, and remembers what it said."""

    def __init__(self, gathering: Gathering, store: Store) -> None:
        self._gathering = gathering
        self._store = store

    async def run(self, tenant: str, day: date) -> None:
        """Forecast everything and the largest services at the end of a day; fill in what came of months gone."""
        groups = [
            (CostGroup(currency=each.currency), each) for each in await self._gathering.everything(tenant, day)
        ]
        services = await self._gathering.groups(tenant, day, CostField(dimension=Dimension.SERVICE))
        for group, days in [*groups, *services[:SERVICES]]:
            if len(days.days) >= _FEWEST and days.days[-1].day == day:
                found = await asyncio.to_thread(outlook, known(days))
                await self._store.cost_watch.put(_trial(tenant, group, found))
        waiting = await self._store.cost_watch.of(tenant, ForecastTrial, day - KEPT)
        told = dict([*groups, *services])
        for trial in waiting:
            if trial.truth is None and month_end(trial.month) <= day and trial.group in told:
                truth = _came(told[trial.group], trial.month)
                await self._store.cost_watch.put(trial.model_copy(update={"truth": truth}))

    async def summaries(self, tenant: str, day: date) -> tuple[TrialSummary, ...]:
        """Return how good what was said turned out to be, by group."""
        found = await self._store.cost_watch.of(tenant, ForecastTrial, day - KEPT)
        groups = dict.fromkeys(each.group for each in found)
        return tuple(summary(group, [each for each in found if each.group == group]) for group in groups)


def summary(group: CostGroup, trials: Sequence[ForecastTrial]) -> TrialSummary:
    """Return how good forecasts of one group were; those of months that are not over count for nothing."""
    over = [(trial, trial.truth) for trial in trials if trial.truth]
    names = dict.fromkeys(name for trial, _ in over for name in (OURS, *trial.said))
    errors = {
        name: 100 * fmean(abs(said - truth) / abs(truth) for said, truth in _said(over, name)) for name in names
    }
    levels = dict.fromkeys(level for trial, _ in over for level in trial.bounds)
    held = {
        level: 100
        * fmean(
            trial.bounds[level][0] <= truth <= trial.bounds[level][1]
            for trial, truth in over
            if level in trial.bounds
        )
        for level in levels
    }
    return TrialSummary(
        group=group,
        months=len({trial.month for trial, _ in over}),
        errors=errors,
        best=min(errors, key=lambda name: errors[name], default=""),
        held=held,
    )


def _said(over: Sequence[tuple[ForecastTrial, float]], name: str) -> list[tuple[float, float]]:
    return [
        (trial.expected if name == OURS else trial.said[name], truth)
        for trial, truth in over
        if name == OURS or name in trial.said
    ]


def _trial(tenant: str, group: CostGroup, found: Outlook) -> ForecastTrial:
    this = found.months[0]
    return ForecastTrial(
        tenant=tenant,
        id=derived("trial", group.currency, group.dimension, group.key, found.as_of.isoformat()),
        group=group,
        as_of=found.as_of,
        month=this.month,
        expected=this.expected,
        said={**found.said, "run-rate": found.run_rate},
        bounds={f"{each.level:.0%}": (each.low, each.high) for each in this.intervals},
    )


def _came(days: CostSeries, month: date) -> float:
    return float(
        sum(each.cost for each in days.days if (each.day.year, each.day.month) == (month.year, month.month))
    )
