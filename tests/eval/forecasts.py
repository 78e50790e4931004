"""How good forecasts of bills are: `python -m tests.eval.forecasts` writes docs/eval/forecasts.md and .json.

Made-up bills of ten kinds (tests/agents/forecasting/bills.py) are forecast from the middle of each month of their
second year, by the shipped forecast, by each of its members and by plain models, and compared with what came. Two
public monthly series are forecast a month ahead. Members, weights and bounds were chosen on the seeds 0 to 5 of
each kind; these figures are of others.

No real daily bill is at hand. Real series of NAB that are long enough are read as if they were some: prices of
AdExchange, seven points a day, so that a day is the week of such a bill, and values of AWS hour by hour, without a
week. Every other one (in the order of their names) was looked at when members and bounds were chosen.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median

import numpy as np

from agents.forecasting.ensemble import told
from agents.forecasting.members import library, members
from agents.forecasting.months import Outlook
from agents.forecasting.outlook import outlook
from agents.forecasting.reading import read
from agents.forecasting.series import Series, Step, later, month_end
from memory.model.value import Value
from tests.agents.forecasting.bills import KINDS, bill
from tests.agents.forecasting.made import month_of
from tests.eval.nab import Labelled, labelled

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "billing" / "spend_like"
SEEDS = range(1000, 1002)
DAY = 15
MONTHS = range(1, 13)
WITHIN = 0.05
HOURS, WEEK = 24, 7
BEGINS = date(2024, 1, 1)
SIZE = 10.0  # what one of a series' unit costs
HALVES = {"dev": "looked at when members and bounds were chosen", "test": "not looked at before"}


class Case(Value):
    """One month of one bill: what came, what each said it would come to, and between which bounds."""

    bill: str
    month: date
    truth: float
    said: dict[str, float]
    bounds: dict[str, tuple[float, float]]


class Figures(Value):
    """How one forecast did: mean and median absolute percentage error, and the share of months within 5 %."""

    mape: float
    median: float
    within: float


def made(one: tuple[str, int]) -> list[Case]:
    """Return a made-up bill's second year."""
    kind, seed = one
    known = bill(kind, seed)
    name = f"{kind} {seed}"
    return [_case(name, known, date(2025, month, DAY), month_of(known, 2025, month)) for month in MONTHS]


def machines(half: str) -> list[Case]:
    """Return what came of real series that are read as bills, from day 15 of every second of their months on."""
    with ProcessPoolExecutor() as workers:
        return [case for found in workers.map(_machine, labelled(half)) for case in found]


def _machine(one: Labelled) -> list[Case]:
    values = np.array(one.values)
    if "AdExchange" in one.name:
        places = np.arange(len(values)) * WEEK // HOURS
        values = np.array([values[places == place].mean() for place in range(places[-1])])
    known = Series(BEGINS, SIZE * values)
    cases = []
    for number in range(2, 24, 2):
        day = later(BEGINS, number).replace(day=DAY)
        if month_end(day) <= known.last:
            truth = month_of(known, day.year, day.month)
            cases.append(_case(one.name.split("/")[1].partition("_")[0], known, day, truth))
    return cases


def _case(name: str, known: Series, day: date, truth: float) -> Case:
    past = known.until(day)
    found = outlook(past)
    ahead = [day.replace(day=number) for number in range(day.day + 1, month_end(day).day + 1)]
    so_far = found.months[0].so_far
    alone = told(past, ahead, members(Step.DAY)[0])
    said = {member: so_far + float(values.sum()) for member, values in alone.items()}
    plain = {"run-rate": said["run-rate"]}
    for kept, model in library(Step.DAY).items():
        week = model(season_length=7).forecast(y=past.costs[-200:], h=len(ahead))["mean"]
        plain[f"{kept} with its week"] = so_far + float(week.sum())
    said |= plain | {
        "median of the run-rate and both models": median(plain.values()),
        "month so far, as it went on": so_far / day.day * month_end(day).day,
        "Quarterdeck": found.months[0].expected,
    }
    return Case(bill=name, month=day.replace(day=1), truth=truth, said=said, bounds=_bounds(found))


def _bounds(found: Outlook) -> dict[str, tuple[float, float]]:
    return {f"{each.level:.0%}": (each.low, each.high) for each in found.months[0].intervals}


