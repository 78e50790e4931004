"""How long it takes until another node goes on with what a dead one left in the middle of a step.

    python -m tests.faults.takeover [TRIALS]

Two real processes on one real PostgreSQL; one is killed with -9 while its effect is under way. What counts is the
target's own ledger: from the kill to the first call by the other node.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from memory.model.run import RunStatus
from tests.faults.desk import Desk, desk
from tests.faults.node import Herd, herd
from tests.faults.target import Ledger, target
from tests.patience import until
from tests.postgres import cluster

TRIALS = 10
STEP_S = 1.0
PATIENCE_S = 30.0


async def taken_over(trials: int) -> list[float]:
    """Return the seconds to the first resumed step, one for each trial."""
    with tempfile.TemporaryDirectory(prefix="qd-takeover-") as name, cluster() as server:
        folder, database = Path(name), server.database()
        with target(folder) as ledger, herd(database, ledger.port, folder) as nodes:
            async with desk(database, ledger.port) as people:
                nodes.start().ready()
                return [await trial(people, ledger, nodes, number) for number in range(trials)]


async def trial(people: Desk, ledger: Ledger, nodes: Herd, number: int) -> float:
    """Return how long it took once."""
    nodes.start().ready()
    run = await people.approved(f"takeover-{number}", STEP_S, 0.0)
    first, second = f"{run.id}:0", f"{run.id}:1"
    await until(lambda: ledger.seen("arrived", first), PATIENCE_S)
    killed = (ledger.seen("arrived", first) or {})["by"]
    nodes.named(killed).kill()
    at = time.monotonic()
    await until(lambda: ledger.first_by_another(killed, at), PATIENCE_S)
    took = (ledger.first_by_another(killed, at) or at) - at
    await until(lambda: ledger.seen("effect", second), PATIENCE_S)
    assert (await people.ended(run)).status is RunStatus.SUCCEEDED
    assert (ledger.effects()[first], ledger.effects()[second]) == (1, 1)
    return took


def percentile(values: list[float], share: float) -> float:
    """Return the value that this share of all do not exceed: the nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, round(share * len(ranked) + 0.5) - 1)]


def main() -> None:
    """Print ten trials."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    took = asyncio.run(taken_over(trials))
    for number, seconds in enumerate(took, start=1):
        print(f"{number:3d}  {seconds:5.2f} s")  # noqa: T201 - a report
    said = f"median {statistics.median(took):.2f} s, p95 {percentile(took, 0.95):.2f} s, most {max(took):.2f} s"
    print(f"time to the first resumed step over {trials} trials: {said}")  # noqa: T201 - a report


if __name__ == "__main__":
    main()
