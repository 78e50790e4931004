"""How often the true cause comes first: recorded cases, faults put into real traffic, simulated systems.

Two plain ways of finding a cause stand beside ours on the same cases: the largest relative change, and the
abnormal node that is furthest downstream. How much hinges on each constant is shown as well.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path

from agents.investigation.blame import calls
from agents.investigation.deviation import CLEAR, Deviation, deviation
from agents.investigation.ranking import Ranking, Verdict, ranked
from agents.investigation.recorded import graph_csv
from agents.investigation.situation import SUFFERED, Measure, Normal, Situation, Target
from agents.investigation.tables import metrics
from bot.surfaces.cli.case_files import loaded
from tests.eval.investigation_injected import injected, quiet
from tests.eval.investigation_worlds import Fault, systems, world
from tests.eval.score import Rate, share

CASES = Path(__file__).resolve().parents[3] / "shared" / "data" / "timeseries" / "petshop" / "dataset"
FIRST_SEED = 1000  # those below were used while building
SEEDS = 10
SHAPES = ((5, 0), (5, 60), (30, 0), (30, 120))
INJECTED_EACH = 12
BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.85), (0.85, 0.94), (0.94, 1.0))
OURS, CHANGE, DOWNSTREAM = "ours", "largest relative change", "most downstream abnormal node"
CONSTANTS = (
    "LEAST_SHARE",
    "CROSSING",
    "SILENT",
    "NEWLY",
    "FOLLOWS",
    "CLEAR",
    "SURGE",
    "SHORT",
    "LATE",
)

MODULES = ("blame", "deviation", "ranking", "suspects")

Method = Callable[[Situation], tuple[str, ...]]


@dataclass(frozen=True)
class Asked:
    """A situation, the node that is truly at fault ("" where nothing is), and the groups it is counted in."""

    situation: Situation
    cause: str
    groups: tuple[str, ...]


@dataclass
class Tally:
    """How often the cause came first and among the first three, by group."""

    first: dict[str, list[bool]] = field(default_factory=dict)
    three: dict[str, list[bool]] = field(default_factory=dict)

    def add(self, groups: Iterable[str], cause: str, found: Sequence[str]) -> None:
        for group in groups:
            self.first.setdefault(group, []).append(list(found[:1]) == [cause])
            self.three.setdefault(group, []).append(cause in found[:3])

    def plain(self) -> dict[str, dict[str, object]]:
        return {
            group: {"first": _told(hits), "first three": _told(self.three[group])}
            for group, hits in self.first.items()
        }


def ours(situation: Situation) -> tuple[str, ...]:
    """Return the nodes in our order; none where nothing is found wrong."""
    found = ranked(situation)
    return () if found.verdict is Verdict.NOTHING else tuple(each.node for each in found.suspicions)


def largest_change(situation: Situation) -> tuple[str, ...]:
    """Return the nodes by how many times their usual level they reach in what is wrong, or in either."""
    found: dict[str, float] = {}
    told = situation.target.measure if situation.target is not None else None
    for (node, measure), each in _deviations(situation).items():
        if measure is told or (told is None and measure in SUFFERED):
            worst = max((value for value in each.values if value is not None), default=0.0)
            floor = 0.001 if measure is Measure.FAILURES else 1e-6
            found[node] = max(found.get(node, 0.0), worst / max(each.level, floor))
    return tuple(sorted(found, key=lambda node: -found[node]))


def most_downstream(situation: Situation) -> tuple[str, ...]:
    """Return the abnormal nodes below the target, the furthest first, then the most abnormal."""
    peaks: dict[str, float] = {}
    for (node, measure), each in _deviations(situation).items():
        if measure in SUFFERED:
            peaks[node] = max(peaks.get(node, 0.0), each.peak)
    start = situation.target.node if situation.target is not None else max(peaks, key=lambda node: peaks[node])
    below = [(name, depth) for name, depth in situation.downstream(start) if peaks.get(name, 0.0) >= CLEAR]
    return tuple(name for name, _ in sorted(below, key=lambda pair: (-pair[1], -peaks[pair[0]])))


METHODS: dict[str, Method] = {OURS: ours, CHANGE: largest_change, DOWNSTREAM: most_downstream}


def _deviations(situation: Situation) -> dict[tuple[str, Measure], Deviation]:
    return {
        key: found
        for key, track in situation.tracks.items()
        if (found := deviation(track, key[1], situation.normal, calls(situation, key[0]))) is not None
    }


def recorded() -> tuple[Asked, ...]:
    """Return the recorded cases, with the cause each names, which the reading of a case never sees."""
    found = []
    for folder in sorted(CASES.glob("*/train/issue_*")):
        cause = json.loads((folder / "target.json").read_text(encoding="utf-8"))["root_cause"]["node"]
        situation = loaded(folder)
        measure = situation.target.measure.value if situation.target and situation.target.measure else ""
        found.append(Asked(situation, cause, ("all", folder.parents[1].name, measure)))
    return tuple(found)


def variants(cases: Sequence[Asked]) -> dict[str, tuple[Asked, ...]]:
    """Return the recorded cases with less and less known of them."""
    return {
        "as they lie": tuple(cases),
        "without any normal traffic": tuple(_with(each, normal=Normal.NONE) for each in cases),
        "without being told what is wrong": tuple(_with(each, target=None) for each in cases),
        "without either": tuple(_with(each, normal=Normal.NONE, target=None) for each in cases),
        "without counts of requests": tuple(_uncounted(each) for each in cases),
    }


def _with(each: Asked, **changes: Normal | Target | None) -> Asked:
    return replace(each, situation=replace(each.situation, **changes))  # type: ignore[arg-type]  # two of its fields


def _uncounted(each: Asked) -> Asked:
    tracks = {key: track for key, track in each.situation.tracks.items() if key[1] is not Measure.TRAFFIC}
    return replace(each, situation=replace(each.situation, tracks=tracks))


def put_into_traffic() -> tuple[Asked, ...]:
    """Return faults put into the recorded normal traffic, at every node where they are felt."""
    folder = next(CASES.glob("*/noissue")).parent
    healthy = metrics((folder / "noissue" / "metrics.csv").read_text(encoding="utf-8"), "metrics.csv")
    graph = graph_csv((folder / "graph.csv").read_text(encoding="utf-8"), "graph.csv")
    return tuple(
        Asked(
            replace(situation, normal=normal), cause, ("all", f"normal {normal.value}", _depth(situation, cause))
        )
        for situation, cause in injected(healthy, graph, FIRST_SEED, INJECTED_EACH)
        for normal in Normal
    )


def _depth(situation: Situation, cause: str) -> str:
    start = situation.target.node if situation.target is not None else ""
    depth = next(depth for name, depth in situation.downstream(start) if name == cause)
    return f"{depth} calls away" if depth > 1 else "1 call away"


def undisturbed(target: str, every: int = 7) -> dict[str, Rate]:
    """Return how often something is said to be wrong in windows of the recorded normal traffic."""
    folder = next(CASES.glob("*/noissue")).parent
    healthy = metrics((folder / "noissue" / "metrics.csv").read_text(encoding="utf-8"), "metrics.csv")
    graph = graph_csv((folder / "graph.csv").read_text(encoding="utf-8"), "graph.csv")
    found: dict[str, Rate] = {}
    for normal in Normal:
        for measure in SUFFERED:
            windows = quiet(healthy, graph, Target(target, measure), every)
            verdicts = [ranked(replace(each, normal=normal)).verdict for each in windows]
            wrong = sum(verdict is not Verdict.NOTHING for verdict in verdicts)
            found[f"{measure.value}, normal {normal.value}"] = share(wrong, len(verdicts))
    return found


def simulated(seeds: Iterable[int] = range(FIRST_SEED, FIRST_SEED + SEEDS)) -> Iterator[Asked]:
    """Yield simulated systems of every shape with every fault, and with none, seen for long and for short."""
    for seed in seeds:
        for topology in systems():
            for fault in Fault:
                for window, normal in SHAPES:
                    made = world(seed, topology, fault, window=window, normal=normal)
                    shape = f"{window} samples, {'normal known' if normal else 'normal unknown'}"
                    yield Asked(made.situation, made.cause, (fault.value, f"shape: {topology}", shape))


def compared(cases: Iterable[Asked]) -> dict[str, Tally]:
    """Return how each way of finding a cause fares on these cases."""
    found = {name: Tally() for name in METHODS}
    for each in cases:
        for name, method in METHODS.items():
            found[name].add(each.groups, each.cause, method(each.situation))
    return found


def said_and_true(rankings: Iterable[tuple[Ranking, str]]) -> list[dict[str, object]]:
    """Return, by bands of the confidence said of the first hypothesis, how often it was the cause."""
    told = [
        (ranking.confidences[0], ranking.suspicions[0].node == cause)
        for ranking, cause in rankings
        if ranking.confidences
    ]
    bands = []
    for low, high in BANDS:
        inside = [(said, true) for said, true in told if low <= said < high]
        if inside:
            mean = sum(said for said, _ in inside) / len(inside)
            bands.append({"band": f"{low:.0%} to {high:.0%}", "said": mean, "true": _told([t for _, t in inside])})
    return bands


def hinges(cases: Sequence[Asked]) -> dict[str, dict[str, object]]:
    """Return how often the cause comes first when one constant is halved or doubled."""
    found: dict[str, dict[str, object]] = {}
    for name in CONSTANTS:
        for factor in (0.5, 2.0):
            with _changed(name, factor):
                hits = [ours(each.situation)[:1] == (each.cause,) for each in cases]
            found.setdefault(name, {})["halved" if factor < 1 else "doubled"] = _told(hits)
    return found


@contextmanager
def _changed(name: str, factor: float) -> Iterator[None]:
    """Change a constant wherever it was imported to, and put it back."""
    places = [
        import_module(f"agents.investigation.{each}") for each in ("blame", "deviation", "ranking", "suspects")
    ]
    kept = [(place, getattr(place, name)) for place in places if hasattr(place, name)]
    for place, value in kept:
        setattr(place, name, value * factor)
    try:
        yield
    finally:
        for place, value in kept:
            setattr(place, name, value)


def _told(hits: Sequence[bool]) -> dict[str, float | int | None]:
    found = share(sum(hits), len(hits))
    return {"hits": found.hits, "of": found.of, "share": found.share, "low": found.low, "high": found.high}
