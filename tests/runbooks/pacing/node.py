"""A process that makes calls as fast as a shared rate lets it: `node URL CALLS`. It prints the time of each."""

import asyncio
import sys
from datetime import UTC, datetime

from memory.clock import SystemClock
from memory.store import Store
from runbooks.pacing.endpoint import Endpoint
from runbooks.pacing.rate import SECOND, RateLimit
from runbooks.pacing.rating import Rates
from tests.keys import LOG_KEY

LIMIT = RateLimit(calls=20, per_s=1, burst=5)


class KeptClock:
    """Remembers what it told last: the time by which a call was let through."""

    def __init__(self) -> None:
        self.told = datetime.now(UTC)

    def now(self) -> datetime:
        self.told = datetime.now(UTC)
        return self.told


async def main(url: str, calls: int) -> None:
    store, clock = await Store.open(url, SystemClock(), LOG_KEY), KeptClock()
    rates = Rates(store, (LIMIT,), clock, asyncio.sleep)
    try:
        for _ in range(calls):
            await rates.take("acme", Endpoint(tool="deploy.rollback"))
            print(round(clock.told.timestamp() * SECOND))  # noqa: T201 - whoever started it reads this
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
