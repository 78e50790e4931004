"""The second wall in front of an SQLite file: opened to be read, and told to authorize nothing but reading."""

import asyncio
import sqlite3
import time
from contextlib import closing
from urllib.parse import quote

from memory.errors import ConnectorUnreachable, QueryRejected
from tools.connectors.sql.rows import Rows
from tools.declared.source import Source

_READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_EVERY = 5_000  # instructions of its virtual machine between two looks at the clock
_LEAST_LENGTH = 1_000_000


class SqliteReader:
    """Reads one file. Each query has a connection of its own."""

    def __init__(self, source: Source) -> None:
        self._source = source

    async def fetch(self, sql: str, deadline_s: float) -> Rows:
        """Return the rows, and write nothing; raises `QueryRejected` or `ConnectorUnreachable`."""
        return await asyncio.to_thread(self._fetch, sql, min(self._source.timeout_s, deadline_s))

    async def check(self) -> str:
        """Return that the file can be read; raises `ConnectorUnreachable`."""
        await self.fetch("SELECT count(*) FROM sqlite_schema", self._source.timeout_s)
        return "read-only"

    def _fetch(self, sql: str, seconds: float) -> Rows:
        until = time.monotonic() + seconds
        try:
            with closing(self._opened()) as connection:
                connection.set_progress_handler(lambda: time.monotonic() > until, _EVERY)
                return self._read(connection.execute(sql))
        except (sqlite3.DatabaseError, sqlite3.ProgrammingError, sqlite3.Warning, ValueError) as error:
            raise self._failure(error) from None

    def _opened(self) -> sqlite3.Connection:
        where = f"file:{quote(self._source.path())}?mode=ro"
        connection = sqlite3.connect(where, uri=True, timeout=self._source.timeout_s, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, max(_LEAST_LENGTH, self._source.max_bytes))
        connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        connection.set_authorizer(_authorized)
        return connection

    def _read(self, cursor: sqlite3.Cursor) -> Rows:
        rows = Rows([column[0] for column in cursor.description or ()], self._source.rows, self._source.max_bytes)
        for row in cursor:
            if not rows.add(row):
                break
        return rows

    def _failure(self, error: Exception) -> Exception:
        said = str(error)[:200]
        if "interrupted" in said or "unable to open" in said or "locked" in said:
            return ConnectorUnreachable(f"sql.{self._source.name} did not answer: {said}")
        return QueryRejected(f"expected a query that sql.{self._source.name} can answer, found: {said}")


def _authorized(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    del first
    if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in {"load_extension", "fts3_tokenizer"}:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK if action in _READING else sqlite3.SQLITE_DENY
