"""The state of rate limits that several nodes share: for each key, one number that is changed under a lock.

What the number means is the caller's: it is given the old one and says the new one.
"""

from collections.abc import Callable

from sqlalchemy import delete, select, update

from memory.store.engines import insert
from memory.store.tables import rates
from memory.store.work import Work


class Rates:
    """Every tenant's rates."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def change(self, tenant: str, key: str, now: int, decide: Callable[[int | None], int | None]) -> None:
        """Give `decide` the number of a key (None: there is none), and keep what it returns (None: as it was).

        Nobody else changes that key meanwhile, in any process. `decide` is called once and must not wait.
        """
        this = (rates.c.tenant == tenant, rates.c.key == key)
        async with self._work.writing() as connection:
            row = {"tenant": tenant, "key": key, "arrival": None, "used_at": now}
            await connection.execute(insert(connection, rates).values(**row).on_conflict_do_nothing())
            found = await connection.execute(select(rates.c.arrival).where(*this).with_for_update())
            arrival = decide(found.scalar_one())
            if arrival is not None:
                await connection.execute(update(rates).where(*this).values(arrival=arrival, used_at=now))

    async def prune(self, before: int) -> int:
        """Forget every tenant's keys that nobody used since; return how many."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(rates).where(rates.c.used_at < before))).rowcount
