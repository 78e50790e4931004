"""What a signal says of a service: its level now, where it turned for the worse, whether it recovered. Pure."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from statistics import median

from agents.changepoint import ChangePoint, Points, change_points
from memory.model.evidence import Evidence
from memory.model.run import Outcome
from memory.model.value import Moment, Value
from tools.contract import Signal
from tools.readings import UNITS


class Norm(Value):
    """What counts as a turn of a signal: at least `least` in its unit, and by at least `factor`.

    `worse` is 1 where more is worse and -1 where less is; `limit` is the level that is bad in itself.
    """

    says: str
    worse: int
    factor: float
    least: float
    limit: float | None = None

    def worsened(self, before: float, after: float) -> bool:
        """Return whether going from one level to the other is a turn for the worse that a person would notice."""
        change = (after - before) * self.worse
        if change < self.least:
            return False
        low, high = sorted((abs(before), abs(after)))
        return low == 0 or high / low >= self.factor

    def bad(self, level: float) -> bool:
        """Return whether a level is bad whatever it was before."""
        return self.limit is not None and (level - self.limit) * self.worse >= 0


NORMS = {
    Signal.ERROR_RATE: Norm(says="error rate", worse=1, factor=2.0, least=0.005, limit=0.02),
    Signal.LATENCY_P99: Norm(says="p99 latency", worse=1, factor=1.5, least=0.02),
    Signal.AVAILABILITY: Norm(says="availability", worse=-1, factor=1.0, least=0.01, limit=0.99),
    Signal.TRAFFIC: Norm(says="traffic", worse=-1, factor=2.0, least=0.1),
}
RECENT = 3  # points: one bad scrape is not a bad service
SURGE = Norm(says="traffic", worse=1, factor=1.6, least=0.5)  # no fault, but a possible cause of one


class Symptom(Value):
    """One signal of one service over a window.

    `level` is where it stands now; `before` where it stood until `since`, when it turned for the worse, both
    absent when it did not. `until` is when a turn for the worse ended, `worst` how far it had gone. `usual` is its
    median over the window; `bad` is whether the level would be bad whatever it was before.
    """

    service: str
    signal: Signal
    unit: str
    level: float
    evidence: Evidence
    before: float | None = None
    since: Moment | None = None
    until: Moment | None = None
    worst: float | None = None
    usual: float
    bad: bool = False

    @property
    def wrong(self) -> bool:
        """Return whether something is wrong now, as far as this signal tells."""
        return self.bad or (self.since is not None and self.until is None)


class Condition(StrEnum):
    """How a service fares."""

    OK = "ok"
    DEGRADED = "degraded"
    DOWN = "down"
    UNKNOWN = "unknown"


def condition(symptoms: Sequence[Symptom]) -> Condition:
    """Return how a service fares by its symptoms; without any it is not known."""
    if not symptoms:
        return Condition.UNKNOWN
    if any(_is_down(symptom) for symptom in symptoms):
        return Condition.DOWN
    return Condition.DEGRADED if any(symptom.wrong for symptom in symptoms) else Condition.OK


def _is_down(symptom: Symptom) -> bool:
    limits = {Signal.AVAILABILITY: symptom.level <= 0.0, Signal.ERROR_RATE: symptom.level >= 0.5}  # noqa: PLR2004  # half of all requests fail
    return limits.get(symptom.signal, False)


def symptom(service: str, signal: Signal, outcome: Outcome, norm: Norm | None = None) -> Symptom | None:
    """Return what the outcome of `metrics.signal` says, None when it holds no number."""
    points = series(outcome)
    values = [value for _, value in points if math.isfinite(value)]
    level = outcome.value if outcome.value is not None and math.isfinite(outcome.value) else None
    if not outcome.evidence or (level is None and not values):
        return None
    fact = outcome.evidence[0]
    norm = norm or NORMS[signal]
    changes = change_points(points)
    level = values[-1] if level is None else level
    recent = median(values[-RECENT:]) if values else level
    return Symptom(
        service=service,
        signal=signal,
        unit=fact.unit or UNITS[signal],
        level=level,
        evidence=fact,
        usual=median(values) if values else level,
        bad=norm.bad(level) and norm.bad(recent),
        **(_turn(changes, norm) or _episode(changes, norm)),
    )


def series(outcome: Outcome) -> Points:
    """Return the line of an outcome's first evidence, empty when it has none."""
    lines = outcome.evidence[0].series if outcome.evidence else ()
    return lines[0].points if lines else ()


def _turn(changes: Sequence[ChangePoint], norm: Norm) -> dict[str, Moment | float | None]:
    """Return where the present level began to be worse than what was before; a climb in steps is one turn."""
    if not changes:
        return {}
    present = changes[-1].after
    first = next((k for k in reversed(range(len(changes))) if norm.worsened(changes[k].before, present)), None)
    if first is None:
        return {}
    while first > 0 and norm.worsened(changes[first - 1].before, changes[first].before):
        first -= 1
    return {"before": changes[first].before, "since": _moment(changes[first].at)}


def _episode(changes: Sequence[ChangePoint], norm: Norm) -> dict[str, Moment | float | None]:
    """Return the last turn for the worse that has ended within the window."""
    for begin, end in reversed(list(pairwise(changes))):
        if norm.worsened(begin.before, begin.after) and norm.worsened(end.after, end.before):
            span = {"since": _moment(begin.at), "until": _moment(end.at)}
            return {"before": begin.before, "worst": begin.after, **span}
    return {}


def _moment(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
