"""The ledger: entries are appended, numbered without a gap in each tenant, and never changed or removed.

What is stored is the entry's canonical bytes, their leaf hash, and the hashes of the tree above them, from which
every tile can be read. The database itself refuses to update or delete them.
"""

import re

from sqlalchemy import ColumnElement, Row, Select, func, select

from memory.errors import InvalidInput, NotFound, StoreUnavailable
from memory.log.encoding import LARGEST
from memory.log.merkle import leaf_hash
from memory.log.note import Note
from memory.model.bodies import EntryKind
from memory.model.record import Entry, LogFilter, Receipt, Record, Recorded
from memory.model.value import Index, Value
from memory.page import Page, checked, cut, read
from memory.store.belonging import belonging
from memory.store.blobs import attached
from memory.store.pending import Pending
from memory.store.salts import Salts
from memory.store.sealing import Head, head_of
from memory.store.tables import ledger, ledger_heads, ledger_nodes
from memory.store.work import Work

_INDEX = re.compile(r"0|[1-9][0-9]{0,18}")  # an index wins over a hash of digits alone: give more of the hash
_LEAF = re.compile(r"[0-9a-f]{8,64}")
_EXACT = ("correlation", "actor", "tool", "decision", "incident", "subject")


class _Place(Value):
    index: Index


class Ledger:
    """Every tenant's ledger."""

    def __init__(self, work: Work, salts: Salts) -> None:
        self._work = work
        self._salts = salts

    async def append(self, record: Record) -> Pending:
        """Append a record at the end of its tenant's ledger.

        Alone, it returns once the entry is committed and a signed checkpoint covers it; in a unit, the entry is
        committed with the unit, and has its receipt after that. What is attached becomes blobs in the same
        transaction. Raises `InvalidInput` for what makes no entry.
        """
        if not record.attachments:
            pending = Pending(record)
            await self._work.append(pending)
            return pending
        async with self._work.joining() as body:
            pending = Pending(await attached(body.connection, record, self._salts))
            body.pending.append(pending)
        return pending

    async def begin(self, record: Record) -> bool:
        """Append a record where its tenant's ledger is empty, and return whether it was. Not within a unit."""
        if (await self.head(record.tenant)).size:
            return False
        pending = Pending(record, only_first=True)
        await self._work.append(pending)
        return pending.sealed

    async def page(
        self,
        tenant: str,
        *,
        kind: EntryKind | None = None,
        correlation: str | None = None,
        actor: str | None = None,
        matching: LogFilter | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Recorded]:
        """Return the tenant's entries, newest first, of this kind, correlation and actor (None: any).

        `actor` is a pseudonym; `matching` says more. Raises `InvalidInput` for a cursor or limit that is none.
        """
        asked = matching or LogFilter()
        query = _of(tenant).where(*_conditions(asked)).order_by(ledger.c.index.desc()).limit(checked(limit) + 1)
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

    async def matching(self, tenant: str, asked: LogFilter, first: int, limit: int) -> tuple[Recorded, ...]:
        """Return at most `limit` entries from index `first` on, oldest first, that match."""
        query = (
            _of(tenant)
            .where(*_conditions(asked))
            .where(ledger.c.index >= first)
            .order_by(ledger.c.index)
            .limit(limit)
        )
        async with self._work.reading() as connection:
            return tuple(_recorded(row, tenant) for row in await connection.execute(query))

    async def trace(self, tenant: str, correlation: str) -> tuple[Recorded, ...]:
        """Return everything that was recorded of one message, from the first entry to the last."""
        query = _of(tenant).where(ledger.c.correlation == correlation).order_by(ledger.c.index)
        async with self._work.reading() as connection:
            return tuple(_recorded(row, tenant) for row in await connection.execute(query))

    async def find(self, tenant: str, entry: str) -> Recorded:
        """Return one entry by its index, or by its leaf hash in hexadecimal, of which 8 digits may be enough.

        Raises `NotFound`, or `InvalidInput` when several entries begin like that.
        """
        if _INDEX.fullmatch(entry) and int(entry) <= LARGEST:
            query = _of(tenant).where(ledger.c.index == int(entry))
        else:
            least, greatest = _prefixed(entry)
            query = _of(tenant).where(ledger.c.leaf.between(least, greatest)).limit(2)
        async with self._work.reading() as connection:
            found = (await connection.execute(query)).all()
        if not found:
            raise NotFound(f"expected the index or the leaf hash of an entry, found {entry[:70]!r}, which is none")
        if len(found) > 1 and found[0].leaf != found[1].leaf:
            raise InvalidInput(
                f"expected enough of a leaf hash to tell one entry, found several that begin {entry}"
            )
        return _recorded(found[0], tenant)

    async def head(self, tenant: str) -> Head:
        """Return where the log ends, with the signed checkpoint that covers it; an empty log has no checkpoint."""
        async with self._work.reading() as connection:
            return await head_of(connection, tenant)

    async def checkpoint(self, tenant: str) -> Note:
        """Return the newest signed checkpoint; raises `NotFound` while the log is empty."""
        head = await self.head(tenant)
        if head.size == 0:
            raise NotFound(f"expected a log with entries, found that {tenant} has none yet")
        return Note.parse(head.checkpoint)

    async def tenants(self) -> tuple[str, ...]:
        """Return whose logs there are."""
        async with self._work.reading() as connection:
            query = select(ledger_heads.c.tenant).order_by(ledger_heads.c.tenant)
            return tuple((await connection.execute(query)).scalars())

    async def entries(self, tenant: str, first: int, until: int) -> list[bytes]:
        """Return the bytes of the entries from index `first` up to `until`; fewer where the log ends before."""
        query = select(ledger.c.entry).where(
            ledger.c.tenant == tenant, ledger.c.index >= first, ledger.c.index < until
        )
        async with self._work.reading() as connection:
            return list((await connection.execute(query.order_by(ledger.c.index))).scalars())

    async def hashes(self, tenant: str, level: int, first: int, until: int) -> list[bytes]:
        """Return hashes from `first` up to `until`: of level 0 leaves, above it roots over 256**level."""
        if level == 0:
            query = select(ledger.c.leaf).where(ledger.c.tenant == tenant).order_by(ledger.c.index)
            query = query.where(ledger.c.index >= first, ledger.c.index < until)
        else:
            query = select(ledger_nodes.c.hash).where(
                ledger_nodes.c.tenant == tenant, ledger_nodes.c.level == level
            )
            query = query.where(ledger_nodes.c.index >= first, ledger_nodes.c.index < until)
            query = query.order_by(ledger_nodes.c.index)
        async with self._work.reading() as connection:
            return list((await connection.execute(query)).scalars())

    async def correlations(self, tenant: str, asked: LogFilter) -> frozenset[str]:
        """Return which turns the matching entries belong to."""
        query = select(ledger.c.correlation).distinct().where(ledger.c.tenant == tenant, *_conditions(asked))
        async with self._work.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def indices(self, tenant: str, asked: LogFilter) -> frozenset[int]:
        """Return where the matching entries stand."""
        query = select(ledger.c.index).where(ledger.c.tenant == tenant, *_conditions(asked))
        async with self._work.reading() as connection:
            return frozenset((await connection.execute(query)).scalars())

    async def count(self, tenant: str, asked: LogFilter) -> int:
        """Return how many entries match."""
        query = select(func.count()).where(ledger.c.tenant == tenant, *_conditions(asked))
        async with self._work.reading() as connection:
            return (await connection.execute(query)).scalar_one()


