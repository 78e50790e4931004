"""Where what a caller suffers is made: blame flows from the symptom down the calls and stays where it arises.

Added waiting and failed calls are counted, not compared as ratios: a caller's added seconds are its own and those
of the calls it makes, so what its callees cannot account for was added in it. A callee's share in a caller goes by
how many of its calls that caller makes. Pure.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.investigation.deviation import CLEAR, Deviation
from agents.investigation.situation import SUFFERED, Measure, Situation

LEAST_SHARE = 0.25  # of the symptom's worst sample, from which a sample counts as bad
NEGLIGIBLE = 0.002  # blame that is not followed further
DEEPEST = 12  # calls
CROSSING = 0.4  # of what no callee accounts for in kind, that a callee which is ill otherwise may account for
NEWLY = 3.0  # times as many calls per call of the caller: the caller has changed its ways, the callee follows
FOLLOWS = 0.4  # of a share, that a callee which is newly called keeps
SILENT = 0.7  # of the same, that a callee accounts for which answers nobody any more
HARDLY = 0.02  # of its calls, that a callee may still take and count as silent
DROPPED = 0.5  # share of a callee's calls that went missing, from which it may have been out of reach

Deviations = Mapping[tuple[str, Measure], Deviation]


@dataclass(frozen=True)
class Symptom:
    """What is explained: one measure of one node, and how much each sample of the window counts for it."""

    node: str
    measure: Measure
    weights: tuple[float, ...]  # of the bad samples, together 1
    calm: tuple[float, ...]  # of the others, together 1, or all 0 where every sample is bad


@dataclass(frozen=True)
class Blame:
    """Blame by node, together 1, how much each node adds in all, and along which calls the blame came."""

    shares: dict[str, float]
    added: dict[tuple[str, Measure], float]
    paths: dict[str, tuple[str, ...]] = field(default_factory=dict)


def weights(deviation: Deviation) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return how much each sample counts as bad and as calm."""
    excess = [max(0.0, value) if value is not None else 0.0 for value in deviation.excess]
    worst = max(excess, default=0.0)
    bad = [value if worst > 0 and value >= LEAST_SHARE * worst else 0.0 for value in excess]
    measured = [value is not None for value in deviation.values]
    calm = [1.0 if seen and not heavy else 0.0 for seen, heavy in zip(measured, bad, strict=True)]
    return _normalized(bad), _normalized(calm)


def added(situation: Situation, deviations: Deviations, symptom: Symptom) -> dict[tuple[str, Measure], float]:
    """Return what each node adds per sample while the symptom is bad: seconds of waiting, failed calls.

    What it adds while the symptom is calm as well is taken off: it has nothing to do with it.
    """
    found: dict[tuple[str, Measure], float] = {}
    for (node, measure), deviation in deviations.items():
        if measure not in SUFFERED:
            continue
        counts = calls(situation, node)
        extra = [
            max(0.0, excess) * count if excess is not None else 0.0
            for excess, count in zip(deviation.excess, counts, strict=True)
        ]
        bad = sum(w * value for w, value in zip(symptom.weights, extra, strict=True))
        calm = sum(w * value for w, value in zip(symptom.calm, extra, strict=True))
        if bad > calm:
            found[node, measure] = bad - calm
    return found


def blamed(situation: Situation, deviations: Deviations, symptom: Symptom) -> Blame:
    """Return where the symptom comes from; where nobody told who calls whom, which nodes rose by how much."""
    if not situation.calls:
        return _each_by_itself(situation, deviations, symptom)
    flow = _Flow(situation, deviations, symptom)
    flow.follow(symptom.node, symptom.measure, 1.0, (symptom.node,))
    return Blame(shares=flow.shares, added=flow.added, paths=flow.paths)


def _each_by_itself(situation: Situation, deviations: Deviations, symptom: Symptom) -> Blame:
    rises: dict[str, float] = {}
    for (node, measure), found in deviations.items():
        mean = found.weighted(symptom.weights)
        if measure in SUFFERED and mean is not None and mean - found.level >= CLEAR * found.noise:
            rise = (mean - found.level) / max(found.level, found.noise)
            rises[node] = max(rises.get(node, 0.0), rise)
    total = sum(rises.values())
    shares = {node: rise / total for node, rise in rises.items()} if total > 0 else {symptom.node: 1.0}
    return Blame(shares, added(situation, deviations, symptom), {node: (node,) for node in shares})


