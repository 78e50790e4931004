"""The table of what became of runs, by procedure and service."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from memory.store.tables import Utc, metadata

outcomes = Table(
    "outcomes",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("run", String(120), primary_key=True),
    Column("service", String(120), primary_key=True),
    Column("procedure", String(300), nullable=False),
    Column("worked", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("outcomes_by_procedure", outcomes.c.tenant, outcomes.c.procedure, outcomes.c.at)
