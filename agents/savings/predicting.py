"""Fewer replicas where the load to come needs fewer: a lower number for good, and following the load beyond it.

What a replica can carry is taken from what one did carry: in the busiest hour, scaled to 70 % of the CPU it
requests where that is known, and not at all beyond it otherwise.
"""

import math
from decimal import Decimal
from typing import Final

from agents.savings.hours import WEEK
from agents.savings.load import LEVEL, LoadForecast, forecast
from agents.savings.making import WORTH, Terms, band, saving_id
from agents.savings.prices import exact
from agents.savings.readings import Workload
from agents.savings.workloads import OFF_THE_BILL, replica_cost
from memory.model.plan import Call
from memory.model.saving import Factor, Risk, Saving, SavingKind
from tools.capabilities.services import SERVICE_SCALE

FULL: Final = 0.7  # of the CPU that is requested
MOST_MORE: Final = 4.0  # times what a replica ever carried: nobody knows it beyond
LEAST: Final = {True: 2, False: 1}  # replicas, by whether it is production


def predict(workload: Workload, terms: Terms) -> tuple[Saving, ...]:
    """Return what fewer replicas would save: for good, and hour by hour. Nothing where the load is not known."""
    found = forecast(workload.first, workload.load)
    carries = capacity(workload)
    each = replica_cost(workload, terms.prices)
    if found is None or carries is None or not each or workload.replicas < 1:
        return ()
    least = min(workload.replicas, LEAST[workload.production])
    surely = _needed(found.most, carries, least)
    peak = min(workload.replicas, max(surely))
    maker = _Maker(workload, terms, found, carries, each)
    savings = (maker.fewer(peak, least), maker.following(peak, [min(peak, need) for need in surely], least))
    return tuple(saving for saving in savings if saving is not None)


def capacity(workload: Workload) -> float | None:
    """Return the requests a second that a replica carries, None where nobody asked for anything."""
    loads = [(value, number) for number, value in enumerate(workload.load) if value]
    if not loads or not workload.replicas:
        return None
    busiest, number = max(loads)
    carried = busiest / workload.replicas
    cpu = workload.cpu[number] if number < len(workload.cpu) else None
    if not cpu or not workload.cpu_request:
        return carried
    return carried * min(MOST_MORE, max(1.0, FULL * workload.cpu_request / cpu))


def _needed(load: tuple[float, ...], carries: float, least: int) -> list[int]:
    return [max(least, math.ceil(round(each / carries, 9))) for each in load]


class _Maker:
    """Makes savings of one workload and its forecast."""

    def __init__(
        self, workload: Workload, terms: Terms, found: LoadForecast, carries: float, each: Decimal
    ) -> None:
        self._workload = workload
        self._terms = terms
        self._found = found
        self._carries = carries
        self._each = each

    def fewer(self, peak: int, least: int) -> Saving | None:
        """Return what running as many as the highest hour needs would save."""
        has = self._workload.replicas
        ever = min(has, max(_needed((self._found.highest,), self._carries, least)[0], peak))
        likely = min(peak, max(_needed(self._found.expected, self._carries, least)))
        saved = self._each * (has - peak)
        if saved < WORTH:
            return None
        scale = {"service": self._workload.service, "environment": self._workload.environment, "replicas": peak}
        return self._saving(
            "fewer",
            f"Run {peak} replicas of {self._workload.name} instead of {has}",
            Factor.COUNT,
            self._each * has,
            (self._each * (has - ever), saved, self._each * (has - likely)),
            calls=(Call(tool=SERVICE_SCALE.name, arguments=dict(scale)),),
        )

    def following(self, peak: int, needed: list[int], least: int) -> Saving | None:
        """Return what having in each hour only the share of the highest that it needs would save."""
        whole = self._each * self._workload.replicas
        expected = whole * (1 - exact(sum(needed) / WEEK) / peak)
        if expected < WORTH:
            return None
        # An hour late on the way up and down: each hour as many as it and both its neighbours need.
        around = [max(needed[hour - 1], needed[hour], needed[(hour + 1) % WEEK]) for hour in range(WEEK)]
        likely = [min(peak, each) for each in _needed(self._found.expected, self._carries, least)]
        low = whole * (1 - exact(sum(around) / WEEK) / peak)
        high = whole * (1 - exact(sum(likely) / WEEK) / peak)
        return self._saving(
            "following",
            f"Let {self._workload.name} follow its load, between {min(needed)} and {peak} replicas",
            Factor.HOURS,
            whole,
            (low, expected, high),
            advice=f"Give it a HorizontalPodAutoscaler between {min(needed)} and {peak} replicas, or a cron "
            "trigger by these hours: no tool here does things at a time of day.",
        )

    def _saving(  # noqa: PLR0917 - the parts of one saving
        self,
        way: str,
        title: str,
        factor: Factor,
        cost: Decimal,
        money: tuple[Decimal, Decimal, Decimal],
        calls: tuple[Call, ...] = (),
        advice: str = "",
    ) -> Saving:
        workload, terms = self._workload, self._terms
        id_ = saving_id(SavingKind.PREDICT, way, workload.service, workload.environment)
        summary = (
            f"the load to come is at most {max(self._found.most):.2f} requests a second, {LEVEL:.0%} of the time "
            f"(tried on {self._found.tried} hours); a replica carries {self._carries:.2f}"
        )
        return Saving(
            id=id_,
            kind=SavingKind.PREDICT,
            title=title,
            target=workload.name,
            service=workload.service,
            environment=workload.environment,
            currency=terms.prices.currency,
            pool=terms.pool(workload.environment, workload.service),
            factor=factor,
            cost=cost,
            monthly=band(
                *money, f"the highest load ever or an hour's delay; at most, {LEVEL:.0%} of the time; as expected"
            ),
            risk=Risk.HIGH if workload.production and not workload.cpu else Risk.MEDIUM,
            risks=(
                "a load that was never seen before finds fewer replicas",
                "one replica that fails is a larger part of all",
                OFF_THE_BILL,
            ),
            evidence=(
                terms.seen(
                    id_,
                    "prometheus",
                    f"traffic of {workload.name} by hour",
                    summary,
                    max(self._found.most),
                ),
            ),
            calls=calls,
            advice=advice,
        )
