"""Watched costs, looked at: what stands out, what it will come to, and how budgets stand."""

from collections.abc import Awaitable, Callable

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from tools.capabilities.cost_watch import COST_BUDGETS, COST_FINDINGS, COST_OUTLOOK, Outlooks
from tools.contract import Arguments, CallContext, Capability, Tool
from tools.cost_watching import CostWatchBook, WatchedTold
from tools.hands import evidence_id, given

SOURCE = "costs"
SHOWN = 10


class Looking:
    """Serves a capability that looks at watched costs."""

    def __init__(self, capability: Capability, look: Callable[[str, Arguments], Awaitable[WatchedTold]]) -> None:
        self.capability = capability
        self._look = look

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what is watched; where there is one fact alone, what it says and its value."""
        told = await self._look(context.tenant, given(arguments, self.capability.arguments))
        facts = tuple(
            Evidence(
                id=evidence_id(context, f"{line.query} {number}"),
                source=SOURCE,
                query=line.query,
                summary=line.says,
                observed_at=line.at or context.now,
                value=line.value,
                unit=line.unit,
                link=line.link,
                series=line.series,
            )
            for number, line in enumerate(told.lines[:SHOWN])
        )
        alone = told.lines[0] if len(told.lines) == 1 else None
        return Outcome(
            ok=True,
            summary=alone.says if alone else told.says,
            evidence=facts,
            value=alone.value if alone else None,
            missing=told.missing,
        )


def looking(book: CostWatchBook) -> tuple[Tool, ...]:
    """Return the hands that look."""

    def findings(tenant: str, _: Arguments) -> Awaitable[WatchedTold]:
        return book.findings(tenant)

    def outlook(tenant: str, asked: Arguments) -> Awaitable[WatchedTold]:
        return book.outlook(tenant, given(asked, Outlooks).by)

    def budgets(tenant: str, _: Arguments) -> Awaitable[WatchedTold]:
        return book.budgets(tenant)

    return Looking(COST_FINDINGS, findings), Looking(COST_OUTLOOK, outlook), Looking(COST_BUDGETS, budgets)
