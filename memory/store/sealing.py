"""Sealing: entries get their place in the tree, and a signed checkpoint covers them, in the same transaction.

A tenant's head holds the tree's size and right edge. It is read under a lock and put back only over the size it
was read at, so that two writers, on whichever nodes, cannot fork the log; one that is frozen loses its lock.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from memory.clock import Clock
from memory.errors import Conflict, LogCorrupt, LogKeyWrong
from memory.log.checkpoint import Checkpoint
from memory.log.encoding import HASH_BYTES
from memory.log.frontier import Frontier
from memory.log.identity import LogKey
from memory.log.merkle import leaf_hash
from memory.log.note import Note
from memory.log.trust import Trust
from memory.model.record import Receipt
from memory.store.engines import lock_ledger
from memory.store.pending import Pending
from memory.store.pseudonyms import pseudonyms_for
from memory.store.salts import Salts
from memory.store.tables import ledger, ledger_heads, ledger_nodes

_log = structlog.get_logger(__name__)

_DAWN = datetime(1970, 1, 1, tzinfo=UTC)
# Every append takes these, so they are put together once.
_HEAD = select(ledger_heads).where(ledger_heads.c.tenant == bindparam("of"))
_OVER = update(ledger_heads).where(
    ledger_heads.c.tenant == bindparam("of"), ledger_heads.c.size == bindparam("before")
)


@dataclass(frozen=True)
class Head:
    """Where a tenant's log ends: its size, right edge and newest time, and the checkpoint that says so."""

    size: int = 0
    edge: bytes = b""
    logged: datetime = _DAWN
    key: str = ""
    checkpoint: bytes = b""

    def frontier(self) -> Frontier:
        """Return the tree to append to."""
        return Frontier(
            self.size, [self.edge[at : at + HASH_BYTES] for at in range(0, len(self.edge), HASH_BYTES)]
        )


KeysNow = Callable[[], Iterable[LogKey]]
"""Gives the keys that are at hand now: one of them may have taken over from the one that was there at first."""


def no_others() -> Iterable[LogKey]:
    """Return no keys: whoever is given this key has it for good."""
    return ()


