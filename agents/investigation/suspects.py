"""Who is suspected: nodes in which blame stays, changes made to them, and where more traffic came in. Pure."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from agents.investigation.blame import Blame, Deviations, Symptom, is_silent
from agents.investigation.deviation import CLEAR, Deviation
from agents.investigation.situation import SUFFERED, Change, Measure, Situation

LEAST_BLAME = 0.01  # of a suspect
SURGE = 1.6  # times the traffic, from which it is one
SURGE_FROM_OUTSIDE = 2.0  # weight of traffic without end, from callers that are not below the symptom
SURGE_WITHIN = 0.5  # the same where no caller is known to have more: one of them may call more often
SHORT = 1.5  # how much more a node that is short of something is suspected
LATE = 0.5  # how much less one that turned after the symptom
LONGEST_FUSE_S = 45 * 60.0  # between a change and what it causes
SLACK_S = 60.0  # rates look back, so a turn can seem to come before its cause
HALF_LIFE_S = 900.0  # how fast a change loses its weight as a cause
CHANGED = {"deploy": 4.0, "rollback": 3.5, "flag": 3.8, "config": 3.8, "scale": 2.0, "restart": 1.6, "cost": 1.2}
CHANGED_SOMEHOW = 2.0

Onsets = dict[tuple[str, Measure], float]  # unix seconds


class Kind(StrEnum):
    """What a hypothesis takes for the cause."""

    NODE = "node"  # something in the node itself, or in what it calls and nobody measures
    CHANGE = "change"
    SURGE = "surge"


@dataclass(frozen=True)
class Suspicion:
    """A node under suspicion with its weight; the weights of all are together 1."""

    node: str
    kind: Kind
    weight: float
    blame: float
    change: Change | None = None
    surge: float = 1.0
    late_s: float = 0.0
    short_of: bool = False
    silent: bool = False


def suspicions(
    situation: Situation,
    deviations: Deviations,
    symptom: Symptom,
    blame: Blame,
    turned: Onsets,
) -> tuple[Suspicion, ...]:
    """Return who is suspected, the most suspected first; `turned` is when each measure stood out first."""
    found = [
        _suspicion(situation, deviations, symptom, node, share, turned)
        for node, share in blame.shares.items()
        if share >= LEAST_BLAME
    ]
    found += _surges(situation, deviations, symptom)
    total = sum(each.weight for each in found)
    shared = [replace(each, weight=each.weight / total) for each in found] if total > 0 else found
    best: dict[str, Suspicion] = {}
    for each in sorted(shared, key=lambda each: (-each.weight, each.node)):
        first = best.get(each.node)
        best[each.node] = each if first is None else replace(first, weight=first.weight + each.weight)
    return tuple(sorted(best.values(), key=lambda each: (-each.weight, each.node)))


def _suspicion(
    situation: Situation,
    deviations: Deviations,
    symptom: Symptom,
    node: str,
    share: float,
    turned: Onsets,
) -> Suspicion:
    short = deviations.get((node, Measure.SATURATION))
    short_of = short is not None and short.peak >= CLEAR
    began, here = _began(turned, symptom.node), _began(turned, node)
    late = max(0.0, here - began) if began is not None and here is not None else 0.0
    change, factor = _change(situation, node, began)
    tardy = late > _step(situation) and node != symptom.node
    weight = share * factor * (SHORT if short_of else 1.0) * (LATE if tardy else 1.0)
    return Suspicion(
        node=node,
        kind=Kind.CHANGE if change is not None else Kind.NODE,
        weight=weight,
        blame=share,
        change=change,
        late_s=late if tardy else 0.0,
        short_of=short_of,
        silent=is_silent(situation, symptom, node),
    )


def _change(situation: Situation, node: str, began: float | None) -> tuple[Change | None, float]:
    """Return the change of a node that speaks most against it, and how much more it is suspected for it."""
    if began is None:
        return None, 1.0
    found = [
        (
            1.0 + _often(each) * math.pow(0.5, max(0.0, began - each.at) / HALF_LIFE_S),
            each,
        )
        for each in situation.changes
        if each.node == node and -max(SLACK_S, _step(situation)) <= began - each.at <= LONGEST_FUSE_S
    ]
    if not found:
        return None, 1.0
    factor, change = max(found, key=lambda pair: pair[0])
    return change, factor


def _often(change: Change) -> float:
    return CHANGED.get(change.kind, CHANGED_SOMEHOW)


def _surges(situation: Situation, deviations: Deviations, symptom: Symptom) -> Iterator[Suspicion]:
    """Yield where more traffic comes in than usual to what is below the symptom, itself included."""
    risen = {
        node: ratio
        for (node, measure), found in deviations.items()
        if measure is Measure.TRAFFIC and (ratio := _risen(found, symptom)) >= SURGE
    }
    below = {name for name, _ in situation.downstream(symptom.node)}
    for node in sorted(below & risen.keys()):
        above = set(situation.callers[node])
        if above & below & risen.keys():
            continue  # it came from further up
        from_outside = not above or bool(above & risen.keys())
        weight = (1.0 - 1.0 / risen[node]) * (SURGE_FROM_OUTSIDE if from_outside else SURGE_WITHIN)
        yield Suspicion(node, Kind.SURGE, weight, 0.0, surge=risen[node])


def _risen(found: Deviation, symptom: Symptom) -> float:
    """Return how many times its usual traffic a node has while the symptom is bad; 1 where that may be noise."""
    now, calm = found.weighted(symptom.weights), found.weighted(symptom.calm)
    usual = found.level if calm is None else calm
    if now is None or usual <= 0 or now - usual < CLEAR * found.noise:
        return 1.0
    return now / usual


def onsets(situation: Situation, deviations: Deviations) -> Onsets:
    """Return when each measure first stood out for two samples in a row."""
    found: Onsets = {}
    for key, each in deviations.items():
        high = [excess is not None and excess / each.noise >= CLEAR for excess in each.excess]
        after = [*high[1:], True]
        first = next(
            (at for at, now, next_ in zip(situation.times, high, after, strict=True) if now and next_), None
        )
        if first is not None:
            found[key] = first
    return found


def _began(turned: Onsets, node: str) -> float | None:
    """Return when callers could first feel something of a node."""
    return min(
        (at for (name, measure), at in turned.items() if name == node and measure in SUFFERED), default=None
    )


def _step(situation: Situation) -> float:
    return situation.times[1] - situation.times[0] if len(situation.times) > 1 else SLACK_S
