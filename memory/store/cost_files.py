"""Which files of bills count, each under the name it has at its source."""

from collections.abc import Iterable

from sqlalchemy import delete, select

from memory.model.cost import CostFile
from memory.store.belonging import belonging
from memory.store.cost_tables import cost_files
from memory.store.engines import insert
from memory.store.work import Work


class CostFiles:
    """Every tenant's files of bills."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def put(self, file: CostFile, instead_of: Iterable[str] = ()) -> None:
        """Count a file from now on, in place of the one of its name and of these others of its source."""
        key = {"tenant": file.tenant, "source": file.source, "name": file.name}
        row = {"digest": file.digest, "imported_at": file.imported_at, "document": file.model_dump_json()}
        gone = [name for name in instead_of if name != file.name]
        async with self._work.writing() as connection:
            if gone:
                mine = (cost_files.c.tenant == file.tenant, cost_files.c.source == file.source)
                await connection.execute(delete(cost_files).where(*mine, cost_files.c.name.in_(gone)))
            await connection.execute(
                insert(connection, cost_files)
                .values(**key, **row)
                .on_conflict_do_update(index_elements=list(key), set_=row)
            )

    async def of(self, tenant: str) -> tuple[CostFile, ...]:
        """Return a tenant's files that count, by source and name."""
        query = select(cost_files.c.document).where(cost_files.c.tenant == tenant)
        async with self._work.reading() as connection:
            found = await connection.execute(query.order_by(cost_files.c.source, cost_files.c.name))
            return tuple(_file(document, tenant) for document in found.scalars())

    async def remove(self, tenant: str, source: str, name: str) -> bool:
        """Count a file no more; False where it did not."""
        mine = (cost_files.c.tenant == tenant, cost_files.c.source == source, cost_files.c.name == name)
        async with self._work.writing() as connection:
            return bool((await connection.execute(delete(cost_files).where(*mine))).rowcount)


def _file(document: str, tenant: str) -> CostFile:
    file = CostFile.model_validate_json(document)
    belonging(tenant, file.tenant)
    return file
