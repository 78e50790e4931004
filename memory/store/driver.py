"""The way to SQLite: aiosqlite, with one trip to its thread and back for a statement where it makes four.

A trip costs far more than most statements do: a cursor is made, executed, read out and closed in one.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, Self

import aiosqlite

_CHUNK = 64  # of rows, for whoever iterates over a cursor; nobody does here


class OneTrip(aiosqlite.Connection):
    """A connection to one file, for SQLAlchemy's dialect of the same name."""

    def __init__(self, file: str, timeout_s: float) -> None:
        super().__init__(partial(sqlite3.connect, file, timeout=timeout_s), _CHUNK)
        self._thread.daemon = True  # one that was never closed must not keep the process alive

    def cursor(self) -> "Statement":  # type: ignore[override]  # what the dialect asks of it stands in Statement
        """Return a cursor, which needs no trip."""
        return Statement(self)

    async def rollback(self) -> None:
        """Roll back, where there is anything to: a pool does this to every connection it takes back."""
        if self.in_transaction:
            await super().rollback()

    async def finished(self, statement: "Statement", sql: str, given: Iterable[Any], *, many: bool) -> None:
        """Execute a statement and read it out."""
        await self._execute(self._finish, statement, sql, given, many)  # type: ignore[no-untyped-call]  # theirs

    def _finish(self, statement: "Statement", sql: str, given: Iterable[Any], many: bool) -> None:
        cursor = self._conn.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(sql, given)  # type: ignore[arg-type]  # rows, or one
            statement.rows = cursor.fetchall() if cursor.description else []
            statement.description = cursor.description
            statement.rowcount = cursor.rowcount
            statement.lastrowid = cursor.lastrowid
        finally:
            cursor.close()


class Statement:
    """A cursor as the dialect uses it: one statement, and everything it brought (PEP 249)."""

    arraysize = 1

    def __init__(self, connection: OneTrip) -> None:
        self._connection = connection
        self.rows: list[Any] = []
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Sequence[Any] = ()) -> Self:
        """Execute one statement with one row of parameters."""
        await self._connection.finished(self, sql, parameters, many=False)
        return self

    async def executemany(self, sql: str, parameters: Iterable[Any]) -> Self:
        """Execute one statement with each row of parameters."""
        await self._connection.finished(self, sql, parameters, many=True)
        return self

    async def fetchall(self) -> list[Any]:
        """Return every row, which is here already."""
        return self.rows

    async def close(self) -> None:
        """Let go of nothing: the cursor was closed where it was made."""
