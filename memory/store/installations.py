"""Where Quarterdeck is installed in Slack. Tokens are in here sealed, and only so."""

from sqlalchemy import delete, select, update

from memory.model.installation import Installation
from memory.store.belonging import belonging
from memory.store.engines import insert
from memory.store.slack_tables import installations
from memory.store.work import Work


class Installations:
    """Every tenant's workspaces."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, installation: Installation) -> None:
        """Keep an installation, in place of one that was there for the workspace."""
        row = {"version": installation.version, "document": installation.model_dump_json()}
        key = {"tenant": installation.tenant, "team": installation.team}
        async with self._work.writing() as connection:
            await connection.execute(
                insert(connection, installations)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def replace(self, installation: Installation) -> bool:
        """Keep the next version of one; False where it is not what this one follows, and nothing was written."""
        changed = (
            update(installations)
            .where(
                installations.c.tenant == installation.tenant,
                installations.c.team == installation.team,
                installations.c.version == installation.version - 1,
            )
            .values(version=installation.version, document=installation.model_dump_json())
        )
        async with self._work.writing() as connection:
            return bool((await connection.execute(changed)).rowcount)

    async def find(self, tenant: str, team: str) -> Installation | None:
        """Return a workspace's, None where there is none."""
        query = select(installations.c.document).where(
            installations.c.tenant == tenant, installations.c.team == team
        )
        async with self._work.reading() as connection:
            document = (await connection.execute(query)).scalar_one_or_none()
        return None if document is None else _installation(document, tenant)

    async def of(self, tenant: str) -> tuple[Installation, ...]:
        """Return all of a tenant's, by workspace."""
        query = select(installations.c.document).where(installations.c.tenant == tenant)
        async with self._work.reading() as connection:
            found = (await connection.execute(query.order_by(installations.c.team))).scalars()
            return tuple(_installation(document, tenant) for document in found)

    async def remove(self, tenant: str, team: str) -> bool:
        """Forget a workspace and its tokens; False where it was not known."""
        gone = delete(installations).where(installations.c.tenant == tenant, installations.c.team == team)
        async with self._work.writing() as connection:
            return bool((await connection.execute(gone)).rowcount)


def _installation(document: str, tenant: str) -> Installation:
    installation = Installation.model_validate_json(document)
    belonging(tenant, installation.tenant)
    return installation
