"""Whether stated odds come true: simulated histories of procedures on services, each predicted before it happens.

`Worlds` differ in how good procedures are and how much services differ; nothing the predictor knows of them but
what became of earlier runs. The score is the Brier score beside that of simpler predictors, a reliability table,
and how often the interval holds the true rate.
"""

import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from memory.model.outcome_record import Tally
from runbooks.outcomes.odds import ENOUGH, LEVEL, odds

SEED = 20261121
BANDS = ((0.0, 0.5), (0.5, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 1.01))


@dataclass(frozen=True)
class World:
    """How true rates are drawn: procedures from Beta(a, b), their services around them like `alike` tries."""

    name: str
    a: float
    b: float
    alike: float


WORLDS = (
    World("mostly works", 9, 1, 12),
    World("mixed", 4, 2, 8),
    World("services differ", 6, 2, 3),
    World("services are alike", 6, 2, 100),
)


@dataclass(frozen=True)
class Prediction:
    """What was said before a try, the true rate, and what came of it."""

    said: float
    low: float
    high: float
    rate: float
    raw: float  # the frequency so far, which is what people would compute
    worked: bool


@dataclass(frozen=True)
class Score:
    """How good the predictions of a world are."""

    world: str
    predictions: int
    brier: float
    brier_of_frequency: float
    brier_of_truth: float  # nobody can do better
    coverage: float
    calibration: float  # the mean distance between said and come true, over the bands, weighted
    bands: tuple[tuple[str, int, float, float], ...]


def histories(
    world: World, seed: int, *, procedures: int = 12, services: int = 6, tries: int = 30
) -> list[Prediction]:
    """Return every prediction made in one simulated history, in which tries come in random order."""
    drawn = random.Random(seed)  # noqa: S311  # a simulation, nothing secret
    rates = {
        (f"p{p}", f"s{s}"): drawn.betavariate(max(1e-3, world.alike * mean), max(1e-3, world.alike * (1 - mean)))
        for p in range(procedures)
        for mean in [drawn.betavariate(world.a, world.b)]
        for s in range(services)
    }
    order = [pair for pair in rates for _ in range(tries)]
    drawn.shuffle(order)
    tallies = {pair: Tally(procedure=pair[0], service=pair[1]) for pair in rates}
    found: list[Prediction] = []
    for turn, pair in enumerate(order):
        here, worked = tallies[pair], drawn.random() < rates[pair]
        if here.tried >= ENOUGH and turn % 3 == 0:  # every third is plenty, and three times as fast
            said = odds(here, tuple(tallies.values()))
            assert said is not None
            raw = here.worked / here.tried
            found.append(Prediction(said.expected, said.low, said.high, rates[pair], raw, worked))
        tallies[pair] = here.model_copy(update={"tried": here.tried + 1, "worked": here.worked + worked})
    return found


def scored(world: World, predictions: list[Prediction]) -> Score:
    """Return how good these predictions are."""
    bands = tuple(_bands(predictions))
    total = len(predictions)
    return Score(
        world=world.name,
        predictions=total,
        brier=_mean((each.said - each.worked) ** 2 for each in predictions),
        brier_of_frequency=_mean((each.raw - each.worked) ** 2 for each in predictions),
        brier_of_truth=_mean((each.rate - each.worked) ** 2 for each in predictions),
        coverage=_mean(each.low <= each.rate <= each.high for each in predictions),
        calibration=sum(count * abs(said - came) for _, count, said, came in bands) / total,
        bands=bands,
    )


def evaluated(worlds: Iterable[World] = WORLDS) -> tuple[Score, ...]:
    """Return the score of each world."""
    return tuple(scored(world, histories(world, SEED + place)) for place, world in enumerate(worlds))


def page(scores: Iterable[Score]) -> str:
    """Return the report."""
    lines = [
        "# Odds of success, evaluated",
        "",
        f"Simulated histories, each try predicted before it happens; `make eval` writes this page (seed {SEED}).",
        f"A number is given from {ENOUGH} tries on the service itself; the interval is stated at {LEVEL:.0%}.",
        "Brier: 0 is perfect. *Frequency* is what worked so far; *truth* knows the rates: nobody does better.",
        "",
        "| world | predictions | Brier | frequency | truth | interval holds the rate | calibration error |",
        "|---|---|---|---|---|---|---|",
    ]
    scores = tuple(scores)
    lines += [
        f"| {each.world} | {each.predictions} | {each.brier:.4f} | {each.brier_of_frequency:.4f} | "
        f"{each.brier_of_truth:.4f} | {each.coverage:.1%} | {each.calibration:.3f} |"
        for each in scores
    ]
    for each in scores:
        lines += ["", f"## {each.world.capitalize()}", "", "| said | predictions | mean said | came true |"]
        lines += ["|---|---|---|---|"]
        lines += [f"| {band} | {count} | {said:.1%} | {came:.1%} |" for band, count, said, came in each.bands]
    return "\n".join(lines) + "\n"


def write(folder: Path) -> tuple[Score, ...]:
    """Evaluate, and write the report as a page and as JSON."""
    scores = evaluated()
    (folder / "outcomes.md").write_text(page(scores))
    plain = [{**vars(each), "bands": [list(band) for band in each.bands]} for each in scores]
    (folder / "outcomes.json").write_text(f"{json.dumps(plain, indent=2)}\n")
    return scores


def _bands(predictions: list[Prediction]) -> Iterator[tuple[str, int, float, float]]:
    for low, high in BANDS:
        inside = [each for each in predictions if low <= each.said < high]
        if inside:
            name = f"{low:.0%} to {min(high, 1.0):.0%}"
            yield name, len(inside), _mean(e.said for e in inside), _mean(e.worked for e in inside)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found)
