"""DuckDB, shut in: it reads the files it is told of, loads nothing and keeps to its share of memory."""

import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from memory.errors import DependencyMissing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "2GB"
_QUIET = "SET enable_progress_bar = false"  # it would be drawn into the log


@contextmanager
def database(scratch: Path, *, memory: str = MEMORY, threads: int | None = None) -> Iterator["DuckDBPyConnection"]:
    """Give a database in memory that spills to `scratch`; raises `DependencyMissing`."""
    with closing(opened(scratch, memory=memory, threads=threads)) as connection:
        yield connection


def opened(scratch: Path, *, memory: str = MEMORY, threads: int | None = None) -> "DuckDBPyConnection":
    """Open a database in memory that spills to `scratch`; raises `DependencyMissing`. To be closed."""
    try:
        import duckdb
    except ModuleNotFoundError as error:
        raise DependencyMissing(
            "expected DuckDB for costs, found it not installed",
            hint='Install it with: pip install "quarterdeck[costs]".',
        ) from error
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "memory_limit": memory,
        "preserve_insertion_order": "false",
        "temp_directory": str(scratch),
    }
    if threads is not None:
        settings["threads"] = str(threads)
    connection = duckdb.connect(":memory:", config=settings)
    connection.execute(_QUIET)
    connection.execute("SET GLOBAL TimeZone = 'UTC'")  # what a time without a zone is in
    return connection


class Reading:
    """One database for every question of a process, opened at the first. Threads may ask at the same time.

    What stands at the end of each file is read once, and cursors are used again: a question is otherwise over
    sooner than either is made anew.
    """

    def __init__(self) -> None:
        self._opening = threading.Lock()
        self._connection: DuckDBPyConnection | None = None
        self._idle: list[DuckDBPyConnection] = []

    def run(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; raises `DependencyMissing`."""
        cursor = self._cursor()
        rows = cursor.execute(sql, list(parameters)).fetchall()  # one that fails is not used again
        with self._opening:
            self._idle.append(cursor)
        return rows

    def _cursor(self) -> "DuckDBPyConnection":
        with self._opening:
            if self._idle:
                return self._idle.pop()
            if self._connection is None:
                scratch = tempfile.mkdtemp(prefix="quarterdeck-costs-")
                self._connection = opened(Path(scratch))
                self._connection.execute("LOAD parquet")
                self._connection.execute("SET GLOBAL parquet_metadata_cache = true")
                weakref.finalize(self, _gone, self._connection, self._idle, scratch)
            cursor = self._connection.cursor()
        cursor.execute(_QUIET)
        return cursor


def _gone(connection: "DuckDBPyConnection", idle: "list[DuckDBPyConnection]", scratch: str) -> None:
    for cursor in idle:
        cursor.close()
    idle.clear()
    connection.close()
    shutil.rmtree(scratch, ignore_errors=True)
