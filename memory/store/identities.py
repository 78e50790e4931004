"""Whose accounts are whose. The primary key is the account, so that one account is never two people's."""

from sqlalchemy import ColumnElement, delete, select

from memory.errors import Conflict, NotFound
from memory.model.identity import Account, Identity
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.identity_tables import identities
from memory.store.work import Work


class Identities:
    """Every tenant's identities."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, identity: Identity) -> None:
        """Bind an account; raises `Conflict` when it is bound already, to anybody."""
        row = {
            "tenant": identity.tenant,
            "source": identity.account.source.value,
            "issuer": identity.account.issuer,
            "subject": identity.account.subject,
            "id": identity.id,
            "person": identity.person,
            "document": identity.model_dump_json(),
        }
        async with self._work.writing() as connection:
            added = await connection.execute(insert(connection, identities).values(**row).on_conflict_do_nothing())
            if not added.rowcount:
                raise Conflict(
                    "expected an account that is nobody's, found one that is linked already",
                    hint="It can be unlinked first, by whoever it is linked to or by an administrator.",
                )

    async def find(self, tenant: str, account: Account) -> Identity | None:
        """Return whose account this is, None where it is nobody's."""
        query = select(identities.c.document).where(*_is(tenant, account))
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _identity(document, tenant)

    async def get(self, tenant: str, identity: str) -> Identity:
        """Return one; raises `NotFound`."""
        query = select(identities.c.document).where(identities.c.tenant == tenant, identities.c.id == identity)
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a linked account, found {identity!r}, which is none")
        return _identity(document, tenant)

    async def of(self, tenant: str, person: str | None = None) -> tuple[Identity, ...]:
        """Return the tenant's identities, or one person's, by id."""
        query = select(identities.c.document).where(identities.c.tenant == tenant).order_by(identities.c.id)
        if person is not None:
            query = query.where(identities.c.person == person)
        async with self._work.reading() as connection:
            found = (await connection.execute(query)).scalars()
            return tuple(_identity(document, tenant) for document in found)

    async def remove(self, tenant: str, identity: str) -> Identity:
        """Unbind an account and return what it was; raises `NotFound`."""
        gone = (
            delete(identities)
            .where(identities.c.tenant == tenant, identities.c.id == identity)
            .returning(identities.c.document)
        )
        async with self._work.writing() as connection:
            document = (await connection.execute(gone)).scalar_one_or_none()
        if document is None:
            raise NotFound(f"expected the id of a linked account, found {identity!r}, which is none")
        return _identity(document, tenant)


def _is(tenant: str, account: Account) -> tuple[ColumnElement[bool], ...]:
    return (
        identities.c.tenant == tenant,
        identities.c.source == account.source.value,
        identities.c.issuer == account.issuer,
        identities.c.subject == account.subject,
    )


def _identity(document: str, tenant: str) -> Identity:
    identity = Identity.model_validate_json(document)
    belonging(tenant, identity.tenant)
    return identity
