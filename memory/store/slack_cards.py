"""Which messages show which plan, and which version of it. A newer version is never replaced by an older one."""

from sqlalchemy import select, update

from memory.model.shown import Shown
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.slack_tables import cards
from memory.store.work import Work


class SlackCards:
    """Every tenant's plans that are shown in Slack, each in one thread."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def keep(self, shown: Shown) -> Shown:
        """Keep where a plan is shown; where it is shown already, return that."""
        row = {"tenant": shown.tenant, "run": shown.run, **_columns(shown)}
        query = select(cards.c.document).where(cards.c.tenant == shown.tenant, cards.c.run == shown.run)
        async with self._work.writing() as connection:
            kept = await connection.execute(insert(connection, cards).values(**row).on_conflict_do_nothing())
            if kept.rowcount:
                return shown
            document = (await connection.execute(query)).scalar_one()
        return _shown(document, shown.tenant)

    async def find(self, tenant: str, run: str) -> Shown | None:
        """Return where a plan is shown, None where it is not."""
        query = select(cards.c.document).where(cards.c.tenant == tenant, cards.c.run == run)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _shown(document, tenant)

    async def open(self, tenant: str) -> tuple[Shown, ...]:
        """Return those that may still change."""
        query = select(cards.c.document).where(cards.c.tenant == tenant, cards.c.over == 0).order_by(cards.c.run)
        async with self._work.reading() as connection:
            return tuple(_shown(document, tenant) for document in (await connection.execute(query)).scalars())

    async def move(self, shown: Shown) -> bool:
        """Store what is shown now; False where somebody showed a newer version meanwhile."""
        this = (cards.c.tenant == shown.tenant, cards.c.run == shown.run, cards.c.version <= shown.version)
        async with self._work.writing() as connection:
            moved = await connection.execute(update(cards).where(*this).values(**_columns(shown)))
            return bool(moved.rowcount)


def _columns(shown: Shown) -> dict[str, object]:
    return {"over": int(shown.over), "version": shown.version, "document": shown.model_dump_json()}


def _shown(document: str, tenant: str) -> Shown:
    shown = Shown.model_validate_json(document)
    belonging(tenant, shown.tenant)
    return shown
