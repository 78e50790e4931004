"""What went well in a channel on a day, for the one message that says so."""

from sqlalchemy import delete, select

from memory.model.shown import Success
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.slack_tables import successes
from memory.store.work import Work


class SlackSuccesses:
    """Every tenant's successes, each plan once."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, success: Success) -> bool:
        """Add one; False where it was there already."""
        row = {name: getattr(success, name) for name in ("tenant", "team", "channel", "day", "run")}
        async with self._work.writing() as connection:
            statement = insert(connection, successes).values(**row, document=success.model_dump_json())
            return bool((await connection.execute(statement.on_conflict_do_nothing())).rowcount)

    async def of(self, tenant: str, team: str, channel: str, day: str) -> tuple[Success, ...]:
        """Return those of a channel and day, in the order they ended."""
        columns = successes.c
        query = select(columns.document).where(
            columns.tenant == tenant, columns.team == team, columns.channel == channel, columns.day == day
        )
        async with self._work.reading() as connection:
            found = [Success.model_validate_json(each) for each in (await connection.execute(query)).scalars()]
        for each in found:
            belonging(tenant, each.tenant)
        return tuple(sorted(found, key=lambda each: (each.at, each.run)))

    async def prune(self, before: str) -> int:
        """Forget days before this one, of every tenant; return how many plans that was."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(successes).where(successes.c.day < before))).rowcount
