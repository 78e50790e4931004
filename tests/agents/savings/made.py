"""Workloads as tests need them: four weeks of hours from a Monday, each hour as a function says."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from agents.savings.making import Terms
from agents.savings.prices import Prices
from agents.savings.readings import Workload

MONDAY = datetime(2026, 10, 26, tzinfo=UTC)
WEEKS = 4
GIB = 2**30
PRICES = Prices(currency="USD", cpu_hour=Decimal("0.04"), gib_hour=Decimal("0.005"))
TERMS = Terms(prices=PRICES, now=datetime(2026, 11, 23, tzinfo=UTC))


def hours(value: Callable[[int], float | None], weeks: int = WEEKS) -> tuple[float | None, ...]:
    """Return the value of each hour, counted from the first."""
    return tuple(value(hour) for hour in range(weeks * 168))


def workload(**changes: object) -> Workload:
    """Return a workload of four replicas that request a core and 2 GiB each, and use a tenth."""
    known: dict[str, object] = {
        "service": "checkout",
        "environment": "staging",
        "production": False,
        "replicas": 4,
        "first": MONDAY,
        "cpu_request": 1.0,
        "memory_request": 2.0 * GIB,
        "cpu": hours(lambda _: 0.1),
        "memory": hours(lambda _: 0.5 * GIB),
        "load": hours(lambda _: 10.0),
    }
    return Workload(**{**known, **changes})  # type: ignore[arg-type]  # each is checked where it is used
