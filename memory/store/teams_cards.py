"""Which plans are shown where in Microsoft Teams, so that they are kept up to date after a restart too."""

from sqlalchemy import select

from memory.model.teams import ShownCard
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.teams_tables import cards
from memory.store.work import Work


class TeamsCards:
    """Every tenant's cards."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, shown: ShownCard) -> None:
        """Keep where a plan is shown, in place of what was known of it there."""
        row = {"closed": shown.closed, "document": shown.model_dump_json()}
        key = {"tenant": shown.tenant, "run": shown.run, "place": shown.place}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, cards)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def of(self, tenant: str, run: str) -> tuple[ShownCard, ...]:
        """Return everywhere a plan is shown."""
        query = select(cards.c.document).where(cards.c.tenant == tenant, cards.c.run == run)
        async with self._work.reading() as connection:
            found = (await connection.execute(query.order_by(cards.c.place))).scalars()
            return tuple(_shown(document, tenant) for document in found)

    async def open(self, tenant: str) -> tuple[ShownCard, ...]:
        """Return those that may still change."""
        query = select(cards.c.document).where(cards.c.tenant == tenant, cards.c.closed.is_(False))
        async with self._work.reading() as connection:
            found = (await connection.execute(query.order_by(cards.c.run, cards.c.place))).scalars()
            return tuple(_shown(document, tenant) for document in found)


def _shown(document: str, tenant: str) -> ShownCard:
    shown = ShownCard.model_validate_json(document)
    belonging(tenant, shown.tenant)
    return shown
