"""What is known of people besides the settings: who came by a provider, programs, groups, who is barred."""

from sqlalchemy import delete, func, select

from memory.model.identity import Member
from memory.store.belonging import belonging
from memory.store.engines import insert, lock_ledger
from memory.store.identity_tables import members
from memory.store.work import Work


class Members:
    """Every tenant's members. Each change has a number, so that nodes notice that there was one."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def alone(self, tenant: str) -> None:
        """Keep others from changing the tenant's members until the transaction ends: the lock of its ledger."""
        async with self._work.writing() as connection:
            await lock_ledger(connection, tenant)

    async def number(self, tenant: str) -> int:
        """Return the number of the last change, 0 before the first."""
        query = select(func.coalesce(func.max(members.c.number), 0)).where(members.c.tenant == tenant)
        async with self._work.reading() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def find(self, tenant: str, member: str) -> Member | None:
        """Return one, None where nothing is known besides the settings."""
        query = select(members.c.document).where(members.c.tenant == tenant, members.c.id == member)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _member(document, tenant)

    async def of(self, tenant: str) -> tuple[Member, ...]:
        """Return the tenant's members, by id."""
        query = select(members.c.document).where(members.c.tenant == tenant).order_by(members.c.id)
        async with self._work.reading() as connection:
            return tuple(_member(document, tenant) for document in (await connection.execute(query)).scalars())

    async def put(self, member: Member) -> None:
        """Keep a member in place of what was known. Take the lock (`alone`) before looking what that was."""
        last = select(func.coalesce(func.max(members.c.number), 0) + 1).where(members.c.tenant == member.tenant)
        async with self._work.writing() as connection:
            await lock_ledger(connection, member.tenant)
            number = (await connection.execute(last)).scalar_one()
            row = {"number": number, "document": member.model_dump_json()}
            await connection.execute(
                insert(connection, members)
                .values(tenant=member.tenant, id=member.id, **row)
                .on_conflict_do_update(index_elements=[members.c.tenant, members.c.id], set_=row)
            )

    async def forget(self, tenant: str, member: str) -> None:
        """Remove all that is known of somebody. Put another member after it, so that nodes notice."""
        async with self._work.writing() as connection:
            await connection.execute(delete(members).where(members.c.tenant == tenant, members.c.id == member))


def _member(document: str, tenant: str) -> Member:
    member = Member.model_validate_json(document)
    belonging(tenant, member.tenant)
    return member
