"""How sure the ranking is of each suspicion: a number that comes true about as often as it says. Pure.

`SHARPNESS` and `RESERVE` were fitted, by likelihood, to simulated systems of other seeds than those reported on
(docs/eval/investigation.md shows said beside come true). The caps are caution: real systems hold surprises that
simulated ones do not.
"""

from collections.abc import Sequence

from agents.investigation.situation import Normal

SHARPNESS = 3.0
RESERVE = 0.005  # for what is not among the suspicions at all
MOST = {Normal.OWN: 0.95, Normal.BORROWED: 0.9, Normal.NONE: 0.9}


def confidences(weights: Sequence[float], normal: Normal) -> tuple[float, ...]:
    """Return, for weights that are together 1, how likely each one is the cause; together they are below 1."""
    raised = [weight**SHARPNESS for weight in weights]
    total = sum(raised) + RESERVE
    return tuple(min(MOST[normal], each / total) for each in raised)
