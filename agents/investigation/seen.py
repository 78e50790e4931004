"""What was seen live as a situation: signals of services become tracks over one grid of moments. Pure."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

from agents.changepoint import Points
from agents.investigation.deviation import ENOUGH
from agents.investigation.situation import Change, Measure, Normal, Situation, Target, Track
from memory.model.catalogue import Catalogue
from tools.contract import Signal

MEASURES = {
    Signal.ERROR_RATE: Measure.FAILURES,
    Signal.LATENCY_P99: Measure.LATENCY,
    Signal.TRAFFIC: Measure.TRAFFIC,
    Signal.CPU: Measure.SATURATION,
}
LEAD = 4  # samples before the turn that are shown beside it

Lines = Mapping[tuple[str, Signal], Points]


def situation(
    target: Target,
    lines: Lines,
    catalogue: Catalogue,
    *,
    turned: float | None,
    changes: Sequence[Change] = (),
    sources: Mapping[tuple[str, Signal], str] | None = None,
    missing: Sequence[str] = (),
) -> Situation | None:
    """Return the situation in which `target` turned at `turned`; None where its own line is too short to tell.

    What lies before the turn is the normal, where there is enough of it.
    """
    own = next((points for (name, _), points in lines.items() if name == target.node and len(points) > 1), ())
    step = _step(own)
    if step <= 0:
        return None
    moments = sorted({round(at / step) for points in lines.values() for at, _ in points})
    begins = _begins(moments, turned, step)
    tracks: dict[tuple[str, Measure], Track] = {}
    for (name, signal), points in lines.items():
        if signal in MEASURES and points:
            factor = step if signal is Signal.TRAFFIC else 1.0  # calls a sample, not calls a second
            at = {round(moment / step): value * factor for moment, value in points if math.isfinite(value)}
            values = [at.get(moment) for moment in moments]
            before = tuple(value for value in values[:begins] if value is not None)
            tracks[name, MEASURES[signal]] = Track(values=tuple(values[begins:]), normal=before)
    return Situation(
        times=tuple(moment * step for moment in moments[begins:]),
        tracks=tracks,
        calls=frozenset(_calls(catalogue, {name for name, _ in lines})),
        normal=Normal.OWN if begins else Normal.NONE,
        target=target,
        changes=tuple(changes),
        missing=tuple(missing),
        sources={(n, MEASURES[s]): source for (n, s), source in (sources or {}).items() if s in MEASURES},
    )


def _begins(moments: Sequence[int], turned: float | None, step: float) -> int:
    """Return the index from which samples are looked at; those before are the normal. 0 where they are too few."""
    if turned is None:
        return 0
    begins = sum(moment * step < turned for moment in moments) - LEAD
    return begins if begins >= ENOUGH else 0


def _step(points: Points) -> float:
    gaps = [after - before for (before, _), (after, _) in pairwise(points) if after > before]
    return median(gaps) if gaps else 0.0


def _calls(catalogue: Catalogue, names: set[str]) -> Iterable[tuple[str, str]]:
    found = [service for service in catalogue.services if service.name in names]
    return ((service.name, leaned_on) for service in found for leaned_on in service.depends_on)
