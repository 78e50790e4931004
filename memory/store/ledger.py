"""The ledger: entries are appended, numbered without a gap in each tenant, and never changed or removed.

What is stored is the entry's canonical bytes, and beside them their leaf hash as RFC 6962 defines it, so that the
same rows can carry a Merkle tree. The database itself refuses to update or delete them.
"""

import hashlib

from sqlalchemy import Row, Select, bindparam, func, insert, select

from memory.canonical import canonical
from memory.errors import StoreUnavailable
from memory.model.record import Entry, EntryKind, Receipt, Recorded
from memory.model.value import Value
from memory.store.belonging import belonging
from memory.store.database import Work
from memory.store.engines import lock_ledger
from memory.store.page import Page, checked, cut, read
from memory.store.tables import ledger


def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry): the leaf hash of RFC 6962, section 2.1."""
    return hashlib.sha256(b"\x00" + entry).digest()


_next_index = select(func.coalesce(func.max(ledger.c.index) + 1, 0)).where(ledger.c.tenant == bindparam("of"))
_APPEND = insert(ledger).values(index=_next_index.scalar_subquery()).returning(ledger.c.index)


class _Place(Value):
    index: int


class Ledger:
    """Every tenant's ledger.

    An append holds its tenant's ledger until the transaction ends, so in a unit it comes after what can wait.
    """

    def __init__(self, work: Work) -> None:
        self._work = work

    async def append(self, entry: Entry) -> Receipt:
        """Add an entry at the end of its tenant's ledger and return where it stands; raises `InvalidInput`."""
        data = canonical(entry)
        leaf = leaf_hash(data)
        async with self._work.writing() as connection:
            await lock_ledger(connection, entry.tenant)
            index: int = (await connection.execute(_APPEND, _row(entry, data, leaf))).scalar_one()
        return Receipt(index=index, leaf=leaf.hex())

    async def page(
        self,
        tenant: str,
        *,
        kind: EntryKind | None = None,
        correlation: str | None = None,
        actor: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Recorded]:
        """Return the tenant's entries, newest first, of this kind, correlation and actor (None: any)."""
        query = _of(tenant).order_by(ledger.c.index.desc()).limit(checked(limit) + 1)
        if kind is not None:
            query = query.where(ledger.c.kind == kind.value)
        if correlation is not None:
            query = query.where(ledger.c.correlation == correlation)
        if actor is not None:
            query = query.where(ledger.c.actor == actor)
        if cursor is not None:
            query = query.where(ledger.c.index < read(cursor, _Place).index)
        async with self._work.reading() as connection:
            found = [_recorded(row, tenant) for row in await connection.execute(query)]
        return cut(found, limit, lambda recorded: _Place(index=recorded.receipt.index))

    async def trace(self, tenant: str, correlation: str) -> tuple[Recorded, ...]:
        """Return everything that was recorded of one message, from the first entry to the last."""
        query = _of(tenant).where(ledger.c.correlation == correlation).order_by(ledger.c.index)
        async with self._work.reading() as connection:
            return tuple(_recorded(row, tenant) for row in await connection.execute(query))


def _of(tenant: str) -> Select[int, bytes, bytes]:
    return select(ledger.c.index, ledger.c.leaf, ledger.c.entry).where(ledger.c.tenant == tenant)


def _row(entry: Entry, data: bytes, leaf: bytes) -> dict[str, object]:
    return {
        "tenant": entry.tenant,
        "of": entry.tenant,
        "kind": entry.kind.value,
        "correlation": entry.correlation,
        "actor": entry.actor,
        "at": entry.at,
        "leaf": leaf,
        "entry": data,
    }


def _recorded(row: Row[int, bytes, bytes], tenant: str) -> Recorded:
    index, leaf, data = row
    if leaf_hash(data) != leaf:
        raise StoreUnavailable(
            f"expected entry {index} of the ledger to have the hash stored with it, found other bytes",
            hint="The database was altered behind the store. Keep it, and restore an older copy.",
        )
    entry = Entry.model_validate_json(data)
    belonging(tenant, entry.tenant)
    return Recorded(entry=entry, receipt=Receipt(index=index, leaf=leaf.hex()))
