"""Databases that may be read: behind two walls, each of which keeps every write out by itself."""

from typing import TYPE_CHECKING

from memory.errors import DependencyMissing
from tools.connectors.sql.hand import SqlRead
from tools.connectors.sql.sqlite import SqliteReader
from tools.declared.source import Source

if TYPE_CHECKING:
    from tools.connectors.sql.postgres import PostgresReader

__all__ = ["SqlRead", "SqliteReader", "reader"]


def reader(source: Source) -> "SqliteReader | PostgresReader":
    """Return what reads a source; raises `DependencyMissing` without PostgreSQL's driver."""
    if source.dialect == "sqlite":
        return SqliteReader(source)
    try:
        from tools.connectors.sql.postgres import PostgresReader
    except ImportError as error:
        raise DependencyMissing(
            f"expected PostgreSQL's driver for sql.{source.name}, found none",
            hint="Install it: pip install 'quarterdeck[postgres]'",
        ) from error
    return PostgresReader(source)
