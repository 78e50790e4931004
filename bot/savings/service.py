"""Finds savings, ranks them, plays them through, notes what was taken up and measures what it brought.

It looks and thinks; nothing here acts, and nothing here submits anything.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from agents.forecasting.series import Series, series
from agents.savings import measuring, ranking
from agents.savings.commitments import commitment
from agents.savings.egress import egress
from agents.savings.hours import Office
from agents.savings.idle import idle
from agents.savings.making import Terms
from agents.savings.orphaned import charged, volume
from agents.savings.predicting import predict
from agents.savings.prices import Prices, cents
from agents.savings.readings import Workload
from agents.savings.rightsizing import rightsize
from agents.savings.scheduling import schedule_off
from agents.savings.tiers import tier
from agents.savings.workloads import cost
from bot.savings.bills import WINDOW, Billed, billed, known_days
from bot.savings.ports import Bills
from bot.savings.workloads import Seen, Workloads
from memory.clock import Clock
from memory.errors import ConnectorError, DependencyMissing, NotFound, UnknownService
from memory.ids import derived
from memory.model.cost import CostQuery
from memory.model.run import Run, RunStatus
from memory.model.saving import Adoption, Measured, MonthlyCost, Saving, SavingsPlan
from memory.store import Store

FRESH: Final = timedelta(minutes=10)  # for how long what was found is good enough
HISTORY: Final = 200  # days before an adoption that it is measured by
LONGEST: Final = 90  # days after it


@dataclass(frozen=True)
class Found:
    """Every saving, what a month costs before, and what could not be looked at."""

    savings: tuple[Saving, ...]
    month: MonthlyCost
    missing: tuple[str, ...]
    at: datetime
    beside: tuple[MonthlyCost, ...] = ()


class Savings:
    """The savings of tenants. `bills` is None where there are none."""

    def __init__(
        self,
        store: Store,
        workloads: Workloads,
        bills: Bills | None,
        prices: Prices,
        office: Office,
        clock: Clock,
    ) -> None:
        self._store = store
        self._workloads = workloads
        self._bills = bills
        self._prices = prices
        self._office = office
        self._clock = clock
        self._known: dict[str, Found] = {}
        self._looking: dict[str, asyncio.Lock] = {}

    async def find(self, tenant: str) -> Found:
        """Return every saving there is now, looked for at most every ten minutes."""
        async with self._looking.setdefault(tenant, asyncio.Lock()):
            known = self._known.get(tenant)
            if known is None or self._clock.now() - known.at >= FRESH:
                known = await self._find(tenant)
                self._known[tenant] = known
            return known

    async def plan(self, tenant: str, target: Decimal | None) -> tuple[SavingsPlan, Found]:
        """Return what to do, ranked: all there is, or what gets a month to the target."""
        found = await self.find(tenant)
        month = found.month
        made = ranking.ranked(found.savings, month.amount, month.basis, month.currency, target)
        return made.model_copy(update={"beside": found.beside}), found

    async def what_if(self, tenant: str, chosen: Sequence[str]) -> tuple[SavingsPlan, Found]:
        """Return what a month would be with exactly these; raises `NotFound` for one there is not."""
        found = await self.find(tenant)
        known = {each.id for each in found.savings}
        if unknown := [each for each in chosen if each not in known]:
            raise NotFound(f"expected the ids of savings there are, found {unknown[0][:60]!r}, which is none")
        month = found.month
        made = ranking.what_if(found.savings, chosen, month.amount, month.basis, month.currency)
        return made.model_copy(update={"beside": found.beside}), found

    async def adopt(
        self, tenant: str, saving: str, by: str, run: str | None = None, at: datetime | None = None
    ) -> Adoption:
        """Note that a saving was taken up, by hand or by a run; raises `NotFound` for one there is not."""
        found = await self.find(tenant)
        known = next((each for each in found.savings if each.id == saving), None)
        if known is None:
            raise NotFound(f"expected the id of a saving there is, found {saving[:60]!r}, which is none")
        when = at or self._clock.now()
        adoption = Adoption(
            id=derived("adopted", tenant, saving, run or when.date().isoformat()),
            tenant=tenant,
            saving=known,
            by=by,
            at=when,
            run=run,
        )
        await self._store.adoptions.put(adoption)
        return adoption

    async def measured(self, tenant: str) -> tuple[Measured, ...]:
        """Return what each saving that was taken up brought until now."""
        end = self._clock.now().date()
        return tuple([await self._measure(each, end) for each in await self._store.adoptions.of(tenant)])

    async def brought(self, tenant: str, since: datetime, until: datetime) -> tuple[Measured, ...]:
        """Return what each brought of which the adoption is in a window or before it, up to the window's end."""
        every = await self._store.adoptions.of(tenant)
        return tuple([await self._measure(each, until.date(), since.date()) for each in every if each.at < until])

    async def _find(self, tenant: str) -> Found:
        now = self._clock.now()
        seen = await self._workloads.look(now)
        bills, trouble = await self._billed(tenant)
        largest = max(bills.compute, key=lambda each: sum(each.days[-WINDOW:], Decimal(0)), default=None)
        pool = ("compute", largest.provider if largest else "", "cluster")
        terms = Terms(prices=self._prices, now=now, cluster=pool, days=WINDOW)
        savings = await asyncio.to_thread(lambda: tuple(self._savings(seen, bills, terms)))
        month = bills.month or _requested(seen.workloads, self._prices)
        missing = (*seen.missing, *trouble)
        return Found(savings=savings, month=month, missing=missing, at=now, beside=bills.beside)

    def _savings(self, seen: Seen, bills: Billed, terms: Terms) -> Iterator[Saving]:
        for workload in seen.workloads:
            found = (
                idle(workload, terms),
                rightsize(workload, terms),
                schedule_off(workload, self._office, terms),
                *predict(workload, terms),
            )
            yield from (each for each in found if each is not None)
        yield from (each for one in seen.volumes if (each := volume(one, terms)) is not None)
        yield from charged(bills.resources, terms)
        yield from egress(bills.traffic, terms)
        yield from (each for one in bills.buckets if (each := tier(one, terms)) is not None)
        yield from (each for one in bills.compute if (each := commitment(one, terms)) is not None)

    async def _billed(self, tenant: str) -> tuple[Billed, tuple[str, ...]]:
        if self._bills is None:
            return Billed(), ("Bills are not looked at: there are none",)
        try:
            found = await billed(self._bills, tenant, self._prices.currency)
        except DependencyMissing as error:
            return Billed(), (f"Bills are not looked at: {error.message}",)
        if found.until is None or found.month is None:
            return found, (f"There is no bill in {self._prices.currency}",)
        return found, ()

    async def _measure(self, adoption: Adoption, end: date, since: date | None = None) -> Measured:
        done = await self._done(adoption)
        if isinstance(done, str):
            return Measured(adoption=adoption, note=done)
        first = done - timedelta(HISTORY)
        last = min(end, done + timedelta(LONGEST))
        try:
            known = await self._paid(adoption, first, last)
        except (ConnectorError, DependencyMissing, UnknownService) as error:
            return Measured(adoption=adoption, note=f"It cannot be measured: {error.message}")
        if known is None:
            return Measured(adoption=adoption, note="Nothing tells what it costs by day.")
        begin = max(done, since - timedelta(1)) if since else done
        return await asyncio.to_thread(measuring.measured, known, adoption, done, begin)

    async def _done(self, adoption: Adoption) -> date | str:
        """Return the day on which it was done, or why it was not."""
        if adoption.run is None:
            return adoption.at.astimezone(UTC).date()
        try:
            run: Run = await self._store.runs.get(adoption.tenant, adoption.run)
        except NotFound:
            return "Its plan is not there any more."
        if run.status is not RunStatus.SUCCEEDED or run.ended_at is None:
            return f"Its plan is {run.status.value}: nothing was saved by it."
        return run.ended_at.astimezone(UTC).date()

    async def _paid(self, adoption: Adoption, first: date, last: date) -> Series | None:
        saving = adoption.saving
        if saving.query is not None and self._bills is not None:
            asked: CostQuery = saving.query.model_copy(update={"since": _moment(first), "until": _moment(last)})
            found = [each for each in await self._bills.daily(adoption.tenant, asked) if each.days]
            return next((known_days(each) for each in found if each.currency == saving.currency), None)
        if not saving.service:
            return None
        days = await self._workloads.paid(
            saving.service, saving.environment, self._prices, first, (last - first).days
        )
        return series(days) if days else None


def _requested(workloads: Sequence[Workload], prices: Prices) -> MonthlyCost:
    total = sum((cost(each, prices) for each in workloads), Decimal(0))
    basis = "what the workloads request, at the prices of the settings"
    return MonthlyCost(currency=prices.currency, amount=cents(total), basis=basis)


def _moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
