"""A budget warns, then leaves the model alone until the next month; it never leaves anybody without an answer."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from bot.telemetry import Metrics
from bot.usage.budget import FRESH, Allowance
from bot.usage_limits import UsageBudget, month_of, next_month
from memory.errors import ModelUnavailable
from memory.model.record import Event
from memory.store import Store
from tests.fakes.time import MIDNIGHT, CountingIds, FakeClock
from tests.memory.usage_calls import fact


class Told:
    """Keeps what listeners were told."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.events.append(event)


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def allowance(store: Store, clock: FakeClock, metrics: Metrics, told: Told) -> Allowance:
    budget = UsageBudget(monthly=Decimal(10))
    return Allowance(budget, store, "acme", publish=told, metrics=metrics, clock=clock, ids=CountingIds())


async def spend(store: Store, name: str, amount: str, **changes: Any) -> None:
    await store.usage.add("acme", [fact(id=name, cost=Decimal(amount), **changes)])


async def test_people_are_warned_once_near_the_end_and_told_once_when_it_is_spent(
    allowance: Allowance, store: Store, clock: FakeClock, told: Told
) -> None:
    await spend(store, "a", "7.99")
    await allowance.check()
    assert told.events == []
    await spend(store, "b", "0.01")
    clock.move(FRESH.total_seconds())
    await allowance.check()
    await allowance.check()
    assert [each.body["says"] for each in told.events] == ["8.00 of 10.00 USD of this month are spent"]
    await spend(store, "c", "2")
    clock.move(FRESH.total_seconds())
    with pytest.raises(ModelUnavailable, match=r"left alone: 10\.00 of 10\.00 USD"):
        await allowance.check()
    with pytest.raises(ModelUnavailable):
        await allowance.check()
    assert len(told.events) == 2


async def test_another_month_or_currency_spends_nothing_of_it(
    allowance: Allowance, store: Store, clock: FakeClock
) -> None:
    await spend(store, "a", "99", currency="EUR")
    await spend(store, "b", "99", at=month_of(MIDNIGHT) - timedelta(seconds=1))
    await allowance.check()
    await spend(store, "c", "99")
    clock.move(FRESH.total_seconds())
    with pytest.raises(ModelUnavailable) as refused:
        await allowance.check()
    assert "from 2026-12-01 on" in refused.value.hint
    clock.at = next_month(MIDNIGHT) + timedelta(seconds=1)
    await allowance.check()


async def test_the_store_is_not_asked_at_every_call(
    allowance: Allowance, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await allowance.check()

    async def never(*_: object) -> Decimal:
        pytest.fail("the store was asked again")

    monkeypatch.setattr(store.usage, "spent", never)
    await allowance.check()


def test_a_month_begins_on_its_first_day_and_the_next_one_after_it() -> None:
    assert month_of(MIDNIGHT).isoformat() == "2026-11-01T00:00:00+00:00"
    assert next_month(MIDNIGHT.replace(month=12, day=31)).isoformat() == "2027-01-01T00:00:00+00:00"
