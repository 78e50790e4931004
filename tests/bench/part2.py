"""The ledger: how fast it takes entries, how fast a stranger verifies it, how fast an entry is proven."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.telemetry import configure_logging
from tests.bench import report
from tests.bench.appends import appends
from tests.bench.verifying import verifying

NAME = "part2"
FLOORS = """
The floor of a rate is the same store, as many writers, and one signed commit for each entry; under it, the bare
driver, which writes the same rows one entry after another and has nothing else to do. What is between those two is
the way through asyncio, SQLAlchemy and a thread. The floor of a memory is what was held before, or for a tenth.
"""


def main() -> None:
    """Measure, print, write."""
    configure_logging("warning")
    console = Console()
    with TemporaryDirectory(
        prefix="quarterdeck-bench-", dir=Path.cwd()
    ) as folder:  # a temporary disk may be memory
        with console.status("appending"):
            figures = asyncio.run(appends(Path(folder)))
        with console.status("verifying"):
            figures += verifying(Path(folder))
    console.print(report.table(figures))
    report.write(figures, Path(__file__).parents[2] / "docs" / "bench", NAME, FLOORS)
