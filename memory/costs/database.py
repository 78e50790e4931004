"""DuckDB, shut in: it reads the files it is told of, loads nothing and keeps to its share of memory."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from memory.errors import DependencyMissing

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

MEMORY = "2GB"


@contextmanager
def database(scratch: Path, *, memory: str = MEMORY, threads: int | None = None) -> Iterator["DuckDBPyConnection"]:
    """Give a database in memory that spills to `scratch`; raises `DependencyMissing`."""
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
    with closing(duckdb.connect(":memory:", config=settings)) as connection:
        connection.execute("SET TimeZone = 'UTC'")  # what a time without a zone is in
        yield connection
