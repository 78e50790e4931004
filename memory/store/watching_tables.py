"""The table of what is watched of costs. `kind` is the kind of document, `day` what orders it."""

from sqlalchemy import Column, Index, String, Table, Text

from memory.store.tables import metadata

cost_watch = Table(
    "cost_watch",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("kind", String(40), primary_key=True),
    Column("id", String(200), primary_key=True),
    Column("day", String(10), nullable=False),
    Column("document", Text, nullable=False),
)
Index("cost_watch_by_day", cost_watch.c.tenant, cost_watch.c.kind, cost_watch.c.day)
