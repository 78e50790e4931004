"""Costs as surfaces ask for them: each person in their own tenant, and who may bring in bills."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from agents.costs.answer import CostAnswer
from bot.audit.access import administrator, reader
from bot.costs.answering import CostDesk
from bot.costs.refreshing import Refreshing
from bot.costs.service import Costs
from bot.surfaces.costs import BadRow, BadRows, CostReport, FileTold, SourceTold
from memory.costs.mart import Mart
from memory.errors import InvalidInput
from memory.model.cost import CostFile
from memory.model.people import Principal

LONGEST: Final = 2000
MOST_ROWS: Final = 500


class CostRoom:
    """Serves `bot.surfaces.costs.CostsDesk`."""

    def __init__(self, desk: CostDesk, costs: Costs, mart: Mart, refreshing: Refreshing) -> None:
        self._desk = desk
        self._costs = costs
        self._mart = mart
        self._refreshing = refreshing

    async def ask(self, principal: Principal, question: str, after: Sequence[str] = ()) -> CostAnswer:
        """Answer a question in words."""
        tenant = reader(principal)
        if not question.strip() or len(question) > LONGEST:
            raise InvalidInput(f"expected a question of 1 to {LONGEST} characters, found {len(question.strip())}")
        return await self._desk.answer(tenant, question, after)

    async def report(self, principal: Principal) -> CostReport:
        """Return how fresh the bills are, and what each source brought."""
        tenant = reader(principal)
        files = await self._costs.files(tenant)
        states = {state.source: state for state in await self._refreshing.states(tenant)}
        sources = [
            SourceTold(
                source=name,
                refreshed_at=states[name].refreshed_at if name in states else None,
                error=states[name].error if name in states else "",
                new=states[name].new if name in states else 0,
                files=sum(1 for file in files if file.source == name),
                rows=sum(file.rows for file in files if file.source == name),
                aside=sum(each.rows for file in files if file.source == name for each in file.aside),
                refused=tuple((each.name, each.reason) for each in states[name].refused())
                if name in states
                else (),
            )
            for name in dict.fromkeys([*states, *(file.source for file in files)])
        ]
        return CostReport(
            bills=await self._desk.bills(tenant),
            sources=tuple(sources),
            totals=_totals(files),
            files=tuple(_told(file) for file in files),
        )

    async def bad_rows(self, principal: Principal, source: str = "", reason: str = "", limit: int = 50) -> BadRows:
        """Return rows that were set aside, as they stood, and how many there are for each reason."""
        tenant = reader(principal)
        files = [file for file in await self._costs.files(tenant) if source in {"", file.source}]
        counts: dict[str, int] = {}
        for file in files:
            for each in file.aside:
                counts[each.reason] = counts.get(each.reason, 0) + each.rows
        rows: list[BadRow] = []
        for file in files:
            if file.aside and len(rows) < min(limit, MOST_ROWS):
                found = await self._mart.aside(tenant, file, min(limit, MOST_ROWS) - len(rows), reason)
                rows += [BadRow(source=file.source, file=file.name, reason=why, row=stood) for why, stood in found]
        return BadRows(counts=counts, rows=tuple(rows))

    async def refresh(self, principal: Principal, source: str = "") -> tuple[SourceTold, ...]:
        """Bring in what is new, as an administrator."""
        tenant = administrator(principal)
        await self._refreshing.refresh(tenant, source)
        return (await self.report(principal)).sources


def _told(file: CostFile) -> FileTold:
    return FileTold(
        source=file.source,
        name=file.name,
        imported_at=file.imported_at,
        rows=file.rows,
        aside=file.aside,
        flaws=file.flaws,
        totals=file.totals,
        first=file.first,
        last=file.last,
    )


def _totals(files: Sequence[CostFile]) -> dict[str, Decimal]:
    """Return what every file that counts billed, by currency; a digest that two sources brought counts once."""
    sums: dict[str, Decimal] = {}
    for file in {file.digest: file for file in files}.values():
        for total in file.totals:
            sums[total.currency] = sums.get(total.currency, Decimal(0)) + total.billed
    return sums
