"""Which recordings were heard, by their digest: the same bytes twice are a replay."""

from datetime import datetime

from sqlalchemy import delete

from memory.store.engines import insert
from memory.store.voice_tables import sounds
from memory.store.work import Work


class Sounds:
    """Every tenant's. Of a recording its SHA-256 is kept, and nothing else."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def first(self, tenant: str, digest: str, now: datetime) -> bool:
        """Keep that a recording was heard; False where it was before."""
        row = {"tenant": tenant, "digest": digest, "heard_at": now}
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, sounds).values(**row).on_conflict_do_nothing())
            return bool(added.rowcount)

    async def prune(self, before: datetime) -> int:
        """Forget what was heard long ago, of every tenant; return how much."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(sounds).where(sounds.c.heard_at < before))).rowcount
