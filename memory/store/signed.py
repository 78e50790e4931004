"""Which key signed each log of a database last: what has to be known before the key is looked for."""

from collections.abc import Mapping

from sqlalchemy import Connection, inspect, select

from memory.store.engines import engine_for
from memory.store.tables import ledger_heads
from memory.store.trouble import connected, understood


async def signed_by(url: str) -> Mapping[str, str]:
    """Return the verifier key that signed last, by tenant; empty where the database holds no log yet.

    The database is left as it is found. Raises `InvalidSettings`, `DependencyMissing` or `StoreUnavailable`.
    """
    with understood():
        engine = await engine_for(url)
        try:
            async with connected(engine) as connection:
                if not await connection.run_sync(_has_logs):
                    return {}
                rows = await connection.execute(select(ledger_heads.c.tenant, ledger_heads.c.key))
                return {row.tenant: row.key for row in rows}
        finally:
            await engine.dispose()


def _has_logs(connection: Connection) -> bool:
    return inspect(connection).has_table(ledger_heads.name)
