"""What several forecasts say together: each counts by how small its past error was on this very series.

One model alone is not the answer: which one is best differs from bill to bill, and changes. A share of the weight
is the same for all, since a past of a few months tells good from lucky only roughly.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from agents.forecasting.members import Member
from agents.forecasting.series import Costs, Series

_FLOOR: Final = 0.01  # of relative error: nobody is trusted as if they were never wrong
_WORST: Final = 0.6  # one month that nobody could foresee does not decide who is trusted
_POWER: Final = 4
_ALIKE: Final = 0.3  # of the weight


@dataclass(frozen=True)
class Trial:
    """What each member would have said on a day in the past of a sum that is known by now."""

    said: dict[str, float]
    truth: float
    scale: float  # what an error is measured against, above zero


def told(series: Series, ahead: list[date], members: Mapping[str, Member]) -> dict[str, Costs]:
    """Return what each member says of the dates that follow; who has nothing to say is left out."""
    said = {name: member(series, ahead) for name, member in members.items()}
    return {name: values for name, values in said.items() if np.isfinite(values).all()}


def weights(trials: list[Trial], names: list[str]) -> dict[str, float]:
    """Return how much each member counts, adding up to one: all alike where nothing was tried."""
    errors = {name: [_error(trial, name) for trial in trials if name in trial.said] for name in names}
    known = [np.mean(each) for each in errors.values() if each]
    usual = float(np.median(known)) if known else 1.0  # who was never tried counts as the middle one
    raw = {name: (float(np.mean(each)) if each else usual) + _FLOOR for name, each in errors.items()}
    inverse = {name: error**-_POWER for name, error in raw.items()}
    whole, each = sum(inverse.values()), _ALIKE / len(names)
    return {name: (1 - _ALIKE) * value / whole + each for name, value in inverse.items()}


def together(said: Mapping[str, float], counts: Mapping[str, float]) -> float:
    """Return the weighted mean."""
    return sum(counts[name] * value for name, value in said.items()) / sum(counts[name] for name in said)


def errors(trials: list[Trial]) -> list[float]:
    """Return the relative error the ensemble would have made at each trial, weighted by the trials before it."""
    found = []
    for number, trial in enumerate(trials):
        counts = weights(trials[:number], list(trial.said))
        found.append((trial.truth - together(trial.said, counts)) / trial.scale)
    return found


def _error(trial: Trial, name: str) -> float:
    return min(abs(trial.said[name] - trial.truth) / trial.scale, _WORST)
