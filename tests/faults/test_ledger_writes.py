"""Whatever write of an append fails, or happens and is reported as failed, the log is sound and loses nothing.

Each write (every statement that changes something, and the commit) fails in both ways, once as an error that the
process survives and once as the end of the process. Coming back is opening the store: there is no repair.
"""

import asyncio
import sys
from collections import defaultdict

import pytest
from sqlalchemy.exc import OperationalError

from memory.store import Store
from tests.fakes.time import FakeClock
from tests.faults.disk import MOST_WRITES, FaultyDisk
from tests.faults.workload import appended
from tests.keys import LOG_KEY
from tests.memory.conftest import clock
from tests.sound import entries_of_sound_log

__all__ = ["clock"]

_EVERY = {"before", "a", "b", "c", "d"}
both_ways = pytest.mark.parametrize("happened", [False, True], ids=["failed", "failed but happened"])


def _disk_error() -> BaseException:
    return OperationalError("a write", None, OSError("disk I/O error"))


@both_ways
async def test_an_error_at_any_write_of_an_append_loses_nothing(
    address: str, clock: FakeClock, happened: bool
) -> None:
    for write in range(1, MOST_WRITES):
        tenant = f"t{write}"
        answered: list[str] = []
        store = await Store.open(address, clock, LOG_KEY)
        await appended(store, tenant, ["before"], answered.append)
        disk = FaultyDisk(store, write, happened=happened, fault=_disk_error)
        await appended(store, tenant, ["a", "b", "c", "d"], answered.append)
        failed = disk.failed
        disk.mend()
        await appended(store, tenant, ["after"], answered.append)
        if failed:
            assert {"before", "after"} <= {*answered}, write
            await _check(store, tenant, {*answered})
        await store.close()
        if not failed:
            assert {*answered} == _EVERY | {"after"}
            return
    pytest.fail(f"expected fewer than {MOST_WRITES} writes")


@both_ways
async def test_a_process_that_ends_at_any_write_of_an_append_loses_nothing(
    address: str, clock: FakeClock, happened: bool
) -> None:
    how = "happened" if happened else "failed"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.dying", address, how, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    said: dict[int, set[str]] = defaultdict(set)
    for line in printed.decode().splitlines():
        number, word = line.split()
        said[int(number)].add(word)
    died = {write for write, words in said.items() if "died" in words}
    assert died == {*range(1, len(died) + 1)}
    assert len(died) >= len(("savepoint", "blob", "release", "entries", "head", "commit"))
    assert said[len(died) + 1] == _EVERY  # the last found no such write, and got to its end
    store = await Store.open(address, clock, LOG_KEY)
    for write in died:
        await _check(store, f"t{write}", said[write] - {"died"})
        await appended(store, f"t{write}", ["after"], said[write].add)
        await _check(store, f"t{write}", said[write] - {"died"})
    await store.close()


async def _check(store: Store, tenant: str, answered: set[str]) -> None:
    """See that the log is sound and holds what was answered, nothing twice, and nothing that was taken back."""
    kept = [str(entry.body["message"]) for entry in await entries_of_sound_log(store, tenant)]
    assert answered <= {*kept}, tenant
    assert len({*kept}) == len(kept), tenant
    assert "undone" not in kept, tenant
