"""Costs as the conversation asks for them: an answer cut to what a chat can hold, with a link to all of it."""

from urllib.parse import quote

from agents.costs.phrasing import QUANTITIES
from bot.costs.answering import CostDesk
from tools.billing import Told

SHOWN = 40  # lines of a table that are passed on


class Bills:
    """Answers as the hand `cost.ask` passes them on. `url` is where the console is."""

    def __init__(self, desk: CostDesk, url: str) -> None:
        self._desk = desk
        self._url = url

    async def tell(self, tenant: str, question: str, after: tuple[str, ...]) -> Told:
        """Answer a question."""
        found = await self._desk.answer(tenant, question, after)
        shown = found.model_copy(update={"lines": found.lines[:SHOWN]})
        alone = found.totals[0] if len(found.totals) == 1 else None
        money = found.plan is not None and found.plan.query.measure not in QUANTITIES
        plan = found.plan
        return Told(
            found=found.found,
            sentence=found.sentence,
            filters=found.filters,
            value=float(alone.cost) if alone is not None else None,
            unit=alone.currency if alone is not None and money else "",
            since=plan.window.since if plan is not None else None,
            until=plan.window.until if plan is not None else None,
            link=f"{self._url}/console/costs?q={quote(question[:500])}",
            data=shown.model_dump(mode="json"),
        )
