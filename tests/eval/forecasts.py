"""How good forecasts of bills are: `python -m tests.eval.forecasts` writes docs/eval/forecasts.md and .json.

Made-up bills (tests/agents/forecasting/made.py, seeds no test uses) are forecast from the middle of each month of
their second year, by the shipped forecast and by plain baselines, and compared with what came. Two public monthly
series are forecast a month ahead. Nothing was chosen by these figures' seeds.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median

from agents.forecasting.ensemble import told
from agents.forecasting.members import members
from agents.forecasting.outlook import Outlook, outlook
from agents.forecasting.reading import read
from agents.forecasting.series import Series, Step, later, month_end
from memory.model.value import Value
from tests.agents.forecasting.made import bill, month_of

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = ROOT.parent / "shared" / "data" / "billing" / "spend_like"
SEEDS = range(1000, 1012)
DAY = 15
MONTHS = range(1, 13)
WITHIN = 0.05


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


def made(seed: int) -> list[Case]:
    """Return a made-up bill's second year."""
    known = bill(seed)
    return [_case(f"bill {seed}", known, date(2025, month, DAY), month_of(known, 2025, month)) for month in MONTHS]


def _case(name: str, known: Series, day: date, truth: float) -> Case:
    past = known.until(day)
    found = outlook(past)
    ahead = [day.replace(day=number) for number in range(day.day + 1, month_end(day).day + 1)]
    so_far = found.months[0].so_far
    alone = told(past, ahead, members(Step.DAY)[0])
    said = {member: so_far + float(values.sum()) for member, values in alone.items()}
    kept = [said[name] for name in ("run-rate", "AutoETS", "AutoTheta") if name in said]
    said |= {"median of run-rate, AutoETS, AutoTheta": median(kept), "Quarterdeck": found.months[0].expected}
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
        "MAPE: mean absolute percentage error of a month's total. Lower is better.\n",
    ]
    for name, cases in suites.items():
        plain = figures(cases)
        base = plain.get("run-rate") or plain["last month"]
        rows = [
            f"| {who} | {each.mape:.2f} % | {each.median:.2f} % | {each.within:.0f} % "
            f"| {each.mape / base.mape:.2f} |"
            for who, each in sorted(plain.items(), key=lambda item: item[1].mape)
        ]
        promised = [
            f"The {level} bounds held in {share:.0f} % of {count} months."
            for level, (count, share) in covered(cases).items()
        ]
        parts += [
            f"\n## {name}: {len(cases)} months\n",
            "| forecast | MAPE | median | within 5 % | MAPE beside the run-rate or last month |",
            "|---|---|---|---|---|",
            *rows,
            "",
            *promised,
        ]
    return "\n".join(parts) + "\n"


def write(out: Path) -> None:
    """Measure, and write the report as a page and as JSON."""
    with ProcessPoolExecutor() as workers:
        cases = [case for found in workers.map(made, SEEDS) for case in found]
    suites = {f"Made-up bills, from day {DAY} of a month": cases}
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