def public() -> Iterator[Case]:
    """Yield the last two years of the public monthly series, each month from all before it."""
    for path in sorted(PUBLIC.glob("*.csv")):
        known = read(path.read_text(), date_column="ds", cost_column="y")
        for month in (later(known.last, -number) for number in range(23, -1, -1)):
            past = known.until(later(month, -1))
            found = outlook(past)
            alone = told(past, [month], members(Step.MONTH)[0])
            said = {member: float(values[0]) for member, values in alone.items()}
            said |= {"last month": float(past.costs[-1]), "Quarterdeck": found.months[0].expected}
            truth = float(known.until(month).costs[-1])
            yield Case(bill=path.stem, month=month, truth=truth, said=said, bounds=_bounds(found))


def figures(cases: list[Case]) -> dict[str, Figures]:
    """Return how each forecast did."""
    found = {}
    for name in cases[0].said:
        errors = [abs(case.said[name] - case.truth) / abs(case.truth) for case in cases if name in case.said]
        within = fmean(error <= WITHIN for error in errors)
        found[name] = Figures(mape=100 * fmean(errors), median=100 * median(errors), within=100 * within)
    return found


def covered(cases: list[Case]) -> dict[str, tuple[int, float]]:
    """Return, by promise, how many months had bounds and how many of those kept it, in percent."""
    found = {}
    for level in sorted({level for case in cases for level in case.bounds}):
        kept = [
            case.bounds[level][0] <= case.truth <= case.bounds[level][1] for case in cases if level in case.bounds
        ]
        found[level] = (len(kept), 100 * fmean(kept))
    return found


def page(suites: dict[str, list[Case]]) -> str:
    """Return the report."""
    parts = [
        "# Forecasts of bills\n",
        "Written by `python -m tests.eval.forecasts`; how each figure is made stands in that module.\n",
        "MAPE: mean absolute percentage error of a month's total. Lower is better.",
    ]
    for name, cases in suites.items():
        parts += ["", f"## {name}: {len(cases)} months\n", *_table(cases), "", *_promised(cases)]
        if "run-rate" in cases[0].said:
            kinds = sorted({case.bill.split()[0] for case in cases})
            parts += ["", "| kind of bill | Quarterdeck | run-rate | ratio | within 5 % | 80 % bounds held |"]
            parts += ["|---|---|---|---|---|---|"]
            parts += [_row(kind, [case for case in cases if case.bill.split()[0] == kind]) for kind in kinds]
    return "\n".join(parts) + "\n"


def _table(cases: list[Case]) -> list[str]:
    plain = figures(cases)
    base = plain.get("run-rate") or plain["last month"]
    return [
        "| forecast | MAPE | median | within 5 % | MAPE beside the run-rate or last month |",
        "|---|---|---|---|---|",
        *(
            f"| {who} | {each.mape:.2f} % | {each.median:.2f} % | {each.within:.0f} % "
            f"| {each.mape / base.mape:.2f} |"
            for who, each in sorted(plain.items(), key=lambda item: item[1].mape)
        ),
    ]


def _promised(cases: list[Case]) -> list[str]:
    return [
        f"The {level} bounds held in {share:.0f} % of {count} months."
        for level, (count, share) in covered(cases).items()
    ]


def _row(kind: str, cases: list[Case]) -> str:
    every = figures(cases)
    ours, rate = every["Quarterdeck"], every["run-rate"]
    bounded = covered(cases).get("80%")
    held = "none yet" if bounded is None else f"{bounded[1]:.0f} %"
    return (
        f"| {kind} | {ours.mape:.2f} % | {rate.mape:.2f} % | {ours.mape / rate.mape:.2f} "
        f"| {ours.within:.0f} % | {held} |"
    )


def write(out: Path) -> None:
    """Measure, and write the report as a page and as JSON."""
    bills = [(kind, seed) for kind in KINDS for seed in SEEDS]
    with ProcessPoolExecutor() as workers:
        cases = [case for found in workers.map(made, bills) for case in found]
    suites = {f"Made-up bills, from day {DAY} of a month": cases}
    for half, known in HALVES.items():
        if real := machines(half):
            suites[f"Real series read as bills, {known}"] = real
    if PUBLIC.exists():
        suites["Public monthly series, a month ahead"] = list(public())
    out.mkdir(parents=True, exist_ok=True)
    (out / "forecasts.md").write_text(page(suites), encoding="utf-8")
    told_all = {name: [case.model_dump(mode="json") for case in each] for name, each in suites.items()}
    (out / "forecasts.json").write_text(json.dumps(told_all, indent=1, default=_number) + "\n", encoding="utf-8")


def _number(value: Decimal) -> float:
    return float(value)


if __name__ == "__main__":
    write(ROOT / "docs" / "eval")
