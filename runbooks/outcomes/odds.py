"""How likely a procedure is to work on a service: a Beta-binomial posterior, its prior pooled from others. Pure.

The prior is what is known of the same procedure on other services, itself drawn towards what is known of all
procedures. However much that is, it weighs like `WEIGHT` tries: services differ, and their own history soon
outweighs it.
"""

from collections.abc import Sequence

from memory.model.outcome_record import Tally
from memory.model.track import Odds
from runbooks.outcomes.beta import quantile

ENOUGH = 5  # tries on the service itself, below which no number is given
WEIGHT = 4.0  # tries that the prior weighs like
LEVEL = 0.9  # of the interval


def odds(here: Tally, everywhere: Sequence[Tally]) -> Odds | None:
    """Return the odds that the next try works, None where there is too little history to say.

    `everywhere` are the tallies of all procedures and services, this one among them or not.
    """
    return posterior(here, everywhere) if here.tried >= ENOUGH else None


def posterior(here: Tally, everywhere: Sequence[Tally]) -> Odds:
    """Return the odds whatever history there is: without any, what the prior alone says."""
    mean = prior_mean(here, everywhere)
    a = WEIGHT * mean + here.worked
    b = WEIGHT * (1 - mean) + here.tried - here.worked
    tail = (1 - LEVEL) / 2
    return Odds(expected=a / (a + b), low=quantile(tail, a, b), high=quantile(1 - tail, a, b), level=LEVEL)


def prior_mean(here: Tally, everywhere: Sequence[Tally]) -> float:
    """Return what the others say of this one before it was ever tried: strictly between 0 and 1."""
    same = [each for each in everywhere if each.procedure == here.procedure and each.service != here.service]
    other = [each for each in everywhere if each.procedure != here.procedure]
    overall = _shrunk(other, towards=0.5, weight=2.0)  # with no history at all: Beta(1, 1), which knows nothing
    return _shrunk(same, towards=overall, weight=WEIGHT)


def _shrunk(tallies: Sequence[Tally], *, towards: float, weight: float) -> float:
    worked, tried = sum(each.worked for each in tallies), sum(each.tried for each in tallies)
    return (weight * towards + worked) / (weight + tried)
