"""Sign-ins to the console. What is ended here is over on every node, at the next request and for good."""

from datetime import datetime

from sqlalchemy import delete, select, update

from memory.errors import Conflict
from memory.model.identity import SignIn
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.identity_tables import sign_ins
from memory.store.work import Work


class SignIns:
    """Every tenant's sign-ins, for as long as a cookie of theirs could be tried."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def begin(self, sign_in: SignIn) -> None:
        """Keep a new sign-in; raises `Conflict` when its id was used before."""
        async with self._work.writing() as connection:
            row = insert(connection, sign_ins).values(**_columns(sign_in)).on_conflict_do_nothing()
            if not (await connection.execute(row)).rowcount:
                raise Conflict(f"expected a new sign-in, found {sign_in.id} known already")

    async def find(self, tenant: str, sign_in: str) -> SignIn | None:
        """Return one, None where it is unknown or over."""
        query = select(sign_ins.c.document).where(
            sign_ins.c.tenant == tenant, sign_ins.c.id == sign_in, sign_ins.c.ended_at.is_(None)
        )
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _sign_in(document, tenant)

    async def of(self, tenant: str, person: str) -> tuple[SignIn, ...]:
        """Return a person's sign-ins that are not over, the newest first."""
        query = select(sign_ins.c.document).where(
            sign_ins.c.tenant == tenant, sign_ins.c.person == person, sign_ins.c.ended_at.is_(None)
        )
        query = query.order_by(sign_ins.c.began_at.desc(), sign_ins.c.id)
        async with self._work.reading() as connection:
            return tuple(_sign_in(document, tenant) for document in (await connection.execute(query)).scalars())

    async def move(self, sign_in: SignIn, before: int) -> bool:
        """Store that a newer cookie came back; return False where another one came first, or it is over."""
        this = (sign_ins.c.tenant == sign_in.tenant, sign_ins.c.id == sign_in.id)
        stands = (sign_ins.c.serial == before, sign_ins.c.ended_at.is_(None))
        async with self._work.writing() as connection:
            moved = update(sign_ins).where(*this, *stands).values(**_columns(sign_in))
            return bool((await connection.execute(moved)).rowcount)

    async def end(self, tenant: str, person: str, now: datetime, only: str | None = None) -> int:
        """End all of a person's sign-ins, or `only` one of them; return how many ended."""
        row = update(sign_ins).where(
            sign_ins.c.tenant == tenant, sign_ins.c.person == person, sign_ins.c.ended_at.is_(None)
        )
        if only is not None:
            row = row.where(sign_ins.c.id == only)
        async with self._work.writing() as connection:
            return (await connection.execute(row.values(ended_at=now))).rowcount

    async def forget(self, tenant: str, person: str) -> None:
        """Remove all of a person's sign-ins, those that stand too, and what their devices said of themselves."""
        async with self._work.writing() as connection:
            await connection.execute(
                delete(sign_ins).where(sign_ins.c.tenant == tenant, sign_ins.c.person == person)
            )

    async def prune(self, before: datetime) -> int:
        """Forget those that began before then, of every tenant; return how many."""
        async with self._work.writing() as connection:
            return (await connection.execute(delete(sign_ins).where(sign_ins.c.began_at < before))).rowcount


def _columns(sign_in: SignIn) -> dict[str, object]:
    return {
        "tenant": sign_in.tenant,
        "id": sign_in.id,
        "person": sign_in.person,
        "serial": sign_in.serial,
        "began_at": sign_in.began_at,
        "ended_at": sign_in.ended_at,
        "document": sign_in.model_dump_json(),
    }


def _sign_in(document: str, tenant: str) -> SignIn:
    sign_in = SignIn.model_validate_json(document)
    belonging(tenant, sign_in.tenant)
    return sign_in
