"""The table of the files of bills that count."""

from sqlalchemy import Column, Index, String, Table, Text

from memory.store.tables import Utc, metadata

cost_files = Table(
    "cost_files",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("source", String(120), primary_key=True),
    Column("name", String(500), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("imported_at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("cost_files_by_digest", cost_files.c.tenant, cost_files.c.digest)
