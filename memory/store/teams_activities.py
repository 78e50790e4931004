"""What came from Microsoft Teams, so that the same activity counts once, whichever node it is shown to."""

from datetime import datetime

from sqlalchemy import delete

from memory.store.engines import insert
from memory.store.teams_tables import activities
from memory.store.work import Work


class TeamsActivities:
    """Every tenant's activities, by their ids alone: what they said is not kept here."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def first(self, tenant: str, activity: str, at: datetime) -> bool:
        """Note that an activity came; False where it came before, and nothing was written."""
        row = {"tenant": tenant, "id": activity, "received_at": at}
        async with self._work.writing() as connection:
            noted = await connection.execute(insert(connection, activities).values(**row).on_conflict_do_nothing())
            return bool(noted.rowcount)

    async def prune(self, before: datetime) -> int:
        """Forget what came earlier, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(activities).where(activities.c.received_at < before))).rowcount
