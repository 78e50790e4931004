"""Keys and passkeys. Each is one person's: the same one is never enrolled twice, whoever asks."""

from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.errors import Conflict, NotFound
from memory.model.credential import Credential
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.tables import credentials
from memory.store.work import Work


class Credentials:
    """Every tenant's credentials, those that were revoked too."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def add(self, credential: Credential) -> None:
        """Keep a new credential; raises `Conflict` when it was enrolled before, by anybody."""
        async with self._work.writing() as connection:
            statement = insert(connection, credentials).values(**_columns(credential)).on_conflict_do_nothing()
            if not (await connection.execute(statement)).rowcount:
                raise Conflict(
                    "expected a key or passkey that nobody has enrolled, found one that is known already"
                )

    async def get(self, tenant: str, credential: str) -> Credential:
        """Return one credential; raises `NotFound`."""
        async with self._work.reading() as connection:
            return await _get(connection, tenant, credential)

    async def of(self, tenant: str, holder: str | None = None) -> tuple[Credential, ...]:
        """Return the tenant's credentials, or one person's, the oldest first."""
        query = select(credentials.c.document).where(credentials.c.tenant == tenant)
        if holder is not None:
            query = query.where(credentials.c.holder == holder)
        query = query.order_by(credentials.c.proposed_at, credentials.c.id)
        async with self._work.reading() as connection:
            return tuple(_credential(document, tenant) for document in (await connection.execute(query)).scalars())

    async def replace(self, credential: Credential, before: Credential) -> None:
        """Store a credential over what the caller has seen; raises `Conflict` when that is not how it stands."""
        this = (credentials.c.tenant == credential.tenant, credentials.c.id == credential.id)
        seen = (credentials.c.standing == before.standing().value, credentials.c.uses == before.uses)
        async with self._work.writing() as connection:
            written = await connection.execute(
                update(credentials).where(*this, *seen).values(**_columns(credential))
            )
            if not written.rowcount:
                found = await _get(connection, credential.tenant, credential.id)
                raise Conflict(
                    f"expected credential {credential.id} to be {before.standing().value} and used "
                    f"{before.uses} times, found it {found.standing().value} and used {found.uses} times"
                )


async def _get(connection: AsyncConnection, tenant: str, credential: str) -> Credential:
    query = select(credentials.c.document).where(credentials.c.tenant == tenant, credentials.c.id == credential)
    document = (await connection.execute(query)).scalar_one_or_none()
    if document is None:
        raise NotFound(f"expected the id of a key or passkey, found {credential!r}, which is none")
    return _credential(document, tenant)


def _credential(document: str, tenant: str) -> Credential:
    credential = Credential.model_validate_json(document)
    belonging(tenant, credential.tenant)
    return credential


def _columns(credential: Credential) -> dict[str, object]:
    return {
        "tenant": credential.tenant,
        "id": credential.id,
        "holder": credential.holder,
        "fingerprint": sha256(credential.public.encode()).hexdigest(),
        "standing": credential.standing().value,
        "uses": credential.uses,
        "proposed_at": credential.proposed_at,
        "document": credential.model_dump_json(),
    }
