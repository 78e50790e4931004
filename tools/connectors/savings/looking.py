"""The hands that look at savings."""

from decimal import Decimal

from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.saving import Measured, SavingsPlan
from tools.capabilities.savings import (
    SAVINGS_LIST,
    SAVINGS_MEASURED,
    SAVINGS_UNDER,
    AllOfThem,
    Under,
)
from tools.connectors.savings.book import Book
from tools.connectors.savings.wording import brought, fact
from tools.contract import Arguments, CallContext, Capability
from tools.hands import evidence_id, given
from tools.saving_words import headline
from tools.wording import many

SHOWN = 12


class SavingsList:
    """Serves `savings.list`."""

    capability: Capability = SAVINGS_LIST

    def __init__(self, book: Book) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return all there is to save, the least risk first; `value` is how much a month."""
        given(arguments, AllOfThem)
        return _told(*await self._book.ranked(context.tenant, None), context)


class SavingsUnder:
    """Serves `savings.under`."""

    capability: Capability = SAVINGS_UNDER

    def __init__(self, book: Book) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what gets a month under a sum; `value` is what it brings a month."""
        wanted = given(arguments, Under)
        return _told(*await self._book.ranked(context.tenant, wanted.money()), context)


class SavingsMeasured:
    """Serves `savings.measured`."""

    capability: Capability = SAVINGS_MEASURED

    def __init__(self, book: Book) -> None:
        self._book = book

    async def read(self, arguments: Arguments, context: CallContext) -> Outcome:
        """Return what was saved; `value` is how much, where all of it is in one currency."""
        given(arguments, AllOfThem)
        found = await self._book.measured(context.tenant)
        sums: dict[str, Decimal] = {}
        for each in found:
            if each.saved is not None:
                currency = each.adoption.saving.currency
                sums[currency] = sums.get(currency, Decimal(0)) + each.saved.expected
        evidence = tuple(
            Evidence(
                id=evidence_id(context, each.adoption.id),
                source="savings",
                query=each.adoption.id,
                summary=brought(each),
                observed_at=context.now,
            )
            for each in found[:SHOWN]
        )
        value = float(next(iter(sums.values()))) if len(sums) == 1 else None
        return Outcome(
            ok=True,
            summary=_sums(found, sums),
            evidence=evidence,
            value=value,
            data={"measured": [each.model_dump(mode="json") for each in found]},
        )


def _sums(found: tuple[Measured, ...], sums: dict[str, Decimal]) -> str:
    if not found:
        return "Nobody took up a saving yet."
    taken = f"{many(len(found), 'saving')} taken up"
    if not sums:
        return f"{taken}: none can be measured yet."
    told = " and ".join(f"{amount:,.2f} {currency}" for currency, amount in sorted(sums.items()))
    return f"{taken}, {told} saved as far as it can be measured."


def _told(plan: SavingsPlan, missing: tuple[str, ...], context: CallContext) -> Outcome:
    return Outcome(
        ok=True,
        summary=headline(plan),
        evidence=tuple(fact(number, each, context) for number, each in enumerate(plan.chosen[:SHOWN], start=1)),
        value=float(plan.saved.expected),
        missing=missing,
        data={"plan": plan.model_dump(mode="json")},
    )
