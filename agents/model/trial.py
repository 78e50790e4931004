"""Experiments between models: who falls to which arm, and what came of it. Pure.

The same person always falls to the same arm of an experiment, on every node and after every restart.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from math import sqrt

from agents.model.fleet import Experiment
from memory.model.model_call import Assignment, CallOutcome, ModelCall
from memory.model.value import Value

_Z = 1.96  # of a 95 % interval
_FEWEST = 30  # calls an arm, below which nothing is concluded


def assigned(experiment: Experiment, tenant: str, unit: str) -> Assignment | None:
    """Return the arm that a person falls to, None for those who take no part."""
    digest = sha256(f"{experiment.salt}\x00{experiment.name}\x00{tenant}\x00{unit}".encode()).digest()
    if int.from_bytes(digest[:4]) % 100 >= experiment.share:
        return None
    arms = sorted(experiment.arms)
    return Assignment(experiment=experiment.name, arm=arms[int.from_bytes(digest[4:8]) % len(arms)])


class ArmResult(Value):
    """What came of one arm. `low` and `high` bound the share that was answered, with 95 % confidence (Wilson)."""

    arm: str
    model: str
    calls: int
    answered: float
    low: float
    high: float
    p50_s: float | None
    p95_s: float | None
    tokens: int
    cost: float | None


class Verdict(Value):
    """What an experiment shows so far, in a sentence, and by what."""

    experiment: str
    says: str
    arms: tuple[ArmResult, ...]


def evaluated(experiment: Experiment, calls: Iterable[ModelCall]) -> Verdict:
    """Return what the calls that fell to the experiment show. Answers out of the cache are no calls of a model."""
    by_arm: dict[str, list[ModelCall]] = {arm: [] for arm in sorted(experiment.arms)}
    for call in calls:
        fell = call.assignment
        if fell is not None and fell.experiment == experiment.name and not call.cached and fell.arm in by_arm:
            by_arm[fell.arm].append(call)
    arms = tuple(_result(arm, experiment.arms[arm], made) for arm, made in by_arm.items())
    return Verdict(experiment=experiment.name, says=_says(arms), arms=arms)


def _result(arm: str, model: str, calls: Sequence[ModelCall]) -> ArmResult:
    good = [call for call in calls if call.outcome is CallOutcome.ANSWERED]
    low, high = wilson(len(good), len(calls))
    took = sorted(call.seconds for call in good)
    costs = [call.cost for call in calls if call.cost is not None]
    return ArmResult(
        arm=arm,
        model=model,
        calls=len(calls),
        answered=len(good) / len(calls) if calls else 0.0,
        low=low,
        high=high,
        p50_s=quantile(took, 0.5),
        p95_s=quantile(took, 0.95),
        tokens=sum((call.input_tokens or 0) + (call.output_tokens or 0) for call in calls),
        cost=float(sum(costs)) if costs else None,
    )


def wilson(good: int, of: int) -> tuple[float, float]:
    """Return the bounds of a share with 95 % confidence (Wilson, 1927); (0, 1) where nothing was tried."""
    if not of:
        return 0.0, 1.0
    share, z2 = good / of, _Z * _Z
    middle = share + z2 / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of))
    return max(0.0, (middle - spread) / (1 + z2 / of)), min(1.0, (middle + spread) / (1 + z2 / of))


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """Return the value below which that share of them lies (nearest rank), None of none."""
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else None


def _says(arms: Sequence[ArmResult]) -> str:
    few = [arm.arm for arm in arms if arm.calls < _FEWEST]
    if few:
        return f"Too few calls to tell: each arm needs {_FEWEST}, and {', '.join(few)} has fewer."
    best = max(arms, key=lambda arm: arm.low)
    beaten = [arm for arm in arms if arm is not best and arm.high < best.low]
    if len(beaten) == len(arms) - 1:
        return f"{best.arm} ({best.model}) answers more often than every other arm."
    return "No difference in how often they answer can be shown; compare latency and cost."
