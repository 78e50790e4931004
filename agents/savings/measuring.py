"""What an adopted saving brought: a forecast from the days before it of what would have been, less what was.

The forecast is the house's own (`agents.forecasting`), its bounds the errors it made over windows of the same
length before. Where the days before are too few for a promise, no bound is given and that is said.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final

import numpy as np

from agents.forecasting import ensemble
from agents.forecasting.ensemble import Trial
from agents.forecasting.members import Member, members
from agents.forecasting.series import Costs, Series
from agents.savings.making import band
from agents.savings.prices import DAYS_A_MONTH, cents
from memory.model.saving import Adoption, Band, Measured

FEWEST_BEFORE: Final = 28
FEWEST_AFTER: Final = 3
MOST_TRIALS: Final = 12
LEVELS: Final = (0.9, 0.8)  # the surer where enough windows were tried


def measured(known: Series, adoption: Adoption, adopted: date, begin: date | None = None) -> Measured:
    """Return what was saved from the day after `adopted`, or a later `begin`, to the end of what is known."""
    before, after = _parted(known, adopted)
    skipped = max(0, (begin - adopted).days) if begin else 0
    after = after[skipped:]
    if len(before.costs) < FEWEST_BEFORE:
        return Measured(
            adoption=adoption,
            note=f"Only {len(before.costs)} days before it are known, and {FEWEST_BEFORE} are needed to tell what "
            "would have been.",
        )
    if len(after) < FEWEST_AFTER:
        return Measured(adoption=adoption, note=f"Only {len(after)} days after it are known yet.")
    expected, reach, level, tried = _counterfactual(before, len(after), 1 + skipped)
    was = cents(Decimal(repr(float(after.sum()))))
    low, high = (expected - reach, expected + reach) if reach is not None else (expected, expected)
    basis = (
        f"errors of the same forecast over {tried} overlapping windows of {len(after)} days before it"
        if reach is not None
        else "no bounds: too few windows of this length before it"
    )
    would = _band(low, expected, high, basis, level)
    saved = would.model_copy(update={name: getattr(would, name) - was for name in ("low", "expected", "high")})
    part = DAYS_A_MONTH / len(after)
    monthly = saved.scaled(part)
    return Measured(
        adoption=adoption,
        days=len(after),
        would_have_been=would,
        was=was,
        saved=saved,
        monthly=band(monthly.low, monthly.expected, monthly.high, basis, level),
    )


def _parted(known: Series, adopted: date) -> tuple[Series, Costs]:
    count = max(0, min(len(known.costs), (adopted - known.first).days))
    after = max(0, min(len(known.costs), (adopted - known.first).days + 1))
    return Series(known.first, known.costs[:count], known.step), known.costs[after:]


def _counterfactual(before: Series, days: int, gap: int) -> tuple[float, float | None, float | None, int]:
    """Return what days after a gap would have cost, how far that may be off, how surely, tried how often."""
    voices, _ = members(before.step)
    trials = []
    step = max(1, days // 3)  # windows overlap, or weeks of history would give too few of them
    for back in range(MOST_TRIALS - 1, -1, -1):
        start = len(before.costs) - days - back * step
        if start - gap < FEWEST_BEFORE:
            continue
        past = Series(before.first, before.costs[: start - gap], before.step)
        said = _sums(past, days, voices, gap)
        truth = float(before.costs[start : start + days].sum())
        scale = abs(float(np.median([*said.values()]))) if said else 0.0
        if scale > 0:
            trials.append(Trial(said, truth, scale))
    said = _sums(before, days, voices, gap)
    expected = ensemble.together(said, ensemble.weights(trials, list(said)))
    for level in LEVELS:
        reach = ensemble.reach(trials, said, level)
        if reach is not None:
            return expected, reach, level, len(trials)
    return expected, None, None, len(trials)


def _sums(past: Series, days: int, voices: dict[str, Member], gap: int) -> dict[str, float]:
    """Return what each member says of so many days after a gap, such as the day it was adopted on."""
    ahead = [past.last + timedelta(number) for number in range(1, days + gap + 1)]
    return {name: float(values[gap:].sum()) for name, values in ensemble.told(past, ahead, voices).items()}


def _band(low: float, expected: float, high: float, basis: str, level: float | None) -> Band:
    lowest, likely, highest = (Decimal(repr(each)) for each in (low, expected, high))
    return band(lowest, likely, highest, basis, level)
