"""How good the cost radar is: `python -m tests.eval.radar` writes docs/eval/radar.md and radar.json.

Anomalies of known size are put into made-up bills that have none of their own (tests/agents/forecasting/bills.py);
and all labelled series of NAB's AWS CloudWatch and AdExchange, 23 in number, are watched by the hour. Beside the
radar stand two plain rules. What the radar takes for much was set with one half in view: the bills of the seeds 0
to 3, every other series of NAB (in the order of their names), and made-up hours. The report is of other bills, and
tells the series of NAB that were looked at from those that were not.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path
from statistics import fmean, median
from typing import Final

import numpy as np

from agents.forecasting.series import Costs, Series
from agents.radar.hours import watched_hours
from agents.radar.rhythm import daily
from agents.radar.watch import watched
from memory.model.value import Value
from tests.agents.forecasting.bills import KINDS, Kind, bill
from tests.eval.nab import Labelled, labelled

ROOT = Path(__file__).resolve().parents[2]
DAYS: Final = 450
SEEDS: Final = {"dev": range(4), "test": range(2000, 2004)}
SHAPES: Final = {"one day": 1, "a week": 7, "a new level": 0, "a rise over 30 days": -30}
SIZES: Final = (0.25, 0.5, 1.0, -0.5)
SEEN_WITHIN: Final = 14  # days after which nobody needs to be told any more
MONTH: Final = 30.4

HOURS: Final = 24  # of a day
WARM: Final = {True: 28, False: 2 * HOURS}  # points before anything is told, by whether they are days
HALVES: Final = {"dev": "looked at when the rule was set", "test": "not looked at before"}


class Told(Value):
    """What stands out: first point, last, when it was noticed, whether it is more, and how much."""

    start: int
    end: int
    seen: int
    up: bool
    size: float


class Points(Value):
    """Days (from a date on), or hours (from one of a day on; `days` is empty)."""

    days: tuple[date, ...] = ()
    hour: int = 0


Rule = Callable[[Costs, Points], list[Told]]


class Put(Value):
    """One anomaly that was put into a bill, and what a rule made of it. `size` is a share of a usual day."""

    rule: str
    kind: str
    shape: str
    size: float
    delay: int | None  # days; none where it was not found
    sized: float | None  # what the rule says it came to, beside what it did


class Quiet(Value):
    """One bill or series that a rule watched: what it told of that nobody put there, over how many months."""

    rule: str
    kind: str
    alarms: int
    months: float


class Window(Value):
    """One labelled series: windows found, findings inside and outside of windows, delays in points."""

    rule: str
    series: str
    half: str
    windows: int
    found: int
    inside: int
    outside: int
    months: float
    delays: tuple[int, ...]


def radar(values: Costs, points: Points) -> list[Told]:
    """Watch as shipped."""
    found = watched(values, daily(points.days)) if points.days else watched_hours(values, points.hour)
    return [Told(start=each.start, end=each.end, seen=each.seen, up=each.up, size=each.size) for each in found]


def z_score(values: Costs, points: Points) -> list[Told]:
    """Tell of what is over three standard deviations from the mean of the 28 days (or 7 days of hours) before."""
    back, warm = 28 if points.days else 7 * HOURS, WARM[bool(points.days)]
    expected = np.full(len(values), np.nan)
    limit = np.full(len(values), np.nan)
    for point in range(warm, len(values)):
        before = values[max(0, point - back) : point]
        expected[point], limit[point] = before.mean(), 3 * before.std()
    return _runs(values, expected, limit)


def week_before(values: Costs, points: Points) -> list[Told]:
    """Tell of what is 50 % away from the same day a week before, or the same hour a day before."""
    period = 7 if points.days else HOURS
    expected = np.concatenate([np.full(period, np.nan), values[:-period]])
    expected[: WARM[bool(points.days)]] = np.nan
    return _runs(values, expected, 0.5 * np.abs(expected))


RULES: Final[dict[str, Rule]] = {
    "Quarterdeck": radar,
    "z-score of 28 days": z_score,
    "last week's same day ± 50 %": week_before,
}


def _runs(values: Costs, expected: Costs, limit: Costs) -> list[Told]:
    """Return points that stand out, those next to each other as one."""
    with np.errstate(invalid="ignore"):
        out = np.abs(values - expected) > limit
    found: list[Told] = []
    for point in np.flatnonzero(out):
        up, more = bool(values[point] > expected[point]), float(values[point] - expected[point])
        if found and point - found[-1].end <= 2 and found[-1].up == up:
            found[-1] = found[-1].model_copy(update={"end": int(point), "size": found[-1].size + more})
        else:
            found.append(Told(start=int(point), end=int(point), seen=int(point), up=up, size=more))
    return found


def calm(kind: str, seed: int) -> Series:
    """Return a bill of a kind as it would be had nothing happened: noise, week, months and growth, no events."""
    like: Kind = replace(KINDS[kind], shifts=0.0, campaigns=0.0, spikes=0.0, credit=0.0, ends=0.0)
    return bill(kind, seed, days=DAYS, like=like)


def injected(one: tuple[str, int]) -> tuple[list[Put], list[Quiet]]:
    """Put each anomaly into a copy of one bill, and see who finds it."""
    kind, seed = one
    known = calm(kind, seed)
    days = Points(days=tuple(known.dates()))
    numbers = np.random.default_rng([seed, 99])
    puts, quiet = [], []
    usual = {name: rule(known.costs, days) for name, rule in RULES.items()}
    for name, found in usual.items():
        quiet.append(Quiet(rule=name, kind=kind, alarms=len(found), months=(DAYS - WARM[True]) / MONTH))
    for shape, length in SHAPES.items():
        for size in SIZES:
            at = int(numbers.integers(200, DAYS - 60))
            more = _more(known.costs, at, length, size)
            for name, rule in RULES.items():
                found = [each for each in rule(known.costs + more, days) if each not in usual[name]]
                puts.append(_put(name, kind, shape, size, at, length, more, found))
    return puts, quiet


def _more(costs: Costs, at: int, length: int, size: float) -> Costs:
    amount = size * float(np.median(costs[at - 28 : at]))
    more = np.zeros(len(costs))
    if length > 0:
        more[at : at + length] = amount
    elif length == 0:
        more[at:] = amount
    else:
        more[at:] = amount * np.clip((np.arange(len(costs) - at) + 1) / -length, 0, 1)
    return more


def _put(  # noqa: PLR0917 - a row of a table
    rule: str,
    kind: str,
    shape: str,
    size: float,
    at: int,
    length: int,
    more: Costs,
    found: Sequence[Told],
) -> Put:
    within = max(SEEN_WITHIN, -length + SEEN_WITHIN) if length <= 0 else length
    hits = [each for each in found if each.up == (size > 0) and at <= each.seen < at + within and each.end >= at]
    if not hits:
        return Put(rule=rule, kind=kind, shape=shape, size=size, delay=None, sized=None)
    hit = hits[0]
    true = float(more[hit.start : hit.end + 1].sum())
    sized = hit.size / true if true else None
    return Put(rule=rule, kind=kind, shape=shape, size=size, delay=hit.seen - at, sized=sized)


def series(one: Labelled, half: str) -> list[Window]:
    """Let each rule watch one labelled series of hours."""
    found = []
    for name, rule in RULES.items():
        told = rule(np.array(one.values), Points(hour=one.hour))
        hits = [[each.seen for each in told if low <= each.seen <= high] for low, high in one.windows]
        inside = sum(any(low <= each.seen <= high for low, high in one.windows) for each in told)
        found.append(
            Window(
                rule=name,
                series=one.name,
                half=half,
                windows=len(one.windows),
                found=sum(map(bool, hits)),
                inside=inside,
                outside=len(told) - inside,
                months=(len(one.values) - WARM[False]) / HOURS / MONTH,
                delays=tuple(min(each) - low for each, (low, _) in zip(hits, one.windows, strict=True) if each),
            )
        )
    return found


def page(puts: list[Put], quiet: list[Quiet], windows: list[Window]) -> str:
    """Return the report."""
    parts = [
        "# The cost radar\n",
        "Written by `python -m tests.eval.radar`; how each figure is made stands in that module.\n",
        f"## {len(puts) // len(RULES)} anomalies put into {len(quiet) // len(RULES)} made-up bills\n",
        "A finding counts where it is told within the anomaly, or within two weeks where that lasts. False alarms",
        "are what is told of the same bills as they were. Precision: had each bill one anomaly a month.\n",
        "| rule | recall | precision | delay, days | false alarms a month | its size beside the true one |",
        "|---|---|---|---|---|---|",
        *(_row(rule, [put for put in puts if put.rule == rule], quiet) for rule in RULES),
        "\n### What was found, by shape and size (share of a usual day)\n",
        f"| rule | {' | '.join(f'{shape}, {size:+.0%}' for shape in SHAPES for size in SIZES)} |",
        f"|---|{'---|' * len(SHAPES) * len(SIZES)}",
        *(_cells(rule, [put for put in puts if put.rule == rule]) for rule in RULES),
        "\n### False alarms a month, by kind of bill\n",
        f"| rule | {' | '.join(KINDS)} |",
        f"|---|{'---|' * len(KINDS)}",
        *(f"| {rule} | {' | '.join(f'{_rate(quiet, rule, kind):.2f}' for kind in KINDS)} |" for rule in RULES),
    ]
    for group in sorted({each.series.split("/")[0] for each in windows}):
        for half, known in HALVES.items():
            mine = [each for each in windows if each.series.split("/")[0] == group and each.half == half]
            parts += _nab(f"\n## NAB {group}: {len(mine) // len(RULES)} series by the hour, {known}\n", mine)
    return "\n".join(parts) + "\n"


def _nab(title: str, windows: list[Window]) -> list[str]:
    return [
        title,
        "| rule | windows found | findings inside one | delay, hours | outside, a month |",
        "|---|---|---|---|---|",
        *(_window_row(rule, [each for each in windows if each.rule == rule]) for rule in RULES),
    ]


def _rate(quiet: list[Quiet], rule: str, kind: str = "") -> float:
    mine = [each for each in quiet if each.rule == rule and kind in {"", each.kind}]
    return sum(each.alarms for each in mine) / sum(each.months for each in mine)


def _row(rule: str, puts: list[Put], quiet: list[Quiet]) -> str:
    delays = [put.delay for put in puts if put.delay is not None]
    recall, alarms = len(delays) / len(puts), _rate(quiet, rule)
    sized = [put.sized for put in puts if put.sized is not None]
    return (
        f"| {rule} | {recall:.0%} | {recall / (recall + alarms):.0%} | {fmean(delays):.1f} "
        f"| {alarms:.2f} | {median(sized):.2f} |"
    )


def _cells(rule: str, puts: list[Put]) -> str:
    cells = []
    for shape in SHAPES:
        for size in SIZES:
            mine = [put for put in puts if put.shape == shape and put.size == size]
            cells.append(f"{fmean(put.delay is not None for put in mine):.0%}")
    return f"| {rule} | {' | '.join(cells)} |"


def _window_row(rule: str, windows: list[Window]) -> str:
    found, told = sum(each.found for each in windows), sum(each.inside + each.outside for each in windows)
    delays = [delay for each in windows for delay in each.delays]
    months = sum(each.months for each in windows)
    return (
        f"| {rule} | {found} of {sum(each.windows for each in windows)} "
        f"| {sum(each.inside for each in windows) / max(told, 1):.0%} of {told} "
        f"| {median(delays) if delays else 0:.0f} | {sum(each.outside for each in windows) / months:.1f} |"
    )


def measured(half: str) -> tuple[list[Put], list[Quiet], list[Window]]:
    """Measure one half of the bills, and all series of NAB."""
    bills = [(kind, seed) for kind in KINDS for seed in SEEDS[half]]
    known = [(each, name) for name in HALVES for each in labelled(name)]
    with ProcessPoolExecutor() as workers:
        told = list(workers.map(injected, bills))
        windows = (
            [each for found in workers.map(series, *zip(*known, strict=True)) for each in found] if known else []
        )
    return [put for puts, _ in told for put in puts], [each for _, quiet in told for each in quiet], windows


def main() -> None:
    """Measure and write."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--half", choices=sorted(SEEDS), default="test")
    asked.add_argument("--out", type=Path, default=ROOT / "docs" / "eval")
    given = asked.parse_args()
    puts, quiet, windows = measured(given.half)
    given.out.mkdir(parents=True, exist_ok=True)
    (given.out / "radar.md").write_text(page(puts, quiet, windows), encoding="utf-8")
    told: dict[str, Sequence[Value]] = {"put": puts, "quiet": quiet, "windows": windows}
    document = {name: [each.model_dump(mode="json") for each in rows] for name, rows in told.items()}
    (given.out / "radar.json").write_text(json.dumps(document, indent=None) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
