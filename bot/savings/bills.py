"""What the bills say that finders go by: charges by resource, traffic, buckets, compute on demand, and a month."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from agents.forecasting.outlook import outlook
from agents.forecasting.series import Series, series
from agents.savings.prices import DAYS_A_MONTH, cents
from agents.savings.readings import Bucket, Charge, Spend
from bot.savings.ports import Bills
from memory.model.cost import (
    CostField,
    CostFilter,
    CostLine,
    CostQuery,
    CostSeries,
    Dimension,
    Match,
)
from memory.model.saving import MonthlyCost

WINDOW: Final = 30  # days
HISTORY: Final = 400  # days
MOST: Final = 1000  # resources
ENOUGH: Final = 28  # days to forecast a month by
_OBJECTS: Final = re.compile(r"\bs3\b|simple storage|object|bucket|cloud storage|blob", re.IGNORECASE)
_COLD: Final = re.compile(r"infrequent|glacier|archive|cold|nearline|\bcool\b|\bIA\b", re.IGNORECASE)
_REQUESTS: Final = re.compile(r"request|operation|\bput\b|\bget\b|\blist\b", re.IGNORECASE)
_PARTS: Final = ("storage", "requests", "retrieval")
_READ: Final = re.compile(r"retriev|transfer|egress|download|\bout\b", re.IGNORECASE)


@dataclass(frozen=True)
class Billed:
    """What the bills say of one currency; `beside` are the months of the others.

    `until` is the day after the last that is known; None: there are no bills.
    """

    resources: tuple[Charge, ...] = ()
    traffic: tuple[Charge, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    compute: tuple[Spend, ...] = ()
    month: MonthlyCost | None = None
    beside: tuple[MonthlyCost, ...] = ()
    until: date | None = None


async def billed(bills: Bills, tenant: str, currency: str) -> Billed:
    """Return what finders go by, of one currency; raises `DependencyMissing`."""
    until = (await bills.freshness(tenant)).until
    if until is None:
        return Billed()
    end = _midnight(until)
    window = CostQuery(since=end - timedelta(WINDOW), until=end, top=MOST)
    resources = await bills.ask(
        tenant,
        _by(window, Dimension.RESOURCE, Dimension.DESCRIPTION, Dimension.UNIT).model_copy(
            update={"filters": (_there(Dimension.RESOURCE),)}
        ),
    )
    traffic = await bills.ask(tenant, _by(window, Dimension.SERVICE, Dimension.DESCRIPTION, Dimension.UNIT))
    stored = await bills.ask(
        tenant,
        _by(window, Dimension.RESOURCE, Dimension.SERVICE, Dimension.DESCRIPTION).model_copy(
            update={"filters": (_is(Dimension.CATEGORY, "Storage"), _there(Dimension.RESOURCE))}
        ),
    )
    history = CostQuery(since=end - timedelta(HISTORY), until=end)
    compute = await bills.daily(
        tenant,
        _by(history, Dimension.PROVIDER).model_copy(
            update={
                "filters": (
                    _is(Dimension.CATEGORY, "Compute"),
                    _is(Dimension.CHARGE, "Usage"),
                    _is(Dimension.PRICING, "Standard"),
                )
            }
        ),
    )
    every = await bills.daily(tenant, history)
    return Billed(
        resources=tuple(
            Charge(resource=each.keys[0], service="", description=each.keys[1], unit=each.keys[2], cost=each.cost)
            for each in _of(resources, currency)
        ),
        traffic=tuple(
            Charge(resource="", service=each.keys[0], description=each.keys[1], unit=each.keys[2], cost=each.cost)
            for each in _of(traffic, currency)
        ),
        buckets=_buckets(_of(stored, currency)),
        compute=tuple(
            Spend(name="compute", provider=each.keys[0], days=_days(each))
            for each in compute
            if each.currency == currency and each.keys[0]
        ),
        month=month([each for each in every if each.currency == currency]),
        beside=tuple(
            known for each in every if each.currency != currency and (known := month([each])) is not None
        ),
        until=end.date(),
    )


def month(found: Iterable[CostSeries]) -> MonthlyCost | None:
    """Return what the next whole month is expected to cost, or a month like the days that are known."""
    whole = next((each for each in found if each.days), None)
    if whole is None:
        return None
    known = known_days(whole)
    if len(known.costs) >= ENOUGH:
        expected = outlook(known).months[1]
        return MonthlyCost(
            currency=whole.currency,
            amount=cents(Decimal(repr(expected.expected))),
            basis=f"the forecast of {expected.month:%B %Y}, from bills until {known.last}",
        )
    total = sum((each.cost for each in whole.days), Decimal(0))
    return MonthlyCost(
        currency=whole.currency,
        amount=cents(total / len(whole.days) * DAYS_A_MONTH),
        basis=f"a month of the {len(whole.days)} days that are known, until {known.last}",
    )


def known_days(found: CostSeries) -> Series:
    """Return the days of a group as a series."""
    return series((each.day, each.cost) for each in found.days)


def _buckets(lines: Iterable[CostLine]) -> tuple[Bucket, ...]:
    sums: dict[tuple[str, str], dict[str, Decimal]] = {}
    for line in lines:
        resource, service, description = line.keys
        if not _OBJECTS.search(service) or _COLD.search(description):
            continue
        found = sums.setdefault((resource, service), dict.fromkeys(_PARTS, Decimal(0)))
        found[_part(description)] += line.cost
    return tuple(Bucket(name=name, service=service, **parts) for (name, service), parts in sorted(sums.items()))


def _part(description: str) -> str:
    if _REQUESTS.search(description):
        return "requests"
    return "retrieval" if _READ.search(description) else "storage"


def _days(found: CostSeries) -> tuple[Decimal, ...]:
    return tuple(each.cost for each in found.days)


def _of(lines: Iterable[CostLine], currency: str) -> list[CostLine]:
    return [each for each in lines if each.currency == currency and not each.rest]


def _by(query: CostQuery, *dimensions: Dimension) -> CostQuery:
    return query.model_copy(update={"by": tuple(CostField(dimension=each) for each in dimensions)})


def _is(dimension: Dimension, value: str) -> CostFilter:
    return CostFilter(field=CostField(dimension=dimension), values=(value,))


def _there(dimension: Dimension) -> CostFilter:
    return CostFilter(field=CostField(dimension=dimension), match=Match.THERE)


def _midnight(moment: datetime) -> datetime:
    """Return the midnight at or after a moment, in UTC."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day if day == moment else day + timedelta(1)
