"""The tables that every chat platform has of its own: what came in from it, and what was posted there."""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text

from memory.store.tables import Utc, metadata


def arrivals_of(platform: str) -> Table:
    """Return the table of what came in, `PLATFORM_arrivals`."""
    name = f"{platform}_arrivals"
    table = Table(
        name,
        metadata,
        Column("tenant", String(120), primary_key=True),
        Column("id", String(120), primary_key=True),
        Column("received_at", Utc, nullable=False),
        Column("holder", String(120)),  # who works on it
        Column("until_ms", BigInteger),  # by the database's clock; null: it is done with
        Column("attempts", Integer, nullable=False),
        Column("document", Text),  # null: it is done with, or was withdrawn before it came
        Column("words", Text),  # what it says instead, since it was edited
    )
    Index(f"{name}_by_lease", table.c.tenant, table.c.until_ms)
    Index(f"{name}_by_time", table.c.tenant, table.c.received_at)
    return table


def posts_of(platform: str) -> Table:
    """Return the table of what was posted, `PLATFORM_posts`."""
    name = f"{platform}_posts"
    table = Table(
        name,
        metadata,
        Column("tenant", String(120), primary_key=True),
        Column("team", String(120), primary_key=True),
        Column("key", String(120), primary_key=True),
        Column("begun_at", Utc, nullable=False),
        Column("document", Text, nullable=False),
    )
    Index(f"{name}_by_time", table.c.tenant, table.c.begun_at)
    return table
