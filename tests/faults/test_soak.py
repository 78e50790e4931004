"""Five hundred actions over two nodes on a real PostgreSQL, one killed every half minute: each is done once.

pytest tests/faults/test_soak.py -m slow -s
"""

import asyncio
import time
from pathlib import Path

import pytest

from memory.model.run import Run, RunStatus
from tests.faults.desk import Desk, desk
from tests.faults.node import Herd, herd
from tests.faults.target import Ledger, target
from tests.postgres import cluster

RUNS, STEPS = 250, 2
EVERY_S = 0.6  # a new run
KILL_EVERY_S = 30.0
EFFECT_S = 0.3


@pytest.mark.slow
@pytest.mark.timeout(1800)
async def test_five_hundred_actions_with_a_node_killed_every_half_minute_are_each_done_once(
    tmp_path: Path,
) -> None:
    with cluster() as server:
        database = server.database()
        with target(tmp_path) as ledger, herd(database, ledger.port, tmp_path) as nodes:
            async with desk(database, ledger.port) as people:
                await nodes.at_least(2)
                began = time.monotonic()
                killing = asyncio.create_task(_kill(nodes, ledger))
                runs = await _asked(people)
                ended = [await people.ended(run, 120) for run in runs]
                killing.cancel()
                await asyncio.gather(killing, return_exceptions=True)
                took = time.monotonic() - began
                _judge(runs, ended, ledger)
                killed = len(nodes.nodes) - 2
                said = f"{len(runs) * STEPS} actions in {took:.0f} s, {killed} nodes killed, 0 duplicated, 0 lost"
                print(f"{said}; {ledger.repeated()} calls repeated and recognised")  # noqa: T201 - a report
                assert killed >= 3


async def _asked(people: Desk) -> list[Run]:
    runs = []
    for number in range(RUNS):
        runs.append(await people.approved(f"soak-{number}", *([EFFECT_S] * STEPS)))
        await asyncio.sleep(EVERY_S)
    return runs


async def _kill(nodes: Herd, ledger: Ledger) -> None:
    """Kill whoever called the target last, again and again, and start another in its place."""
    while True:
        await asyncio.sleep(KILL_EVERY_S)
        last = next(
            line["by"] for line in reversed(ledger.lines()) if line["by"] in {each.name for each in nodes.living}
        )
        nodes.named(last).kill()
        await nodes.at_least(2)


def _judge(runs: list[Run], ended: list[Run], ledger: Ledger) -> None:
    assert {run.status for run in ended} == {RunStatus.SUCCEEDED}
    wanted = {f"{run.id}:{step}": 1 for run in runs for step in range(STEPS)}
    assert dict(ledger.effects()) == wanted
