"""Measures the timeline: windows of 50,000 entries beside the bare SQL of the same rows; and declared to seen."""

import asyncio
import json
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console

from bot.incidents import Incidents
from bot.incidents.projecting import Projection
from bot.incidents.room import IncidentRoom
from bot.surfaces.incidents import Declaration, Window
from bot.telemetry import configure_logging
from memory.clock import SystemClock
from memory.ids import RandomIds
from memory.model.incident import Happening, TimelineEntry
from memory.store import Store
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import Timing, timed, timing
from tests.fakes.people import EVERYBODY, TENANT, policy
from tests.keys import LOG_KEY
from tools.capabilities import EVERY
from tools.in_force import PolicyInForce

NAME = "part7_timeline"
ENTRIES = 50_000
BEGAN = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
FLOORS = """
One incident with 50,000 entries in SQLite, asked through the desk that every surface speaks to: policy, the end
of the ledger, the query, and the answer as JSON. Floors are the same rows by bare `sqlite3` in the same run on the
same file. A declared incident is seen once the timeline that is asked for right after tells of it; its floor is
one bare commit.
"""


def entries(incident: str) -> list[TimelineEntry]:
    """Return 50,000 entries, a second apart, each with its cause."""
    kinds = (Happening.ALERT, Happening.OBSERVATION, Happening.NOTE, Happening.EFFECT)
    return [
        TimelineEntry(
            id=f"tl_{number:06}",
            tenant=TENANT,
            incident=incident,
            at=BEGAN + timedelta(seconds=number),
            recorded_at=BEGAN + timedelta(seconds=number, milliseconds=40),
            kind=kinds[number % len(kinds)],
            text=f"The error rate of checkout is {number % 97} % since the release of {number % 13}.",
            author="alice",
            source="bench",
            cause=f"tl_{number - 1:06}" if number else None,
        )
        for number in range(ENTRIES)
    ]


async def whole(chunks: AsyncIterator[str]) -> int:
    """Return how long a streamed answer is."""
    return sum([len(chunk) async for chunk in chunks])


async def measured(folder: Path) -> list[Figure]:
    """Return how long the timeline takes."""
    file, clock = folder / "q.db", SystemClock()
    store = await Store.open(f"sqlite:///{file}", clock, LOG_KEY)
    incidents = Incidents(store, lambda _: None, clock, RandomIds())
    projection = Projection(store, lambda _: None, clock, EVERY)
    room = IncidentRoom(incidents, PolicyInForce(policy()), clock, projection)
    alice = next(each for each in EVERYBODY if each.id == "alice")
    declared = await room.declare(alice, Declaration(title="checkout is failing", severity=2))
    await store.timeline.add(entries(declared.id))
    bare = Bare(file, declared.id)

    async def page(number: int) -> object:
        window = Window(since=BEGAN + timedelta(seconds=number * 97))
        return (await room.timeline(alice, "1", window, None, 200)).model_dump_json()

    async def everything(_: int) -> int:
        return await whole(room.documents(alice, "1", Window()))

    async def text(number: int) -> object:
        return await room.timeline(alice, "1", Window(text=f"is {number % 97} %"), None, 200)

    async def mark(_: int) -> str:
        return await room.mark(alice, "1", Window())

    async def declaring(number: int) -> None:
        made = await room.declare(alice, Declaration(title=f"another, {number}"))
        told = await room.timeline(alice, made.id, Window(), None, 10)
        assert told.items

    figures = [
        _figure("a page of 200 anywhere in 50,000", await timed(page, warm=5, count=200), bare.page(), "<= 50"),
        _figure(
            "all 50,000 in one answer", await timed(everything, warm=1, count=12), bare.everything(), "<= 2000"
        ),
        _figure("200 entries with a text", await timed(text, warm=2, count=40), bare.text(), "<= 200"),
        _figure("the entity tag of all of it", await timed(mark, warm=2, count=40), bare.mark(), "<= 100"),
        _figure("declared to seen", await timed(declaring, warm=5, count=100), bare.commit(), "<= 100"),
    ]
    await store.close()
    bare.close()
    return figures


class Bare:
    """The same rows by `sqlite3` alone; each method returns milliseconds at the median."""

    def __init__(self, file: Path, incident: str) -> None:
        self._connection = sqlite3.connect(file)
        self._connection.execute("PRAGMA synchronous = FULL")
        self._of = (TENANT, incident)

    def page(self) -> Timing:
        """Find 200 entries by the index, and make a list of JSON of them."""
        query = (
            "SELECT document FROM timeline WHERE tenant = ? AND incident = ? AND at >= ? ORDER BY at, id LIMIT 200"
        )
        return self._timed(
            query, lambda number: (f"{BEGAN + timedelta(seconds=number * 97):%Y-%m-%d %H:%M:%S.%f}",)
        )

    def everything(self) -> Timing:
        """Read all of them."""
        query = "SELECT document FROM timeline WHERE tenant = ? AND incident = ? ORDER BY at, id"
        return self._timed(query, lambda _: (), count=12)

    def text(self) -> Timing:
        """Find 200 by a text."""
        query = (
            "SELECT document FROM timeline WHERE tenant = ? AND incident = ? AND words LIKE ? ESCAPE '/' "
            "ORDER BY at, id LIMIT 200"
        )
        return self._timed(query, lambda number: (f"%is {number % 97} /%%",))

    def mark(self) -> Timing:
        """Count them."""
        query = "SELECT count(*), sum(version), max(touched_at) FROM timeline WHERE tenant = ? AND incident = ?"
        return self._timed(query, lambda _: ())

    def commit(self) -> Timing:
        """Write one row and commit it."""
        self._connection.execute("CREATE TABLE IF NOT EXISTS bench_floor (n INTEGER)")

        def once(number: int) -> None:
            self._connection.execute("INSERT INTO bench_floor VALUES (?)", (number,))
            self._connection.commit()

        return _each(once, 100)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _timed(self, query: str, more: Callable[[int], tuple[str, ...]], count: int = 40) -> Timing:
        def once(number: int) -> None:
            rows = self._connection.execute(query, (*self._of, *more(number))).fetchall()
            json.dumps([row[0] for row in rows])

        return _each(once, count)


def _each(once: Callable[[int], None], count: int) -> Timing:
    """Return how long a call that waits for nothing takes."""
    taken: list[float] = []
    for number in range(count):
        began = time.perf_counter()
        once(number)
        taken.append((time.perf_counter() - began) * 1000)
    return timing(taken)


def _figure(name: str, measured: Timing, floor: Timing, aim: str) -> Figure:
    return report.of_timing(name, measured, floor, aim)


def main() -> None:
    """Measure, print and write docs/bench."""
    configure_logging("error")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measured(Path(folder)))
    Console().print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)


if __name__ == "__main__":
    main()
