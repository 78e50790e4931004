"""Answers people about our own cost, from stored facts alone."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final, Protocol

from bot.audit.access import auditor, audits, reader
from bot.surfaces.usage import BudgetView, ReturnView, UsageForm, UsageView
from bot.usage.exporting import COLUMNS, FOCUS_COLUMNS, Bill, cells, csv_lines, json_line
from bot.usage.returns import Assumed, Facts, returns
from bot.usage_limits import UsageBudget, month_of
from memory.clock import Clock
from memory.errors import InvalidWindow
from memory.model.incident import Incident
from memory.model.people import Principal
from memory.model.run import Run, RunStatus
from memory.model.saving import Measured
from memory.model.usage import UsageBy, UsageFact, UsageLine
from memory.page import LARGEST
from memory.store import Store

LONGEST: Final = timedelta(days=3660)
_FINAL: Final = (RunStatus.SUCCEEDED,)


class Measuring(Protocol):
    """Measures what adopted savings brought."""

    async def brought(self, tenant: str, since: datetime, until: datetime) -> tuple[Measured, ...]:
        """Return what each brought in a window."""


class Flushing(Protocol):
    """Holds facts that are not stored yet."""

    async def flush(self) -> None:
        """Store them."""


class UsageRoom:
    """Serves `bot.surfaces.usage.UsageDesk`."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        assumed: Assumed,
        budget: UsageBudget | None = None,
        measuring: Measuring | None = None,
        meter: Flushing | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._assumed = assumed
        self._budget = budget
        self._measuring = measuring
        self._meter = meter

    async def usage(
        self, principal: Principal, since: datetime | None, until: datetime | None, by: UsageBy
    ) -> UsageView:
        """Return what was used, by default this month."""
        tenant = reader(principal)
        start, end = self._window(since, until, month_of(self._clock.now()))
        await self._fresh()
        lines = await self._store.usage.lines(tenant, start, end, by)
        if by is UsageBy.PERSON and not audits(principal):
            lines = tuple(line for line in lines if line.key == principal.id)
        every = await self._store.usage.lines(tenant, start, end)
        ordered = lines if by is UsageBy.DAY else sorted(lines, key=_gravity)
        return UsageView(
            since=start,
            until=end,
            by=by,
            all=every[0] if every else UsageLine(key=""),
            lines=tuple(ordered),
            budget=await self._budgeted(tenant),
        )

    async def returns(self, principal: Principal, since: datetime | None, until: datetime | None) -> ReturnView:
        """Return own cost against what was brought, by default of the last 30 days."""
        tenant = reader(principal)
        start, end = self._window(since, until, self._clock.now() - timedelta(days=30))
        await self._fresh()
        used = await self._store.usage.lines(tenant, start, end)
        measured = await self._measuring.brought(tenant, start, end) if self._measuring else ()
        facts = Facts(
            since=start,
            until=end,
            used=used[0] if used else UsageLine(key=""),
            runs=await self._runs(tenant, start, end),
            incidents=await self._incidents(tenant, start, end),
            measured=measured,
        )
        return returns(facts, self._assumed)

    async def export(
        self, principal: Principal, since: datetime | None, until: datetime | None, form: UsageForm
    ) -> AsyncIterator[str]:
        """Give what was used as text, a piece at a time."""
        tenant = auditor(principal)
        start, end = self._window(since, until, month_of(self._clock.now()))
        await self._fresh()
        if form is UsageForm.JSONL:
            async for page in self._pages(tenant, start, end):
                yield "".join(map(json_line, page))
            return
        if form is UsageForm.CSV:
            yield csv_lines([COLUMNS])
            async for page in self._pages(tenant, start, end):
                yield csv_lines(map(cells, page))
            return
        bill = Bill(tenant)
        async for page in self._pages(tenant, start, end):
            for fact in page:
                bill.add(fact)
        yield csv_lines([FOCUS_COLUMNS, *bill.rows()])

    async def _pages(self, tenant: str, start: datetime, end: datetime) -> AsyncIterator[tuple[UsageFact, ...]]:
        after: tuple[datetime, str] | None = None
        while page := await self._store.usage.facts(tenant, start, end, after=after):
            yield page
            after = (page[-1].at, page[-1].id)

    async def _runs(self, tenant: str, start: datetime, end: datetime) -> list[Run]:
        found: list[Run] = []
        cursor: str | None = None
        while True:
            page = await self._store.runs.page(tenant, statuses=_FINAL, cursor=cursor)
            found += [run for run in page.items if run.ended_at is not None and start <= run.ended_at < end]
            cursor = page.next_cursor
            if cursor is None or (page.items and page.items[-1].created_at < start - timedelta(days=2)):
                return found

    async def _incidents(self, tenant: str, start: datetime, end: datetime) -> list[Incident]:
        found: list[Incident] = []
        cursor: str | None = None
        while True:
            page = await self._store.incidents.page(tenant, cursor=cursor, limit=LARGEST)
            found += [each for each in page.items if start <= each.started_at < end]
            cursor = page.next_cursor
            if cursor is None:
                return found

    async def _budgeted(self, tenant: str) -> BudgetView | None:
        if self._budget is None:
            return None
        month = month_of(self._clock.now())
        end = self._clock.now() + timedelta(days=1)
        spent = await self._store.usage.spent(tenant, month, end, self._budget.currency)
        return BudgetView(
            monthly=self._budget.monthly,
            spent=spent,
            currency=self._budget.currency,
            warn_at=self._budget.warn_at,
            month=month,
        )

    async def _fresh(self) -> None:
        """Have what this process still holds stored first, so that people see their last turn."""
        if self._meter is not None:
            await self._meter.flush()

    def _window(
        self, since: datetime | None, until: datetime | None, usual: datetime
    ) -> tuple[datetime, datetime]:
        end = until or self._clock.now() + timedelta(seconds=1)  # what happens in this second is in it
        start = since or min(usual, end - timedelta(seconds=1))
        if not start < end or end - start > LONGEST:
            raise InvalidWindow(f"expected a window that ends after it begins, found {start} to {end}")
        return start, end


def _gravity(line: UsageLine) -> tuple[Decimal, int, str]:
    return (-sum(line.costs.values(), Decimal(0)), -line.input_tokens - line.output_tokens, line.key)
