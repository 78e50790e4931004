"""Measures alerts on their way in: how many a second are kept, and how long until one is an incident.

Deliveries come over loopback HTTP on connections that stay open; the bare endpoint beside it verifies nothing,
parses nothing and writes the raw body to a table of SQLite with the same promises, one commit a request.
"""

import asyncio
import resource
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import httpx
from fastapi import FastAPI, Request
from rich.console import Console

from bot.serving import listener, serving
from bot.telemetry import configure_logging
from memory.model.record import Gap, Topic
from tests.bench import report
from tests.bench.report import Figure
from tests.bench.timing import timing
from tests.bot.alerts.house import BEARER, AlertHouse, fired, served, settings_of, sorted_out, webhook, written
from tests.bot.alerts.sending import sent

NAME = "part7_alerts"
DELIVERIES = 2_000
SINGLE = 200
STORM, AT_ONCE = 10_000, 2_500
WARM = 50
FLOORS = """
One Alertmanager delivery of one alert each, sixteen connections, client and server on one event loop. The floor is
an endpoint that stores the raw body in SQLite (WAL, `synchronous = FULL`), one commit a request. Ours checks the
secret, parses, finds service and place, and commits before it answers, with others that came at the same moment;
sorting goes on meanwhile. "To an incident" is from the first byte of a delivery until the incident is announced.
The storm is 10,000 different alerts in four deliveries, until all of them are grouped and every incident knows.
"""


def bodies(count: int, first: int = 0) -> list[bytes]:
    """Return deliveries of alerts that are all different."""
    return [written(webhook(fired("HighErrorRate", instance=f"i-{first + n}"))) for n in range(count)]


@asynccontextmanager
async def bare(folder: Path) -> AsyncIterator[str]:
    """Serve an endpoint that stores what comes."""
    async with aiosqlite.connect(folder / "bare.db") as database:
        await database.execute("PRAGMA journal_mode = WAL")
        await database.execute("PRAGMA synchronous = FULL")
        await database.execute("CREATE TABLE bodies (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")
        app = FastAPI()

        async def store(request: Request) -> dict[str, bool]:
            await database.execute("INSERT INTO bodies (body) VALUES (?)", (await request.body(),))
            await database.commit()
            return {"stored": True}

        app.post("/bodies")(store)
        bound = listener("127.0.0.1", 0)
        async with serving(app, bound, asyncio.Event()):
            yield f"http://127.0.0.1:{bound.getsockname()[1]}/bodies"


async def kept_per_second(url: str, first: int) -> float:
    """Return how many deliveries a second are answered with a 2xx."""
    await sent(url, bodies(WARM, first), BEARER)
    load = bodies(DELIVERIES, first + WARM)
    began = time.perf_counter()
    statuses = await sent(url, load, BEARER)
    taken = time.perf_counter() - began
    return sum(count for status, count in statuses.items() if status < 300) / taken


async def to_incidents(house: AlertHouse, http: httpx.AsyncClient) -> list[float]:
    """Return how long each of some alerts took to become an incident, in ms, one after another."""
    taken = []
    async with house.bus.subscribe(house.settings.tenant, topics=(Topic.INCIDENT,)) as events:
        for number in range(SINGLE):
            name = f"Odd{number}"
            told = webhook(fired(name, "search", severity="page", environment="production"))
            began = time.perf_counter()
            await http.post("/hooks/am", json=told, headers=BEARER)
            async with asyncio.timeout(30):
                async for event in events:
                    if not isinstance(event, Gap) and event.body.get("change") == "declared":
                        break
            taken.append((time.perf_counter() - began) * 1000)
    return taken


async def stormed(house: AlertHouse, http: httpx.AsyncClient) -> tuple[float, float]:
    """Return how many alerts of a storm a second are sorted, and how many MiB the process grew by at most."""
    storm = [fired(f"Alert{n % 997}", "", instance=f"s-{n}") for n in range(STORM)]
    parts = [written(webhook(*storm[start : start + AT_ONCE])) for start in range(0, STORM, AT_ONCE)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    for part in parts:
        await http.post("/hooks/am", content=part, headers=BEARER)
    await sorted_out(house)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return STORM / (time.perf_counter() - began), grown


async def measured(folder: Path) -> list[Figure]:
    """Measure all of it."""
    async with bare(folder) as url:
        floor = await kept_per_second(url, 0)
    (folder / "burst").mkdir()
    async with served(settings_of(folder / "burst")) as (house, http):
        ours = await kept_per_second(f"{http.base_url}/hooks/am", 0)
        await sorted_out(house)
        per_second, grown = await stormed(house, http)
    (folder / "single").mkdir()
    apart = {"storm": 1000, "window_minutes": 0.0001, "topology_minutes": 0.0001}
    async with served(settings_of(folder / "single", triage=apart)) as (house, http):
        single = timing(await to_incidents(house, http))
    return [
        Figure(name="deliveries kept", unit="/s", value=round(ours), floor=round(floor)),
        Figure(name="from a delivery to an incident", unit="ms", value=single.p50_ms, p99=single.p99_ms),
        Figure(name=f"a storm of {STORM:,}, sorted", unit="/s", value=round(per_second)),
        Figure(name="the process grew by, in that storm", unit="MiB", value=round(grown, 1)),
    ]


def main() -> None:
    """Measure, print and write docs/bench."""
    configure_logging("error")
    with tempfile.TemporaryDirectory() as folder:
        figures = asyncio.run(measured(Path(folder)))
    Console().print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
