"""Measures a night over bills and a look for savings: the radar, one outlook, the finders, and the ranked plan.

The bills are made up (tests/agents/forecasting/bills.py): 160 groups of 450 days are a house with forty services,
accounts, regions and teams.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
from rich.console import Console

from agents.forecasting.outlook import outlook
from agents.forecasting.series import Series
from agents.radar.findings import found
from agents.savings.idle import idle
from agents.savings.predicting import predict
from agents.savings.ranking import ranked
from agents.savings.rightsizing import rightsize
from memory.model.cost import CostSeries, DailyCost
from memory.model.saving import Saving
from memory.model.watching import CostGroup
from tests.agents.forecasting.bills import KINDS, bill
from tests.agents.savings.made import TERMS, hours, workload
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import timed

NAME = "part8_watch"
GROUPS, DAYS = 160, 450
WORKLOADS = 200
FLOORS = """
The floor of a night is a plain z-score of 28 days over the same groups, computed by numpy. The others have none.
"""


def main() -> None:
    """Measure, show, and write docs/bench."""
    console = Console()
    figures = asyncio.run(measured())
    console.print(report.table(figures))
    report.write(figures, Path(__file__).resolve().parents[2] / "docs" / "bench", NAME, FLOORS)


async def measured(groups: int = GROUPS, workloads: int = WORKLOADS, times: int = 5) -> list[Figure]:
    """Return the figures."""
    bills = [bill(kind, seed, days=DAYS) for seed in range(-(-groups // len(KINDS))) for kind in KINDS][:groups]
    watched = [_costs(each) for each in bills]
    savings = _savings(workloads)
    work: dict[str, Callable[[int], object]] = {  # a bill is never forecast twice: what models said is kept
        "an outlook of 450 days, with its bounds": lambda number: outlook(bills[number]),
        f"the finders over {workloads} workloads of four weeks of hours": lambda _: _savings(workloads),
        f"a plan that gets under a sum, of {len(savings)} savings": lambda _: _plan(savings),
    }
    floor = _seconds(lambda: [_z_score(each.costs) for each in bills])
    night = _seconds(lambda: [_found(each) for each in watched])
    figures = [
        Figure(
            name=f"the radar over {groups} groups of {DAYS} days",
            unit="s",
            value=round(night, 2),
            floor=round(floor, 3),
            aim="<= 60 s a night",
        )
    ]
    for name, each in work.items():

        async def once(number: int, each: Callable[[int], object] = each) -> object:
            return await asyncio.to_thread(each, number)

        figures.append(report.of_timing(name, await timed(once, warm=1, count=times), None, "<= 5 s"))
    return figures


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _costs(known: Series) -> CostSeries:
    days = zip(known.dates(), known.costs, strict=True)
    return CostSeries(
        currency="USD",
        keys=("one",),
        days=tuple(DailyCost(day=day, cost=Decimal(str(round(float(cost), 6)))) for day, cost in days),
    )


def _found(known: CostSeries) -> object:
    group = CostGroup(currency="USD", dimension="ServiceName", key="one")
    return found("bench", group, known, since=date(2025, 3, 1), least=Decimal(1))


def _z_score(costs: np.ndarray[tuple[int], np.dtype[np.float64]]) -> object:
    before = np.lib.stride_tricks.sliding_window_view(costs, 28)[:-1]
    return np.abs(costs[28:] - before.mean(axis=1)) > 3 * before.std(axis=1)


def _savings(count: int) -> tuple[Saving, ...]:
    made: list[Saving | None] = []
    for number in range(count):
        busy = 1.0 + number % 9
        one = workload(service=f"service-{number}", load=hours(lambda hour, busy=busy: busy * (1 + hour % 24)))  # type: ignore[misc]  # its own load
        made += [idle(one, TERMS), rightsize(one, TERMS), *predict(one, TERMS)]
    return tuple(each for each in made if each is not None)


def _plan(savings: tuple[Saving, ...]) -> object:
    whole = sum((each.monthly.expected for each in savings), Decimal(0))
    return ranked(savings, whole, "made up", "USD", whole / 2)


if __name__ == "__main__":
    main()
