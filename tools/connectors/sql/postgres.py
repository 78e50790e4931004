"""The second wall in front of PostgreSQL: a role that may only read, in a transaction that may only read.

Statements are prepared, which PostgreSQL does for one statement alone, and end within their time.
"""

import asyncio

import asyncpg  # type: ignore[import-untyped]  # it ships no types

from memory.errors import ConnectorUnreachable, InvalidSettings, QueryRejected
from tools.connectors.sql.rows import Rows
from tools.declared.source import Source

_MAY_WRITE = """
SELECT CASE
  WHEN r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication OR r.rolbypassrls
    THEN 'rights beyond tables'
  WHEN EXISTS (
    SELECT 1 FROM pg_roles g
    WHERE g.rolname IN ('pg_write_all_data', 'pg_write_server_files', 'pg_read_server_files',
                        'pg_execute_server_program', 'pg_signal_backend')
      AND pg_has_role(current_user, g.oid, 'MEMBER'))
    THEN 'membership in a role that may do more than read'
  WHEN EXISTS (
    SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'f') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
      AND has_table_privilege(c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE'))
    THEN 'the right to change a table'
  ELSE '' END
FROM pg_roles r WHERE r.rolname = current_user
"""
_BATCH = 50


class PostgresReader:
    """Reads one database. Each query has a connection of its own.

    `unsafe_any_role` leaves the role alone, for tests of the transaction.
    """

    def __init__(self, source: Source, *, unsafe_any_role: bool = False) -> None:
        self._source = source
        self._any_role = unsafe_any_role

    async def fetch(self, sql: str, deadline_s: float) -> Rows:
        """Return the rows; raises `QueryRejected`, `ConnectorUnreachable`, or `InvalidSettings` for its role."""
        seconds = min(self._source.timeout_s, deadline_s)
        try:
            async with asyncio.timeout(seconds + 1.0):  # the server ends it before
                return await self._fetch(sql, seconds)
        except (asyncpg.QueryCanceledError, TimeoutError) as error:
            raise ConnectorUnreachable(f"sql.{self._source.name} did not answer within {seconds:.3g} s") from error
        except (asyncpg.PostgresConnectionError, asyncpg.InvalidAuthorizationSpecificationError, OSError) as error:
            raise ConnectorUnreachable(
                f"sql.{self._source.name} could not be reached: {type(error).__name__}"
            ) from error
        except (asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise QueryRejected(
                f"expected a query that sql.{self._source.name} can answer, found: {str(error)[:200]}"
            ) from error

    async def check(self) -> str:
        """Return that the role can only read; raises `InvalidSettings` or `ConnectorUnreachable`."""
        await self.fetch("SELECT 1", self._source.timeout_s)
        return "read-only role"

    async def _fetch(self, sql: str, seconds: float) -> Rows:
        milliseconds = f"{max(1, int(seconds * 1000))}"
        connection = await asyncpg.connect(
            self._source.url.get_secret_value(),
            timeout=seconds,
            server_settings={
                "application_name": "quarterdeck",
                "default_transaction_read_only": "on",
                "statement_timeout": milliseconds,
                "lock_timeout": milliseconds,
                "idle_in_transaction_session_timeout": milliseconds,
            },
        )
        try:
            await connection.transaction(readonly=True, isolation="repeatable_read").start()
            await self._check_role(connection)  # after a first query it cannot be made to write
            return await self._read(connection, sql)
        finally:
            connection.terminate()  # nothing is ever committed

    async def _check_role(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        found = await connection.fetchval(_MAY_WRITE)
        if found and not self._any_role:
            raise InvalidSettings(
                f"expected a role that can only read for sql.{self._source.name}, found {found}",
                hint="Make one: CREATE ROLE … LOGIN; GRANT pg_read_all_data TO …",
            )

    async def _read(self, connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> Rows:
        statement = await connection.prepare(sql)
        columns = [attribute.name for attribute in statement.get_attributes()]
        rows = Rows(columns, self._source.rows, self._source.max_bytes)
        async for record in statement.cursor(prefetch=_BATCH):
            if not rows.add(tuple(record.values())):
                break
        return rows
