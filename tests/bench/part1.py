"""How fast a turn is, how soon the server is ready, what it weighs. Writes docs/bench."""

import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.settings import load
from bot.telemetry import configure_logging
from tests.bench import inside, outside, report
from tests.bench.report import Figure, of_timing

NAME = "part1"
STARTS = 5
LINES = 500
FLOORS = f"""{report.FLOORS.rstrip()} Turns ask the same four things again
and again, so that their words were embedded lately; docs/bench/part10.md says what new words cost.
"""
CONFIGURED = """
profile = "development"

[[people]]
id = "alice"
name = "Alice"
roles = ["viewer", "operator", "approver"]

[[services]]
name = "checkout"
owner = "shop"
depends_on = ["payments"]

[[services]]
name = "payments"
owner = "money"
"""


async def measured(folder: Path, console: Console) -> list[Figure]:
    """Measure everything, one after another, so that nothing disturbs anything."""
    environment = _environment(folder)
    with console.status("turns in this process"):
        turns = await inside.turns(load(environment))
        graph = await inside.bare_graph(folder)
    with console.status("turns over HTTP"):
        key = _key(environment)
        async with outside.started([sys.executable, "-m", "tests.bench.floor"], {}) as floor:
            endpoint = await outside.bare_endpoint(floor)
        async with outside.started(outside.quarterdeck("serve", "--port", "0", "--json"), environment) as served:
            over_http = await outside.turns(served, key)
            held, peak = served.resident_mb(), served.peak_mb()
    with console.status("starting"):
        ready = statistics.median([await _ready(environment) for _ in range(STARTS)])
    with console.status("interpreting"):
        lines = await outside.lines_a_second(environment, LINES)
    return [
        of_timing("a turn in process, checkpointed", turns, graph, "≤ 25 ms"),
        of_timing("a turn over HTTP", over_http, endpoint),
        Figure(name="from start to ready", unit="s", value=ready, aim="≤ 3 s"),
        Figure(name="memory of the server after the turns", unit="MiB", value=held, aim="≤ 350 MiB"),
        Figure(name="its peak, while the embedding was loaded", unit="MiB", value=peak),
        Figure(name="lines understood a second", unit="/s", value=lines, aim="≥ 50 /s"),
    ]


async def _ready(environment: Mapping[str, str]) -> float:
    async with outside.started(outside.quarterdeck("serve", "--port", "0", "--json"), environment) as served:
        return served.ready_s


def _environment(folder: Path) -> dict[str, str]:
    settings = folder / "quarterdeck.toml"
    settings.write_text(CONFIGURED)
    return {
        "QUARTERDECK_CONFIG": str(settings),
        "QUARTERDECK_HOME": str(folder / "home"),
        "QUARTERDECK_LOG_LEVEL": "warning",
    }


def _key(environment: Mapping[str, str]) -> str:
    command = outside.quarterdeck("keys", "add", "alice", "--scope", "admin", "--json")
    done = subprocess.run(command, env=os.environ | dict(environment), capture_output=True, check=True)
    return str(json.loads(done.stdout)["secret"])


def main() -> None:
    """Measure, print, write."""
    configure_logging("warning")
    console = Console()
    with TemporaryDirectory(prefix="quarterdeck-bench-") as folder:
        figures = asyncio.run(measured(Path(folder), console))
    console.print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
