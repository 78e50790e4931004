"""What people in a workspace were told once, so that no node tells it again, nor this one after a restart."""

from datetime import datetime, timedelta

from sqlalchemy import delete

from memory.store.engines import insert
from memory.store.slack_tables import notices
from memory.store.work import Work


class SlackNotices:
    """Every tenant's notices. `about` says what it was, in at most 120 letters."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def first(self, tenant: str, team: str, about: str, at: datetime, every: timedelta) -> bool:
        """Return whether this is to be said now, and take it as said; False where it was, since `every` ago."""
        key = {"tenant": tenant, "team": team, "about": about}
        async with self._work.writing() as connection:
            said = await connection.execute(
                insert(connection, notices)
                .values(**key, said_at=at)
                .on_conflict_do_update(
                    index_elements=list(key), set_={"said_at": at}, where=notices.c.said_at <= at - every
                )
            )
            return bool(said.rowcount)

    async def prune(self, before: datetime) -> int:
        """Forget what was said earlier, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(notices).where(notices.c.said_at < before))).rowcount
