"""A process that is killed while a bill is taken in: nothing of it counts, and the next one takes it in whole."""

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from bot.costs.alone import CountedHere, FixedClock
from memory.costs.importing import TAKING
from memory.costs.mart import KEPT, Mart
from memory.model.cost import CostQuery
from tests.memory.costs.bills import row, written

NOVEMBER = CostQuery(since=datetime(2025, 11, 1, tzinfo=UTC), until=datetime(2025, 12, 1, tzinfo=UTC))
DYING = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.costs.alone import CountedHere, FixedClock
from memory.costs import importing
from memory.costs.mart import Mart

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

when, mart, bill = sys.argv[1:]
if when == "half-written":
    importing._measured = die
else:
    CountedHere.put = die
asyncio.run(Mart(Path(mart), CountedHere(), FixedClock(datetime.now(UTC))).take("acme", "aws", Path(bill)))
"""


def killed(when: str, home: Path, bill: Path) -> int:
    """Take a bill in another process, which is killed at that moment; return how it ended."""
    command = [sys.executable, "-c", DYING, when, str(home), str(bill)]
    return subprocess.run(command, check=False, timeout=60).returncode


@pytest.mark.parametrize("when", ["half-written", "written and not counted"])
async def test_a_bill_that_was_killed_half_way_counts_once_it_is_taken_again(tmp_path: Path, when: str) -> None:
    bill = written(tmp_path / "bill.csv", [row(), row(BillingCurrency="dollars"), row(EffectiveCost="4")])
    home = tmp_path / "mart"
    assert killed(when, home, bill) == -signal.SIGKILL
    clock = FixedClock(datetime.now(UTC))
    mart = Mart(home, CountedHere(), clock)
    assert await mart.ask("acme", NOVEMBER) == ()
    file, new = await mart.take("acme", "aws", bill)
    assert (new, file.rows, [each.reason for each in file.aside]) == (True, 2, ["currency"])
    [line] = await mart.ask("acme", NOVEMBER)
    assert line.cost == Decimal(5)


async def test_what_a_killed_process_left_is_swept_after_an_hour(tmp_path: Path) -> None:
    bill = written(tmp_path / "bill.csv", [row()])
    home = tmp_path / "mart"
    killed("half-written", home, bill)
    [left] = home.rglob(f"{TAKING}*")
    now = datetime.now(UTC)
    assert await Mart(home, CountedHere(), FixedClock(now)).sweep("acme") == 0
    assert await Mart(home, CountedHere(), FixedClock(now + KEPT + timedelta(seconds=5))).sweep("acme") == 1
    assert not left.exists()
    assert not list(left.parent.iterdir())
