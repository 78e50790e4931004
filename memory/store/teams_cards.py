"""Which plans are shown where in Microsoft Teams, so that they are kept up to date after a restart too."""

from sqlalchemy import select, update

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
        row = _columns(shown)
        key = {"tenant": shown.tenant, "run": shown.run, "place": shown.place}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, cards)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def move(self, shown: ShownCard) -> bool:
        """Store what is shown now; False where a newer version is shown by now, or the card is not kept."""
        this = (
            cards.c.tenant == shown.tenant,
            cards.c.run == shown.run,
            cards.c.place == shown.place,
            cards.c.version <= shown.version,
        )
        async with self._work.writing() as connection:
            moved = await connection.execute(update(cards).where(*this).values(**_columns(shown)))
            return bool(moved.rowcount)

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


def _columns(shown: ShownCard) -> dict[str, object]:
    return {"closed": shown.closed, "version": shown.version, "document": shown.model_dump_json()}


def _shown(document: str, tenant: str) -> ShownCard:
    shown = ShownCard.model_validate_json(document)
    belonging(tenant, shown.tenant)
    return shown