class _Flow:
    def __init__(self, situation: Situation, deviations: Deviations, symptom: Symptom) -> None:
        self._situation = situation
        self._deviations = deviations
        self._symptom = symptom
        self.added = added(situation, deviations, symptom)
        self.shares: dict[str, float] = {}
        self.paths: dict[str, tuple[str, ...]] = {}
        self._most: dict[str, float] = {}

    def follow(self, node: str, measure: Measure, amount: float, path: tuple[str, ...]) -> None:
        onward = self._onward(node, measure, path) if len(path) <= DEEPEST else {}
        kept = amount * (1.0 - sum(onward.values()))
        self.shares[node] = self.shares.get(node, 0.0) + kept
        if amount > self._most.get(node, 0.0):
            self._most[node], self.paths[node] = amount, path
        for (callee, kind), share in onward.items():
            if amount * share > NEGLIGIBLE:
                self.follow(callee, kind, amount * share, (*path, callee))
            else:
                self.shares[node] += amount * share

    def _onward(self, node: str, measure: Measure, path: tuple[str, ...]) -> dict[tuple[str, Measure], float]:
        """Return which share of what is added at a node each callee accounts for, together 1 at most."""
        callees = [name for name in self._situation.callees[node] if name not in path]
        own = self.added.get((node, measure), 0.0)
        found: dict[tuple[str, Measure], float] = {}
        if own <= 0 and any((node, each) in self._deviations for each in Measure):
            return found
        for callee in callees:
            extra = self.added.get((callee, measure), 0.0) * self._part(node, callee)
            if extra > 0:
                keeps = FOLLOWS if self._newly_called(node, callee) else 1.0
                found[callee, measure] = keeps * extra / own if own > 0 else 1.0
        total = sum(found.values())
        if total > 1.0:
            return {key: share / total for key, share in found.items()}
        crossing = {
            (callee, kind): ill
            for callee in callees
            if (callee, measure) not in found and not self._newly_called(node, callee)
            for kind, ill in [self._otherwise_ill(node, callee, measure)]
            if ill > 0
        }
        whole = max(1.0, sum(crossing.values()))
        return found | {key: (1.0 - total) * ill / whole for key, ill in crossing.items()}

    def _part(self, caller: str, callee: str) -> float:
        """Return which part of a callee's calls this caller makes, going by how busy its callers are."""
        if (callee, Measure.TRAFFIC) not in self._situation.tracks:
            return 1.0  # not counted: as if every call led to one
        busy = {name: self._calls_under(name, self._symptom.weights) for name in self._situation.callers[callee]}
        total = sum(busy.values())
        return busy[caller] / total if total > 0 else 1.0 / len(busy)

    def _newly_called(self, caller: str, callee: str) -> bool:
        """Return whether a callee takes far more calls than before, and its caller does not."""
        (before, now), (busy_before, busy) = (
            (self._calls_under(node, self._symptom.calm), self._calls_under(node, self._symptom.weights))
            for node in (callee, caller)
        )
        return busy_before > 0 and busy > 0 and now / busy > NEWLY * max(before, 1.0) / busy_before

    def _calls_under(self, node: str, weights: tuple[float, ...]) -> float:
        return sum(w * count for w, count in zip(weights, calls(self._situation, node), strict=True))

    def _usual(self, node: str) -> float:
        """Return how many calls a node takes while the symptom is calm, or as a rule where it never is."""
        if any(self._symptom.calm):
            return self._calls_under(node, self._symptom.calm)
        found = self._deviations.get((node, Measure.TRAFFIC))
        return found.level if found is not None else 0.0

    def _otherwise_ill(self, caller: str, callee: str, measure: Measure) -> tuple[Measure, float]:
        """Return in which other way a callee is ill while the symptom is, 0 to 1: late answers fail, too."""
        other = Measure.LATENCY if measure is Measure.FAILURES else Measure.FAILURES
        deviation = self._deviations.get((callee, other))
        if deviation is not None and self.added.get((callee, other), 0.0) > 0:
            mean = deviation.weighted(self._symptom.weights)
            if mean is not None and (mean - deviation.level) / deviation.noise > CLEAR:
                return other, CROSSING
        return measure, self._out_of_reach(caller, callee)

    def _out_of_reach(self, caller: str, callee: str) -> float:
        """Return which share of a callee's calls went missing while its caller was as busy as before, 0 to 1."""
        before, taken = self._usual(callee), self._calls_under(callee, self._symptom.weights)
        usual, busy = self._usual(caller), self._calls_under(caller, self._symptom.weights)
        if before <= 0 or usual <= 0:
            return 0.0
        expected = before * busy / usual
        if expected - taken < CLEAR * math.sqrt(expected) or taken > DROPPED * expected:
            return 0.0
        return CROSSING if taken > HARDLY * expected else SILENT


def calls(situation: Situation, node: str) -> tuple[float, ...]:
    """Return how many calls a node took in each sample; one, where that is not measured."""
    track = situation.tracks.get((node, Measure.TRAFFIC))
    if track is None:
        return (1.0,) * len(situation.times)
    return tuple(value if value is not None else 0.0 for value in track.values)


def _normalized(values: list[float]) -> tuple[float, ...]:
    total = sum(values)
    return tuple(value / total for value in values) if total > 0 else (0.0,) * len(values)


def is_silent(situation: Situation, symptom: Symptom, node: str) -> bool:
    """Return whether a node took hardly a call while the symptom was bad, and did before."""
    if (node, Measure.TRAFFIC) not in situation.tracks:
        return False
    counts = calls(situation, node)
    bad = sum(w * count for w, count in zip(symptom.weights, counts, strict=True))
    calm = sum(w * count for w, count in zip(symptom.calm, counts, strict=True))
    return calm > 0 and bad <= HARDLY * calm
