"""The table of what is remembered: the texts, and the vectors that were made of them."""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text

from memory.store.tables import Utc, metadata

memories = Table(
    "memories",
    metadata,
    Column("tenant", String(120), primary_key=True),
    Column("id", String(120), primary_key=True),
    Column(
        "number", BigInteger, nullable=False
    ),  # of the last change in the tenant; whoever follows reads on from it
    Column("kind", String(20), nullable=False),
    Column("subject", String(300), nullable=False),
    Column("person", String(120)),  # whose words it holds
    Column("correlation", String(120)),  # the turn it came from
    Column("at", Utc, nullable=False),
    Column("until", Utc),
    Column("document", Text),  # null: it was forgotten, and stays so
    Column("model", String(64)),  # whose vectors these are
    Column("vectors", LargeBinary),
)
Index("memories_by_number", memories.c.tenant, memories.c.number, unique=True)
Index("memories_by_subject", memories.c.tenant, memories.c.subject)
Index("memories_by_person", memories.c.tenant, memories.c.person)
Index("memories_by_correlation", memories.c.tenant, memories.c.correlation)
Index("memories_by_end", memories.c.tenant, memories.c.until)
