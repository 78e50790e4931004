"""The tables of what past turns teach, and of the thumbs that answers were given."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from memory.store.tables import Utc, metadata

teachings = Table(
    "teachings",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column("state", String(20), nullable=False),
    Column("at", Utc, nullable=False),
    Column("document", Text, nullable=False),
)
Index("teachings_by_state", teachings.c.tenant, teachings.c.state, teachings.c.at)

thumbs = Table(
    "thumbs",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("message", String(200), primary_key=True),
    Column("by", String(120), primary_key=True),
    Column("up", Boolean, nullable=False),
    Column("at", Utc, nullable=False),
)
