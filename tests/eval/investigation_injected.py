"""Faults put into real traffic: recorded samples of a healthy system, with what one fault at one node would add.

The noise, the drift, the gaps and the graph with its missing edges are the recording's. What a fault adds to a
node is added to its callers as well, in proportion to how many of its calls are theirs.
"""

import random
from collections.abc import Iterator
from dataclasses import replace

from agents.investigation.situation import Measure, Normal, Situation, Target, Track
from agents.investigation.tables import Metrics

WINDOW = 5  # samples, as in the recorded cases
APART = 12  # samples between a window and what counts as its normal
FELT_LATENCY = 0.12
FELT_FAILURES = 0.015
MOST_TRIES = 400

Samples = dict[tuple[str, Measure], list[float | None]]


def injected(
    healthy: Metrics, calls: frozenset[tuple[str, str]], seed: int, count: int
) -> Iterator[tuple[Situation, str]]:
    """Yield situations with the node at fault, `count` for each node whose faults are felt where calls enter."""
    drawn = random.Random(seed)  # noqa: S311  # a simulation
    bare = Situation(times=(), tracks={key: Track(()) for key in healthy.values}, calls=calls)
    entry = max(bare.nodes, key=lambda name: (not bare.callers[name], len(list(bare.downstream(name)))))
    for node, depth in bare.downstream(entry):
        found = 0
        for _ in range(MOST_TRIES if depth else 0):
            case = _case(drawn, healthy, replace(bare, target=Target(entry)), node)
            if case is not None:
                yield case, node
                found += 1
            if found == count:
                break


def quiet(healthy: Metrics, calls: frozenset[tuple[str, str]], target: Target, every: int) -> Iterator[Situation]:
    """Yield windows in which nothing was injected."""
    bare = Situation(times=(), tracks={}, calls=calls, target=target)
    for start in range(0, len(healthy.times) - WINDOW, every):
        yield _situation(healthy, bare, start, _window(healthy, start))


def _case(drawn: random.Random, healthy: Metrics, bare: Situation, node: str) -> Situation | None:
    start = drawn.randrange(0, len(healthy.times) - WINDOW)
    samples = _window(healthy, start)
    measure = drawn.choice((Measure.LATENCY, Measure.FAILURES))
    size = drawn.uniform(1.0, 15.0) if measure is Measure.LATENCY else drawn.uniform(0.03, 0.4)
    strength = [0.0, *(drawn.uniform(0.3, 1.0) for _ in range(2)), drawn.choice((0.0, 0.3, 1.0)), 0.0]
    extra: dict[str, list[float]] = {node: []}
    for at, part in enumerate(strength):
        level = samples.get((node, measure), [None] * WINDOW)[at]
        if level is None:
            return None
        extra[node].append(part * size * (level if measure is Measure.LATENCY else 1.0))
    _spread(bare, samples, extra, node)
    entry = bare.target.node if bare.target is not None else ""
    if not _is_felt(samples, extra.get(entry), entry, measure):
        return None
    for name, values in extra.items():
        _add(samples, name, measure, values)
    return _situation(healthy, replace(bare, target=Target(entry, measure)), start, samples)


def _spread(bare: Situation, samples: Samples, extra: dict[str, list[float]], node: str) -> None:
    """Add to every caller what its calls bring it, nearest callers first."""
    queue, seen = [node], {node}
    while queue:
        name = queue.pop(0)
        for caller in bare.callers[name]:
            busy = [_at(samples, each, Measure.TRAFFIC) for each in bare.callers[name]]
            own, theirs = _at(samples, caller, Measure.TRAFFIC), _at(samples, name, Measure.TRAFFIC)
            added = extra.setdefault(caller, [0.0] * WINDOW)
            for at in range(WINDOW):
                everyone = sum(each[at] for each in busy)
                part = own[at] / everyone if everyone else 0.0
                added[at] += extra[name][at] * theirs[at] * part / own[at] if own[at] else 0.0
            if caller not in seen:
                seen.add(caller)
                queue.append(caller)


def _is_felt(samples: Samples, extra: list[float] | None, entry: str, measure: Measure) -> bool:
    level = [value or 0.0 for value in samples.get((entry, measure), [])]
    if not extra or not level:
        return False
    least = FELT_LATENCY * max(level) if measure is Measure.LATENCY else FELT_FAILURES
    return max(extra) >= least


def _add(samples: Samples, name: str, measure: Measure, values: list[float]) -> None:
    column = samples.get((name, measure))
    if column is None:
        return
    for at, value in enumerate(values):
        level = column[at]
        if level is not None:
            added = level + value if measure is Measure.LATENCY else 1.0 - (1.0 - level) * (1.0 - min(1.0, value))
            column[at] = added


def _at(samples: Samples, name: str, measure: Measure) -> list[float]:
    return [value or 0.0 for value in samples.get((name, measure), [0.0] * WINDOW)]


def _window(healthy: Metrics, start: int) -> Samples:
    return {key: list(values[start : start + WINDOW]) for key, values in healthy.values.items()}


def _situation(healthy: Metrics, bare: Situation, start: int, samples: Samples) -> Situation:
    def normal(values: tuple[float | None, ...]) -> tuple[float, ...]:
        far = (*values[: max(0, start - APART)], *values[start + WINDOW + APART :])
        return tuple(value for value in far if value is not None)

    return replace(
        bare,
        times=healthy.times[start : start + WINDOW],
        tracks={key: Track(tuple(column), normal(healthy.values[key])) for key, column in samples.items()},
        normal=Normal.OWN,
    )
