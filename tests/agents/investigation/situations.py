"""A small system for the tests: a shop that calls two others, one of which leans on a store."""

from dataclasses import replace

from agents.investigation.situation import Change, Measure, Normal, Situation, Target, Track

CALLS = frozenset({("shop", "search"), ("shop", "pay"), ("pay", "store")})
USUAL = {"shop": (0.1, 1000.0), "search": (0.02, 800.0), "pay": (0.05, 400.0), "store": (0.005, 400.0)}
SHOP = Target("shop")
TIMES = tuple(1_750_000_000.0 + 60 * number for number in range(6))
BAD = (2, 3, 4)  # samples in which what is added is added


def situation(
    *,
    latency: dict[str, float] | None = None,
    failures: dict[str, float] | None = None,
    traffic: dict[str, float] | None = None,
    target: Target | None = SHOP,
    normal: Normal = Normal.OWN,
    changes: tuple[Change, ...] = (),
) -> Situation:
    """Return the shop while these are added to the latencies and failures; traffic is multiplied."""
    tracks: dict[tuple[str, Measure], Track] = {}
    for node, (seconds, count) in USUAL.items():
        slower, fails = (latency or {}).get(node, 0.0), (failures or {}).get(node, 0.0)
        times = (traffic or {}).get(node, 1.0)
        tracks[node, Measure.LATENCY] = _track(seconds, slower)
        tracks[node, Measure.FAILURES] = _track(0.0, fails)
        tracks[node, Measure.TRAFFIC] = _track(count, count * (times - 1.0))
    return Situation(times=TIMES, tracks=tracks, calls=CALLS, normal=normal, target=target, changes=changes)


def unmeasured(found: Situation, node: str, *measures: Measure) -> Situation:
    """Return the situation without anything measured of a node while things are bad."""
    tracks = dict(found.tracks)
    for measure in measures:
        track = tracks[node, measure]
        values = tuple(None if at in BAD else value for at, value in enumerate(track.values))
        tracks[node, measure] = replace(track, values=values)
    return replace(found, tracks=tracks)


def _track(level: float, added: float) -> Track:
    wiggles = (1.0, 0.99, 1.01, 1.0, 0.98, 1.02)
    values = tuple(level * wiggle + (added if at in BAD else 0.0) for at, wiggle in enumerate(wiggles))
    return Track(values=values, normal=tuple(level * wiggle for wiggle in wiggles * 3))
