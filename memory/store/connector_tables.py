"""The tables of what connectors remember."""

from sqlalchemy import Column, Index, String, Table, Text

from memory.store.tables import Utc, metadata

attempts = Table(
    "attempts",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("key", String(120), primary_key=True),
    Column("correlation", String(120), nullable=False),
    Column("begun_at", Utc, nullable=False),
    Column("finished_at", Utc),
    Column("document", Text, nullable=False),
)
Index("attempts_by_end", attempts.c.tenant, attempts.c.finished_at)

suspensions = Table(
    "suspensions",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("tool", String(120), primary_key=True),
    Column("pinned", String(64), primary_key=True),
    Column("document", Text, nullable=False),
)
