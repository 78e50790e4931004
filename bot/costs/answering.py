"""A question in words, answered from the mart: read into a plan, carried out, told. Nothing is changed here."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from agents.costs import telling
from agents.costs.answer import BillsKnown, CostAnswer
from agents.costs.fields import measured
from agents.costs.known import NAMED, Known
from agents.costs.plan import Asked, CostPlan, NotAsked, Window
from agents.units import length
from bot.costs.service import Costs
from bot.costs.unit_costs import Requests, UnitCosts
from memory.clock import Clock
from memory.model.catalogue import Catalogue
from memory.model.cost import Change, CostField, CostLine, CostQuery, Dimension, Measure

_UNIT: Final = CostField(dimension=Dimension.UNIT)
_PRICED_UNIT: Final = CostField(dimension=Dimension.PRICING_UNIT)
_FIELDS: Final = (*(CostField(dimension=each) for each in NAMED), _UNIT, _PRICED_UNIT)
_HOURS: Final = tuple(range(24))
_MAY_BE_UNTOLD: Final = frozenset(Measure) - {Measure.BILLED, Measure.EFFECTIVE}


class CostDesk:
    """Answers questions about the costs of each tenant."""

    def __init__(self, costs: Costs, catalogue: Catalogue, clock: Clock, requests: Requests | None = None) -> None:
        self._costs = costs
        self._clock = clock
        self._subjects = tuple(service.name for service in catalogue.services)
        self._units = UnitCosts(costs, requests, self._subjects)
        self._known: dict[str, tuple[frozenset[str], Known]] = {}
        self._looking = asyncio.Lock()

    async def answer(self, tenant: str, question: str, after: Sequence[str] = ()) -> CostAnswer:
        """Answer a question; `after` are those before it that it may lean on, the oldest first.

        Raises `DependencyMissing` without DuckDB.
        """
        from agents.costs.reading import (
            read,
        )  # its expressions take a tenth of a second: not while the house starts

        known, bills = await self.known(tenant), await self.bills(tenant)
        now = self._clock.now()
        earlier: CostPlan | None = None
        for each in after:
            before = read(each, known, now, earlier)
            earlier = before if isinstance(before, CostPlan) else earlier
        found = read(question, known, now, earlier)
        if isinstance(found, NotAsked):
            return telling.refused(found, bills)
        if found.asked is Asked.FRESHNESS:
            return telling.fresh(found, bills)
        if bills.until is None or bills.since is None:
            return telling.absent(found, "No bills were taken in yet.", bills)
        return await self.carried_out(tenant, found, known, bills)

    async def carried_out(self, tenant: str, plan: CostPlan, known: Known, bills: BillsKnown) -> CostAnswer:
        """Answer a plan."""
        from agents.costs import completing  # as above

        query = plan.query
        every = plan.before is not None or plan.ascending or bool(plan.sizes)
        asked = query.model_copy(update={"top": None}) if every else query
        if plan.before is not None or plan.asked is Asked.WHETHER:
            asked = asked.model_copy(update={"bounds": ()})
        lines = await self._costs.ask(tenant, asked)
        earlier = await self._costs.ask(tenant, _moved(asked, plan.before)) if plan.before else ()
        whole = await self._whole(tenant, plan)
        if not lines and not earlier and not whole:
            if (wider := completing.widened(plan, bills.since, bills.until)) is not None:
                return await self.carried_out(tenant, wider, known, bills)
            return telling.absent(plan, await self._why_nothing(tenant, plan, bills), bills)
        if plan.asked is Asked.WHY and plan.before is not None:
            changes = await self._changes(tenant, plan, plan.before)
            told = telling.told_why(plan, changes, lines, earlier, bills, known)
            return told.model_copy(update={"notes": (*told.notes, *_reach(plan, bills))})
        if plan.asked is Asked.UNIT:
            return await self._units.told(tenant, plan, lines, bills)
        if not lines and plan.query.bounds:
            lines = await self._costs.ask(tenant, query.model_copy(update={"bounds": ()}))
        if query.measure in _MAY_BE_UNTOLD and not any(line.cost for line in (*lines, *earlier)):
            return telling.absent(plan, f"No charge there says its {measured(query.measure)}.", bills)
        told = telling.told(plan, lines, earlier, whole, bills, known)
        notes = [*told.notes, *await self._untold_hours(tenant, plan), *_reach(plan, bills)]
        return told.model_copy(update={"notes": tuple(notes)})

    async def known(self, tenant: str) -> Known:
        """Return the names that stand in a tenant's bills; looked up anew when another file counts."""
        files = await self._costs.files(tenant)
        digests = frozenset(file.digest for file in files)
        async with self._looking:
            kept = self._known.get(tenant)
            if kept is not None and kept[0] == digests:
                return kept[1]
            values, tags = await self._costs.named(tenant, _FIELDS)
            made = await asyncio.to_thread(
                Known,
                tags=tags,
                since=min((file.first for file in files if file.first), default=None),
                until=max((file.last for file in files if file.last), default=None),
                units=values.pop(_UNIT, ()),
                priced_units=values.pop(_PRICED_UNIT, ()),
                subjects=self._subjects,
                values=values,
            )
            self._known[tenant] = (digests, made)
            return made

    async def bills(self, tenant: str) -> BillsKnown:
        """Return how far the bills reach, in words too."""
        fresh = await self._costs.freshness(tenant)
        since = min((file.first for file in await self._costs.files(tenant) if file.first), default=None)
        return BillsKnown(
            since=since,
            until=fresh.until,
            imported_at=fresh.imported_at,
            stale=fresh.stale,
            says=_reaching(fresh.until, fresh.imported_at, self._clock.now(), stale=fresh.stale),
        )

    async def _whole(self, tenant: str, plan: CostPlan) -> tuple[CostLine, ...]:
        """Return what a share is of, or what the list price would have been."""
        query = plan.query.model_copy(update={"top": None})
        if plan.asked is Asked.DISCOUNT:
            return await self._costs.ask(tenant, query.model_copy(update={"measure": Measure.LIST}))
        if plan.asked in {Asked.UNTAGGED, Asked.COVERAGE}:
            return await self._costs.ask(tenant, query.model_copy(update={"filters": plan.base, "bounds": ()}))
        if plan.query.bounds and plan.asked is not Asked.WHETHER:
            return await self._costs.ask(tenant, query.model_copy(update={"by": (), "grain": None, "bounds": ()}))
        if plan.asked is Asked.SHARE:
            return await self._costs.ask(tenant, query.model_copy(update={"filters": plan.base, "by": ()}))
        return ()

    async def _changes(self, tenant: str, plan: CostPlan, before: Window) -> tuple[Change, ...]:
        return await self._costs.changed(tenant, plan.query, (before.since, before.until))

    async def _untold_hours(self, tenant: str, plan: CostPlan) -> list[str]:
        """Return what is charged by the day or longer, so that at no hour can it be told."""
        if not plan.query.hours:
            return []
        every = plan.query.model_copy(update={"hours": (), "by": (), "grain": None, "top": None})
        whole = {line.currency: line.cost for line in await self._costs.ask(tenant, every)}
        hourly = {
            line.currency: line.cost
            for line in await self._costs.ask(tenant, every.model_copy(update={"hours": _HOURS}))
        }
        return [
            f"{whole[currency] - hourly.get(currency, Decimal(0)):,.2f} {currency} more are "
            f"charged by the day or longer: at which hour is not known"
            for currency in whole
            if whole[currency] != hourly.get(currency, Decimal(0))
        ]

    async def _why_nothing(self, tenant: str, plan: CostPlan, bills: BillsKnown) -> str:
        """Return why there is nothing: no bill of that time, or none of what was asked for in it."""
        if bills.since is None or bills.until is None:
            return "No bills were taken in yet."
        window = plan.window
        reach = (
            f"Bills are known from {bills.since:%-d %b %Y} to {bills.until - timedelta(microseconds=1):%-d %b %Y}"
        )
        if window.until <= bills.since or window.since >= bills.until:
            return f"{reach}: there is nothing of {window.label or 'that time'}."
        if plan.query.hours:
            notes = await self._untold_hours(tenant, plan)
            if notes:
                return f"Nothing is charged by the hour there: {'; '.join(notes)}."
        everything = CostQuery(since=plan.query.since, until=plan.query.until)
        if not await self._costs.ask(tenant, everything):
            return f"{reach}, and nothing was billed {telling.when(window)}."
        asked = "; ".join(telling.conditions(plan))
        return f"Nothing was billed {telling.when(window)} that fits all of this: {asked}."


def _moved(query: CostQuery, to: Window) -> CostQuery:
    return query.model_copy(update={"since": to.since, "until": to.until})


def _reach(plan: CostPlan, bills: BillsKnown) -> list[str]:
    """Return where a time lies partly outside what is known."""
    notes = []
    if bills.since is not None and plan.window.since < bills.since:
        notes.append(f"bills are known from {bills.since:%-d %b %Y}: what was before is missing here")
    elif plan.before is not None and bills.since is not None and plan.before.since < bills.since:
        notes.append(f"bills are known from {bills.since:%-d %b %Y}: the time compared with is not whole")
    if bills.until is not None and plan.window.until > bills.until:
        notes.append(f"bills reach to {bills.until:%-d %b %Y %H:%M} UTC: what came later is missing here")
    return notes


def _reaching(until: datetime | None, imported: datetime | None, now: datetime, *, stale: bool) -> str:
    if imported is None:
        return "No bills were taken in yet."
    reach = f"Billing data as of {until:%-d %b %Y %H:%M} UTC, " if until else "No charge is known, "
    late = " That is more than six hours ago." if stale else ""
    return f"{reach}taken in {length(now - imported)} ago.{late}"
