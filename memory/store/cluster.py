"""The nodes of each tenant: who is there, when each was last heard of, and which are gone for good.

All times are the database's own, so nodes whose clocks differ agree on who is late.
"""

from collections.abc import Collection

from sqlalchemy import delete, or_, select, update

from memory.errors import Conflict
from memory.model.node import Node
from memory.store.belonging import belonging
from memory.store.database_clock import moment, now_ms
from memory.store.engines import insert
from memory.store.tables import cluster_nodes
from memory.store.work import Work


class Cluster:
    """Every tenant's nodes."""

    def __init__(self, work: Work) -> None:
        self._work = work

    async def enter(self, node: Node) -> None:
        """Register a node that has just started; raises `Conflict` when its id is taken."""
        async with self._work.writing() as connection:
            row = {"tenant": node.tenant, "id": node.id, "document": node.model_dump_json()}
            seen = {"seen_ms": now_ms(connection)}
            added = await connection.execute(
                insert(connection, cluster_nodes).values(**row, **seen).on_conflict_do_nothing()
            )
            if not added.rowcount:
                raise Conflict(f"expected a node of a new id, found {node.id} registered already")

    async def beat(self, node: Node) -> bool:
        """Say that a node is there and how it fares; False where it counts as gone, and is not to act any more."""
        async with self._work.writing() as connection:
            beaten = await connection.execute(
                update(cluster_nodes)
                .where(
                    cluster_nodes.c.tenant == node.tenant,
                    cluster_nodes.c.id == node.id,
                    cluster_nodes.c.gone_ms.is_(None),
                )
                .values(document=node.model_dump_json(), seen_ms=now_ms(connection))
            )
            return bool(beaten.rowcount)

    async def leave(self, tenant: str, node_id: str) -> None:
        """Count a node as gone: it says so itself."""
        async with self._work.writing() as connection:
            await connection.execute(
                update(cluster_nodes)
                .where(
                    cluster_nodes.c.tenant == tenant,
                    cluster_nodes.c.id == node_id,
                    cluster_nodes.c.gone_ms.is_(None),
                )
                .values(gone_ms=now_ms(connection))
            )

    async def bury(self, tenant: str, silent_s: float) -> tuple[str, ...]:
        """Count those as gone for good that were silent for so long, and return their ids."""
        async with self._work.writing() as connection:
            now = now_ms(connection)
            buried = await connection.execute(
                update(cluster_nodes)
                .where(cluster_nodes.c.tenant == tenant, cluster_nodes.c.gone_ms.is_(None))
                .where(cluster_nodes.c.seen_ms < now - int(silent_s * 1000))
                .values(gone_ms=now)
                .returning(cluster_nodes.c.id)
            )
            return tuple(sorted(buried.scalars()))

    async def silent(self, tenant: str, silent_s: float) -> frozenset[str]:
        """Return the nodes that were silent for so long and do not count as gone yet."""
        async with self._work.reading() as connection:
            found = await connection.execute(
                select(cluster_nodes.c.id)
                .where(cluster_nodes.c.tenant == tenant, cluster_nodes.c.gone_ms.is_(None))
                .where(cluster_nodes.c.seen_ms < now_ms(connection) - int(silent_s * 1000))
            )
            return frozenset(found.scalars())

    async def gone(self, tenant: str, node_ids: Collection[str]) -> frozenset[str]:
        """Return those of these nodes that count as gone. One that never registered does not."""
        query = select(cluster_nodes.c.id).where(
            cluster_nodes.c.tenant == tenant, cluster_nodes.c.gone_ms.is_not(None)
        )
        async with self._work.reading() as connection:
            found = await connection.execute(query.where(cluster_nodes.c.id.in_(sorted(node_ids))))
            return frozenset(found.scalars())

    async def present(self, tenant: str) -> tuple[Node, ...]:
        """Return the nodes that are there, the oldest first, each with when it was last heard of."""
        query = select(cluster_nodes).where(cluster_nodes.c.tenant == tenant, cluster_nodes.c.gone_ms.is_(None))
        async with self._work.reading() as connection:
            found = [_node(row.document, row.seen_ms, tenant) for row in await connection.execute(query)]
        return tuple(sorted(found, key=lambda node: (node.started_at, node.id)))

    async def prune(self, older_s: float) -> int:
        """Forget the nodes of every tenant that have been gone, or silent, for so long; return how many."""
        async with self._work.writing() as connection:
            before = now_ms(connection) - int(older_s * 1000)
            old = or_(cluster_nodes.c.gone_ms < before, cluster_nodes.c.seen_ms < before)
            return (await connection.execute(delete(cluster_nodes).where(old))).rowcount


def _node(document: str, seen_ms: int, tenant: str) -> Node:
    node = Node.model_validate_json(document)
    belonging(tenant, node.tenant)
    return node.model_copy(update={"seen_at": moment(seen_ms)})
