"""What surfaces ask of our own cost: what was used, what it cost, and what it brought."""

from collections.abc import AsyncIterator
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol

from memory.model.people import Principal
from memory.model.saving import Band
from memory.model.usage import UsageBy, UsageLine
from memory.model.value import Moment, Value


class BudgetView(Value):
    """How much of the month's budget is spent. Beyond it the embedded interpreter answers alone."""

    monthly: Decimal
    spent: Decimal
    currency: str
    warn_at: Decimal
    month: Moment

    @property
    def share(self) -> Decimal:
        """Return which share of it is spent."""
        return self.spent / self.monthly


class UsageView(Value):
    """What was used in a window, its end excluded, in all and a line a group; the most expensive first."""

    since: Moment
    until: Moment
    by: UsageBy
    all: UsageLine
    lines: tuple[UsageLine, ...]
    budget: BudgetView | None = None


class Recovery(Value):
    """Median minutes from the beginning of incidents to people being served again; None for none."""

    incidents: int
    minutes: Decimal | None = None


class ReturnView(Value):
    """What Quarterdeck cost in a window, and what it brought. What is assumed is said in `assumed`.

    `ratio` is (brought - cost) / cost; None where it cost nothing. `brought` bounds measured savings as measured;
    minutes count in it only where a minute has a value.
    """

    since: Moment
    until: Moment
    currency: str
    models: Decimal
    fixed: Decimal
    cost: Decimal
    unpriced: int
    runs: int
    minutes: Decimal
    minute_value: Decimal
    worth: Decimal
    saved: Band
    measured: int
    unmeasured: int
    brought: Band
    ratio: Decimal | None = None
    with_us: Recovery
    without_us: Recovery
    assumed: tuple[str, ...]


class UsageForm(StrEnum):
    """How usage is taken away."""

    CSV = "csv"
    JSONL = "jsonl"
    FOCUS = "focus"  # a bill: CSV in FOCUS 1.2

    def media_type(self) -> str:
        """Return its media type."""
        return "application/x-ndjson" if self is UsageForm.JSONL else "text/csv"


class UsageDesk(Protocol):
    """Answers about usage, from stored facts alone."""

    async def usage(
        self, principal: Principal, since: datetime | None, until: datetime | None, by: UsageBy
    ) -> UsageView:
        """Return what was used, by default this month; of others by person only to who audits.

        Raises `InvalidWindow` or `PolicyDenied`.
        """

    async def returns(self, principal: Principal, since: datetime | None, until: datetime | None) -> ReturnView:
        """Return own cost against what was brought, by default of the last 30 days; raises `InvalidWindow`."""

    def export(
        self, principal: Principal, since: datetime | None, until: datetime | None, form: UsageForm
    ) -> AsyncIterator[str]:
        """Give what was used as text, piece by piece, to who audits; raises `InvalidWindow` or `PolicyDenied`."""