def _of(tenant: str) -> Select[int, bytes, bytes]:
    return select(ledger.c.index, ledger.c.leaf, ledger.c.entry).where(ledger.c.tenant == tenant)


def _conditions(asked: LogFilter) -> list[ColumnElement[bool]]:
    exact = {
        name: getattr(asked, name) for name in ("correlation", "actor", "tool", "decision", "incident", "subject")
    }
    conditions = [ledger.c[name] == wanted for name, wanted in exact.items() if wanted is not None]
    if asked.kinds:
        conditions.append(ledger.c.kind.in_([kind.value for kind in asked.kinds]))
    if asked.since is not None:
        conditions.append(ledger.c.logged >= asked.since)
    if asked.until is not None:
        conditions.append(ledger.c.logged < asked.until)
    if asked.first is not None:
        conditions.append(ledger.c.index >= asked.first)
    if asked.end is not None:
        conditions.append(ledger.c.index < asked.end)
    return conditions


def _prefixed(digits: str) -> tuple[bytes, bytes]:
    """Return the least and the greatest leaf hash that begin with these hexadecimal digits."""
    if not _LEAF.fullmatch(digits):
        raise InvalidInput(
            f"expected the index of an entry, or 8 to 64 hexadecimal digits of its hash, found {digits[:70]!r}"
        )
    return bytes.fromhex(digits.ljust(64, "0")), bytes.fromhex(digits.ljust(64, "f"))


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
