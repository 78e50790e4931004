"""Who stopped an answer, and when: read by whichever process gives it."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select

from memory.store.engines import insert
from memory.store.model_tables import turn_stops
from memory.store.work import Work

_KEPT: Final = timedelta(hours=1)  # no turn takes as long


class TurnStops:
    """Every tenant's."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def ask(self, tenant: str, thread: str, person: str, at: datetime) -> None:
        """Have what this person asked in a thread until now stopped."""
        row = {"tenant": tenant, "thread": thread, "person": person, "at": at}
        old = delete(turn_stops).where(turn_stops.c.tenant == tenant, turn_stops.c.at < at - _KEPT)
        async with self._work.writing() as connection:
            await connection.execute(old)
            added = insert(connection, turn_stops).values(**row)
            again = added.on_conflict_do_update(index_elements=["tenant", "thread", "person"], set_={"at": at})
            await connection.execute(again)

    async def asked(self, tenant: str, thread: str, person: str, since: datetime) -> bool:
        """Return whether that was asked since a moment."""
        query = select(turn_stops.c.at).where(
            turn_stops.c.tenant == tenant,
            turn_stops.c.thread == thread,
            turn_stops.c.person == person,
            turn_stops.c.at >= since,
        )
        async with self._work.reading() as connection:
            return (await connection.execute(query)).first() is not None
