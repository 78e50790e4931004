"""A program that appends to a log and ends, without a word, at each of its writes in turn.

    python -m tests.faults.dying ADDRESS happened|failed

It prints `WRITE MESSAGE` for every append that was answered, and `WRITE died` for every process that ended so.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable

from memory.store import Store
from tests.fakes.time import FakeClock
from tests.faults.disk import MOST_WRITES, FaultyDisk
from tests.faults.workload import appended
from tests.keys import LOG_KEY

_DIED = 9


def _die() -> BaseException:
    os._exit(_DIED)


async def work(address: str, write: int, *, happened: bool) -> None:
    """Append until the write comes that ends this process."""
    store = await Store.open(address, FakeClock(), LOG_KEY)
    tenant = f"t{write}"
    await appended(store, tenant, ["before"], lambda message: _say(write, message))
    FaultyDisk(store, write, happened=happened, fault=_die)
    await appended(store, tenant, ["a", "b", "c", "d"], lambda message: _say(write, message))
    await store.close()


def _say(write: int, word: str) -> None:
    os.write(1, f"{write} {word}\n".encode())


def _ended(work: Awaitable[None]) -> int:
    """Do the work in a process of its own and return how that ended."""
    child = os.fork()
    if child == 0:
        asyncio.run(work)  # type: ignore[arg-type]  # a coroutine
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Let a process die at every write there is."""
    address, how = sys.argv[1:]
    for write in range(1, MOST_WRITES):
        if _ended(work(address, write, happened=how == "happened")) != _DIED:
            return
        _say(write, "died")


if __name__ == "__main__":
    main()
