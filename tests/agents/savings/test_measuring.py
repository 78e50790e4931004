"""What a saving brought, against what would have been: a series that is known without it tells the truth."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from agents.forecasting.series import Series
from agents.savings.measuring import measured
from memory.model.saving import Adoption, Factor
from tests.agents.savings.test_plans import POOLS, saving

FIRST = date(2026, 5, 1)
DAYS = 180
ADOPTED = FIRST + timedelta(150)
ADOPTION = Adoption(
    id="adopted_1",
    tenant="acme",
    saving=saving(1, POOLS[1], Factor.HOURS, Decimal("0.5")),
    by="alice",
    at=datetime(2026, 9, 28, tzinfo=UTC),
)


def bill(seed: int = 5) -> np.ndarray:
    """Return costs by day without any saving: a level, a week, some noise."""
    chance = np.random.default_rng(seed)
    weekday = np.array([(FIRST + timedelta(day)).weekday() for day in range(DAYS)])
    return 100.0 * np.where(weekday < 5, 1.0, 0.7) * chance.normal(1, 0.03, DAYS)


def test_a_saving_of_known_size_is_measured_within_its_bounds() -> None:
    held = 0
    for seed in range(5):
        cost = bill(seed)
        truth = float(cost[151:].sum() * 0.4)
        cost[151:] *= 0.6
        found = measured(Series(FIRST, cost), ADOPTION, ADOPTED)
        assert found.saved is not None
        assert found.saved.level == 0.9
        assert float(found.saved.expected) == pytest.approx(truth, rel=0.1)
        held += float(found.saved.low) <= truth <= float(found.saved.high)
    assert held >= 4


def test_what_was_saved_is_what_would_have_been_less_what_was() -> None:
    cost = bill()
    found = measured(Series(FIRST, cost), ADOPTION, ADOPTED)
    assert found.saved is not None
    assert found.would_have_been is not None
    assert found.days == DAYS - 151
    assert float(found.was or 0) == pytest.approx(cost[151:].sum(), abs=0.01)
    assert found.saved.expected == found.would_have_been.expected - (found.was or 0)
    assert found.monthly is not None
    assert float(found.monthly.expected) == pytest.approx(float(found.saved.expected) / 29 * 365 / 12, abs=0.02)


def test_a_saving_that_changed_nothing_is_not_claimed() -> None:
    held = 0
    for seed in range(4):
        found = measured(Series(FIRST, bill(seed)), ADOPTION, ADOPTED)
        assert found.saved is not None
        held += found.saved.low <= 0 <= found.saved.high
    assert held >= 3


def test_a_later_beginning_leaves_out_the_days_before_it() -> None:
    cost = bill()
    cost[151:] *= 0.6
    found = measured(Series(FIRST, cost), ADOPTION, ADOPTED, ADOPTED + timedelta(10))
    assert found.days == DAYS - 161
    assert float(found.was or 0) == pytest.approx(cost[161:].sum(), abs=0.01)


@pytest.mark.parametrize(
    ("first", "until", "says"),
    [(130, DAYS, "Only 20 days before it"), (0, 153, "Only 2 days after it"), (0, 100, "Only 0 days after it")],
)
def test_too_little_that_is_known_is_said_and_nothing_is_measured(first: int, until: int, says: str) -> None:
    known = Series(FIRST + timedelta(first), bill()[first:until])
    found = measured(known, ADOPTION, ADOPTED)
    assert found.saved is None
    assert found.note.startswith(says)


def test_where_windows_before_it_are_too_few_no_bounds_are_promised() -> None:
    known = Series(FIRST + timedelta(100), bill()[100:])
    found = measured(known, ADOPTION, ADOPTED)
    assert found.saved is not None
    assert found.saved.level is None
    assert found.saved.low == found.saved.high
    assert "no bounds" in found.saved.basis
