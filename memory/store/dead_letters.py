"""Dead letters, each stored whole as its JSON document. One changes only from the version the caller has seen."""

from datetime import datetime

from sqlalchemy import delete, select, tuple_, update

from memory.errors import Conflict, NotFound
from memory.model.dead_letter import DeadLetter, DeadReason, LetterStatus
from memory.model.value import Identifier, Moment, Value
from memory.page import Page, checked, cut, read
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import dead_letters
from memory.store.work import Work


class _Place(Value):
    at: Moment
    id: Identifier


class DeadLetters:
    """Every tenant's dead letters."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def keep(self, letter: DeadLetter) -> bool:
        """Keep a letter, once by its id; return whether it is new."""
        async with self._work.writing() as connection:
            statement = insert(connection, dead_letters).values(**_columns(letter)).on_conflict_do_nothing()
            return bool((await connection.execute(statement)).rowcount)

    async def get(self, tenant: str, letter: str) -> DeadLetter:
        """Return one letter; raises `NotFound`."""
        query = select(dead_letters.c.document).where(dead_letters.c.tenant == tenant, dead_letters.c.id == letter)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a dead letter, found {letter!r}, which is none")
        return _letter(document, tenant)

    async def of_run(self, tenant: str, run: str) -> DeadLetter | None:
        """Return the letter that tells of a run, None where none does."""
        query = select(dead_letters.c.document).where(dead_letters.c.tenant == tenant, dead_letters.c.run == run)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _letter(document, tenant)

    async def replayed_as(self, tenant: str, run: str) -> DeadLetter | None:
        """Return the letter whose newest replay a run is, None where it is none."""
        query = select(dead_letters.c.document).where(
            dead_letters.c.tenant == tenant, dead_letters.c.replay == run
        )
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _letter(document, tenant)

    async def page(
        self,
        tenant: str,
        *,
        status: LetterStatus | None = None,
        died_of: DeadReason | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[DeadLetter]:
        """Return the tenant's letters, the newest first, of this status that died of this (None: any)."""
        query = select(dead_letters.c.document).where(dead_letters.c.tenant == tenant)
        if status is not None:
            query = query.where(dead_letters.c.status == status.value)
        if died_of is not None:
            query = query.where(dead_letters.c.died_of == died_of.value)
        if cursor is not None:
            place = read(cursor, _Place)
            query = query.where(tuple_(dead_letters.c.at, dead_letters.c.id) < (place.at, place.id))
        query = query.order_by(dead_letters.c.at.desc(), dead_letters.c.id.desc()).limit(checked(limit) + 1)
        async with self._work.reading() as connection:
            found = [_letter(document, tenant) for document in (await connection.execute(query)).scalars()]
        return cut(found, limit, lambda letter: _Place(at=letter.at, id=letter.id))

    async def replace(self, letter: DeadLetter, expected_version: int) -> DeadLetter:
        """Store a letter over the version the caller has seen, and return it with the next; raises `Conflict`."""
        replaced = letter.model_copy(update={"version": expected_version + 1})
        this = (dead_letters.c.tenant == letter.tenant, dead_letters.c.id == letter.id)
        async with self._work.writing() as connection:
            written = await connection.execute(
                update(dead_letters)
                .where(*this, dead_letters.c.version == expected_version)
                .values(**_columns(replaced))
            )
        if not written.rowcount:
            raise Conflict(f"expected version {expected_version} of dead letter {letter.id}, found another")
        return replaced

    async def prune(self, now: datetime) -> int:
        """Forget every tenant's letters that are settled and were kept long enough; return how many."""
        old = delete(dead_letters).where(
            dead_letters.c.status != LetterStatus.OPEN.value, dead_letters.c.keep_until <= now
        )
        async with self._work.writing() as connection:
            return (await connection.execute(old)).rowcount


def _columns(letter: DeadLetter) -> dict[str, object]:
    return {
        "tenant": letter.tenant,
        "id": letter.id,
        "run": letter.origin.run,
        "status": letter.status.value,
        "died_of": letter.died_of.value,
        "at": letter.at,
        "keep_until": letter.keep_until,
        "replay": letter.replayed_as(),
        "version": letter.version,
        "document": letter.model_dump_json(),
    }


def _letter(document: str, tenant: str) -> DeadLetter:
    letter = DeadLetter.model_validate_json(document)
    belonging(tenant, letter.tenant)
    return letter
