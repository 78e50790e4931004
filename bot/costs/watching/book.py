"""Watched costs as hands find them: it serves `tools.cost_watching.CostWatchBook`."""

from typing import Final

from agents.radar import budgets as budget_words
from agents.radar import findings as finding_words
from agents.radar.outlooks import outlook_says, outlook_series
from bot.costs.watching.forecasting import Forecasting
from bot.costs.watching.learning import SHOWN, By, Learning
from memory.clock import Clock
from memory.errors import InvalidInput, NotFound
from memory.ids import derived
from memory.model.bodies import EntryKind
from memory.model.record import LogFilter
from memory.model.watching import Again, Budget, BudgetStanding, BudgetState, CostFinding, Expectation
from memory.store import Store
from tools.contract import CallContext
from tools.cost_watching import Meant, WatchedLine, WatchedTold

NAMED: Final = 6  # findings that are named where several may be meant
_MOST_NOTES: Final = 50  # in the log of one turn
_WORDS: Final = {1: "One thing stands", 0: "Nothing stands"}


class WatchBook:
    """Serves the hands. `url` is where the console is."""

    def __init__(self, store: Store, forecasting: Forecasting, learning: Learning, clock: Clock, url: str) -> None:
        self._store = store
        self._forecasting = forecasting
        self._learning = learning
        self._clock = clock
        self._link = f"{url}/console/costs/watch"

    async def findings(self, tenant: str) -> WatchedTold:
        """Return what stands out and nobody expects, the largest first."""
        found = [each for each in await self._known(tenant) if each.silenced is None]
        found.sort(key=lambda each: (-abs(each.size), each.id))
        number = _WORDS.get(len(found), f"{len(found)} things stand")
        return WatchedTold(
            says=f"{number} out in the bills of the last {SHOWN.days} days.",
            lines=tuple(
                WatchedLine(
                    says=f"{finding_words.says(each)}. {each.proposal}".rstrip(". "),
                    query=each.id,
                    value=float(each.size),
                    unit=each.group.currency,
                    link=self._link,
                )
                for each in found
            ),
        )

    async def outlook(self, tenant: str, by: str) -> WatchedTold:
        """Return what will be spent."""
        told = await self._forecasting.forecasts(tenant, by)
        if told.as_of is None:
            return WatchedTold(says="No bills are known, so nothing can be forecast.")
        lines = tuple(
            WatchedLine(
                says=outlook_says(each.group, each.outlook),
                query=f"forecast of {each.group.words()} as of {told.as_of}",
                value=each.outlook.months[0].expected,
                unit=each.group.currency,
                link=self._link,
                series=outlook_series(each.outlook, [(day.day, day.cost) for day in each.past]),
            )
            for each in told.forecasts
        )
        missing = tuple(dict.fromkeys(each.outlook.note for each in told.forecasts if each.outlook.note))
        whole = " and ".join(line.says for line in lines) if not by else f"Forecasts by {by}, as of {told.as_of}"
        return WatchedTold(says=f"{whole}.", lines=lines, missing=missing)

    async def budgets(self, tenant: str) -> WatchedTold:
        """Return how budgets stand, the worst first."""
        budgets = await self._store.cost_watch.of(tenant, Budget)
        stands = {each.budget: each for each in await self._store.cost_watch.of(tenant, BudgetStanding)}
        known = [stands[each.name] for each in budgets if each.name in stands]
        known.sort(key=lambda each: (-list(BudgetState).index(each.state), each.budget))
        bad = sum(each.state is not BudgetState.WITHIN for each in known)
        says = f"{bad} of {len(budgets)} budgets may not last." if budgets else "There are no budgets."
        return WatchedTold(
            says=says,
            lines=tuple(
                WatchedLine(
                    says=budget_words.says(each),
                    query=f"budget {each.budget} as of {each.as_of}",
                    value=float(each.expected),
                    unit=each.currency,
                    link=self._link,
                )
                for each in known
            ),
            missing=tuple(f"{each.name} was not looked at yet" for each in budgets if each.name not in stands),
        )

    async def meant(self, tenant: str, which: str, *, expected: bool) -> Meant:
        """Return the finding that is meant: by its id, by what it is of, or else the one that was noticed last."""
        taught = {each.finding: each for each in await self._store.cost_watch.of(tenant, Expectation)}
        known = await self._known(tenant)
        mine = [each for each in known if (each.id in taught if expected else each.silenced is None)]
        named = [each for each in mine if _is_meant(each, which)]
        if not which and named:
            last = max(each.noticed for each in named)
            named = [each for each in named if each.noticed == last]
        if not named:
            what = f" of {which[:60]!r}" if which else ""
            stands = "that somebody expects" if expected else "that nobody expects yet"
            raise NotFound(
                f"expected a finding{what} in the bills {stands}, found none",
                hint='"What stands out in the bills?" shows those there are.',
            )
        if len(named) > 1:
            names = "; ".join(f"{each.group.words()} since {each.since}: {each.id}" for each in named[:NAMED])
            raise InvalidInput(
                f"expected to know which finding is meant, found {len(named)}: {names}",
                hint="Say what it is of, or its id.",
            )
        finding, why = named[0], taught.get(named[0].id)
        return Meant(finding=finding, again=why.again, reason=why.reason) if why else Meant(finding=finding)

    async def expect(self, context: CallContext, finding: str, again: Again, reason: str) -> None:
        """Learn that a finding is expected, on behalf of who calls."""
        await self._learning.expect(_by(context), finding, again, reason)

    async def unexpect(self, context: CallContext, finding: str) -> None:
        """Take that back."""
        await self._learning.unexpect(_by(context), finding)

    async def done(self, context: CallContext) -> bool:
        """Return whether the log of this turn has what was changed under this key."""
        asked = LogFilter(kinds=(EntryKind.COST_WATCH,), correlation=context.correlation)
        found = await self._store.ledger.matching(context.tenant, asked, 0, _MOST_NOTES)
        return any(each.entry.body.get("id") == _note(context) for each in found)

    async def _known(self, tenant: str) -> tuple[CostFinding, ...]:
        return await self._store.cost_watch.of(tenant, CostFinding, self._clock.now().date() - SHOWN)


def _is_meant(finding: CostFinding, which: str) -> bool:
    """Return whether words name a finding: its id, or one of the groups that see it. No words name any."""
    said = which.casefold().strip()
    if not said or said == finding.id:
        return True
    keys = (each.key.casefold() for each in (finding.group, *finding.also))
    return any(key and (said in key or key in said) for key in keys)


def _note(context: CallContext) -> str:
    return derived("cost_watch", context.tenant, context.key)


def _by(context: CallContext) -> By:
    return By(context.tenant, context.principal, _note(context), context.correlation)