class Sealer:
    """Signs with the key that signed last. It refuses to touch a log that another key signed."""

    def __init__(self, key: LogKey, clock: Clock, salts: Salts, others: KeysNow = no_others) -> None:
        self._key = key
        self._successor: LogKey | None = None
        self._others = others
        self._clock = clock
        self._salts = salts

    async def seal(self, connection: AsyncConnection, pending: Sequence[Pending]) -> None:
        """Write the entries and, for each tenant, one checkpoint; raises `LogKeyWrong` or `Conflict`."""
        by_tenant = attrgetter("record.tenant")
        successor = next((each.successor for each in pending if each.successor), None)
        for tenant, of_tenant in groupby(sorted(pending, key=by_tenant), key=by_tenant):
            await self._seal(connection, tenant, list(of_tenant), successor)
        if successor is not None:
            self._successor = successor  # it takes over once a head names it: this transaction may still fail

    async def check(self, connection: AsyncConnection) -> None:
        """Return when every log ends as this key signed; raises `LogKeyWrong` or `LogCorrupt`.

        This is all there is to recovery: a transaction that did not commit left nothing behind.
        """
        for row in (await connection.execute(select(ledger_heads))).all():
            head = _head(row)
            signer = self._fitting(head, row.tenant).signer(row.tenant)
            found = Trust(signer.key.name, (signer.key,)).open(Note.parse(head.checkpoint)).checkpoint
            if (found.size, found.root) != (head.size, head.frontier().root()):
                raise LogCorrupt(
                    f"expected the log of {row.tenant} to end as its checkpoint says, at {found.size} entries, "
                    f"found another end at {head.size}",
                    hint="The database was altered behind the store. Keep it, and restore an older copy.",
                )

    async def _seal(
        self, connection: AsyncConnection, tenant: str, pending: Sequence[Pending], successor: LogKey | None
    ) -> None:
        # (1) Nobody else appends to this log until the transaction ends.
        await lock_ledger(connection, tenant)
        head = await head_of(connection, tenant)
        pending = [each for at, each in enumerate(pending) if not each.only_first or at == head.size == 0]
        if not pending:
            return
        signers = [key.signer(tenant) for key in (self._fitting(head, tenant), successor) if key is not None]
        # (2) The entries, in the order they came, at a time that never goes backwards.
        logged = self._time(head, tenant)
        actors = await pseudonyms_for(connection, tenant, {each.record.actor for each in pending}, self._salts)
        written = [each.written(actors[each.record.actor], logged) for each in pending]
        leaves = [leaf_hash(data) for data in written]
        # (3) The tree with them, signed.
        tree = head.frontier()
        finished = tree.extend(leaves)
        note = Checkpoint(self._key.origin(tenant), tree.size, tree.root()).signed(*signers)
        grown = Head(tree.size, b"".join(tree.edge), logged, str(signers[-1].key), note.encode())
        # (4) All of it, or nothing.
        rows = [
            _row(each, data, leaf) | {"index": index, "actor": actors[each.record.actor], "logged": logged}
            for index, (each, data, leaf) in enumerate(zip(pending, written, leaves, strict=True), start=head.size)
        ]
        await connection.execute(insert(ledger), rows)
        nodes = _nodes(tenant, head.size, finished)
        if nodes:
            await connection.execute(insert(ledger_nodes), nodes)
        await _put(connection, tenant, head, grown)
        for index, (each, leaf) in enumerate(zip(pending, leaves, strict=True), start=head.size):
            each.seal(Receipt(index=index, leaf=leaf.hex()))

    def _fitting(self, head: Head, tenant: str) -> LogKey:
        """Return the key to sign on with: the one that signed last, as long as it is ours."""
        ours = str(self._key.signer(tenant).key)
        if head.key in {"", ours}:
            return self._key
        candidates = [self._successor, *self._others()]
        for key in candidates:
            if key is not None and str(key.signer(tenant).key) == head.key:
                _log.info("ledger.key_renewed", tenant=tenant, before=ours, now=head.key)
                self._key = key
                return key
        raise LogKeyWrong(
            f"expected the key {head.key}, which signed the log of {tenant} last, found {ours}",
            hint="Give Quarterdeck the log's own key and start it again. After a rotation, that is the new key.",
        )

    def _time(self, head: Head, tenant: str) -> datetime:
        now = self._clock.now()
        if now < head.logged:
            behind = (head.logged - now).total_seconds()
            _log.warning("ledger.clock_went_back", tenant=tenant, seconds=behind)
        return max(now, head.logged)


async def head_of(connection: AsyncConnection, tenant: str) -> Head:
    """Return where a tenant's log ends; of an empty log, the head of an empty one."""
    row = (await connection.execute(_HEAD, {"of": tenant})).one_or_none()
    return Head() if row is None else _head(row)


def _head(row: Row[Any]) -> Head:
    return Head(row.size, row.edge, row.logged, row.key, row.checkpoint)


async def _put(connection: AsyncConnection, tenant: str, before: Head, after: Head) -> None:
    """Write the head over the one that was read, and over no other."""
    values = {
        "size": after.size,
        "edge": after.edge,
        "logged": after.logged,
        "key": after.key,
        "checkpoint": after.checkpoint,
    }
    if before.size == 0:
        await connection.execute(insert(ledger_heads).values(tenant=tenant, **values))
        return
    if (await connection.execute(_OVER, {"of": tenant, "before": before.size, **values})).rowcount != 1:
        raise Conflict(f"expected the log of {tenant} to have {before.size} entries, found another writer ahead")


def _nodes(tenant: str, size: int, finished: dict[int, list[bytes]]) -> list[dict[str, object]]:
    """Return the hashes above the leaves, as rows: level L begins after the `size >> 8 * L` that stood."""
    return [
        {"tenant": tenant, "level": level, "index": index, "hash": node}
        for level, nodes in finished.items()
        if level > 0
        for index, node in enumerate(nodes, start=size >> 8 * level)
    ]


def _row(pending: Pending, written: bytes, leaf: bytes) -> dict[str, object]:
    """Return what stands in an entry's row whoever did it, wherever it comes to stand."""
    entry = pending.entry
    return {
        "tenant": entry.tenant,
        "kind": entry.kind.value,
        "correlation": entry.correlation,
        "subject": entry.subject,
        "tool": entry.body.get("tool") or None,
        "decision": entry.body.get("decision"),
        "incident": entry.body.get("incident"),
        "at": entry.at,
        "leaf": leaf,
        "entry": written,
    }
