"""Measures how runs are queued: fairness between tenants, and the engine beside bare DBOS in the same run."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from shutil import which

from rich.console import Console

from runbooks.engine.durable import EngineOnDbos
from runbooks.engine.port import Lane, Queue, Report, Work
from runbooks.pacing.fairness import jain
from tests.bench import report
from tests.bench.bare import POLL_S, BareDbos
from tests.bench.report import Figure
from tests.bench.timing import Timing, timing
from tests.postgres import cluster

NAME = "part4"
TENANTS = 10
RUNS = 1000
SHARE = 50  # of each tenant but the one that floods with all the rest
COMPARED = 200  # runs of the comparison with bare DBOS
STEPS = 3
ALONE = 50  # runs of the comparison that have nothing before them
QUEUE = Queue(name="interactive", concurrency=8, per_tenant=4, look_s=POLL_S)
FLOORS = """
1,000 runs of ten tenants, one of which queues 550 of them before the others come. While all of them wait, Jain's
index of what each had started is 1 where all had the same and 0.1 where one had everything. The floor is bare
DBOS, without the port, with the same queue on the same database in the same run; a run has three steps that do
nothing.
From queued to begun, one run at a time: nothing is before it.
"""


class Starts:
    """Carries works out that do nothing, and notes when each was begun."""

    def __init__(self, steps: int = 1) -> None:
        self.begun: list[tuple[str, float]] = []
        self.tenants: list[str] = []
        self.open = asyncio.Event()
        self.left = 0
        self.over = asyncio.Event()
        self._steps = steps

    async def carry(self, work: Work, leg: str) -> Report:
        number = 0 if leg == "begin" else int(leg)
        if number == 0:
            await self.open.wait()
            self.begun.append((work.run, time.perf_counter()))
            self.tenants.append(work.tenant)
        if number + 1 < self._steps:
            return Report(next=str(number + 1))
        self.left -= 1
        if not self.left:
            self.over.set()
        return Report(says="done")


@asynccontextmanager
async def engine(address: str, carrier: Starts) -> AsyncIterator[EngineOnDbos]:
    """Run an engine on a database of its own."""
    made = EngineOnDbos(address, "acme", lambda: "node_1", (QUEUE,))
    await made.launch(carrier)
    try:
        yield made
    finally:
        await made.close()


async def fairness(address: str) -> list[Figure]:
    """Queue a flood and then everybody else, and see who is begun when."""
    works = [_work(f"flood_{number}", "t0") for number in range(RUNS - SHARE * (TENANTS - 1))]
    works += [_work(f"{t}_{n}", f"t{t}") for t in range(1, TENANTS) for n in range(SHARE)]
    carrier = Starts()
    carrier.left = len(works)
    async with engine(address, carrier) as made:
        for work in works:
            await made.submit(work)
        opened = time.perf_counter()
        carrier.open.set()
        await carrier.over.wait()
    waits = [(work, at - opened) for work, at in carrier.begun]
    others = [wait for run, wait in waits if not run.startswith("flood")]
    flood = [wait for run, wait in waits if run.startswith("flood")]
    contended = _contended(carrier.tenants)
    return [
        Figure(
            name=f"Jain's index while all wait ({len(contended)} starts)",
            unit="",
            value=round(jain([*Counter(contended).values()]), 3),
            aim="≥ 0.9",
        ),
        Figure(name="the last start of the nine others", unit="s", value=round(max(others), 2)),
        Figure(name="the last start of the one that floods", unit="s", value=round(max(flood), 2)),
        Figure(name="runs begun in all", unit="", value=len(waits), aim=f"{RUNS}"),
    ]


async def compared(address: str, bare_address: str) -> list[Figure]:
    """Carry the same runs out on the engine and on bare DBOS, one after the other."""
    ours, took = await _ours(address)
    floor, floor_took = await asyncio.to_thread(_bare, bare_address)
    rate, floor_rate = (round(COMPARED * STEPS / each, 1) for each in (took, floor_took))
    return [
        Figure(name="steps", unit="/s", value=rate, floor=floor_rate, aim="≥ 0.8 x"),
        report.of_timing("from queued to begun", ours, floor),
        report.of_timing("from queued to begun, bare DBOS", floor, None),
    ]


async def _ours(address: str) -> tuple[Timing, float]:
    carrier = Starts(STEPS)
    carrier.open.set()
    waits = []
    async with engine(address, carrier) as made:
        for number in range(ALONE):
            began = time.perf_counter()
            await _carried(made, carrier, [_work(f"alone_{number}", "t0")])
            waits.append((carrier.begun[-1][1] - began) * 1000)
        began = time.perf_counter()
        await _carried(made, carrier, [_work(f"run_{n}", f"t{n % TENANTS}") for n in range(COMPARED)])
        took = time.perf_counter() - began
    return timing(waits), took


async def _carried(made: EngineOnDbos, carrier: Starts, works: list[Work]) -> None:
    """Submit works and wait until all of them are over."""
    carrier.left = len(works)
    carrier.over.clear()
    for work in works:
        await made.submit(work)
    await carrier.over.wait()


def _bare(address: str) -> tuple[Timing, float]:
    with BareDbos(address, QUEUE, STEPS).running() as bare:
        for number in range(ALONE):
            bare.enqueue(f"alone_{number}", "t0")
            bare.wait_for(1)
        waits = [wait * 1000 for wait in bare.waits()]
        began = time.perf_counter()
        for number in range(COMPARED):
            bare.enqueue(f"run_{number}", f"t{number % TENANTS}")
        bare.wait_for(COMPARED)
        return timing(waits), time.perf_counter() - began


def _work(run: str, tenant: str) -> Work:
    return Work(tenant=tenant, run=run, attempt=0, lane=Lane(queue=QUEUE.name))


def _contended(tenants: list[str]) -> list[str]:
    """Return the starts up to the first tenant's last: from then on not all of them wait."""
    totals, seen = Counter(tenants), Counter[str]()
    for number, tenant in enumerate(tenants):
        seen[tenant] += 1
        if seen[tenant] == totals[tenant]:
            return tenants[:number]
    return tenants


@contextmanager
def _addresses() -> Iterator[list[str]]:
    """Give three empty databases: of PostgreSQL where there is one, else of SQLite."""
    if which("initdb") or Path("/usr/lib/postgresql").exists():
        with cluster() as server:
            yield [server.database() for _ in range(3)]
    else:
        with tempfile.TemporaryDirectory(prefix="qd-bench-") as folder:
            yield [f"sqlite:///{folder}/{number}.db" for number in range(3)]


async def measured(addresses: list[str]) -> list[Figure]:
    """Measure everything, one after another."""
    return [*await fairness(addresses[0]), *await compared(addresses[1], addresses[2])]


def main() -> None:
    """Measure, print, write."""
    console = Console()
    with console.status("queueing"), _addresses() as addresses:
        figures = asyncio.run(measured(addresses))
    console.print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
