"""Questions about costs, answered from the bills that were taken in: nothing outside is asked."""

from memory.model.evidence import Evidence, TimeRange
from memory.model.run import Outcome
from tools.billing import CostBook
from tools.capabilities.costs import COST_ASK, CostQuestion
from tools.contract import Arguments, CallContext, Tool
from tools.hands import evidence_id, given

SOURCE = "costs"


class CostAsk:
    """Serves `cost.ask`."""

    capability = COST_ASK

    def __init__(self, book: CostBook) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return the answer; `value` is the sum where there is one currency."""
        asked = given(arguments, CostQuestion)
        told = await self._book.tell(context.tenant, asked.question, tuple(filter(None, asked.after.split("\n"))))
        span = TimeRange(start=told.since, end=told.until) if told.since and told.until else None
        fact = Evidence(
            id=evidence_id(context, asked.question),
            source=SOURCE,
            query="; ".join(told.filters) or asked.question,
            summary=told.sentence,
            observed_at=context.now,
            range=span,
            value=told.value,
            unit=told.unit,
            link=told.link,
            series=told.series,
        )
        return Outcome(
            ok=True, summary=told.sentence, evidence=(fact,), value=told.value, data={"costs": told.data}
        )


def hands(book: CostBook) -> tuple[Tool, ...]:
    """Return the hand that looks into the bills."""
    return (CostAsk(book),)
