"""What models may cost a month. Near the end people are warned; beyond it, the embedded interpreter answers.

Nobody is ever left without an answer: what is refused is the model, not the turn.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

import structlog

from bot.telemetry import Metrics
from bot.usage_limits import UsageBudget, month_of, next_month
from memory.clock import Clock
from memory.errors import ModelUnavailable
from memory.ids import Ids
from memory.model.record import Event, Topic
from memory.store import Store

FRESH: Final = timedelta(seconds=30)  # for how long what was read of the store is good enough
EVERYWHERE: Final = "tenant"  # the thread of what happens to no thread in particular
_log = structlog.get_logger(__name__)


class Allowance:
    """Says whether a model may still be asked. What other processes spend is known half a minute late."""

    def __init__(
        self,
        budget: UsageBudget,
        store: Store,
        tenant: str,
        *,
        publish: Callable[[Event], None],
        metrics: Metrics,
        clock: Clock,
        ids: Ids,
    ) -> None:
        self._budget = budget
        self._store = store
        self._tenant = tenant
        self._publish = publish
        self._metrics = metrics
        self._clock = clock
        self._ids = ids
        self._spent = Decimal(0)
        self._read_at: datetime | None = None
        self._told: tuple[str, datetime] | None = None  # what, and of which month

    async def check(self) -> None:
        """Return where the budget is not spent; raises `ModelUnavailable` where it is."""
        now = self._clock.now()
        if self._read_at is None or now - self._read_at >= FRESH or month_of(now) > self._read_at:
            self._spent = await self._store.usage.spent(
                self._tenant, month_of(now), now + timedelta(days=1), self._budget.currency
            )
            self._read_at = now
            self._metrics.usage_budget(float(self._spent / self._budget.monthly))
        if self._spent >= self._budget.monthly:
            self._tell("spent", now)
            raise ModelUnavailable(
                f"is left alone: {self.says()} of this month are spent",
                hint=f"It is asked again from {next_month(now):%Y-%m-%d} on, or with a larger usage_budget.",
            )
        if self._spent >= self._budget.monthly * self._budget.warn_at:
            self._tell("near", now)

    def says(self) -> str:
        """Return how much is spent of how much."""
        return f"{self._spent:.2f} of {self._budget.monthly:.2f} {self._budget.currency}"

    def _tell(self, what: str, now: datetime) -> None:
        """Tell listeners and operators, once a month each."""
        if self._told == (what, month_of(now)):
            return
        self._told = (what, month_of(now))
        _log.warning("usage.budget", state=what, spent=str(self._spent))
        self._publish(
            Event(
                topic=Topic.LIMIT,
                tenant=self._tenant,
                thread=EVERYWHERE,
                correlation=self._ids.new("cor"),
                at=now,
                body={"limit": "usage_budget/tenant", "says": f"{self.says()} of this month are spent"},
            )
        )
