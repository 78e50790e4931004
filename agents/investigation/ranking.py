"""Ranks what may be at fault, with what speaks for it and against it; "nothing is wrong" is a finding, too. Pure.

The rank of a node is the blame that stays in it, weighed by what was changed there, by whether it is short of
something, and by whether it turned in time. How sure that makes us is measured, not assumed: see `confidence.py`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from agents.investigation.blame import Blame, Deviations, Symptom, blamed, calls, weights
from agents.investigation.confidence import confidences
from agents.investigation.deviation import CLEAR, Deviation, deviation
from agents.investigation.situation import SUFFERED, Measure, Situation
from agents.investigation.suspects import Onsets, Suspicion, onsets, suspicions

STRIKING = 6.0  # noise units from which something downstream says that something is wrong, if the symptom does not
NOTICEABLE = {Measure.LATENCY: 0.1, Measure.FAILURES: 0.005}  # a rise people notice: of the level; in itself


class Verdict(StrEnum):
    """What came of an investigation."""

    FOUND = "found"
    UNCLEAR = "unclear"  # something is wrong, and nothing stands out
    NOTHING = "nothing_wrong"
    UNKNOWN = "unknown"  # too little was measured to say anything


@dataclass(frozen=True)
class Ranking:
    """What came of it: the symptom, how clear it is, and the suspicions, the worst first with how sure we are."""

    verdict: Verdict
    deviations: Deviations
    symptom: Symptom | None = None
    clear: float = 0.0  # noise units
    blame: Blame | None = None
    suspicions: tuple[Suspicion, ...] = ()
    confidences: tuple[float, ...] = ()
    onsets: Onsets | None = None


def ranked(situation: Situation) -> Ranking:
    """Return what is likely at fault in a situation."""
    deviations = {
        key: found
        for key, track in situation.tracks.items()
        if (found := deviation(track, key[1], situation.normal, _counted(situation, key[0]))) is not None
    }
    symptom = _symptom(situation, deviations)
    if symptom is None:
        return Ranking(verdict=Verdict.UNKNOWN, deviations=deviations)
    clear = deviations[symptom.node, symptom.measure].peak
    if not any(symptom.weights):
        return Ranking(Verdict.NOTHING, deviations, symptom, clear)
    blame = blamed(situation, deviations, symptom)
    turned = onsets(situation, deviations)
    suspects = suspicions(situation, deviations, symptom, blame, turned)
    if not _is_wrong(deviations, symptom, blame):
        return Ranking(Verdict.NOTHING, deviations, symptom, clear, blame, suspects, (), turned)
    sure = confidences([each.weight for each in suspects], situation.normal)
    verdict = Verdict.FOUND if sure and sure[0] >= 0.5 else Verdict.UNCLEAR  # noqa: PLR2004  # likelier than not
    return Ranking(verdict, deviations, symptom, clear, blame, suspects, sure, turned)


def _counted(situation: Situation, node: str) -> tuple[float, ...]:
    """Return how many calls each sample of a node is made of, nothing where nobody counted them."""
    return calls(situation, node) if (node, Measure.TRAFFIC) in situation.tracks else ()


def _symptom(situation: Situation, deviations: Deviations) -> Symptom | None:
    """Return what is to be explained: the target, or else what most callers from outside suffer from."""
    target = situation.target
    found = {
        (node, measure): each
        for (node, measure), each in deviations.items()
        if measure in SUFFERED and (target is None or target.node == node)
    }
    if target is not None and target.measure is not None:
        found = {key: each for key, each in found.items() if key[1] is target.measure} or found
    if not found:
        return None
    entries = {key: each for key, each in found.items() if not situation.callers[key[0]]}
    wrong = {key: each for key, each in entries.items() if each.peak >= CLEAR}
    wrong = wrong or {key: each for key, each in found.items() if each.peak >= CLEAR}
    chosen = wrong or entries or found
    busiest = max((_upstream(situation, deviations, node, entries), node) for node, _ in chosen)[1]
    node, measure = max((key for key in chosen if key[0] == busiest), key=lambda key: (chosen[key].peak, key))
    bad, calm = weights(chosen[node, measure])
    return Symptom(node=node, measure=measure, weights=bad, calm=calm)


def _upstream(
    situation: Situation, deviations: Deviations, node: str, entries: Collection[tuple[str, Measure]]
) -> tuple[float, float]:
    """Return how far up a node stands: by its calls; where all call each other, by how long its callers wait."""
    waiting = deviations.get((node, Measure.LATENCY))
    level = 0.0 if entries or waiting is None else waiting.level
    return level, sum(calls(situation, node))


def _is_wrong(deviations: Deviations, symptom: Symptom, blame: Blame) -> bool:
    """Return whether something is: the symptom stands out, or what it is blamed on does, strikingly."""
    if _noticeable(deviations[symptom.node, symptom.measure], symptom.measure, symptom, CLEAR):
        return True
    worst = max(blame.shares, key=lambda name: blame.shares[name])
    return any(
        _noticeable(found, measure, symptom, STRIKING)
        for measure in SUFFERED
        if (worst, measure) in blame.added and (found := deviations.get((worst, measure))) is not None
    )


def _noticeable(found: Deviation, measure: Measure, symptom: Symptom, least: float) -> bool:
    mean = found.weighted(symptom.weights)
    if mean is None or found.peak < least:
        return False
    rise = mean - found.level
    return rise >= NOTICEABLE[measure] * (1.0 if measure is Measure.FAILURES else found.level)
